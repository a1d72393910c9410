#!/usr/bin/env python3
"""What `list --format csv` writes, `import` reads again, and nothing changes.

    round.py KLIENTEL

Also how a row names its client, and months that are told both as runs and as a whole.
"""
import csv
import io
import json
import re
import sys
import unittest

sys.dont_write_bytecode = True
from cli import Bureau

KINDS = (('clients', 'clients'), ('users', 'users'), ('grants', 'access'), ('runs', 'runs'),
         ('payroll', 'payroll'), ('employees', 'employees'))
# What is hard to write and read back: cells a spreadsheet would run, separators inside names, the
# same name twice, a number of another country, a month in two currencies, months without runs.
CLIENTS = [
    'number,orgno,name,country,city,groups,demo',
    '''9001,,=SUM(A1),NO,+47 Oslo,"""Öst, väst"",pay15",''',
    "9002,,'=apostrophe,NO,'@home,\"\"\"a\"\"\"\"b|c\"\"\",",
    '9003,123456785,Samme AS,NO,"Bø; i ""Telemark""",pay15,',
    '9004,,Samme AS,NO,Bodø,,',
    '9005,20771,Suomi Oy,FI,Åbo,,true',
    '9006,,Bare måned AS,NO,-,,',
    ',,Helt uten AS,NO,,,',
    ',5560360793,Två Valutor AB,SE,,,',
]
RUNS = [
    'client,run,kind,payout,employees,payslips,lines,manual_lines,gross,net,currency,closed_at',
    'Två Valutor AB,1,ordinary,2026-10-25,2,2,20,1,60000,,SEK,2026-10-20T10:00:00Z',
    'Två Valutor AB,2,extra,2026-10-26,1,1,,,9000.50,-1.05,NOK,2026-10-21T10:00:00Z',
    'Två Valutor AB,3,extra,2026-10-27,3,,5,,,,SEK,2026-10-22T10:00:00Z',
    '20771,1,ordinary,2026-10-01,1,1,,,,,EUR,',
]
PAYROLL = [
    'client,month,employees,payslips,gross,net,currency,declaration,closed_at',
    '9006,2026-09,3,3,,1234.5,NOK,received,2026-09-30T10:00:00Z',
    '9006,2026-10,3,4,5000,,NOK,sent,',
    'Helt uten AS,2026-10,1,,,,NOK,,',
]
EMPLOYEES = [
    'client,person,name,national_id,from,until',
    '9006,1,=Ola,010190 12345,2020-01-01,',
    '9006,2,Kari,,,2026-01-31',
    'Helt uten AS,1,,19900101-1234,,',
]


def lines(rows):
    return '\n'.join(rows) + '\n'


class Round(Bureau):
    def receipt(self, *arguments, code=0):
        return json.loads(self.out('import', '--format', 'json', *arguments, code=code))

    def take(self, name, rows, code=0):
        return self.receipt(self.write(name, lines(rows)), code=code)

    def rows(self, *arguments):
        return json.loads(self.out('list', *arguments, '--format', 'json'))

    def changesets(self):
        return int(re.search(r'change-sets (\d+)', self.out('log', '--verify')).group(1))

    def whys(self, receipt, of='skipped'):
        return [line['why'] for line in receipt[of]]


