#!/usr/bin/env python3
"""The figures of the screen, each beside what it is measured by, in one run.

    screen.py KLIENTEL [--anchors FOLDER] [--clients N …] [--rounds N] [--keep FOLDER] [--only P3,P7]

The program is driven in a pseudo-terminal (probe.py). Rounds take turns: klientel, then every anchor
(rivals.py), then again; each figure is the median of the rounds after one that only warms up. Prints one
table. What does not depend on the machine's mood (writes, bytes, totals, the terminal as it was) fails the
run; times are printed with MISSED, for a person to judge. An anchor that is not there is said.

--keep keeps data and databases for the next run (material.py). Where they are, 1,000,000 clients take about
a minute a round more.
"""
import argparse
import os
import re
import shutil
import signal
import sys
import tempfile

sys.dont_write_bytecode = True     # the source stays as it is
from figures import Samples, Table
from material import COLUMNS, Material, need, say
from probe import Line, Program
from rivals import Rivals

WORD = 'bygg'
LINE_WORD = 'nordre byg'     # ten keys
# What the filter is given in one piece, the same for the scan, and whether both must find the same rows.
PATTERNS = (('b', '(?i)b', True), ('bygg', '(?i)bygg', True), ('øvre', '(?i)øvre', True),
            (r'/(Nord|Väst|Øst)\w* (Bygg|Rør|El)/', r'(Nord|Väst|Øst)\w* (Bygg|Rør|El)', True),
            (r'/556[12]3\d\d/', r'556[12]3\d\d', True), (r'/\bBygg\b.*7\d/', r'\bBygg\b.*7\d', False),
            ('xyzzy', '(?i)xyzzy', True))
FIRST_PATTERN = '/Fjord|Fjell/'
SLOW = '/.*e.*e.*e.*e.*q'
PASTE = '<PasteBegin>%s<PasteEnd>'
FIGURES = r'Payroll clients +[\d,]+'
DASHBOARD = FIGURES + r'.*Due next.*(?:due|overdue|Nothing).*Needs attention[^\n]*\n +(?!…)\S'
LIST = r'^ *[\d,]+ of [\d,]+(?: ·[^\n]*)?$'    # all rows are there; meanwhile it says how many so far
COUNT = r' +[\d,]+ of [\d,]+'
ENDS = ('quit', 'TERM', 'INT', 'HUP', 'SEGV', 'ABRT')


