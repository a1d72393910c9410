"""Random expressions of the filter language: every production, values taken from real rows.

Each is made from a seed and a table (reference.Table); one in five is damaged afterwards. Damaged or
not, both implementations must say the same.
"""
import random
import unicodedata

import reference

WORDS = ('as', 'Ås', 'sjö', 'ø', 'æ', 'å', 'AB', 'hb', 'berg', 'BYGG', 'e', 'ß', 'STRASSE', 'é',
         'http://x', 'x:y', 'a&b', 'O\'Neill', '123', '16', '-', '2026', 'MVA', 'nothing', '1.5',
         'a(b)c', 'f(x', 'a-b=c', 'x1:y', 'e.g.=2', 'foo:"a b"', '1=1', 'x!=y', 'A|B', 'a"b', '\\', 'no', 'se', '*', 'to,from', '#1', 'today')
DAYS = ('today', 'today+1', 'today+14', 'today-3', 'TODAY-40', 'Today+0', '2026-11-18', '2026-10-31',
        '2025-12-01', '2026-02-28')
BAD_DAYS = ('2026-02-30', '2026-13-01', 'tomorrow', '18.11.2026', 'today+', 'today+x', '2026-1-1',
            'yesterday', '12')
NUMBERS = ('0', '1', '5', '10', '12', '25', '100', '-1', '+7', '1000', '"1 000"', '007')
AMOUNTS = ('0', '1000', '25000.50', '25000,5', '"120 000"', '"1 234 567,00"', '1234567.8', '-5',
           "120'000", '1.234.567,00', '99999.99')
BAD_NUMBERS = ('x', '1x', '1.5.2', '--1', '0x10', '1e3', '12.345', 'NOK', '"1 00"')
MONTHS = ('2026-11', '2026-10', '2025-12', '2026-01')
SOLE_TRADERS = ('8001011231', '1912314562', '2011057896')  # of odd-clients.csv
TRUTHS = ('true', 'false', 'yes', 'No', '1', '0', 'FALSE')
TESTS = ('mine', 'reach', 'covering', 'marked', 'favourite', 'stale', 'closed', 'reported', 'paid',
         'demo', 'archived', 'internal', 'accessible', 'active', 'MINE')
PIECES = ('(H', 'B (', 'a)', 'k\\s', 'a|b', '!', '"', 'C/O', 'Ω', 'ß', 'é', '.', 'Σ', 'Å')
PATTERNS = ('', '^{}', '{}$', '^{}$', '{}', r'\b{}', r'{}\b', '({}|as)', '[aeiouyåäöæø]{}', '{}?', '{}.*a',
            '.{{3}}{}', r'\d{{2}}', r'\w+ \w+', '^[a-f]', '[^a-z ]{{2}}', '(?:{}|^k).', 'a|{}', '^..$',
            r'\.', r'\/', 'a/b', '(?=.*e){}', '(?!.*a){}', '^(?!{})', '{}+', 'A|{}', r'\S+{}', r'\D\d')
DAMAGE = '()|!"/~=<>: \\\ta'


