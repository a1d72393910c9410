#!/usr/bin/env python3
"""The real program on databases of its own: what scripts rely on.

    cli.py KLIENTEL

Names, exit codes, JSON shapes and CSV as the manual page promises them.
"""
import csv
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv[1])
COUNTED = ('clients', 'employees', 'payslips', 'travel', 'absences', 'failed', 'unresolved')


def environment(folder, **more):
    kept = {name: value for name, value in os.environ.items()
            if name.startswith(('ASAN_', 'UBSAN_', 'LSAN_', 'PATH'))}
    kept.update(HOME=folder, XDG_CONFIG_HOME=folder + '/config', XDG_DATA_HOME=folder + '/data',
                LC_ALL='C.UTF-8', KLIENTEL_LANGUAGE='en', TERM='xterm')
    kept.update(more)
    return kept


class Bureau(unittest.TestCase):
    """Each test class has one folder; its tests must not depend on each other's order."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix='klientel-cli-')
        cls.database = cls.folder + '/bureau.db'
        cls.prepare()

    @classmethod
    def prepare(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def run_program(cls, *arguments, data=None, database=True, **more):
        line = [PROGRAM] + (['--database', cls.database] if database else []) + list(arguments)
        return subprocess.run(line, input=data, capture_output=True, timeout=300,
                              cwd=cls.folder, env=environment(cls.folder, **more))

    @classmethod
    def out(cls, *arguments, code=0, **more):
        done = cls.run_program(*arguments, **more)
        assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
        return done.stdout.decode()

    def wrong(self, code, part, *arguments, **more):
        """The exit code, nothing on stdout, and a message with that part."""
        done = self.run_program(*arguments, **more)
        self.assertEqual(done.returncode, code, (arguments, done.stderr))
        self.assertEqual(done.stdout, b'')
        self.assertIn(part, done.stderr.decode())
        return done.stderr.decode()

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, 'w', encoding='utf-8') as out:
            out.write(text)
        return path


class Line(Bureau):
    def test_help__goes_to_stdout__for_the_program_and_each_command(self):
        text = self.out('--help')
        commands = re.findall(r'^  ([a-z]+)  ', text, re.M)
        self.assertIn('import', commands)
        for command in commands:
            self.assertIn('klientel ' + command, self.out(command, '--help'))
            self.assertIn('klientel ' + command, self.out('-h', command))
            self.assertNotRegex(self.out(command, '--help').split('\n')[0], r'  | $')

    def test_version__is_one_line(self):
        self.assertRegex(self.out('--version'), r'^klientel \d+\.\d+\.\d+\n$')
        self.assertEqual(self.out('-V'), self.out('list', '--version'))

    def test_usage__is_exit_two__with_a_message(self):
        self.wrong(2, '--help', 'frobnicate')
        self.wrong(2, '--bogus', 'list', 'clients', '--bogus')
        self.wrong(2, '“--bogus”; see klientel --help', '--bogus')
        self.wrong(2, '“--bogus”; see klientel list --help', 'list', '--bogus')
        self.wrong(2, '--filter', 'list', 'clients', '--filter')
        self.wrong(2, '--read-only', '--read-only=yes', 'list', 'clients')
        self.wrong(2, 'usage: klientel list', 'list')
        self.wrong(2, 'usage: klientel check\n', 'check', 'now')
        self.wrong(2, 'en, sv, nb', '--language', 'fi', 'info')
        self.wrong(2, '2026-11', 'list', 'clients', '--month', 'November')
        self.wrong(2, 'whole number', 'list', 'clients', '--limit', '-1')
        self.wrong(2, 'csv', 'list', 'clients', '--format', 'pdf')
        self.wrong(2, 'jsonl', 'list', 'clients', '--format', 'yaml')
        self.wrong(2, 'grants', 'list', 'dogs')
        self.wrong(2, 'my-clients', 'report', 'weather')
        self.wrong(2, 'changeset', 'show', 'dog', '1')
        self.wrong(2, 'closed', 'step', 'dance', '--clients', 'x', '--month', '2026-11')

    def test_database__that_is_missing__is_exit_five_and_says_init(self):
        self.wrong(5, 'klientel init', 'list', 'clients', '--database', self.folder + '/none.db')

    def test_configuration__that_is_wrong__names_file_and_line(self):
        path = self.write('wrong.conf', '# mine\nlangauge = "sv";\n')
        self.wrong(2, path + ':2', '--config', path, 'config')
        self.wrong(2, path + ':2', 'config', '--config=' + path)

    def test_configuration__shows__where_values_come_from(self):
        path = self.write('good.conf', 'charset = "ascii";\n')
        text = self.out('config', '--show-origin', '--config', path, '--color=never',
                        KLIENTEL_GATE_SECONDS='3')
        self.assertIn('charset = ascii  # %s:1' % path, text)
        self.assertIn('color = never  # --color', text)
        self.assertIn('gate_seconds = 3  # environment KLIENTEL_GATE_SECONDS', text)
        self.assertIn('plain_ui = false  # built in', text)

    def test_keys__that_the_screen_would_refuse__are_told_with_both_lines(self):
        path = self.write('keys.conf', 'keys = (\n { action = "filter"; key = "F6"; },\n'
                          ' { action = "mark"; key = "F6"; }\n);\n')
        self.wrong(2, path + ':3', 'config', '--config', path)
        self.wrong(2, 'at ' + path + ':2', 'config', '--config', path)


class Init(Bureau):
    def setUp(self):
        self.path = os.path.join(self.folder, self.id().rsplit('.')[-1] + '.db')

    def init(self, *arguments):
        return self.run_program('init', *arguments, '--database', self.path, database=False)

    def test_init__makes__a_private_database_with_one_administrator(self):
        done = self.init('--partner', 'Byrå Nord AS', '--country', 'no', '--admin', 'anna')
        self.assertEqual((done.returncode, done.stdout), (0, b''), done.stderr)
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)
        users = json.loads(self.out('list', 'users', '--format', 'json', '--database', self.path))
        self.assertEqual([(user['login'], user['role']) for user in users], [('anna', 'admin')])

    def test_init__refuses__a_file_that_exists(self):
        with open(self.path, 'w', encoding='ascii') as out:
            out.write('mine')
        done = self.init('--partner', 'Byrå', '--country', 'se', '--admin', 'anna')
        self.assertEqual(done.returncode, 1)
        with open(self.path, encoding='ascii') as kept:
            self.assertEqual(kept.read(), 'mine')

    def test_init__leaves_nothing__when_it_is_refused(self):
        for arguments in (['--partner', 'A'],
                          ['--partner', 'A', '--country', 'dk', '--admin', 'anna'],
                          ['--partner', 'A', '--country', 'no', '--admin', 'Anna Berg'],
                          ['--partner', 'A\x1b[31m', '--country', 'no', '--admin', 'anna']):
            self.assertEqual(self.init(*arguments).returncode, 2, arguments)
            self.assertFalse(os.path.exists(self.path))

    def test_init__makes__the_folders_of_the_default_place(self):
        done = self.run_program('init', '--partner', 'A', '--country', 'se', '--admin', 'anna',
                                database=False, XDG_DATA_HOME=self.folder + '/new/deep')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.stat(self.folder + '/new').st_mode & 0o777, 0o700)
        self.assertTrue(os.path.exists(self.folder + '/new/deep/klientel/klientel.db'))

    def test_demo__replaces__only_a_demo(self):
        self.assertEqual(self.init('--partner', 'A', '--country', 'se', '--admin', 'anna').returncode,
                         0)
        done = self.run_program('demo', '--clients', '5', '--staff', '5', '--force', '--database',
                                self.path, database=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(self.out('list', 'users', '--columns', 'login', '--no-header', '--database',
                                  self.path), 'anna\n')


class Demo(Bureau):
    def demo(self, name, *arguments):
        return self.run_program('demo', *arguments, '--database', self.folder + '/' + name,
                                database=False)

    def rows(self, name, *arguments):
        return self.out('list', *arguments, '--format', 'csv', '--database',
                        self.folder + '/' + name)

    def test_demo__is_the_same__for_the_same_numbers(self):
        for name, seed in (('one', '7'), ('two', '7'), ('three', '8')):
            done = self.demo(name + '.db', '--clients', '12', '--staff', '6', '--seed', seed)
            self.assertEqual(done.returncode, 0, done.stderr)
        for dataset in ('clients', 'users', 'access', 'runs', 'declarations', 'employees', 'notes'):
            self.assertEqual(self.rows('one.db', dataset), self.rows('two.db', dataset), dataset)
        self.assertNotEqual(self.rows('one.db', 'clients'), self.rows('three.db', 'clients'))
        self.assertEqual(self.out('check', '--database', self.folder + '/one.db'),
                         'Everything is in order.\n')

    def test_demo__of_any_size__can_be_made(self):
        for clients, staff in ((1, 2), (3, 3), (40, 9), (2, 30)):
            done = self.demo('%d-%d.db' % (clients, staff), '--clients', str(clients), '--staff',
                             str(staff))
            self.assertEqual(done.returncode, 0, (clients, staff, done.stderr))
        self.assertEqual(self.demo('none.db', '--staff', '1').returncode, 2)
        self.assertFalse(os.path.exists(self.folder + '/none.db'))

    def test_demo__replaces_a_demo__only_when_forced(self):
        self.assertEqual(self.demo('again.db', '--clients', '2').returncode, 0)
        self.assertEqual(self.demo('again.db', '--clients', '3').returncode, 1)
        self.assertEqual(self.demo('again.db', '--clients', '3', '--force').returncode, 0)
        self.assertEqual(self.rows('again.db', 'clients', '--columns', 'id').count('\r\n'), 5)

    def test_demo__lives__on_its_own_day(self):
        self.assertEqual(self.demo('day.db', '--clients', '3', '--today', '2025-03-10').returncode,
                         0)
        figures = json.loads(self.out('dashboard', '--format', 'json', '--database',
                                      self.folder + '/day.db'))
        self.assertEqual(figures['month'], '2025-03')


USERS = 'login,name,email,role,kind\nbo,Bo Ek,bo@example.no,lead,staff\n' \
        'ceci,Ceci Ås,,operator,staff\ndag,Dag Li,,user,staff\n'
CLIENTS = 'number,orgno,name,country,city,payday,groups\n' \
          '1001,123456785,Fjord AS,NO,Bergen,15,pay15\n' \
          '1002,5560360793,"Åkes ""Rör"", Berg; Son",SE,Örebro,25,pay25\n' \
          '1003,,=SUM(A1),NO,+47 Oslo,,\n'
ACCESS = 'client,login,role\n1001,ceci,responsible\n1002,ceci,member\n1002,dag,responsible\n'
RUNS = 'client,run,kind,earned,payout,employees,payslips,lines,manual_lines,gross,net,currency,' \
       'run_by\n' \
       '1001,2026-11,ordinary,2026-11,2026-11-15,4,4,100,13,"200000,50",150000.25,NOK,ceci\n' \
       '1002,2026-11,ordinary,2026-11,2026-11-25,2,2,20,0,60000,,SEK,dag\n'


class Rows(Bureau):
    @classmethod
    def prepare(cls):
        cls.out('init', '--partner', 'Byrå Nord AS', '--country', 'no', '--admin', 'anna')
        files = []
        for name, text in (('runs', RUNS), ('access', ACCESS), ('clients', CLIENTS),
                           ('users', USERS)):
            files.append('%s/%s.csv' % (cls.folder, name))
            with open(files[-1], 'w', encoding='utf-8') as out:
                out.write(text)
        cls.receipt = json.loads(cls.out('import', '--format', 'json', *files))

    def rows(self, *arguments):
        return json.loads(self.out('list', *arguments, '--format', 'json'))

    def test_receipt__counts__every_row(self):
        self.assertEqual(self.receipt['selected'],
                         self.receipt['applied'] + self.receipt['unchanged']
                         + len(self.receipt['skipped']))
        self.assertEqual((self.receipt['selected'], self.receipt['skipped']), (11, []))
        self.assertGreater(self.receipt['changeset'], 0)

    def test_import__twice__changes_nothing(self):
        receipt = json.loads(self.out('import', '--format', 'json', self.folder + '/clients.csv'))
        self.assertEqual((receipt['applied'], receipt['unchanged']), (0, 3))

    def test_import__of_what_was_exported__changes_nothing(self):
        for form in (['--format', 'csv'], ['--csv', 'nordic']):
            for dataset in ('clients', 'users', 'runs'):
                path = self.write(dataset + '-out.csv', '')
                with open(path, 'wb') as out:
                    out.write(self.run_program('list', dataset, *form,
                                               '--filter', '!is:internal' if dataset == 'clients'
                                               else '').stdout)
                receipt = json.loads(self.out('import', '--dry-run', '--format', 'json',
                                              '--as', dataset, path))
                self.assertEqual((receipt['applied'], receipt['skipped']), (0, []),
                                 (dataset, form))

    def test_import__with_a_wrong_row__writes_nothing_and_names_the_line(self):
        path = self.write('wrong.csv', 'number,orgno,name\n2001,123456785,Ny AS\n2002,111,Feil AS\n')
        done = self.run_program('import', path)
        self.assertIn(done.returncode, (1, 2))
        self.assertIn('wrong.csv:3', done.stdout.decode() + done.stderr.decode())
        self.assertEqual(self.rows('clients', '--filter', 'Feil'), [])

    def test_import__keeping_the_good__is_exit_one(self):
        path = self.write('mixed.csv', 'client,login,role\n1001,nobody,member\n1001,ceci,responsible\n')
        receipt = json.loads(self.out('import', '--keep-good', '--format', 'json', path, code=1))
        self.assertEqual(len(receipt['skipped']), 1)
        self.assertEqual(receipt['skipped'][0]['line'], 2)

    def test_import__reads__standard_input(self):
        receipt = json.loads(self.out('import', '--format', 'json', '--as', 'clients', '-',
                                      data=CLIENTS.encode()))
        self.assertEqual(receipt['selected'], 3)

    def test_json__has_types__strings_for_money_and_null_for_unknown(self):
        runs = {run['orgno']: run for run in self.rows('runs')}
        self.assertEqual(runs['123456785']['gross'], '200000.50')
        self.assertEqual(runs['123456785']['payslips'], 4)
        self.assertIsNone(runs['5560360793']['net'])
        self.assertIsNone(runs['5560360793']['travel'])
        self.assertEqual(runs['5560360793']['payout'], '2026-11-25')
        clients = {client['number']: client for client in self.rows('clients')}
        self.assertEqual(clients['1001']['responsible'], ['ceci'])
        self.assertEqual(sorted(clients['1002']['staff']), ['ceci', 'dag'])
        self.assertIs(clients['1001']['archived'], False)
        self.assertIsNone(clients['1003']['orgno'])

    def test_csv__is_quoted__and_harmless_in_a_spreadsheet(self):
        text = self.run_program('list', 'clients', '--columns', 'name,city', '--format', 'csv',
                                '--sort', 'number', '--filter', '!is:internal').stdout.decode()
        self.assertEqual(text, 'name,city\r\nFjord AS,Bergen\r\n'
                               '"Åkes ""Rör"", Berg; Son",Örebro\r\n'
                               "'=SUM(A1),'+47 Oslo\r\n")
        self.assertEqual(len(list(csv.reader(io.StringIO(text)))), 4)

    def test_csv__nordic__has_mark_semicolon_and_comma(self):
        text = self.run_program('list', 'runs', '--columns', 'orgno,gross', '--csv', 'nordic',
                                '--sort', 'gross').stdout.decode()
        self.assertEqual(text, '\ufefforgno;gross\r\n5560360793;60000,00\r\n123456785;200000,50\r\n')

    def test_table__is_written__in_the_language_asked_for(self):
        line = ['list', 'runs', '--columns', 'payout', '--filter', 'fjord', '--no-header']
        self.assertEqual(self.out('--language', 'en', *line), '15 Nov 2026\n')
        self.assertEqual(self.out('--language', 'sv', *line), '15 nov 2026\n')
        self.assertEqual(self.out(*line, KLIENTEL_LANGUAGE='nb'), '15. nov. 2026\n')
        self.assertEqual(self.out(*line, KLIENTEL_LANGUAGE=''), '15. nov. 2026\n')

    def test_jsonl__is_an_object_a_line(self):
        lines = self.out('list', 'clients', '--format', 'jsonl').splitlines()
        self.assertEqual(len(lines), 4)
        self.assertEqual(list(json.loads(lines[0]))[:4], ['id', 'number', 'orgno', 'name'])

    def test_list__limits_sorts_and_hides_the_header(self):
        self.assertEqual(self.out('list', 'clients', '--columns', 'number', '--sort', '-number',
                                  '--limit', '2', '--no-header'), '1003\n1002\n')
        self.assertEqual(self.rows('clients', '--limit', '0'), [])
        self.assertEqual(self.out('list', 'clients', '--filter', 'nothing like it', '--format',
                                  'csv', '--columns', 'name'), 'name\r\n')

    def test_list__knows__access_as_of_a_day(self):
        self.assertEqual(self.rows('access', '--as-of', '2000-01-01'), [])
        self.assertEqual(len(self.rows('access')), 3)

    def test_filter__selects__by_text_person_and_group(self):
        def names(filter_text):
            return [row['name'] for row in self.rows('clients', '--filter', filter_text,
                                                     '--columns', 'name')]
        self.assertEqual(names('fjord'), ['Fjord AS'])
        self.assertEqual(names('resp:ceci'), ['Fjord AS'])
        self.assertEqual(names('group:pay25'), ['Åkes "Rör", Berg; Son'])
        self.assertEqual(names('payday>=15 payday<20'), ['Fjord AS'])
        self.assertEqual(names('123 456 785'), ['Fjord AS'])

    def test_filter__with_an_error__shows_the_place(self):
        message = self.wrong(2, 'position 7', 'list', 'clients', '--filter', 'fjord wage=3')
        self.assertIn('\n  fjord wage=3\n        ^\n', message)
        self.wrong(2, 'position', 'list', 'clients', '--filter', 'name~(')
        self.wrong(2, 'nobody', 'list', 'clients', '--filter', 'resp:nobody')
        self.wrong(2, 'position', 'log', '--filter', 'wage=3')
        self.wrong(2, 'position', 'dashboard', '--filter', 'wage=3')

    def test_views__are_saved_used_and_dropped(self):
        self.out('view', 'save', 'Bergen', '--filter', 'city:bergen')
        self.assertEqual(len(self.rows('clients', '--view', 'bergen')), 1)
        self.assertEqual(len(self.rows('runs', '--view', 'bergen')), 1)
        self.assertEqual(self.rows('clients', '--view', 'bergen', '--filter', 'nothing'), [])
        self.out('view', 'drop', 'Bergen')
        self.wrong(2, 'Bergen', 'list', 'clients', '--view', 'Bergen')

    def test_show__client__by_number_orgno_and_id(self):
        card = json.loads(self.out('show', 'client', '1001', '--format', 'json'))
        self.assertEqual((card['name'], card['orgno']), ('Fjord AS', '123456785'))
        self.assertEqual([grant['login'] for grant in card['access']], ['ceci'])
        self.assertEqual([run['run'] for run in card['runs']], ['2026-11'])
        self.assertEqual(card['groups'], ['pay15'])
        for key in ('123456785', '123 456 785'):
            self.assertEqual(json.loads(self.out('show', 'client', key, '--format', 'json')), card)
        self.assertIn('Fjord AS', self.out('show', 'client', '1001'))
        self.wrong(1, '9999', 'show', 'client', '9999')

    def test_show__user_and_changeset(self):
        user = json.loads(self.out('show', 'user', 'ceci', '--format', 'json'))
        self.assertEqual((user['name'], len(user['access'])), ('Ceci Ås', 2))
        change = json.loads(self.out('show', 'changeset', str(self.receipt['changeset']),
                                     '--format', 'json'))
        self.assertEqual((change['actor'], change['command']), ('anna', 'import'))
        self.assertEqual(len(change['changes']) >= 11, True)
        self.wrong(1, 'nobody', 'show', 'user', 'nobody')
        self.wrong(1, '99999', 'show', 'changeset', '99999')

    def test_dashboard__has_its_shape__in_json(self):
        figures = json.loads(self.out('report', 'dashboard', '--month', '2026-11', '--format',
                                      'json'))
        self.assertEqual(list(figures), ['month', 'clients', 'employees', 'payslips', 'travel',
                                         'absences', 'automation', 'failed', 'unresolved', 'pay',
                                         'pay_basis', 'due'])
        for due in figures['due']:
            self.assertEqual(due['due'], sum(due[part] for part in (
                'received', 'rejected', 'none', 'made', 'sent', 'waiting')))
        self.assertEqual(figures['month'], '2026-11')
        self.assertEqual((figures['clients'], figures['payslips']), (2, 6))
        self.assertIsNone(figures['travel'])
        self.assertEqual(figures['automation'], '89.2')
        self.assertEqual(figures['pay'], {'NOK': '150000.25', 'SEK': '60000.00'})
        self.assertEqual(figures['pay_basis'], 'mixed')
        same = json.loads(self.out('dashboard', '--month=2026-11', '--format=json'))
        self.assertEqual(same, figures)
        empty = json.loads(self.out('dashboard', '--month', '2001-01', '--format', 'json'))
        self.assertEqual((empty['pay'], empty['pay_basis'], empty['automation']), ({}, None, None))

    def test_dashboard__narrows__to_a_filter(self):
        figures = json.loads(self.out('dashboard', '--month', '2026-11', '--filter', 'fjord',
                                      '--format', 'json'))
        self.assertEqual((figures['clients'], figures['pay']), (1, {'NOK': '150000.25'}))

    def test_dashboard__is_what_no_command_prints__without_a_terminal(self):
        self.assertEqual(self.out(), self.out('dashboard'))
        self.assertIn('Payroll clients', self.out())

    def test_reports__are_rows__that_can_be_exported(self):
        rows = json.loads(self.out('report', 'my-clients', '--format', 'json', '--as-user', 'ceci'))
        self.assertEqual([row['name'] for row in rows], ['Fjord AS'])
        rows = json.loads(self.out('report', 'access', '--format', 'json', '--filter', 'login:dag'))
        self.assertEqual([row['client_name'] for row in rows], ['Åkes "Rör", Berg; Son'])

    def test_steps_and_notes__are_written__and_seen(self):
        receipt = json.loads(self.out('step', 'approved', '--clients', 'is:internal | fjord',
                                      '--month', '2026-11', '--format', 'json'))
        self.assertEqual(receipt['selected'],
                         receipt['applied'] + receipt['unchanged'] + len(receipt['skipped']))
        steps = self.rows('steps', '--filter', 'fjord step=approved')
        self.assertEqual([step['month'] for step in steps], ['2026-11'])
        self.wrong(2, '--month', 'step', 'approved', '--clients', 'fjord')
        self.out('note', 'add', '1001', 'Ring', 'dem', '--due', '2026-12-01', '--for', 'bo')
        notes = self.rows('notes', '--filter', 'fjord')
        self.assertEqual([(note['text'], note['due'], note['person']) for note in notes],
                         [('Ring dem', '2026-12-01', 'bo')])
        self.out('note', 'add', '--client', '1002', 'Hej')
        self.assertEqual(len(self.rows('notes', '--filter', 'hej')), 1)
        self.wrong(2, 'usage', 'note', 'add', '1001')

    def test_log__speaks_to_people_in_words__and_to_programs_as_it_is(self):
        self.out('step', 'approved', '--clients', 'fjord', '--month', '2026-11')
        asked = ('log', '--filter', 'command=step', '--limit', '1', '--language', 'sv')
        shown = self.out(*asked)
        self.assertRegex(shown, r'månadssteg .* godkänt av klienten .* \d+ nov 2026 \d\d:\d\d \(november 2026\)')
        self.assertNotIn('approved', shown)
        self.assertRegex(self.out(*asked, '--format', 'csv'),
                         r',step,.*,approved,,2026-11 2026-11-\d\dT\d\d:\d\d:\d\dZ,')
        shown = self.out('log', '--filter', 'column=row command=import', '--language', 'nb')
        self.assertRegex(shown, r'import .* post .*Nummer: ')
        self.assertNotRegex(shown, r'\dZ\b|[a-z]=')

    def test_roles__see_and_do__what_they_may(self):
        self.assertEqual([row['name'] for row in json.loads(
            self.out('list', 'clients', '--as-user', 'dag', '--format', 'json'))],
            ['Åkes "Rör", Berg; Son'])
        runs = {row['orgno']: row['gross'] for row in json.loads(
            self.out('list', 'runs', '--as-user', 'dag', '--format', 'json'))}
        self.assertNotIn('123456785', runs)
        self.wrong(1, '1001', 'show', 'client', '1001', '--as-user', 'dag')
        done = self.run_program('import', self.folder + '/clients.csv', '--as-user', 'ceci')
        self.assertEqual(done.returncode, 4, done.stderr)
        self.wrong(4, 'administrators', 'backup', self.folder + '/no.db', '--as-user', 'bo')
        self.wrong(4, 'nobody', 'list', 'clients', '--as-user', 'nobody')
        self.wrong(4, 'SSH', 'list', 'clients', '--as-user', 'bo', SSH_CONNECTION='1 2 3 4')

    def test_read_only__refuses__every_change(self):
        before = self.out('log', '--verify')
        for line in (['note', 'add', '1001', 'x'], ['import', self.folder + '/clients.csv'],
                     ['step', 'closed', '--clients', 'fjord', '--month', '2026-11'],
                     ['view', 'save', 'x', '--filter', 'y'], ['migrate'],
                     ['demo', '--force'], ['restore', self.folder + '/none.db']):
            done = self.run_program('--read-only', *line)
            self.assertEqual(done.returncode, 4, (line, done.stderr))
        self.assertEqual(len(self.rows('clients', '--read-only')), 4)
        self.assertEqual(self.out('log', '--verify'), before)

    def test_log__is_whole__and_says_its_head(self):
        self.assertRegex(self.out('log', '--verify'),
                         r'^head [0-9a-f]{64}\nchange-sets \d+\nThe log is whole\.\n$')
        self.assertIn('import', self.out('log', '--filter', 'command=import', '--limit', '1'))

    def test_check_backup_restore__work_together(self):
        self.assertEqual(self.out('check'), 'Everything is in order.\n')
        copy = self.folder + '/copy.db'
        self.out('backup', copy)
        self.assertEqual(os.stat(copy).st_mode & 0o777, 0o600)
        self.assertNotEqual(self.run_program('backup', copy).returncode, 0)
        self.out('restore', copy, '--check')
        other = self.folder + '/other.db'
        shutil.copy(copy, other)
        os.chmod(other, 0o600)
        before = self.out('log', '--verify', '--database', other)
        self.out('restore', copy, '--database', other)
        count = lambda text: int(re.search(r'change-sets (\d+)', text)[1])
        self.assertEqual(count(self.out('log', '--verify', '--database', other)), count(before) + 1)
        with open(copy, 'r+b') as broken:
            broken.seek(8192)
            broken.write(b'\xff' * 4096)
        self.assertNotEqual(self.run_program('restore', copy, '--check').returncode, 0)

    def test_info__is_an_object(self):
        info = json.loads(self.out('info', '--json'))
        self.assertEqual((info['database'], info['schema'], info['clients']), (self.database, 1, 4))
        self.assertIn('version', self.out('info'))

    def test_output__that_cannot_be_written__is_exit_five(self):
        with open('/dev/full', 'wb') as full:
            for line in (['list', 'clients'], ['dashboard'], ['info'], ['--help'],
                         ['list', 'clients', '--format', 'json']):
                done = subprocess.run([PROGRAM, '--database', self.database] + line, stdout=full,
                                      stderr=subprocess.PIPE, env=environment(self.folder))
                self.assertEqual(done.returncode, 5, (line, done.stderr))

    def test_output__that_nobody_reads_on__is_no_error(self):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([PROGRAM, '--database', self.database, 'list', 'clients'],
                              stdout=writing, stderr=subprocess.PIPE, env=environment(self.folder))
        os.close(writing)
        self.assertEqual((done.returncode, done.stderr), (0, b''))

    def test_table__on_a_terminal__fits_its_width(self):
        master, slave = pty.openpty()
        import fcntl
        import struct
        import termios
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 30, 0, 0))
        subprocess.run([PROGRAM, '--database', self.database, 'list', 'clients', '--columns',
                        'name,city,number'], stdout=slave, env=environment(self.folder), check=True)
        os.close(slave)
        text = b''
        try:
            while chunk := os.read(master, 4096):
                text += chunk
        except OSError:
            pass
        os.close(master)
        lines = text.decode().splitlines()
        self.assertEqual(len(lines), 5)
        self.assertTrue(all(len(line) <= 30 for line in lines), lines)
        self.assertIn('~', text.decode())


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