def size_word(clients):
    return '%dM' % (clients // 1000000) if clients >= 1000000 else '%dk' % (clients // 1000)


def table_rows(text):
    """The rows of the list: from under its head to what stands under it."""
    lines = text.split('\n')[4:]
    for index, line in enumerate(lines):
        if line.startswith(('──', '--')) or not line.strip():
            return lines[:index]
    return lines


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.home = tempfile.mkdtemp(prefix='home-', dir=folder)
        self.environment = {'HOME': self.home, 'XDG_CONFIG_HOME': self.home, 'XDG_DATA_HOME': self.home}
        self.material = Material(options.program, folder, self.environment, options.full)
        self.samples = Samples()
        self.table = Table(self.samples)
        self.rivals = Rivals(self.material, self.samples, options.anchors, options.sort_keys)
        self.finals = {}           # what the finished frame says, by act: learnt while warming up
        self.totals, self.wrong_totals = {}, set()
        self.sizes = sorted(options.clients)
        self.main = 100000 if 100000 in self.sizes else self.sizes[-1]

    def wants(self, *rows):
        return not self.options.only or any(row in self.options.only for row in rows)

    def open(self, clients, rows=24, columns=80, words=(), **more):
        return Program([self.options.program, '--language', 'en', '--database',
                        self.material.path('c', clients, '.db'), *words], rows, columns,
                       environment=self.environment, **more)

    def finish(self, name, program, keys, until, settle):
        """One act; the first time it is waited for longer, and what the frame says then is the finish."""
        final = self.finals.get(name)
        step = program.act(keys, final or until, settle if final else 0.6, 30, part=table_rows)
        if not step.ok:
            sys.exit('%s: the expected frame did not come:\n%s' % (name, step.text))
        self.finals[name] = final or re.escape(re.search(until, step.text, re.M)[0])
        return step

    # ---- rounds ----

    def klientel_round(self, clients):
        add = lambda name, value: self.samples.add('klientel/%d/%s' % (clients, name), value)
        pause = 0.12 if clients >= 1000000 else 0.06
        with self.open(clients) as program:
            step = program.start(DASHBOARD, 0.1, 60, part=lambda text: bool(re.search(FIGURES, text)))
            if not step.ok:
                say('dashboard at %d clients: not finished:\n%s' % (clients, step.text))
            add('start first', step.part)
            add('start', step.done if step.ok else None)
            step = program.act('2', LIST, max(pause, 0.2), 60, part=table_rows)
            add('list rows', step.part)
            add('list', step.done)
            program.act('g', LIST, 0.05)
            for _ in range(5):
                add('page', program.act('<PgDn>', LIST, 0.03).done)
            for _ in range(5):
                add('down', program.act('<Down>', LIST, 0.03).done)
            for _ in range(3):
                add('tab', program.act('1', 'Payroll clients', 0.05).done)
                add('tab', program.act('2', LIST, 0.05).done)
            resident, own, _ = program.memory()
            add('memory', resident)
            add('own memory', own)
            if self.wants('P3', 'P4', 'P5', 'P6'):
                self.filters(program, clients, add, pause)
        if self.wants('P1'):
            with self.open(clients) as program:     # somebody who does not wait for the dashboard
                program.start(FIGURES, 0.0, 60)
                add('key at start', program.act('2', LIST, max(pause, 0.2), 60, part=table_rows).part)

    def filters(self, program, clients, add, pause):
        def leave():
            program.act('<Esc>', LIST, pause, 30)
            program.act('g', LIST, 0.04)

        program.act('g', LIST, 0.04)
        program.act('/', r'^ / ', 0.05)
        for index in range(len(WORD)):
            typed = WORD[:index + 1]
            step = self.finish('%d letter %s' % (clients, typed), program, WORD[index],
                               '^ / ' + typed + COUNT, pause)
            add('word %d' % (index + 1), step.done)
        leave()
        program.act('/', r'^ / ',
                    0.04)        # columns that only a pattern reads are fetched with the first one
        add('first pattern', self.finish('%d first pattern' % clients, program, PASTE % FIRST_PATTERN,
                                         '^ / ' + re.escape(FIRST_PATTERN) + COUNT, pause).done)
        leave()
        for typed, _, same in PATTERNS:
            program.act('/', r'^ / ', 0.04)
            step = self.finish('%d find %s' % (clients, typed), program, PASTE % typed,
                               '^ / ' + re.escape(typed) + COUNT, pause)
            add('find ' + typed, step.done)
            add('rows ' + typed, step.part)
            found = re.search(r'([\d,]+) of', step.text.split('\n')[2])
            if found and same:
                self.totals[clients, typed] = int(found[1].replace(',', ''))
            leave()
        program.act('/', r'^ / ', 0.04)
        program.act(PASTE % SLOW, 'never', 0.005, timeout=0.005)
        step = program.act('x', r'^ / %sx ' % re.escape(SLOW), 0.02, 30)
        add('key in slow', step.match)
        program.act('<Esc>', LIST, 0.2, 30)

    def anchor_rounds(self, clients):
        if self.rivals.floor_program and self.wants('P1', 'P3', 'P4', 'P7', 'P12'):
            self.rivals.floor_round(clients, WORD.capitalize())
        if self.rivals.scan_program and self.wants('P3', 'P4', 'P5', 'P6', 'P12'):
            patterns = [(typed, pattern) for typed, pattern, _ in PATTERNS]
            patterns += [(WORD[:count], '(?i)' + WORD[:count]) for count in range(2, len(WORD))]
            hits = self.rivals.scan_round(clients, patterns)
            for (size, typed), total in self.totals.items():
                if size == clients and total != hits[typed]:
                    self.wrong_totals.add('%d clients, %s: klientel %d, SCAN %d'
                                          % (clients, typed, total, hits[typed]))

    def sort_round(self, clients):
        with self.open(clients, 40, 240, ['--read-only']) as program:    # the order is not kept
            program.start(FIGURES, 0.1, 60)
            program.act('2', LIST, 0.3, 60)
            for name in [*list(COLUMNS)[1:], 'Name']:    # sorted by name it is at first
                self.samples.add('sort/%d/%s' % (clients, name), self.sort(program, name).done)
                self.rivals.sort(clients, name)

    def sort(self, program, name):
        program.act('s', 'Sort by', 0.04, 5)
        picked = program.act(name, r'^.* %s ' % re.escape(name), 0.04, 5)
        step = program.act('<Enter>', lambda text: 'Sort by' not in text, 0.1, 30)
        if not picked.ok or not step.ok:
            sys.exit('sort by %s: not done:\n%s' % (name, step.text))
        return step

    # ---- what does not depend on the machine's mood ----

    def writes(self, clients):
        """P8: writes a frame, by strace."""
        log = os.path.join(self.material.folder, 'strace.log')
        if not shutil.which('strace'):
            self.table.row('P8', 'writes a frame', '–', 'no strace', None, 1)
            return
        if os.path.exists(log):
            os.remove(log)
        with self.open(clients, strace=log) as program:
            start = program.start(DASHBOARD, 0.5, 60)
            self.table.row('P8', 'writes until the dashboard is complete', '%d' % start.writes, '',
                           start.writes,
                           3, 1, True)
            reading = program.act('2', LIST, 0.5, 60).writes
            self.table.row('P8', 'writes while all rows of Clients are read', '%d' % reading, '', None)
            acts = [('1', 'Payroll'), ('2', LIST), ('<PgDn>', LIST), ('<Down>', LIST), ('<PgUp>', LIST),
                    ('/', '^ / '),
                    ('b', '^ / b '), ('y', '^ / by '), ('<Esc>', LIST)]
            worst = max(program.act(keys, until, 0.3).writes for keys, until in acts)
            self.table.row('P8', 'writes a key, the most of %d kinds' % len(acts), '%d' % worst, '', worst,
                           1, 1,
                           True)

    def bytes(self, clients):
        """P9: bytes of what is done most, and of nothing at all."""
        row = lambda what, value, must, moonshot, unit='', hard=True: \
            self.table.row('P9', what, number_of(value) + unit, '', value, must, moonshot, hard, unit)
        number_of = lambda value: '%.0f' % value
        with self.open(clients) as program:
            program.start(DASHBOARD, 0.3, 60)
            program.act('2', LIST, 0.3, 60)
            program.act('g', LIST, 0.1)
            inside = [program.act('<Down>', LIST, 0.1).bytes for _ in range(9)]
            pages = [program.act('<PgDn>', LIST, 0.1).bytes for _ in range(9)]
            moves = [program.act('<Down>', LIST, 0.1).bytes for _ in range(9)]
            program.act('g', LIST, 0.1)
            program.act('/', '^ / ', 0.1)
            for letter in 'nordr':
                program.act(letter, '^ / n', 0.1)
            letter = program.act('e', '^ / nordre ', 0.1).bytes
            program.act('<Esc>', LIST, 0.2)
            row('bytes of a page (most of 9)', max(pages), 1850, 1600)
            row('bytes of a row move and the details that change with it (most of 9)', max(inside), 200, 120)
            row('bytes of a row move that scrolls (most of 9)', max(moves), 200, 120)
            row('bytes of a letter that changes no row', letter, 40, 10)
            count, share = program.idle(5)
            row('bytes of five idle seconds', count, 0, 0)
            row('processor time of an idle second', share * 1e6, 500, 100, ' µs', False)

    def endings(self, clients):
        """P25: the terminal is as it was, however the program ends."""
        wrong = []
        for name in ENDS:
            for where in ('dashboard', 'filter'):
                with self.open(clients) as program:
                    program.start(FIGURES, 0.2, 60)
                    if where == 'filter':
                        program.act('2', LIST, 0.1)
                        program.act('/', '^ / ', 0.05)
                        program.act('by', '^ / by ', 0.05)
                    if name == 'quit':
                        if where == 'filter':
                            program.act('<Esc>', LIST, 0.1)
                        program.act('q', 'y yes', 0.1, 3)
                        program.type(b'y', 0)
                    else:
                        program.signal(getattr(signal, 'SIG' + name))
                    status = program.wait(5)
                    left = program.left() if status is not None else ['did not end']
                    if name == 'quit' and status not in (0, None):
                        left.append('status %d' % status)
                    if left:
                        wrong.append('%s in %s: %s' % (name, where, ', '.join(left)))
        self.table.row('P25', 'terminal not as it was after ' + ', '.join(ENDS),
                       '%d of %d' % (len(wrong), 2 * len(ENDS)), '; '.join(wrong), len(wrong), 0, 0, True)

    def lines(self, clients):
        """P10: ten keys on a line; last key to the frame that stays. Rounds take turns here too."""
        add = self.samples.add
        for _ in range(self.options.line_rounds):
            for baud in (9600, 0):
                with self.open(clients, line=Line(baud, 0.2)) as program:
                    program.start(FIGURES, 0.6, 60)
                    program.act('2', LIST, 0.8, 60)
                    if baud:
                        add('line/frame', program.act('<Ctrl-L>', LIST, 0.8, 30).bytes / (baud / 10) + 0.2)
                    program.act('/', '^ / ', 0.8, 30)
                    step = program.each(LINE_WORD, 0.12, '^ / ' + LINE_WORD + COUNT, 0.8)
                    if not step.ok:
                        say('ten keys at %d baud: the frame did not come:\n%s' % (baud, step.text))
                    add('line/klientel %d' % baud, step.done)
                    add('line/bytes %d' % baud, step.bytes)
                for name, acknowledged in (('plain', False), ('asked', True)):
                    if not self.rivals.floor_program:
                        break
                    with self.rivals.floor(clients, acknowledged=acknowledged, line=Line(baud, 0.2)) as program:
                        start = program.start('filter:', 0.6, 60)
                        if baud and not acknowledged:
                            add('line/floor frame', start.bytes / (baud / 10) + 0.2)
                        add('line/%s %d' % (name, baud),
                            program.each(LINE_WORD.title(), 0.12, 'filter: %s$' % LINE_WORD.title(), 0.8).done)

    # ---- the table ----

    def summary(self):
        ratio, at, small, large = self.table.ratio, size_word(self.main), self.sizes[0], self.sizes[-1]
        ours = 'klientel/%d/' % self.main
        floor, scan = 'floor/%d/' % self.main, 'scan/%d/' % self.main
        plain = lambda typed: typed.replace('|', '¦')    # the table's own bars
        starts = (('start → key figures on screen', 'start first'), ('start → dashboard complete', 'start'))
        if self.wants('P1'):
            for text, name in starts:
                what = '%s, %s' % (text, at)
                ratio('P1', what, ours + name, 'mc', 'mc start/%d' % self.main, 1)
                ratio('P1', what, ours + name, 'FLOOR', floor + 'start', 4)
                ratio('P1', what, ours + name, 'less', 'less start/%d' % self.main, None, 3)
            for text, name in (('Clients opened the first time: right rows', 'list rows'),
                               ('Clients opened the first time: all rows', 'list'),
                               ('Clients opened before the dashboard is complete: right rows', 'key at start')):
                self.table.row('P1', '%s, %s' % (text, at), self.samples.time(ours + name), '', None)
        if self.wants('P2') and large != small:
            for text, name in starts:
                ratio('P2', '%s, %s against %s' % (text, size_word(large), size_word(small)),
                      'klientel/%d/%s' % (large, name), size_word(small), 'klientel/%d/%s' % (small, name), 1.3,
                      1.1)
        if self.wants('P3'):
            first = ours + 'word 1'
            ratio('P3', 'first key “b” → frame with total, %s' % at, first, 'SCAN', scan + 'b', 1.5, 0.7, 0.001)
            ratio('P3', 'first key “b”', first, 'FLOOR', floor + 'word 1')
            self.table.row('P3', 'the first /pattern/ after the start, %s' % at,
                           self.samples.time(ours + 'first pattern'), '', None)
            for name, times, mine in (('fzf', 5, first), ('fzf+rg', 10, first), ('lnav', 4,
                                                                                 ours + 'find ' + WORD)):
                what = 'first key “b”' if mine == first else '“%s” in one piece' % WORD
                self.table.faster('P3', what, mine, name, '%s/%d' % (name, self.main), times)
            for typed, _, _ in PATTERNS:
                ratio('P3', '“%s” in one piece → frame with total' % plain(typed), ours + 'find ' + typed,
                      'SCAN',
                      scan + typed, 1.5, None if '/' in typed else 0.7, 0.001)
        if self.wants('P4'):
            for index in range(2, len(WORD) + 1):
                ratio('P4', 'one more letter, “%s”, %s' % (WORD[:index], at), ours + 'word %d' % index, 'SCAN',
                      scan + WORD[:index], 0.5)
        if self.wants('P5') and large != small:
            for typed in (WORD, PATTERNS[3][0]):
                ratio('P5', 'first right rows, “%s”, %s against %s' % (plain(typed), size_word(large),
                                                                       size_word(small)),
                      'klientel/%d/rows %s' % (large, typed), size_word(small),
                      'klientel/%d/rows %s' % (small, typed), 2)
        if self.wants('P6'):
            for typed, _, _ in PATTERNS if large >= 1000000 else ():
                ratio('P6', 'total of “%s”, %s' % (plain(typed), size_word(large)),
                      'klientel/%d/find %s' % (large, typed), 'SCAN', 'scan/%d/%s' % (large, typed), 1.5)
            self.milliseconds('P6', 'a key while a slow pattern runs, %s' % size_word(large),
                              'klientel/%d/key in slow' % large, 20, 5)
        if self.wants('P7'):
            for text, name in (('PageDown', 'page'), ('row down', 'down')):
                ratio('P7', '%s, %s' % (text, at), ours + name, 'FLOOR', floor + name, 2)
                ratio('P7', '%s, %s' % (text, at), ours + name, 'less', 'less %s/%d' % (name, self.main),
                      None, 1.2)
            self.milliseconds('P7', 'tab switch, %s' % at, ours + 'tab', 2)
        if self.wants('P10'):
            self.line_summary(ratio)
        if self.wants('P11'):
            for name in COLUMNS:
                ratio('P11', 'sort by %s, %s' % (name, at), 'sort/%d/%s' % (self.main, name), 'SORT',
                      'qsort/%d/%s' % (self.main, name), 2, 1)
        if self.wants('P12'):
            for clients in self.sizes:
                self.memory_summary(clients)
        if self.totals and self.rivals.scan_program:
            self.table.row('P3', 'totals that differ from SCAN’s', '%d of %d'
                           % (len(self.wrong_totals), len(self.totals)), '; '.join(sorted(self.wrong_totals)),
                           len(self.wrong_totals), 0, 0, True)

    def milliseconds(self, row, what, name, must, moonshot=None):
        value = self.samples.median(name)
        self.table.row(row, what, self.samples.time(name), '', value and value * 1e3, must, moonshot,
                       unit=' ms')

    def line_summary(self, ratio):
        text, ours = '9,600 baud, 200 ms, ten keys: last key → frame', 'line/klientel 9600'
        ratio('P10', text, ours, 'one frame of its own on the line', 'line/frame', 1.5, 1.2)
        for label, name, must in (('a frame of FLOOR’s on the line', 'floor frame', 1.5),
                                  ('FLOOR, drawing after every key', 'plain 9600', None),
                                  ('FLOOR, asking the terminal', 'asked 9600', None)):
            ratio('P10', text, ours, label, 'line/' + name, must)
        count = self.samples.median('line/bytes 9600')
        self.table.row('P10', 'bytes of it', number_text(count), '', count, 5000)
        unlimited = self.samples.median('line/klientel 0')
        self.table.row('P10', 'unlimited line, 200 ms: last key → frame', self.samples.time('line/klientel 0'),
                       'round trip 200 ms', unlimited and max(0, unlimited * 1e3 - 200), None, 10,
                       unit=' ms over')

    def memory_summary(self, clients):
        ours, floor = 'klientel/%d/' % clients, 'floor/%d/' % clients
        size = lambda name: '–' if self.samples.median(name) is None else \
            '%.1f MB' % (self.samples.median(name) / 1e6)
        resident, bare = self.samples.median(ours + 'memory'), self.samples.median(floor + 'memory')
        text = self.samples.median('text/%d' % clients)
        what = 'resident memory, %s' % size_word(clients)
        self.table.row('P12', what, '%s (%s its own)' % (size(ours + 'memory'), size(ours + 'own memory')),
                       'FLOOR %s (%s)' % (size(floor + 'memory'), size(floor + 'own memory')) if bare else
                       'FLOOR: no anchor', resident / bare if resident and bare else None, 2, unit='×')
        if text and resident:
            least = text + 16 * clients
            self.table.row('P12', what, size(ours + 'memory'), 'text + 16 B a row: %.1f MB' % (least / 1e6),
                           resident / least, None, 1.3, unit='×')

    def run(self):
        for clients in self.sizes:
            self.material.prepare(clients, bool(self.rivals.floor_program))
        timed = self.wants('P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P12')
        for turn in range(self.options.rounds + 1):
            say('round %d' % turn if turn else 'warming up')
            if turn == 1:
                self.samples.clear()
            for clients in self.sizes if timed else ():
                self.klientel_round(clients)
                self.anchor_rounds(clients)
            if self.wants('P1', 'P7'):
                self.rivals.manager_and_pager(self.main)
            if self.wants('P3'):
                self.rivals.finders(self.main, WORD)
            if self.wants('P11'):
                self.sort_round(self.main)
        if self.wants('P8'):
            self.writes(self.main)
        if self.wants('P9'):
            self.bytes(self.main)
        if self.wants('P25'):
            self.endings(self.sizes[0])
        if self.wants('P10'):
            say('slow lines')
            self.lines(self.main)
        self.summary()
        self.table.print()


def number_text(value):
    return '–' if value is None else '%d' % value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('program')
    parser.add_argument('--anchors', default=os.environ.get('KLIENTEL_ANCHORS'),
                        help='folder of the anchor programs; KLIENTEL_ANCHORS says it too')
    parser.add_argument('--sort-keys', help='the program that sorts bare keys')
    parser.add_argument('--clients', type=int, nargs='+', default=[10000, 100000])
    parser.add_argument('--rounds', type=int, default=9)
    parser.add_argument('--line-rounds', type=int, default=3)
    parser.add_argument('--keep', help='folder that keeps data and databases')
    parser.add_argument('--full', action='store_true', help='twelve months also for 1,000,000 clients')
    parser.add_argument('--only', type=lambda text: text.split(','), help='rows to measure: P3,P7')
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix='klientel-screen-')
    os.makedirs(folder, exist_ok=True)
    bench = Bench(options, folder)
    try:
        bench.run()
    finally:
        for name in os.listdir(folder):
            if name.startswith(('home-', 'other-')):
                shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
        if not options.keep:
            shutil.rmtree(folder)
    for text in bench.table.bad:
        print('FAILED: ' + text, file=sys.stderr)
    sys.exit(1 if bench.table.bad else 0)


if __name__ == '__main__':
    main()
