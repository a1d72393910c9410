#!/usr/bin/env python3
"""What leaves the program as a file: workbooks, read back with nothing of ours; the outbox.

    files.py KLIENTEL
"""
import datetime
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml
import zipfile

sys.dont_write_bytecode = True
from cli import PROGRAM, Bureau, environment

MAIN = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
CLIENTS = [
    'number,orgno,name,country,city,groups,payday',
    '''9001,,=SUM(A1),NO,+47 Oslo,"""Öst, väst"",pay15",15''',
    '9002,123456785,"Bø & <Sønn> ""i"" Telemark",NO,http://example.com,,',
    '000123,5560360793,Åkes Rör,SE,@home,,25',
]
RUNS = [
    'client,run,kind,payout,employees,payslips,lines,manual_lines,gross,net,currency,closed_at',
    '5560360793,1,ordinary,2026-10-25,2,2,20,1,60000,,SEK,2026-10-20T22:30:00Z',
    '5560360793,2,extra,2026-10-26,1,0,,,-9000.05,0.1,SEK,',
    '123456785,1,ordinary,2026-10-01,12345,1,,,4123389.01,,NOK,2026-01-21T10:00:00Z',
    '123456785,2,correction,2026-10-02,,,,,99999999999.99,,NOK,',
]


def letters_number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord('A') + 1
    return number - 1


class Workbook:
    """Cells as (kind, text): kind is text, number, flag or empty; formats by cell."""

    def __init__(self, data):
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        assert self.zip.testzip() is None
        self.sheet = xml.fromstring(self.zip.read('xl/worksheets/sheet1.xml'))
        book = xml.fromstring(self.zip.read('xl/workbook.xml'))
        self.name = book.find('%ssheets/%ssheet' % (MAIN, MAIN)).get('name')
        styles = xml.fromstring(self.zip.read('xl/styles.xml'))
        named = {node.get('numFmtId'): node.get('formatCode')
                 for node in styles.iter(MAIN + 'numFmt')}
        named.update({'0': '', '1': '0', '3': '#,##0', '4': '#,##0.00', '9': '0%'})
        self.formats = [named[node.get('numFmtId')]
                        for node in styles.find(MAIN + 'cellXfs')]
        self.bold = [node.get('fontId') == '1' for node in styles.find(MAIN + 'cellXfs')]
        self.rows, self.styles = [], []
        for row in self.sheet.iter(MAIN + 'row'):
            cells, styles = {}, {}
            for cell in row:
                column = letters_number(re.match('[A-Z]+', cell.get('r')).group())
                styles[column] = int(cell.get('s', '0'))
                if cell.get('t') == 'inlineStr':
                    cells[column] = ('text', ''.join(cell.itertext()))
                elif cell.get('t') == 'b':
                    cells[column] = ('flag', cell.find(MAIN + 'v').text)
                else:
                    assert cell.get('t') in (None, 'n'), cell.get('t')
                    cells[column] = ('number', cell.find(MAIN + 'v').text)
            self.rows.append(cells)
            self.styles.append(styles)

    def head(self):
        return [self.rows[0][column][1] for column in sorted(self.rows[0])]

    def format(self, row, column):
        return self.formats[self.styles[row][column]]


def day(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1899, 12, 30)).days


