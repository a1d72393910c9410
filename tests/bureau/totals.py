#!/usr/bin/env python3
"""A whole bureau goes in from files, and comes out the same.

    totals.py KLIENTEL GENERATE CLIENTS [SAMPLES]

init, import of generated files, and then: right counts; a second import changes nothing; the dashboard, the
rows of `list --format json` and the sums the generator counted by itself are the same, for every
month and currency; broken rows are all named and nothing is taken; the register's sample files, where they are,
import with the counts expected of them.
"""
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile

KLIENTEL, GENERATE, CLIENTS = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3])
SAMPLES = sys.argv[4] if len(sys.argv) > 4 else None
FIGURES = ('employees', 'payslips', 'travel', 'absences', 'lines', 'manual_lines')
failures = []


def need(good, what):
    if not good:
        failures.append(what)
        print('not so: ' + what)


def run(database, *words, code=0):
    done = subprocess.run([KLIENTEL, '--database', database, *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != code:
        sys.exit('%s: exit %d, not %d\n%s%s' % (' '.join(words), done.returncode, code, done.stdout[-2000:],
                                                 done.stderr[-2000:]))
    return done.stdout


def receipt(database, *words, code=0):
    return json.loads(run(database, 'import', '--format', 'json', *words, code=code))


def minor(text):
    return int(text.replace('.', ''))


def compare_month(database, month, want):
    shown = json.loads(run(database, 'dashboard', '--month', month, '--format', 'json'))
    rows = json.loads(run(database, 'list', 'payroll', '--month', month, '--format', 'json'))
    listed = {'clients': len(rows), 'pay': {}, **{name: 0 for name in FIGURES}}
    for row in rows:
        for name in FIGURES:
            listed[name] += row[name]
        listed['pay'][row['currency']] = listed['pay'].get(row['currency'], 0) + minor(row['net'])
    for name in ('clients', 'employees', 'payslips', 'travel', 'absences'):
        need(shown[name] == want[name] == listed[name],
             '%s of %s: dashboard %s, list %s, sum %s' % (name, month, shown[name], listed[name], want[name]))
    pay = {currency: minor(amount) for currency, amount in shown['pay'].items()}
    need(pay == want['pay'] == listed['pay'], 'pay of %s' % month)
    tenths = (want['lines'] - want['manual_lines']) * 1000 / want['lines']
    need(abs(float(shown['automation']) * 10 - tenths) <= 0.51, 'automation of %s' % month)


def whole_bureau(folder):
    data, database = os.path.join(folder, 'data'), os.path.join(folder, 'bureau.db')
    subprocess.run([sys.executable, GENERATE, '--clients', str(CLIENTS), '--users',
                    str(max(5, CLIENTS // 200)), '--out', data], check=True, stdout=subprocess.DEVNULL)
    sums = json.load(open(os.path.join(data, 'sums.json'), encoding='utf-8'))
    run(database, 'init', '--partner', 'Totals AS', '--country', 'no', '--admin', 'anna')
    files = [os.path.join(data, name + '.csv') for name in ('payroll', 'access', 'clients', 'users')]
    rows = sums['clients'] + sums['users'] + sums['access'] + sums['payroll']

    tried = receipt(database, '--dry-run', *files)
    need((tried['selected'], tried['applied']) == (rows, rows), 'a dry run counts every row')
    need(json.loads(run(database, 'list', 'clients', '--filter', '!is:internal', '--format', 'json')) == [],
         'a dry run writes nothing')
    first = receipt(database, *files)
    need((first['selected'], first['applied'], first['unchanged'], first['skipped']) == (rows, rows, 0, []),
         'the first import takes every row')
    again = receipt(database, *files)
    need((again['selected'], again['applied'], again['unchanged'], again['changeset']) in
         ((rows, 0, rows, 0), (rows, 0, rows, None)), 'a second import changes nothing: %s' % str(again)[:300])
    for dataset, count in (('clients', sums['clients']), ('users', sums['users'] + 1),
                           ('grants', sums['access']), ('payroll', sums['payroll'])):
        words = ['list', dataset, '--columns', 'id', '--format', 'csv', '--no-header']
        if dataset == 'clients':
            words += ['--filter', '!is:internal']
        got = len(run(database, *words).split())
        need(got == count, '%d %s, not %d' % (got, dataset, count))
    months = sorted(sums['months'])
    for month in months:
        compare_month(database, month, sums['months'][month])
    failed = json.loads(run(database, 'dashboard', '--month', months[-1], '--format', 'json'))
    need(failed['failed'] == sums['months'][months[-2]]['failed'],
         'failed declarations are those of the month before')
    need('in order' in run(database, '--language', 'en', 'check'), 'the check is clean')


def broken_rows(folder):
    database, path = os.path.join(folder, 'broken.db'), os.path.join(folder, 'broken.csv')
    run(database, 'init', '--partner', 'Broken AS', '--country', 'no', '--admin', 'anna')
    bad = {3: 'orgno', 5: 'name', 6: 'payday'}
    with open(path, 'w', encoding='utf-8', newline='') as out:
        writer = csv.writer(out)
        writer.writerow(['number', 'orgno', 'name', 'country', 'payday'])
        writer.writerow(['1', '123456785', 'Good AS', 'NO', '20'])       # line 2
        writer.writerow(['2', '123456789', 'Wrong digit AS', 'NO', '20'])  # 3
        writer.writerow(['3', '5560360793', 'Good AB', 'SE', '25'])
        writer.writerow(['4', '', '', 'NO', '20'])                       # 5
        writer.writerow(['5', '', 'Bad day AS', 'NO', '40'])             # 6
    got = receipt(database, path, code=1)
    need({line['line']: line['column'] for line in got['skipped']} == bad,
         'every refused row is named: %s' % got['skipped'])
    need(got['applied'] == 0, 'one bad row and nothing is taken')
    kept = receipt(database, '--keep-good', path, code=1)
    need((kept['selected'], kept['applied'], len(kept['skipped'])) == (5, 2, 3), 'keep-good takes the good ones')


def register_samples(folder):
    if not SAMPLES or not os.path.isdir(os.path.join(SAMPLES, 'brreg')):
        print('the sample files are not here: not tried')
        return
    database = os.path.join(folder, 'register.db')
    run(database, 'init', '--partner', 'Register AS', '--country', 'no', '--admin', 'anna')
    units = {'enheter-search-page1-response.json': 2, 'enheter-search-page2-response.json': 1,
             'enheter-search-empty-response.json': 0, 'underenheter-search-empty-response.json': 0}
    for name in sorted(os.listdir(os.path.join(SAMPLES, 'brreg'))):
        path = os.path.join(SAMPLES, 'brreg', name)
        if 'roller' in name:
            run(database, 'import', path, code=2)
            continue
        taken = units.get(name)
        got = receipt(database, path, code=0 if taken is not None else 1)
        need(got['applied'] == (taken or 0), '%s: %d taken' % (name, got['applied']))
        need(got['applied'] + got['unchanged'] + len(got['skipped']) == got['selected'],
             '%s: every unit is accounted for' % name)
        need(all(line['why'] for line in got['skipped']), '%s: every refusal has a reason' % name)


def main():
    folder = tempfile.mkdtemp(prefix='klientel-totals-')
    try:
        whole_bureau(folder)
        broken_rows(folder)
        register_samples(folder)
    finally:
        shutil.rmtree(folder)
    print('%d clients: %d things were not so' % (CLIENTS, len(failures)))
    sys.exit(1 if failures else 0)


main()