class Maker:
    def __init__(self, table, names, seed):
        """names: relation -> values worth asking for."""
        self.table, self.names, self.random = table, names, random.Random(seed)
        self.columns = list(table.columns.values())
        self.by_label = [column['label'].replace('.', '').replace(' ', '_').replace('-', '_')
                         for column in self.columns]

    def expression(self):
        text = self.filter(0)
        if self.random.random() < 0.2:
            text = self.damaged(text)
        return text.replace('\n', ' ')

    def damaged(self, text):
        letters = list(text)
        for _ in range(self.random.randint(1, 3)):
            at = self.random.randint(0, len(letters))
            kind = self.random.randrange(3)
            if kind == 0 and at < len(letters):
                del letters[at]
            elif kind == 1 and at < len(letters):
                letters[at] = self.random.choice(DAMAGE)
            else:
                letters.insert(at, self.random.choice(DAMAGE))
        return ''.join(letters)

    # ---- the productions ----

    def filter(self, depth):
        several = self.random.choice((1, 1, 1, 2, 2, 3) if depth < 4 else (1,))
        bar = self.random.choice(('|', ' | ', '| ', ' |'))
        return bar.join(self.both(depth) for _ in range(several))

    def both(self, depth):
        several = self.random.choice((1, 1, 1, 2, 2, 3))
        blank = self.random.choice((' ', ' ', '  ', '\t'))
        return blank.join(self.negation(depth) for _ in range(several))

    def negation(self, depth):
        sign = self.random.choice(('', '', '', '!', '! ' if self.random.random() < 0.1 else '!'))
        return sign + self.atom(depth)

    def atom(self, depth):
        kinds = (self.word, self.word, self.slashed, self.test, self.related, self.named, self.named,
                 self.tilde, self.tilde, self.compared, self.compared, self.compared, self.equals)
        if depth < 4 and self.random.random() < 0.16:
            blank = self.random.choice(('', ' '))
            return '(' + blank + self.filter(depth + 1) + blank + ')'
        return self.random.choice(kinds)()

    def word(self):
        roll = self.random.random()
        if roll < 0.3:
            return self.spelled(self.random.choice(WORDS))
        if roll < 0.45:
            return self.value_text(self.orgno())
        column = self.random.choice(self.table.searched() or self.columns)
        return self.value_text(self.piece(self.sample(column)))

    def slashed(self):
        pattern = self.pattern(self.random.choice(self.columns))
        return '/' + pattern.replace('/', r'\/').replace(r'\\/', r'\/') + '/'

    def test(self):
        if self.random.random() < 0.05:
            return 'is:' + self.random.choice(('nosuch', 'name', '', '"mine"', 'mine)'))
        return 'is:' + self.random.choice(TESTS if self.table.has_client else TESTS[3:4] + TESTS[-3:-1])

    def related(self):
        if not self.table.has_client and self.random.random() < 0.9:
            return self.named()
        name = self.random.choice(reference.RELATIONS)
        values = self.names[name] or ['nobody']
        value = 'nobody' if self.random.random() < 0.06 else self.random.choice(values)
        return name + ':' + self.value_text(self.cased(value))

    def named(self):
        column = self.column()
        if column['name'] in reference.RELATIONS:
            return self.related()
        if self.random.random() < 0.1:
            return self.name(column) + ':' + self.spelled(self.random.choice(WORDS))
        value = self.orgno() if column['name'] == 'orgno' else self.piece(self.sample(column))
        return self.name(column) + ':' + self.value_text(value)

    def tilde(self):
        column = self.column()
        pattern = self.pattern(column)
        if ' ' in pattern or self.random.random() < 0.2:
            pattern = self.quoted(pattern)
        return self.name(column) + '~' + pattern

    def equals(self):
        column = self.column()
        truths = [column for column in self.columns if column['type'] == 'boolean']
        if truths and self.random.random() < 0.15:
            column = self.random.choice(truths)
            return self.name(column) + '=' + self.random.choice(TRUTHS)
        sample = self.orgno() if column['name'] == 'orgno' else self.sample(column)
        return self.name(column) + '=' + self.value_text(self.cased(sample))

    def compared(self):
        column = self.random.choice([column for column in self.columns
                                     if column['type'] in reference.ORDERED_TYPES] or self.columns)
        if self.random.random() < 0.03:
            column = self.column()
        op = self.random.choice(('=', '<', '<=', '>', '>='))
        return self.name(column) + op + self.operand(column)

    # ---- names and values ----

    def column(self):
        roll = self.random.random()
        if roll < 0.02:
            return {'name': self.random.choice(('nosuch', 'x', 'navn!', '1')), 'type': 'text'}
        text = [column for column in self.columns if column['type'] in reference.TEXT_TYPES]
        return self.random.choice(text if roll < 0.96 else self.columns)

    def name(self, column):
        roll = self.random.random()
        if roll < 0.1 and column in self.columns:
            label = self.by_label[self.columns.index(column)]
            return self.random.choice((label, label.replace('_', '-')))
        return self.cased(column['name']) if roll < 0.2 else column['name']

    def sample(self, column):
        name = column['name']
        cell = self.random.choice(self.table.rows).get(name) if self.table.rows else None
        for _ in range(4):
            if cell not in (None, '', []):
                break
            cell = self.random.choice(self.table.rows).get(name) if self.table.rows else None
        if isinstance(cell, list):
            return self.random.choice(cell) if cell else ''
        if isinstance(cell, bool):
            return 'true' if cell else 'false'
        return '' if cell is None else str(cell)

    def operand(self, column):
        kind, roll = column['type'], self.random.random()
        if roll < 0.03:
            return ''
        if roll < 0.06:
            return self.random.choice(BAD_DAYS + BAD_NUMBERS)
        if roll < 0.5 and kind not in ('instant',):
            return self.value_text(self.sample(column)) or '"1"'
        if kind == 'instant' and roll < 0.3:
            return self.sample(column)[:10] or 'today'
        if kind == 'instant' and roll < 0.4:
            return self.sample(column) or '"2026-11-09 13:00"'
        choices = {'date': DAYS, 'instant': DAYS, 'month': MONTHS + DAYS[:3], 'money': AMOUNTS,
                   'integer': NUMBERS, 'percent': NUMBERS}.get(kind, WORDS[:3] + TRUTHS)
        return self.random.choice(choices)

    def orgno(self):
        """An organisation number as somebody might type it."""
        column = self.table.columns.get('orgno')
        digits = self.sample(column) if column else '556677889'
        if column and self.random.random() < 0.1:
            digits = self.random.choice(SOLE_TRADERS)
        digits = digits or '12345'
        half = len(digits) // 2
        forms = [digits, digits[:half], digits[half:], digits[:3] + ' ' + digits[3:6] + ' ' + digits[6:],
                 digits[:6] + '-' + digits[6:], digits[:6] + '.' + digits[6:]]
        if len(digits) == 9:
            forms += ['NO' + digits, digits + 'MVA', 'NO ' + digits + ' MVA', 'no' + digits + 'mva']
        if len(digits) == 10 and digits[2] in '01':
            forms += ['19' + digits, '20' + digits[:6] + '-' + digits[6:]]
        if len(digits) == 10:
            forms += ['16' + digits, '16' + digits[:6] + '-' + digits[6:], 'SE' + digits,
                      'SE' + digits + '01']
        return self.random.choice(forms)

    def piece(self, text):
        """Something somebody would type to find that text."""
        if not text or self.random.random() < 0.2:
            return self.cased(text)
        if ' ' in text and self.random.random() < 0.5:
            return self.cased(self.random.choice(text.split(' ')))
        start = self.random.randrange(len(text))
        return self.cased(text[start:start + self.random.randint(1, 5)])

    def cased(self, text):
        roll = self.random.random()
        if roll < 0.2:
            return text.upper()
        if roll < 0.4:
            return text.lower()
        if roll < 0.45:
            return unicodedata.normalize('NFD', text)
        if roll < 0.5:
            return text.translate(str.maketrans('åäöÅÄÖøé', 'aaoAAOoe'))
        return text

    def spelled(self, word):
        return self.quoted(word) if self.random.random() < 0.15 else word

    def quoted(self, text):
        return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'

    def value_text(self, value):
        special = any(sign in ' \t|()"' for sign in value)
        if special and self.random.random() < 0.95 or self.random.random() < 0.1:
            return self.quoted(value)
        return value

    def pattern(self, column):
        """A pattern that means the same in both engines, or one that neither takes."""
        if self.random.random() < 0.03:
            return self.random.choice(reference.SURELY_WRONG)
        for _ in range(20):
            piece = self.piece(self.sample(column))[:4].strip()
            if self.random.random() < 0.1:
                piece = self.random.choice(PIECES)
            if piece != unicodedata.normalize('NFC', piece):
                continue
            escaped = ''.join('\\' + sign if sign in '\\^$.[]|()?*+{}/' else sign for sign in piece)
            pattern = self.random.choice(PATTERNS).format(escaped)
            try:
                if not reference.check_common(pattern):
                    return pattern
            except reference.NotCommon:
                continue
        return 'a'