class Sheets(Bureau):
    @classmethod
    def prepare(cls):
        cls.out('init', '--partner', 'Byrå Nord AS', '--country', 'no', '--admin', 'anna')
        for name, rows in (('clients', CLIENTS), ('runs', RUNS)):
            path = '%s/%s.csv' % (cls.folder, name)
            with open(path, 'w', encoding='utf-8') as out:
                out.write('\n'.join(rows) + '\n')
            cls.out('import', path)

    def book(self, *arguments):
        done = self.run_program('list', *arguments, '--format', 'xlsx')
        self.assertEqual((done.returncode, done.stderr), (0, b''))
        return Workbook(done.stdout)

    def test_xlsx__keeps__numbers_amounts_and_dates(self):
        book = self.book('runs', '--columns',
                         'run,payout,earned,month,employees,payslips,gross,net,currency,closed_at',
                         '--sort', 'payout', '--filter', 'orgno:123456785')
        first, second = book.rows[1:]
        self.assertEqual(first[1], ('number', str(day('2026-10-01'))))
        self.assertEqual(book.format(1, 1), 'yyyy-mm-dd')
        self.assertEqual(first[3], ('number', str(day('2026-10-01'))))
        self.assertEqual(book.format(1, 3), 'yyyy-mm')
        self.assertEqual((first[4], book.format(1, 4)), (('number', '12345'), '#,##0'))
        self.assertEqual((first[6], book.format(1, 6)), (('number', '4123389.01'), '#,##0.00'))
        self.assertEqual(first[8], ('text', 'NOK'))
        self.assertEqual(float(second[6][1]), 99999999999.99)
        kind, text = first[9]  # 10:00 UTC in January is 11:00 where the bureau is
        self.assertEqual(kind, 'number')
        self.assertAlmostEqual(float(text), day('2026-01-21') + 11 / 24, places=9)
        self.assertEqual(book.format(1, 9), 'yyyy-mm-dd hh:mm')

    def test_xlsx__leaves_empty__what_is_not_known_and_keeps_zero(self):
        book = self.book('runs', '--columns', 'run,payslips,net,closed_at', '--sort', 'payout',
                         '--filter', 'orgno:5560360793')
        self.assertEqual(set(book.rows[1]), {0, 1, 3})
        self.assertAlmostEqual(float(book.rows[1][3][1]), day('2026-10-21') + 0.5 / 24, places=9)
        self.assertEqual(book.rows[2][1], ('number', '0'))
        self.assertEqual(book.rows[2][2], ('number', '0.1'))
        self.assertEqual(set(book.rows[2]), {0, 1, 2})

    def test_xlsx__never_runs__a_text(self):
        book = self.book('clients', '--columns', 'name,city,groups,number,orgno,archived',
                         '--sort', 'number', '--filter', '!is:internal')
        cells = [[row.get(i) for i in range(5)] for row in book.rows[1:]]
        self.assertEqual(cells[0], [('text', 'Åkes Rör'), ('text', '@home'), None,
                                    ('text', '000123'), ('text', '5560360793')])
        self.assertEqual(cells[1][:3], [('text', '=SUM(A1)'), ('text', '+47 Oslo'),
                                        ('text', 'pay15, Öst, väst')])
        self.assertEqual(cells[2][:2], [('text', 'Bø & <Sønn> "i" Telemark'),
                                        ('text', 'http://example.com')])
        self.assertEqual(book.rows[1][5], ('flag', '0'))
        content = book.zip.read('xl/worksheets/sheet1.xml')
        self.assertNotIn(b'<f>', content)
        self.assertNotIn(b'hyperlink', content)

    def test_xlsx__speaks__the_language_asked_for(self):
        swedish = self.book('runs', '--columns', 'client_name,kind', '--language', 'sv',
                            '--filter', 'run=2', '--sort', 'client_name')
        self.assertEqual(swedish.name, 'Lönekörningar')
        self.assertEqual(swedish.head(), ['Klientens namn', 'Typ'])
        self.assertEqual([row[1][1] for row in swedish.rows[1:]], ['rättelse', 'extra'])
        self.assertEqual(self.book('runs', '--language', 'nb').name, 'Lønnskjøringer')

    def test_xlsx__has__a_head_that_stays_and_filters(self):
        book = self.book('clients', '--columns', 'name,orgno')
        pane = next(book.sheet.iter(MAIN + 'pane'))
        self.assertEqual((pane.get('state'), pane.get('ySplit')), ('frozen', '1'))
        self.assertEqual(next(book.sheet.iter(MAIN + 'autoFilter')).get('ref'),
                         'A1:B%d' % len(book.rows))
        self.assertTrue(all(book.bold[style] for style in book.styles[0].values()))
        widths = [float(node.get('width')) for node in book.sheet.iter(MAIN + 'col')]
        self.assertEqual(len(widths), 2)
        self.assertGreater(widths[0], 20)
        bare = self.book('clients', '--columns', 'name,orgno', '--no-header')
        self.assertEqual(len(bare.rows), len(book.rows) - 1)
        self.assertFalse(list(bare.sheet.iter(MAIN + 'autoFilter')))

    def test_xlsx__of_no_rows__has_its_head(self):
        book = self.book('clients', '--columns', 'name', '--filter', 'nothing like it')
        self.assertEqual(book.head(), ['Name'])

    def test_xlsx__is_the_same__byte_for_byte(self):
        once = self.run_program('list', 'clients', '--format', 'xlsx').stdout
        again = self.run_program('list', 'clients', '--format', 'xlsx', TZ='America/New_York').stdout
        self.assertEqual(once, again)
        core = zipfile.ZipFile(io.BytesIO(once)).read('docProps/core.xml').decode()
        self.assertIn('1980-01-01T00:00:00Z', core)
        self.assertNotIn('anna', core)

    def test_xlsx__is_refused__on_a_terminal(self):
        main, other = pty.openpty()
        done = subprocess.run([PROGRAM, '--database', self.database, 'list', 'clients', '--format',
                               'xlsx'], stdout=other, stderr=subprocess.PIPE, stdin=other,
                              env=environment(self.folder), timeout=60, check=False)
        os.close(other)
        os.close(main)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'FILE.xlsx', done.stderr)

    def test_xlsx__that_cannot_be_written__is_exit_five(self):
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([PROGRAM, '--database', self.database, 'list', 'clients',
                                   '--format', 'xlsx'], stdout=full, stderr=subprocess.PIPE,
                                  env=environment(self.folder), timeout=60, check=False)
        self.assertEqual(done.returncode, 5, done.stderr)


