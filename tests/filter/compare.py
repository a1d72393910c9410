"""The program's filter and the independent one give exactly the same rows.

    compare.py KLIENTEL FILTER-BATCH DEMO.db DATASET COUNT [SEED]

Draws COUNT random expressions over the rows of the demo bureau and of some odd clients that are imported
into it, in three languages of column names and as two people, asks both implementations, and prints every
difference.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import expressions
import reference

SHOWN = 40  # differences printed
HERE = os.path.dirname(os.path.abspath(__file__))
VIEWS = (
    ('Bo utan å', 'clients', 'resp:bo !city:å'),
    ('snart "slut" (åtkomst)', 'grants', 'until<today+60 | reason:"("'),
    ('stora a|b', 'payroll', 'gross>500000 !currency=SEK'),
    ('Åsa\\s', 'clients', 'view:"stora a|b" | city~^å is:reach'),
)


class Batch:
    """One run of filter-batch: the rows it reads, then an answer a line."""

    def __init__(self, program, database, dataset, language='en', login='-', favourites=()):
        self.process = subprocess.Popen(
            [program, database, dataset, language, login, *map(str, favourites)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f'filter-batch ended with {self.process.wait()}')
        self.data = json.loads(line)

    def answers(self, texts):
        out, _ = self.process.communicate('\n'.join(texts).encode() + b'\n')
        if self.process.returncode != 0:
            sys.exit(f'filter-batch ended with {self.process.returncode}')
        return out.decode().splitlines()

    def close(self):
        self.process.communicate()


class Bureau:
    """What relations are worked out from: the listings of the administrator, who sees everything."""

    def __init__(self, program, database, favourites):
        self.program, self.database, self.favourites = program, database, favourites
        self.read = {}
        self.login, self.own_tests = '-', {}
        grants, self.users, clients = (self.data(name)['rows'] for name in
                                       ('grants', 'users', 'clients'))
        self.now = self.data('grants')['now']
        self.grants = [grant for grant in grants if self.in_force(grant)]
        self.groups = {reference.fold(row['name']): set() for row in self.data('groups')['rows']}
        for client in clients:
            for group in client['groups']:
                self.groups[reference.fold(group)].add(client['#id'])
        self.views = {reference.fold(row['name']): row for row in self.data('views')['rows']}

    def data(self, dataset, login='-'):
        if (dataset, login) not in self.read:
            batch = Batch(self.program, self.database, dataset, 'en', login)
            self.read[dataset, login] = batch.data
            batch.close()
        return self.read[dataset, login]

    def in_force(self, grant):
        start, end = (grant[name] and reference.instant_second(grant[name])
                      for name in ('from', 'until'))
        return (start is None or start <= self.now) and (end is None or end > self.now)

    def granted(self, logins, wanted=lambda grant: True):
        return {grant['#client'] for grant in self.grants if grant['login'] in logins and wanted(grant)}

    def person(self, value):
        logins = [user['login'] for user in self.users
                  if reference.fold(value) in (reference.fold(user['login']),
                                               reference.fold(user['name']))]
        if not logins:
            raise KeyError(value)
        return logins

    def relation(self, name, value):
        if name == 'resp':
            return self.granted(self.person(value), lambda grant: grant['role'] == 'responsible')
        if name == 'staff':
            return self.granted(self.person(value))
        if name == 'group':
            return self.groups[reference.fold(value)]
        view = self.views[reference.fold(value)]
        table = self.table(self.data(view['dataset'], self.login), self.own_tests)
        wanted = set(reference.rows_of(view['filter'], table))
        return {client for row_id, client in zip(table.ids, table.clients) if row_id in wanted}

    def tests(self, login, stale, favourites):
        """The tests as that person; views are that person's too."""
        self.login, own = login, [login]
        self.own_tests = {
            'mine': self.granted(own, lambda grant: grant['role'] == 'responsible'),
            'reach': self.granted(own),
            'covering': self.granted(own, lambda grant: grant['source'] == 'replacement'),
            'favourite': set(favourites),
            'stale': stale,
        }
        return self.own_tests

    def table(self, data, tests):
        return reference.Table(data, self.relation, tests)

    def names(self):
        people = [user[key] for user in self.users for key in ('login', 'name')]
        return {'resp': people, 'staff': people,
                'group': [row['name'] for row in self.data('groups')['rows']],
                'view': [row['name'] for row in self.data('views')['rows']]}


