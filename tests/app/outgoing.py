#!/usr/bin/env python3
"""What leaves the screen as a file: the same bytes as `klientel list`, in an outbox of one's own, whole or not
at all. The real program in a pseudo-terminal.

    outgoing.py KLIENTEL
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
from terminal import LIMIT, Screen, need

DOWN = '\033OB'


def main():
    program = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix='klientel-outgoing-')
    database = os.path.join(folder, 'demo.db')
    box = os.path.join(folder, 'outbox', 'anna')

    def run(*words):
        return subprocess.run([program, '--database', database, '--language', 'en', *words], check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout

    def exported(screen, keys):
        """Presses, waits for the file, fetches and removes it: its name and bytes. What is said may be what stands
        there already, and is then not sent again."""
        screen.press(keys)
        end = time.monotonic() + LIMIT
        names = []
        while not names:
            need(time.monotonic() < end, 'a file comes after ' + repr(keys))
            screen.read(0.01)
            names = [name for name in os.listdir(box) if name[0] != '.'] if os.path.isdir(box) else []
        need(len(names) == 1, 'one file lies in the outbox')
        need(os.stat(box).st_mode & 0o777 == 0o700, 'the outbox is closed to others')
        need(os.stat(os.path.join(box, names[0])).st_mode & 0o777 == 0o600, 'and so is the file')
        return names[0], run('get', '--remove', names[0])

    try:
        run('demo', '--today', '2026-11-18')
        screen = Screen(program, database, rows=40, columns=120)
        screen.wait_for('Payroll clients')
        mark = screen.press('2')
        screen.wait_for('Access to', mark)
        screen.press('/group:pay25 !resp:bo\r') # not waited for: what follows is of the rows it finds
        chosen = ['--columns', 'name,orgno,responsible,run,declaration,next_payout,employees,staff,groups,'
                  'country,number,waiting_since,last_note,city']
        asked = ['list', 'clients', '--filter', 'group:pay25 !resp:bo']
        formats = [['csv'], ['csv', '--csv', 'nordic'], ['json'], ['jsonl'], ['xlsx'], ['table']]
        for order in ([], ['--sort', '-name']):
            for position, form in enumerate(formats):
                for columns, down in ((chosen, 0), ([], len(formats))):
                    name, data = exported(screen, 'X' + DOWN * (position + down) + '\r')
                    wanted = run(*asked, *columns, *order, '--format', *form)
                    need(len(wanted) > 200 and data == wanted,
                         '%s: the same bytes as list %s' % (name, form + columns + order))
                    need(re.fullmatch(r'clients-2026-11-18-\d{6}\.(csv|jsonl?|xlsx|txt)', name),
                         'a name that tells no client: ' + name)
            screen.press('S')

        # Over SSH the person is told how to fetch it from there. Killed in the middle nothing is left.
        mark = screen.press('q')
        screen.wait_for('Quit klientel?', mark)
        screen.press('y')
        need(screen.end() == 0, 'quitting ends with 0')
        screen = Screen(program, database, SSH_CONNECTION='192.0.2.1 1 192.0.2.2 22')
        screen.wait_for('Payroll clients')
        mark = screen.press('P')
        screen.wait_for('ssh HOST klientel --database', mark)
        os.kill(screen.pid, signal.SIGKILL)
        screen.end()
        need([name for name in os.listdir(box) if name.startswith('.')] == [], 'no part is left')
    finally:
        shutil.rmtree(folder)
    print('what leaves the screen is what list writes')


if __name__ == '__main__':
    main()
