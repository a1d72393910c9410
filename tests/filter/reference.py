"""The filter language once more, independently: recursive descent over the grammar of the guide.

Written from the description of the language only, never from the program's own parser, so that the
two can be tested against each other. Rows come as JSON from the program; a filter becomes a bit set
of row numbers. Patterns go through `re`, restricted to what means the same in PCRE2 (`NotCommon`
is raised for the rest, and the caller draws another expression).
"""
import datetime
import re
import unicodedata

TEXT_TYPES = ('text', 'code', 'list')
ORDERED_TYPES = ('integer', 'money', 'percent', 'date', 'month', 'instant')
RELATIONS = ('resp', 'staff', 'group', 'view')
CLIENT_TESTS = ('mine', 'reach', 'covering', 'favourite', 'stale')
BLANKS = ' \t'
LETTER = '[A-Za-z_\u0080-\U0010ffff]'
NAME = re.compile(f'({LETTER}(?:{LETTER}|[0-9.-])*)(:|~|=|<=|<|>=|>)')


class Wrong(Exception):
    """The expression is refused.

    sure: both must point at the same place; else the language leaves open which part of the atom.
    """

    def __init__(self, position, why, sure=False):
        super().__init__(why)
        self.position, self.sure = position, sure


class NotCommon(Exception):
    """A pattern that `re` and PCRE2 might read differently."""


def fold(text):
    decomposed = unicodedata.normalize('NFD', text)
    return unicodedata.normalize('NFC', decomposed.casefold())


# ---- numbers, dates ----

def whole_number(text):
    match = re.fullmatch("([-+\u2212]?)([0-9]+|[0-9]{1,3}(?:([ \u00a0\u202f'\u2019])[0-9]{3}"
                         "(?:\\3[0-9]{3})*))", text)
    if not match:
        return None
    digits = re.sub('[^0-9]', '', match[2])
    return -int(digits) if match[1] in ('-', '\u2212') else int(digits)


def minor_units(text):
    marks = [at for at, sign in enumerate(text) if sign in '.,']
    body, decimals = text, ''
    if marks:
        last = marks[-1]
        body, decimals = text[:last], text[last + 1:]
        other = {'.': ',', ',': '.'}[text[last]]
        if text[last] in body or not re.fullmatch('[0-9]+', decimals) or not body.strip('+-\u2212'):
            return None
        if other in body:
            if not re.fullmatch('[-+\u2212]?[0-9]{1,3}(' + re.escape(other) + '[0-9]{3})+', body):
                return None
            body = body.replace(other, '')
        elif len(decimals) == 3 and re.fullmatch('[-+\u2212]?[1-9][0-9]{0,2}', body):
            return None  # 1.234 could be thousands
    number = whole_number(body)
    rest = decimals[2:]
    if number is None or rest.strip('0'):
        return None
    cents = int((decimals + '00')[:2])
    negative = text[0] in '-\u2212'
    return number * 100 + (-cents if negative else cents)


def day(text):
    if not re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', text):
        return None
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2199 else None


def typed_day(text, today):
    match = re.fullmatch('today(?:([-+])([0-9]{1,5}))?', text.lower())
    if not match:
        return day(text)
    days = int(match[2] or 0)
    return today + datetime.timedelta(days=-days if match[1] == '-' else days)


def last_sunday(year, month):
    end = datetime.date(year, month, 31)
    return end - datetime.timedelta(days=end.isoweekday() % 7)


def bureau_summer(second):
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=second)
    start, end = (datetime.datetime.combine(last_sunday(at.year, month), datetime.time(1))
                  for month in (3, 10))
    return start <= at < end


def bureau_day(second):
    """The calendar day in bureau time (Central European) of a second in UTC."""
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=second)
    return (at + datetime.timedelta(hours=2 if bureau_summer(second) else 1)).date()


def instant_second(text):
    at = datetime.datetime.strptime(text, '%Y-%m-%dT%H:%M:%SZ')
    return int((at - datetime.datetime(1970, 1, 1)).total_seconds())


