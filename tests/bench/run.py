#!/usr/bin/env python3
"""The figures of a bureau's first day, as ratios measured in one run.

    run.py KLIENTEL BENCH_STORE LOAD [--clients N] [--anchors FOLDER]

Generates data, imports it, and prints each figure beside what it is measured by. Figures that need an
anchor program which is not there are printed as "not measured". Exit 1 only for figures that do not depend
on the machine's mood (syncs, errors, totals).
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def timed(words, **more):
    begin = time.monotonic()
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **more)
    return time.monotonic() - begin, done


def need(done):
    if done.returncode != 0:
        sys.exit('%s\nfailed (%d): %s' % (' '.join(done.args), done.returncode, done.stderr[-2000:]))
    return done


class Bench:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.bad = []

    def klientel(self, database, *words):
        return timed([self.program, '--database', database, *words])

    def line(self, name, value, must, text, hard=False):
        good = value is None or value <= must
        print('%-4s %-46s %s   must <= %g%s' % (name, text, 'not measured' if value is None else
                                                '%.2f' % value, must, '' if good else '   MISSED'))
        if hard and not good:
            self.bad.append(name)

    def data(self, clients):
        folder = os.path.join(self.folder, 'd%d' % clients)
        if not os.path.isdir(folder):
            need(timed([sys.executable, os.path.join(HERE, 'generate.py'), '--clients', str(clients),
                        '--users', str(min(500, max(5, clients // 20))), '--out', folder])[1])
        return folder

    def fresh(self, name):
        database = os.path.join(self.folder, name)
        for end in ('', '-wal', '-shm', '.lock', '.key', '.open'):
            if os.path.exists(database + end):
                os.remove(database + end)
        need(self.klientel(database, 'init', '--partner', 'Bench AS', '--country', 'no', '--admin',
                           'anna')[1])
        return database

    def filled(self, clients):
        database = os.path.join(self.folder, 'c%d.db' % clients)
        if not os.path.exists(database):
            data = self.data(clients)
            self.fresh('c%d.db' % clients)
            need(self.klientel(database, 'import', *(os.path.join(data, name + '.csv') for name in
                                                     ('users', 'clients', 'access', 'payroll')))[1])
        return database


def import_of_months(bench, clients, rounds):
    """P13: the month rows alone, klientel against sqlite3 .import, rounds taking turns."""
    if not shutil.which('sqlite3'):
        bench.line('P13', None, 4, 'import of month rows / sqlite3 .import')
        return
    data = bench.data(clients)
    ours, theirs = [], []
    for _ in range(rounds):
        database = bench.fresh('p13.db')
        need(bench.klientel(database, 'import', data + '/users.csv', data + '/clients.csv')[1])
        took, done = bench.klientel(database, 'import', data + '/payroll.csv')
        need(done)
        ours.append(took)
        plain = os.path.join(bench.folder, 'plain.db')
        if os.path.exists(plain):
            os.remove(plain)
        took, done = timed(['sqlite3', plain, '.mode csv', '.import %s/payroll.csv payroll' % data])
        need(done)
        theirs.append(took)
    rows = sum(1 for _ in open(data + '/payroll.csv', encoding='utf-8')) - 1
    bench.line('P13', statistics.median(ours) / statistics.median(theirs), 4,
               'import of %d month rows / sqlite3 .import (%.1f s / %.1f s)'
               % (rows, statistics.median(ours), statistics.median(theirs)))


def same_totals(bench, clients):
    """The dashboard, the list and the generator's own sums agree."""
    database = bench.filled(clients)
    sums = json.load(open(bench.data(clients) + '/sums.json', encoding='utf-8'))
    wrong = 0
    for month, want in sorted(sums['months'].items()):
        got = json.loads(need(bench.klientel(database, 'dashboard', '--month', month, '--format',
                                             'json')[1]).stdout)
        pay = {currency: '%d.%02d' % (minor // 100, minor % 100)
               for currency, minor in want['pay'].items()}
        lines, manual = want['lines'], want['manual_lines']
        wrong += (got['clients'], got['employees'], got['payslips'], got['travel'], got['absences'],
                  got['pay'], got['pay_basis']) != \
                 (want['clients'], want['employees'], want['payslips'], want['travel'],
                  want['absences'], pay, 'net')
        wrong += abs(float(got['automation']) - 100 * (lines - manual) / lines) > 0.051
    bench.line('sum', wrong, 0, '%d months: dashboard against the sums' % len(sums['months']), True)


def in_process(bench, bench_store, sizes):
    """P14, P15: medians printed by bench-store, one line of JSON a database."""
    figures = {}
    for clients in sizes:
        _, done = timed([bench_store, bench.filled(clients)])
        figures[clients] = json.loads(need(done).stdout)
    small, large = figures[sizes[0]], figures[sizes[-1]]
    bench.line('P14', large['dashboard_ms'], 1, 'dashboard figures at %d clients, ms' % sizes[-1])
    bench.line('P14', large['dashboard_ms'] / small['dashboard_ms'], 1.1,
               'the same, %d against %d clients' % (sizes[-1], sizes[0]))
    bench.line('P14', large['dashboard_changed_ms'], 5, 'dashboard after a change, ms')
    bench.line('P15', large['write_ms'] / large['bare_write_ms'], 3,
               'one-row write, judged and logged / bare (%.2f / %.2f ms)'
               % (large['write_ms'], large['bare_write_ms']))
    print('     one row imported, with the summaries: %.2f ms' % large['import_one_ms'])


def syncs(bench, clients, load):
    """P16: counted by strace."""
    if not shutil.which('strace'):
        bench.line('P16', None, 1, 'syncs of a one-row commit')
        return
    database = bench.fresh('p16.db')
    data = bench.data(clients)
    need(bench.klientel(database, 'import', data + '/users.csv', data + '/clients.csv')[1])

    def count(*words):
        log = os.path.join(bench.folder, 'strace.log')
        need(timed(['strace', '-f', '-e', 'trace=fsync,fdatasync', '-o', log, bench.program,
                    '--database', database, *words])[1])
        return len(re.findall(r'^\d+ +f(?:data)?sync', open(log).read(), re.M))

    none = count('list', 'clients', '--limit', '1')
    log = os.path.join(bench.folder, 'strace.log')
    _, done = timed(['strace', '-f', '-e', 'trace=fsync,fdatasync', '-o', log, load, bench.folder, '1', '2',
                     '100'])
    edits = int(re.search(r'(\d+) acknowledged', need(done).stdout)[1])
    bench.line('P16', len(re.findall(r'^\d+ +f(?:data)?sync', open(log).read(), re.M)) / edits, 1.2,
               'syncs of a one-row commit, over %d (with opening, closing, checkpoints)' % edits)
    bulk = count('import', data + '/payroll.csv')
    rows = sum(1 for _ in open(data + '/payroll.csv', encoding='utf-8')) - 1
    bench.line('P16', bulk - none, 8, 'syncs of a bulk of %d rows' % rows)


def anchor_of_writers(bench, anchors):
    """The same machine's mood: the anchor's fair queue, 50 processes with 100 ms between."""
    binary = os.path.join(bench.folder, 'bin', 'writers')
    if not anchors or subprocess.run(['make', '-s', '-C', anchors, 'O=' + os.path.dirname(binary), binary],
                                     capture_output=True).returncode != 0:
        print('     anchor writers (fair queue): not measured')
        return
    plain, data = os.path.join(bench.folder, 'writers.db'), os.path.join(bench.folder, 'anchor')
    generator = os.path.join(anchors, 'gen_clients.py')
    need(timed([sys.executable, generator, '--clients', '1000', '--out', data])[1])
    need(timed([sys.executable, generator, '--load', data, plain])[1])
    print('     anchor writers (fair queue): %s'
          % need(timed([binary, plain, '50', '5', '5000', 'FULL', 'lock', '100'])[1]).stdout.strip())


def writers(bench, load, anchors):
    """P23: 50 processes, ten edits a second each, and flat out."""
    anchor_of_writers(bench, anchors)
    for per_second, text in ((10, '50 processes × 10 edits/s'), (0, '50 processes flat out')):
        _, done = timed([load, bench.folder, '50', '5', str(per_second)])
        print('     %s: %s' % (text, ' | '.join(done.stdout.strip().splitlines())))
        bench.line('P23', done.returncode, 0, text + ': errors', True)
        match = re.search(r'p99 ([\d.]+)  slowest ([\d.]+)   fairness ([\d.]+)', done.stdout)
        if match and per_second:
            bench.line('P23', float(match[1]), 20, 'p99 ms')
            bench.line('P23', float(match[2]), 100, 'slowest ms')
        elif match:
            bench.line('P23', 0.5 / max(float(match[3]), 0.01), 1, '0.5 / fairness')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('bench_store')
    parser.add_argument('load')
    parser.add_argument('--clients', type=int, nargs='+', default=[1000, 10000])
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--anchors', default=os.environ.get('KLIENTEL_ANCHORS'),
                        help='folder of the anchor programs; KLIENTEL_ANCHORS says it too')
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix='klientel-bench-')
    bench = Bench(options.program, folder)
    try:
        same_totals(bench, options.clients[-1])
        import_of_months(bench, options.clients[-1], options.rounds)
        in_process(bench, options.bench_store, options.clients)
        syncs(bench, options.clients[0], options.load)
        writers(bench, options.load, options.anchors)
    finally:
        shutil.rmtree(folder)
    sys.exit(1 if bench.bad else 0)


main()
