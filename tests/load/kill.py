#!/usr/bin/env python3
"""Kill the real program while it imports and edits (R1).

    kill.py KLIENTEL KILLS [SEED]

Up to eight processes at a time import small files of three clients each, set month steps and write notes;
each is killed with SIGKILL after a random time, or allowed to finish. Whatever ended with exit code 0 was
acknowledged and must be there afterwards; a file that was not must be there wholly or not at all. Then
`klientel check` must find nothing and the log must have no gap.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


def run(program, database, *words, check=True):
    done = subprocess.run([program, '--database', database, *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if check and done.returncode != 0:
        sys.exit('%s failed (%d): %s' % (' '.join(words), done.returncode, done.stderr))
    return done


def start(program, database, folder, serial, rnd):
    """One process at work: (process, what it will have done)."""
    kind = rnd.choice(('import', 'import', 'note', 'step'))
    if kind == 'import':
        path = os.path.join(folder, 'file%d.csv' % serial)
        with open(path, 'w', encoding='utf-8') as out:
            out.write('number,name,country\n')
            for i in range(3):
                out.write('k%d-%d,Killed %d number %d AS,NO\n' % (serial, i, serial, i))
        words = ['import', path]
    elif kind == 'note':
        words = ['note', 'add', '--client', '5000', 'killed-note-%d' % serial]
    else:
        words = ['step', 'paid', '--clients', 'number=500%d' % rnd.randrange(9),
                 '--month', '2026-%02d' % rnd.randrange(1, 13)]
    process = subprocess.Popen([program, '--database', database, *words], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process, kind, serial


def main():
    program, kills = sys.argv[1], int(sys.argv[2])
    rnd = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    folder = tempfile.mkdtemp(prefix='klientel-kill-')
    database = os.path.join(folder, 'kill.db')
    run(program, database, 'init', '--partner', 'Kill AS', '--country', 'no', '--admin', 'anna')
    first = os.path.join(folder, 'first.csv')
    with open(first, 'w', encoding='utf-8') as out:
        out.write('number,name,country\n')
        for i in range(10):
            out.write('500%d,First %d AS,NO\n' % (i, i))
    run(program, database, 'import', first)
    begin = time.monotonic()
    run(program, database, 'import', first)
    usual = time.monotonic() - begin

    killed, serial, finished = 0, 0, []
    seen_imports, seen_notes = [], []
    acknowledged_imports, acknowledged_notes = set(), set()
    while killed < kills:
        batch = []
        for _ in range(rnd.randrange(1, 9)):
            serial += 1
            batch.append(start(program, database, folder, serial, rnd))
        for process, kind, number in batch:
            (seen_imports if kind == 'import' else seen_notes if kind == 'note' else finished).append(number)
            time.sleep(rnd.random() * usual * 1.2)
            if process.poll() is None and rnd.random() < 0.85:
                process.send_signal(signal.SIGKILL)
            code = process.wait()
            if code == -signal.SIGKILL:
                killed += 1
            elif code == 0 and kind == 'import':
                acknowledged_imports.add(number)
            elif code == 0 and kind == 'note':
                acknowledged_notes.add(number)
            elif code not in (0, 1):
                sys.exit('a %s ended with %d' % (kind, code))

    wrong = []
    rows = json.loads(run(program, database, 'list', 'clients', '--columns', 'number',
                          '--format', 'json').stdout)
    there = {row['number'] for row in rows}
    partial = 0
    for number in seen_imports:
        count = sum('k%d-%d' % (number, i) in there for i in range(3))
        if count not in (0, 3):
            wrong.append('import %d is half done: %d of 3' % (number, count))
        if number in acknowledged_imports and count != 3:
            wrong.append('import %d was acknowledged and is lost' % number)
        partial += count == 3 and number not in acknowledged_imports
    notes = {row['text'] for row in json.loads(run(program, database, 'list', 'notes', '--columns', 'text',
                                                   '--format', 'json').stdout)}
    for number in acknowledged_notes:
        if 'killed-note-%d' % number not in notes:
            wrong.append('note %d was acknowledged and is lost' % number)
    check = run(program, database, 'check', check=False)
    if check.returncode != 0:
        wrong.append('check: ' + check.stdout + check.stderr)
    verify = run(program, database, 'log', '--verify', check=False)
    if verify.returncode != 0:
        wrong.append('log --verify: ' + verify.stdout + verify.stderr)
    print('%d killed, %d imports and %d notes acknowledged, %d imports done though killed, %d wrong'
          % (killed, len(acknowledged_imports), len(acknowledged_notes), partial, len(wrong)))
    for line in wrong[:20]:
        print(line)
    if not acknowledged_imports or not acknowledged_notes:
        wrong.append('nothing was ever acknowledged')
        print(wrong[-1])
    shutil.rmtree(folder)
    sys.exit(1 if wrong else 0)


main()
