"""The bureaus the screen is measured on, and the same clients as the anchors read them.

All of it lies in one folder, by size, and is made when it is not there:
    dN/          what generate.py makes; rows.txt (a line a client, the text that is searched), scan.txt (the
                 same under a head), key-COLUMN.txt (one column, for sorting it bare)
    cN.db        the bureau
    aN.db        the clients alone, for an anchor that reads SQLite
From 1,000,000 clients on there is one month unless twelve are asked for: twelve million rows that no figure here
needs.
"""
import csv
import os
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Columns of the list by their heads, with the kind of key they are sorted by.
COLUMNS = {'Name': ('name', 'text'), 'Org. no.': ('orgno', 'code'), 'Responsible': ('responsible', 'code'),
           'Run': ('run', 'code'), 'Declaration': ('declaration', 'code'),
           'Next pay-out': ('next_payout', 'code'), 'Employees': ('employees', 'number'),
           'Country': ('country', 'code'), 'Number': ('number', 'number'), 'City': ('city', 'text')}


def need(words, **more):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, **more)
    if done.returncode != 0:
        sys.exit('%s\nfailed (%d): %s' % (' '.join(words), done.returncode, done.stderr[-2000:]))
    return done.stdout


def say(text):
    print('%s %s' % (time.strftime('%H:%M:%S'), text), file=sys.stderr, flush=True)


class Material:
    def __init__(self, program, folder, environment, full):
        self.program, self.folder, self.full = program, folder, full
        self.environment = environment

    def path(self, name, clients, end=''):
        return os.path.join(self.folder, '%s%d%s' % (name, clients, end))

    def klientel(self, database, *words):
        return need([self.program, '--language', 'en', '--database', database, *words],
                    env={**os.environ, **self.environment})

    def prepare(self, clients, anchors):
        data = self.path('d', clients)
        months = '1' if clients >= 1000000 and not self.full else '12'
        if not os.path.exists(data + '/sums.json'):
            need([sys.executable, os.path.join(HERE, 'generate.py'), '--clients', str(clients), '--users',
                  str(min(500, max(5, clients // 20))), '--months', months, '--out', data])
        self.bureau(clients, data)
        if not os.path.exists(data + '/rows.txt'):
            self.lines(clients, data)
        if anchors and not os.path.exists(self.path('a', clients, '.db')):
            self.plain(clients, data)

    def bureau(self, clients, data):
        database = self.path('c', clients, '.db')
        if os.path.exists(database):       # one that this program cannot read is made again
            done = subprocess.run([self.program, '--database', database, 'list', 'users', '--limit', '1'],
                                  capture_output=True, env={**os.environ, **self.environment})
            if done.returncode == 0:
                return
            for end in ('', '-wal', '-shm', '.key', '.lock', '.open'):
                if os.path.exists(database + end):
                    os.remove(database + end)
        begin = time.monotonic()
        self.klientel(database, 'init', '--partner', 'Bench AS', '--country', 'no', '--admin', 'anna')
        self.klientel(database, 'import', *(data + '/' + name + '.csv'
                                            for name in ('users', 'clients', 'access', 'payroll')))
        say('%d clients imported in %.0f s' % (clients, time.monotonic() - begin))

    def lines(self, clients, data):
        text = self.klientel(self.path('c', clients, '.db'), 'list', 'clients', '--format', 'csv')
        columns = {column: open('%s/key-%s.txt' % (data, column), 'w', encoding='utf-8')
                   for column, _ in COLUMNS.values()}
        with open(data + '/rows.part', 'w', encoding='utf-8') as rows, \
                open(data + '/scan.txt', 'w', encoding='utf-8') as scan:
            scan.write('searched\n')
            for row in csv.DictReader(text.splitlines()):
                for column, file in columns.items():
                    file.write(row[column] + '\n')
                line = ' '.join(row[name] for name in ('number', 'orgno', 'name', 'city', 'responsible',
                                                       'groups'))
                scan.write(line + '\n')
                rows.write(line + '\n')
        for file in columns.values():
            file.close()
        os.rename(data + '/rows.part', data + '/rows.txt')

    def plain(self, clients, data):
        path = self.path('a', clients, '.db')
        with sqlite3.connect(path + '.part') as database, \
                open(data + '/clients.csv', encoding='utf-8', newline='') as source:
            database.execute('CREATE TABLE clients (id INTEGER PRIMARY KEY, name TEXT, orgno TEXT,'
                             ' city TEXT, status TEXT)')
            database.executemany('INSERT INTO clients (name, orgno, city, status) VALUES (?, ?, ?, ?)',
                                 ([row['name'], row['orgno'], row['city'], row['status']]
                                  for row in csv.DictReader(source)))
        database.close()
        os.rename(path + '.part', path)