class Export(Round):
    @classmethod
    def prepare(cls):
        cls.out('demo', '--clients', '40')
        for name, rows in (('clients', CLIENTS), ('runs', RUNS), ('payroll', PAYROLL),
                           ('employees', EMPLOYEES)):
            path = '%s/%s.csv' % (cls.folder, name)
            with open(path, 'w', encoding='utf-8') as out:
                out.write(lines(rows))
            cls.out('import', path)
        users = json.loads(cls.out('list', 'users', '--filter', 'active=true', '--format', 'json'))
        logins = [user['login'] for user in users]
        access = ['client,login,role,from,until,packages,reason',
                  '9003,%s,responsible,,2099-01-31,"payroll,reporting",' % logins[0],
                  '"Helt uten AS",%s,member,,,,"=reason, ""quoted"""' % logins[1]]
        later = ['client,login,role,from', '9003,%s,member,2098-01-01' % logins[0]]
        for name, rows in (('access', access), ('later', later)):
            path = '%s/%s.csv' % (cls.folder, name)
            with open(path, 'w', encoding='utf-8') as out:
                out.write(lines(rows))
            cls.out('import', path)
        cls.out('step', 'closed', '--clients', 'number=9006', '--month', '2026-10')
        gone = '%s/gone.csv' % cls.folder
        with open(gone, 'w', encoding='utf-8') as out:
            out.write('number,name,status\n9004,Samme AS,archived\n')
        cls.out('import', gone)

    def test_export__imported_again__changes_nothing(self):
        before = self.changesets()
        for dataset, kind in KINDS:
            columns = self.out('list', dataset, '--format', 'csv', '--limit', '0').strip().split(',')
            for form in (['--format', 'csv'], ['--csv', 'nordic']):
                for language in ('en', 'sv', 'nb'):
                    turned = [columns[3:] + columns[:3]] if language == 'en' else []
                    for order in [columns, columns[::-1]] + turned:
                        path = self.write('out.csv', '')
                        with open(path, 'wb') as out:
                            out.write(self.run_program('list', dataset, *form, '--language',
                                                       language, '--columns',
                                                       ','.join(order)).stdout)
                        count = len(self.rows(dataset, '--columns', 'id'))
                        self.assertGreater(count, 0)
                        for forced in ([], ['--as', kind]) + (['--as', dataset],) * (language == 'en'):
                            receipt = self.receipt(*forced, path)
                            self.assertEqual(
                                (receipt['selected'], receipt['applied'], receipt['skipped'],
                                 receipt['warnings']), (count, 0, [], []),
                                (dataset, form, language, order, forced))
        self.assertEqual(self.changesets(), before)
        self.assertEqual(self.out('check'), 'Everything is in order.\n')

    def test_export__imported_at_once__changes_nothing(self):
        before = self.changesets()
        paths = []
        for dataset, _ in KINDS:
            paths.append(self.write(dataset + '-all.csv', self.out('list', dataset, '--csv', 'nordic')))
        receipt = self.receipt(*paths)
        self.assertEqual((receipt['applied'], receipt['skipped'], receipt['warnings']), (0, [], []))
        self.assertEqual(self.changesets(), before)

    def test_export__holds__what_is_hard_to_write(self):
        clients = {client['number']: client for client in self.rows('clients')}
        self.assertEqual(clients['9001']['groups'], ['pay15', 'Öst, väst'])
        self.assertEqual(clients['9002']['groups'], ['a"b|c'])
        self.assertEqual(clients['9001']['name'], '=SUM(A1)')
        self.assertTrue(clients['9004']['archived'])
        masked = [row['national_id'] for row in self.rows('employees', '--filter', 'ola')]
        self.assertIn('010190*****', masked)
        self.assertEqual(len(self.rows('payroll', '--filter', 'valutor')), 2)
        by_hand = self.rows('payroll', '--filter', 'client_name:måned', '--month', '2026-10')
        self.assertIsNotNone(by_hand[0]['closed'])
        self.assertTrue(any(grant['until'] for grant in self.rows('grants', '--filter', 'samme')))

    def test_export__of_another_bureau__finds_clients_by_their_own_names(self):
        """Ids differ from database to database: nothing may be found by them."""
        other = ['--database', self.folder + '/other.db']
        self.out('init', '--partner', 'Andre AS', '--country', 'no', '--admin', 'zoe', *other)
        files = []
        own = '!client_name="Byrå Nord AS"'
        for dataset, without in (('clients', '!is:internal'), ('users', ''), ('runs', own),
                                 ('payroll', own)):
            rows = list(csv.reader(io.StringIO(self.out('list', dataset, '--format', 'csv', '--filter',
                                                        without), newline='')))
            files.append(self.write('move-%s.csv' % dataset, ''))
            with open(files[-1], 'w', encoding='utf-8', newline='') as out:
                csv.writer(out).writerows(rows[:1] + rows[:0:-1])
        receipt = self.receipt(*files, *other)
        self.assertEqual((receipt['skipped'], receipt['warnings']), ([], []))
        for dataset in ('runs', 'payroll'):
            columns = [column for column in self.rows(dataset, '--limit', '1')[0]
                       if column not in ('id', 'client', 'reported', 'closed')]
            there, here = ([list(row.values()) for row in
                            json.loads(self.out('list', dataset, '--format', 'json', '--columns',
                                                ','.join(columns), '--filter', own, *where))]
                           for where in (other, []))
            self.assertEqual(sorted(map(str, there)), sorted(map(str, here)), dataset)
        self.assertEqual(self.out('check', *other), 'Everything is in order.\n')