class Outbox(Bureau):
    """What the screen puts in is made by hand here; tests/app has the screen's own."""

    @classmethod
    def prepare(cls):
        cls.out('init', '--partner', 'Byrå Nord AS', '--country', 'no', '--admin', 'anna')
        path = cls.folder + '/users.csv'
        with open(path, 'w', encoding='utf-8') as out:
            out.write('login,name,role\nbo,Bo Ek,operator\n')
        cls.out('import', path)

    def setUp(self):
        self.box = self.folder + '/outbox/anna'
        shutil.rmtree(self.folder + '/outbox', ignore_errors=True)

    def put(self, name, data, login='anna', at=1764076930):
        folder = self.folder + '/outbox/' + login
        os.makedirs(folder, mode=0o700, exist_ok=True)
        path = os.path.join(folder, name)
        with open(path, 'wb') as out:
            out.write(data)
        os.utime(path, (at, at))

    def terminal(self, *arguments):
        """Exit code, and what came on a terminal and on stderr."""
        main, other = pty.openpty()
        done = subprocess.run([PROGRAM, '--database', self.database, *arguments], stdout=other,
                              stderr=subprocess.PIPE, stdin=other, env=environment(self.folder),
                              timeout=60, check=False)
        os.close(other)
        shown = b''
        while True:
            try:
                piece = os.read(main, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        os.close(main)
        return done.returncode, shown, done.stderr.decode()

    def test_get__lists__what_there_is_newest_first(self):
        done = self.run_program('get')
        self.assertEqual((done.returncode, done.stdout), (0, b''))
        self.assertIn('empty', done.stderr.decode())
        self.assertEqual(self.out('get', '--format', 'json'), '[]\n')
        self.put('clients-2026-11-25-142210.csv', b'name\r\n')
        self.put('runs-2026-11-26-080000.xlsx', b'PK\0' * 1000, at=1764140400)
        self.put('.part-1-0', b'half')
        listed = json.loads(self.out('get', '--format', 'json'))
        self.assertEqual(listed, [
            {'name': 'runs-2026-11-26-080000.xlsx', 'size': 3000, 'at': '2025-11-26T07:00:00Z'},
            {'name': 'clients-2026-11-25-142210.csv', 'size': 6, 'at': '2025-11-25T13:22:10Z'}])
        self.assertEqual(self.out('get').splitlines()[1:], [
            'runs-2026-11-26-080000.xlsx            3,000  26 Nov 2025 08:00',
            'clients-2026-11-25-142210.csv              6  25 Nov 2025 14:22'])
        self.assertNotIn('.part-1-0', os.listdir(self.box))

    def test_get__copies__byte_for_byte(self):
        data = bytes(range(256)) * 1000
        self.put('runs-2026-11-26-080000.xlsx', data)
        self.assertEqual(self.run_program('get', 'runs-2026-11-26-080000.xlsx').stdout, data)
        self.assertEqual(self.run_program('get', '--remove', 'runs-2026-11-26-080000.xlsx').stdout,
                         data)
        self.wrong(1, 'klientel get lists', 'get', 'runs-2026-11-26-080000.xlsx')

    def test_get__keeps__what_could_not_be_written(self):
        self.put('clients-2026-11-25-142210.csv', b'x' * 1000000)
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([PROGRAM, '--database', self.database, 'get', '--remove',
                                   'clients-2026-11-25-142210.csv'], stdout=full,
                                  stderr=subprocess.PIPE, env=environment(self.folder), timeout=60,
                                  check=False)
        self.assertEqual(done.returncode, 5)
        process = subprocess.Popen([PROGRAM, '--database', self.database, 'get', '--remove',
                                    'clients-2026-11-25-142210.csv'], stdout=subprocess.PIPE,
                                   env=environment(self.folder))
        process.stdout.read(10)
        process.stdout.close()
        process.wait(60)
        self.assertEqual(os.listdir(self.box), ['clients-2026-11-25-142210.csv'])

    def test_get__shows_text_and_refuses_bytes__on_a_terminal(self):
        self.put('clients-2026-11-25-142210.csv', b'name\r\nFjord\r\n')
        self.put('runs-2026-11-26-080000.xlsx', b'PK\3\4\0\0')
        code, shown, message = self.terminal('get', 'clients-2026-11-25-142210.csv')
        self.assertEqual((code, message), (0, ''))
        self.assertIn(b'Fjord', shown)
        code, shown, message = self.terminal('get', 'runs-2026-11-26-080000.xlsx')
        self.assertEqual((code, shown), (2, b''))
        self.assertIn('not for a terminal', message)

    def test_get__is_for__ones_own_files_alone(self):
        self.put('clients-2026-11-25-142210.csv', b'anna')
        self.put('clients-2026-11-26-142210.csv', b'bo', login='bo')
        self.assertEqual(self.out('get', 'clients-2026-11-26-142210.csv', '--as-user', 'bo'), 'bo')
        self.wrong(1, 'no “clients-2026-11-25-142210.csv”', 'get', 'clients-2026-11-25-142210.csv',
                   '--as-user', 'bo')
        for name in ('../bo/clients-2026-11-26-142210.csv', '/etc/passwd', '..', '.part-1-0', ''):
            self.wrong(2, 'is no name', 'get', name)
        self.wrong(2, 'table and json', 'get', '--format', 'csv')
        self.wrong(2, 'usage: klientel get', 'get', 'a', 'b')

    def test_outbox__stands__where_it_is_set(self):
        os.makedirs(self.folder + '/elsewhere/anna', mode=0o700)
        with open(self.folder + '/elsewhere/anna/list.txt', 'w', encoding='ascii') as out:
            out.write('here')
        self.assertEqual(self.out('get', 'list.txt', KLIENTEL_OUTBOX=self.folder + '/elsewhere'),
                         'here')
        info = json.loads(self.out('info', '--json'))
        self.assertEqual(info['outbox'], self.box)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