def typed_second(text):
    """A moment as typed: an ISO instant with its zone, or DATE HH:MM in bureau time; else None."""
    match = re.fullmatch(r'([0-9-]{10})(?: ([0-9]{2}):([0-9]{2})|T([0-9]{2}):([0-9]{2})(?::([0-9]{2})'
                         r'(?:\.[0-9]+)?)?(Z|[-+][0-9]{2}:[0-9]{2}))', text)
    if not match or day(match[1]) is None:
        return None
    hour, minute, second = int(match[2] or match[4]), int(match[3] or match[5]), int(match[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    days = (day(match[1]) - datetime.date(1970, 1, 1)).days
    at = ((days * 24 + hour) * 60 + minute) * 60 + second
    if match[7] == 'Z':
        return at
    if match[7]:
        shift = int(match[7][1:3]) * 3600 + int(match[7][4:]) * 60
        return at + shift if match[7][0] == '-' else at - shift
    return at - (7200 if bureau_summer(at - 7200) else 3600)


def orgno_digits(word):
    """C59: the digits of an organisation number typed any way, or None when it can not be one."""
    text = re.sub('[ \t\u00a0\u202f.-]', '', word).upper()
    value_added = text.startswith('SE') and text.endswith('01')
    text = re.sub('^(NO|SE)', '', text)
    text = re.sub('MVA$', '', text)
    if not re.fullmatch('[0-9]{2,}', text):
        return None
    if len(text) in (11, 12) and text.startswith('16'):
        return text[2:]
    if len(text) == 12 and text[:2] in ('19', '20') and text[4] in '01' and not value_added:
        return text[2:]  # a sole trader's number with its century
    return text[:10] if len(text) == 12 and text.endswith('01') else text


# ---- patterns ----

COMMON = re.compile(r'''
    (?P<literal> [^\\\[\](){}*+?|^$.] ) | (?P<any> \. ) | (?P<anchor> [\^$] | \\[bB] )
  | (?P<set> \[ \^? [^\\\[\]^-] (?: - [^\\\[\]^-] | [^\\\[\]^-] | \\[dws] )* \] )
  | (?P<class> \\[dwsDWS] ) | (?P<escaped> \\[^A-Za-z0-9\s] )
  | (?P<repeat> (?: [*+?] | \{ [0-9]{1,2} (?: , [0-9]{0,2} )? \} ) \?? )
  | (?P<open> \( (?: \?: | \?= | \?! )? ) | (?P<close> \) ) | (?P<or> \| )
''', re.X)
SURELY_WRONG = ('(', '[', '*', '+', '?', 'a(', '(a', 'a)', '[a', 'a{2,1}', '[z-a]', '(?', 'a\\')


def check_common(pattern):
    """Raises NotCommon unless the pattern is of the shared subset. True: it is wrong in both."""
    if pattern in SURELY_WRONG:
        return True
    at, previous, depth, repeated = 0, 'start', [], False
    while at < len(pattern):
        match = COMMON.match(pattern, at)
        if not match:
            raise NotCommon(pattern)
        kind = match.lastgroup
        if kind == 'repeat':
            if previous not in ('literal', 'any', 'set', 'class', 'escaped', 'close'):
                raise NotCommon(pattern)
            if previous == 'close' and repeated:
                raise NotCommon(pattern)  # may run into the limits
            if depth:
                depth[-1] = True
        elif kind == 'open':
            depth.append(False)
        elif kind == 'close':
            if not depth:
                raise NotCommon(pattern)
            repeated = depth.pop()
            if depth and repeated:
                depth[-1] = True
        previous, at = kind, match.end()
    if depth:
        raise NotCommon(pattern)
    return False


def compile_pattern(pattern, position):
    if check_common(pattern):
        raise Wrong(position, 'pattern')
    plain = re.sub(r'\\.', '', pattern)
    capital = any(sign != sign.lower() for sign in plain)
    try:
        return re.compile(pattern, 0 if capital else re.IGNORECASE)
    except re.error as error:
        if 'min repeat' in str(error) or 'bad character range' in str(error):
            raise Wrong(position, 'pattern') from error
        raise NotCommon(pattern) from error


# ---- the rows and what is known about them ----

class Table:
    """One dataset as the program gave it, with what relations and tests need.

    data: the first line of filter-batch. relation(name, value) -> set of client ids, KeyError when
    there is no such person, group or view; tests: name -> set of client ids.
    """

    def __init__(self, data, relation, tests):
        self.columns = {column['name']: column for column in data['columns']}
        self.labels = {}
        for column in data['columns']:
            label = re.sub('[ -]', '_', column['label'].replace('.', ''))
            self.labels.setdefault(fold(label), column)
        self.rows = data['rows']
        self.ids = [row['#id'] for row in self.rows]
        self.clients = [row['#client'] for row in self.rows]
        self.today = day(data['today'])
        self.has_client = data['has_client']
        self.marked = set(data['marked'])
        self.relation, self.tests = relation, tests
        self.all = (1 << len(self.rows)) - 1
        self.memory = {}
        self.folded = {}

    def column(self, name):
        label = fold(name).replace('.', '').replace('-', '_')
        return self.columns.get(fold(name)) or self.labels.get(label)

    def texts(self, column, row):
        """The texts of a cell: none when it is unknown, one each for the items of a list."""
        value = self.rows[row][column['name']]
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def folded_texts(self, column):
        name = column['name']
        if name not in self.folded:
            self.folded[name] = [[fold(text) for text in self.texts(column, row)]
                                 for row in range(len(self.rows))]
        return self.folded[name]

    def searched(self):
        return [column for column in self.columns.values() if column['searched']]

    def where(self, test):
        bits = 0
        for row in range(len(self.rows)):
            if test(row):
                bits |= 1 << row
        return bits

    def of_clients(self, clients):
        return self.where(lambda row: self.clients[row] in clients)

    # -- atoms: each gives a bit set, remembered --

    def remembered(self, key, make):
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]

    def contains(self, columns, word):
        key = ('contains', tuple(column['name'] for column in columns), word)
        return self.remembered(key, lambda: self.find(columns, word))

    def find(self, columns, word):
        wanted, digits = fold(word), orgno_digits(word)
        bits = 0
        for column in columns:
            lists = self.folded_texts(column)
            bits |= self.where(lambda row: any(wanted in text for text in lists[row]))
            if column['name'] == 'orgno' and digits:
                bits |= self.where(lambda row: any(digits in text for text in lists[row]))
        return bits if wanted else self.all

    def fits(self, columns, pattern, position):
        compiled = compile_pattern(pattern, position)
        if not pattern:
            return self.all  # nothing asked yet
        key = ('fits', tuple(column['name'] for column in columns), pattern)
        return self.remembered(key, lambda: self.where(lambda row: any(
            compiled.search(text) for column in columns for text in self.texts(column, row))))

    def compare(self, column, op, text, position):
        key = ('compare', column['name'], op, text)
        if key not in self.memory:
            self.memory[key] = self.comparison(column, op, text, position)
        return self.memory[key]

    def comparison(self, column, op, text, position):
        kind, name = column['type'], column['name']
        if op != '=' and kind not in ORDERED_TYPES:
            raise Wrong(position, 'not ordered')
        if text == '':
            if op != '=':
                raise Wrong(position, 'nothing to compare with')
            return self.where(lambda row: self.rows[row][name] in (None, '', []))
        if kind in TEXT_TYPES:
            wanted, digits = fold(text), orgno_digits(text) if name == 'orgno' else None
            lists = self.folded_texts(column)
            return self.where(lambda row: any(has in (wanted, digits) for has in lists[row]))
        if kind == 'boolean':
            wanted = {'true': True, 'yes': True, '1': True,
                      'false': False, 'no': False, '0': False}.get(fold(text))
            if wanted is None:
                raise Wrong(position, 'neither true nor false')
            return self.where(lambda row: self.rows[row][name] == wanted)
        wanted, read = self.operand(kind, text)
        if wanted is None:
            raise Wrong(position, 'not a value of that type')
        holds = {'=': lambda a: a == wanted, '<': lambda a: a < wanted, '<=': lambda a: a <= wanted,
                 '>': lambda a: a > wanted, '>=': lambda a: a >= wanted}[op]

        def test(row):
            value = self.rows[row][name]
            return value is not None and holds(read(value))
        return self.where(test)

    def operand(self, kind, text):
        """The value to compare with, and how a cell of the JSON becomes comparable with it."""
        if kind == 'integer':
            return whole_number(text), int
        if kind == 'money':
            return minor_units(text), lambda cell: int(cell.replace('.', ''))
        if kind == 'percent':
            number = minor_units(text)
            return number, lambda cell: int(cell.replace('.', '')) * 10
        if kind == 'date':
            return typed_day(text, self.today), day
        if kind == 'month':
            if re.fullmatch('[0-9]{4}-(0[1-9]|1[0-2])', text):
                return text, str
            found = typed_day(text, self.today)
            return found and found.isoformat()[:7], str
        second = typed_second(text)
        if second is not None:
            return second, instant_second
        return typed_day(text, self.today), lambda cell: bureau_day(instant_second(cell))


# ---- the grammar ----

class Parser:
    def __init__(self, text, table):
        self.text, self.table, self.at = text, table, 0

    def skip(self):
        while self.at < len(self.text) and self.text[self.at] in BLANKS:
            self.at += 1

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ''

    def run(self):
        self.skip()
        if not self.peek():
            return self.table.all
        bits = self.filter()
        if self.peek():
            raise Wrong(self.at, 'a ) too many', True)
        return bits

    def filter(self):
        bits = self.both()
        while self.peek() == '|':
            self.at += 1
            bits |= self.both()
        return bits

    def both(self):
        bits = self.negation()
        self.skip()
        while self.peek() not in ('', '|', ')'):
            bits &= self.negation()
            self.skip()
        return bits

    def negation(self):
        self.skip()
        if self.peek() != '!':
            return self.atom()
        self.at += 1
        return self.table.all & ~self.negation()  # !! is twice

    def atom(self):
        self.skip()
        if self.peek() in ('', '|', ')'):
            raise Wrong(self.at, 'something is missing here', True)
        if self.peek() == '(':
            return self.group()
        if self.peek() == '/':
            return self.slashed()
        if self.peek() == '"':
            return self.table.contains(self.table.searched(), self.quoted())
        return self.named_or_word()

    def group(self):
        start = self.at
        self.at += 1
        bits = self.filter()
        if self.peek() != ')':
            raise Wrong(start, 'a ( without its )')
        self.at += 1
        return bits

    def slashed(self):
        start = self.at
        match = re.compile(r'/((?:\\.|[^\\/])*\\?)/?', re.S).match(self.text, self.at)
        self.at = match.end()
        return self.table.fits(self.table.searched(), match[1], start + 1)

    def quoted(self):
        match = re.compile(r'"((?:\\.|[^"\\])*)"', re.S).match(self.text, self.at)
        if not match:
            raise Wrong(self.at, 'a " without its end', True)
        self.at = match.end()
        return re.sub(r'\\(["\\])', r'\1', match[1]).replace('\t', ' ')

    def bare(self, stops):
        """Characters up to one of `stops` or a ) that was not opened inside."""
        start, depth = self.at, 0
        while self.at < len(self.text) and self.text[self.at] not in stops:
            if '|' not in stops and re.match(r'\\[^ \t]', self.text[self.at:]):
                self.at += 2  # in a pattern an escaped parenthesis is a letter
                continue
            if self.text[self.at] == '(':
                depth += 1
            elif self.text[self.at] == ')':
                if depth == 0:
                    break
                depth -= 1
            self.at += 1
        return self.text[start:self.at]

    def value(self, stops=BLANKS + '|'):
        return self.quoted() if self.peek() == '"' else self.bare(stops)

    def named_or_word(self):
        start = self.at
        match = NAME.match(self.text, start)
        if not match:
            return self.table.contains(self.table.searched(), self.bare(BLANKS + '|'))
        name, op = match[1], match[2]
        column = self.table.column(name)
        self.at = match.end()
        if op == ':':
            if fold(name) == 'is':
                return self.test()
            if fold(name) in RELATIONS:
                return self.related(fold(name))
            if column is not None and column['name'] in RELATIONS:
                return self.related(column['name'])  # a label of it is the same word
            value = self.value()
            if column is None:
                return self.table.contains(self.table.searched(), name + ':' + value)
            if column['type'] not in TEXT_TYPES:
                raise Wrong(start, 'not a text column')
            return self.table.contains([column], value)
        if column is None and not re.fullmatch(LETTER + '+', name):
            self.at = start  # 1.5=2 or a-b=c is no name of a column, but a word
            return self.table.contains(self.table.searched(), self.bare(BLANKS + '|'))
        if column is None:
            raise Wrong(start, 'no such column', True)
        if op == '~':
            if column['type'] not in TEXT_TYPES:
                raise Wrong(start, 'not a text column')
            at = self.at
            return self.table.fits([column], self.value(BLANKS), at)
        at = self.at
        return self.table.compare(column, op, self.value(), at)

    def related(self, name):
        at = self.at
        value = self.value()
        if not self.table.has_client:
            raise Wrong(at, 'these rows have no client')
        if not value:
            return self.table.all  # nothing asked yet, as with column:
        try:
            clients = self.table.relation(name, value)
        except KeyError as error:
            raise Wrong(at, 'no such ' + name) from error
        return self.table.remembered((name, fold(value)), lambda: self.table.of_clients(clients))

    def test(self):
        at = self.at
        name = fold(self.value())
        table = self.table
        column = table.column(name)
        if name == 'marked':
            return table.where(lambda row: table.ids[row] in table.marked)
        if name in CLIENT_TESTS:
            if not table.has_client:
                raise Wrong(at, 'these rows have no client')
            return table.remembered(('is', name), lambda: table.of_clients(table.tests[name]))
        if column is not None and column['type'] == 'boolean':
            return table.where(lambda row: table.rows[row][column['name']] is True)
        if name in ('closed', 'reported', 'paid') and name in table.columns:
            return table.where(lambda row: table.rows[row][name] is not None)
        raise Wrong(at, 'no such test')


def rows_of(text, table):
    """The ids of the rows the filter gives, ascending row order. Raises Wrong or NotCommon."""
    bits = Parser(text, table).run()
    return [row_id for row, row_id in enumerate(table.ids) if bits >> row & 1]