class Naming(Round):
    @classmethod
    def prepare(cls):
        cls.out('init', '--partner', 'Byrå Nord AS', '--country', 'no', '--admin', 'anna')
        path = cls.folder + '/clients.csv'
        with open(path, 'w', encoding='utf-8') as out:
            out.write('number,orgno,name,country\n1001,123456785,Fjord AS,NO\n1002,,Berg,NO\n'
                      '1003,,Tvilling,NO\n1004,5560360793,Tvilling,SE\n1005,,1001,NO\n'
                      '1006,,Like,NO\n1007,,Like,NO\n')
        cls.out('import', path)

    def runs(self, header, *cells):
        """Imports runs, whole or not at all; the numbers of the clients they came to."""
        name = self.id().rsplit('.', maxsplit=1)[-1]
        rows = ['%s,%s-%d,2026-11-15,1' % (cell, name[-20:], at) for at, cell in enumerate(cells)]
        receipt = self.receipt('--keep-good', self.write('runs.csv',
                                                         lines([header + ',run,payout,lines'] + rows)),
                               code=1 if self.refused else 0)
        numbers = {client['id']: client['number'] for client in self.rows('clients')}
        found = {run['run']: numbers[run['client']] for run in self.rows('runs')
                 if run['run'].startswith(name[-20:])}
        return receipt, [found.get('%s-%d' % (name[-20:], at)) for at in range(len(cells))]

    refused = False

    def test_client__is__organisation_number_client_number_or_exact_name(self):
        _, found = self.runs('client', '123 456 785', '1002', 'Berg', '1001', 'SE5560360793', 'Fjord AS')
        self.assertEqual(found, ['1001', '1002', '1002', '1001', '1004', '1001'])

    def test_client__by_a_name_that_two_have__is_refused(self):
        self.refused = True
        receipt, found = self.runs('client', 'Tvilling', 'berg', 'Berg', 'Ingen', 'Like')
        self.assertEqual(found, [None, None, '1002', None, None])
        self.assertEqual([line['line'] for line in receipt['skipped']], [2, 3, 5, 6])
        self.assertIn('Several clients are called Tvilling', self.whys(receipt)[0])
        self.assertIn('or the name berg', self.whys(receipt)[1])

    def test_client__beside_orgno_or_client_name__is_not_read(self):
        _, found = self.runs('client,orgno,client_name', '1,5560360793,Berg', '1,,Berg',
                             '999,123456785,', '1002,,1001', '1,,Tvilling')
        self.assertEqual(found, ['1004', '1002', '1001', '1005', '1003'])

    def test_client__beside_an_empty_orgno_or_name__is_refused(self):
        self.refused = True
        receipt, found = self.runs('client,orgno', '1002,', '1,123456785')
        self.assertEqual(found, [None, '1001'])
        self.assertIn('klientel\'s own number', self.whys(receipt)[0])
        receipt, found = self.runs('client,client_name', '1002,', '1,Like', '1,Ingen')
        self.assertEqual(found[:1] + found[2:], [None, None])
        self.assertIn('klientel\'s own number', self.whys(receipt)[0])
        self.assertIn('Several clients are called Like', self.whys(receipt)[1])
        self.assertIn('No client is called Ingen', self.whys(receipt)[2])

    def test_name__of_a_client_in_the_same_import__is_found(self):
        clients = self.write('new.csv', 'number,name\n2001,Ny AS\n2002,Ny AS\n2003,Alene AS\n')
        access = self.write('new-access.csv', 'client,login,role\nAlene AS,anna,responsible\n')
        self.receipt(clients, access)
        self.assertEqual([row['client_name'] for row in self.rows('grants', '--filter', 'alene')],
                         ['Alene AS'])
        clients = self.write('more.csv', 'number,name\n2004,Alene AS\n')
        done = self.receipt('--keep-good', clients, access, code=1)
        self.assertIn('Several clients are called Alene AS', self.whys(done)[0])

    def test_column__that_means_nothing__is_told(self):
        receipt = self.take('odd.csv', ['number,name,colour,staff', '1002,Berg,red,anna'])
        self.assertEqual([line['column'] for line in receipt['warnings']], ['colour'])