def stale_clients(program, database, login):
    """What `stale` means is the store's business; here it only has to combine rightly."""
    batch = Batch(program, database, 'clients', 'en', login)
    answer = batch.answers(['is:stale'])[0]
    return {int(word) for word in answer.split()[1:]} if answer.startswith('=') else set()


def expected(text, table):
    """The reference's answer in the words of filter-batch; the position only where it is sure."""
    try:
        return ' '.join(['=', *map(str, reference.rows_of(text, table))])
    except reference.Wrong as wrong:
        position = len(text[:wrong.position].encode())
        return f'! {position}' if wrong.sure else f'! ({wrong})'


def draw(maker, table, count):
    """COUNT expressions the shared subset can judge, each with what the reference says."""
    drawn = []
    while len(drawn) < count:
        text = maker.expression()
        if '\0' in text:
            continue
        try:
            drawn.append((text, expected(text, table)))
        except reference.NotCommon:
            continue
    return drawn


def typed(drawn):
    """Some of them once more as a person types them: every beginning, to try the narrowing."""
    return [text[:end] for text, _ in drawn[::25] for end in range(1, len(text) + 1)]


def same(answer, wanted):
    return answer[0] == '!' if wanted.startswith('! (') else answer == wanted


def compare(program, database, bureau, dataset, language, login, count, seed):
    favourites = bureau.favourites if login == '-' else ()
    batch = Batch(program, database, dataset, language, login, favourites)
    stale = stale_clients(program, database, login)
    tests = bureau.tests(batch.data['login'], stale, favourites)
    table = bureau.table(batch.data, tests)
    drawn = draw(expressions.Maker(table, bureau.names(), seed), table, count)
    beginnings = typed(drawn)
    answers = batch.answers([text for text, _ in drawn] + beginnings)
    wrong = [(text, wanted, answer) for (text, wanted), answer in zip(drawn, answers)
             if not same(answer, wanted)]
    wrong += [(text, 'no contradiction', answer) for text, answer in zip(beginnings, answers[count:])
              if answer.startswith('?')]
    refused = sum(wanted[0] == '!' for _, wanted in drawn)
    empty = sum(wanted == '=' for _, wanted in drawn)
    full = sum(wanted.count(' ') == len(table.ids) for _, wanted in drawn if wanted[0] == '=')
    print(f'{dataset} {language} {login}: {len(table.ids)} rows, {count} expressions, {refused} refused, '
          f'{empty} empty, {full} all rows, {len(beginnings)} beginnings, {len(wrong)} differ')
    for text, wanted, answer in wrong[:SHOWN]:
        print(f'  {text!r}\n    reference {wanted[:100]}\n    program   {answer[:100]}')
    if len(answers) != count + len(beginnings) or refused + empty > count * 3 // 4:
        print('  the comparison itself is broken')
        return 1
    return len(wrong)


def build(klientel, demo, database):
    """A copy of the demo bureau with clients, accesses and views that are hard to write down."""
    for ending in ('', '.key'):
        shutil.copy(demo + ending, database + ending)
        os.chmod(database + ending, 0o600)
    files = [os.path.join(HERE, name) for name in ('odd-clients.csv', 'odd-access.csv')]
    commands = [['import', *files]] + [['view', 'save', name, '--dataset', dataset, '--filter', text,
                                        '--shared'] for name, dataset, text in VIEWS]
    for command in commands:
        subprocess.run([klientel, '--database', database, *command], check=True,
                       stdout=subprocess.DEVNULL)


def main():
    klientel, program, demo, dataset, count = sys.argv[1:6]
    seed = int(sys.argv[6]) if len(sys.argv) > 6 else 20261118
    count = int(count)
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, 'bureau.db')
        build(klientel, demo, database)
        bureau = Bureau(program, database, favourites=range(5, 250, 9))
        operator = next((user['login'] for user in bureau.users
                         if user['role'] == 'operator' and user['active']), '-')
        rounds = (('en', '-', count * 7 // 10), ('sv', '-', count // 10), ('nb', '-', count // 10),
                  ('en', operator, count // 10))
        wrong = sum(compare(program, database, bureau, dataset, language, login, share, seed + number)
                    for number, (language, login, share) in enumerate(rounds))
    sys.exit(1 if wrong else 0)


main()