class Months(Round):
    @classmethod
    def prepare(cls):
        cls.out('init', '--partner', 'Byrå Nord AS', '--country', 'no', '--admin', 'anna')
        for name, text in (('clients', 'number,name,country\n1,Fjord AS,NO\n2,Berg AB,SE\n'),
                           ('runs', 'client,run,kind,payout,employees,lines,manual_lines,net\n'
                                    '1,2026-11,ordinary,2026-11-15,4,100,13,1000\n'
                                    '1,x,extra,2026-11-20,6,10,,500.50\n'
                                    '2,1,ordinary,2026-11-25,2,,,70\n')):
            path = '%s/%s.csv' % (cls.folder, name)
            with open(path, 'w', encoding='utf-8') as out:
                out.write(text)
            cls.out('import', path)

    def test_month__that_tells_what_its_runs_tell__is_unchanged(self):
        before = self.changesets()
        receipt = self.take('same.csv', ['client,month,employees,lines,manual_lines,net,currency',
                                         '1,2026-11,6,110,13,"1500,50",NOK', '2,2026-11,2,,,70,'])
        self.assertEqual((receipt['applied'], receipt['unchanged'], receipt['warnings']), (0, 2, []))
        self.assertEqual(self.changesets(), before)

    def test_month__that_tells_something_else__is_kept_and_told(self):
        rows = ['client,month,employees,net', '2,2026-11,3,70']
        receipt = self.take('other.csv', rows)
        self.assertEqual((receipt['applied'], receipt['skipped']), (1, []))
        self.assertEqual([(line['line'], line['column']) for line in receipt['warnings']],
                         [(2, 'month')])
        self.assertIn('2026-11', receipt['warnings'][0]['why'])
        kinds = sorted(run['kind'] for run in self.rows('runs', '--filter', 'berg'))
        self.assertEqual(kinds, ['month', 'ordinary'])
        payroll = self.rows('payroll', '--filter', 'berg')
        self.assertEqual([row['employees'] for row in payroll], [2])
        self.assertEqual(self.take('other.csv', rows)['applied'], 0)
        for dataset in ('runs', 'payroll'):
            path = self.write(dataset + '-again.csv', self.out('list', dataset, '--format', 'csv'))
            self.assertEqual(self.receipt(path)['applied'], 0, dataset)
        self.assertEqual(self.out('check'), 'Everything is in order.\n')

    def test_declaration__of_a_month_made_of_runs__is_taken_without_a_month_run(self):
        rows = ['client,month,net,declaration', '1,2026-11,1500.50,rejected']
        receipt = self.take('declared.csv', rows)
        self.assertEqual((receipt['applied'], receipt['warnings']), (1, []))
        self.assertEqual([row['state'] for row in self.rows('declarations')], ['rejected'])
        self.assertEqual(len(self.rows('runs', '--filter', 'fjord')), 2)
        self.assertEqual(self.take('declared.csv', rows)['applied'], 0)
        self.assertEqual(self.take('declared.csv', [rows[0], '1,2026-11,1500.50,received'])['applied'],
                         1)
        self.assertEqual(self.out('check'), 'Everything is in order.\n')


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
