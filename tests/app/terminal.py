#!/usr/bin/env python3
"""The real program in a real pseudo-terminal: it opens, takes keys, notices what another process writes,
and leaves the terminal as it found it, however it ends.

    terminal.py KLIENTEL
"""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

LIMIT = 20  # seconds to wait for anything; only failures take that long


class Screen:
    def __init__(self, program, database, *words, rows=24, columns=80, **variables):
        self.output = b''
        environment = {'PATH': os.environ['PATH'], 'TERM': 'xterm-256color', 'LANG': 'C.UTF-8'}
        environment.update(variables)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(program, [program, '--database', database, '--language', 'en', *words], environment)
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.fd)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def wait_for(self, text, since=0):
        end = time.monotonic() + LIMIT
        while text.encode() not in self.output[since:]:
            if time.monotonic() > end or not self.read(end - time.monotonic()):
                sys.exit('%r never came; the end of the output is %r' % (text, self.output[-600:]))

    def read(self, seconds):
        if not select.select([self.fd], [], [], max(0, seconds))[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.output += data
        return bool(data)

    def press(self, keys):
        mark = len(self.output)
        os.write(self.fd, keys.encode())
        return mark

    def end(self):
        """Waits for the program: its exit code (negative = signal)."""
        stop = time.monotonic() + LIMIT
        while time.monotonic() < stop:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read(0.05):
                    pass
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        sys.exit('the program did not end')

    def restored(self):
        """Alternate screen left, paste mode off, cursor shown, keypad off."""
        tail = self.output[-400:]
        return all(code in tail for code in (b'\033[?1049l', b'\033[?2004l', b'\033[?1l'))


def need(condition, what):
    if not condition:
        sys.exit('failed: ' + what)


def main():
    program = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix='klientel-terminal-')
    database = os.path.join(folder, 'demo.db')
    run = lambda *words: subprocess.run([program, '--database', database, *words], check=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    try:
        run('demo', '--today', '2026-11-18')

        screen = Screen(program, database)
        screen.wait_for('Payroll clients')
        mark = screen.press('2')
        screen.wait_for('Access to', mark)
        mark = screen.press('/')
        screen.press('zebra from elsewhere')
        screen.wait_for('rows are hidden', mark)
        # Another process adds a client: it is on the screen within about a second, the filter kept.
        path = os.path.join(folder, 'more.csv')
        with open(path, 'w', encoding='utf-8') as out:
            out.write('number,name,country\n9001,Zebra from elsewhere AS,NO\n')
        mark = len(screen.output)
        begin = time.monotonic()
        run('import', path)
        screen.wait_for('Zebra from elsewhere AS', mark)
        need(time.monotonic() - begin < 4, 'a change of another process took too long')
        mark = screen.press('\033')
        time.sleep(0.2)
        screen.resize(10, 40)
        os.kill(screen.pid, signal.SIGWINCH)
        screen.wait_for('Too small', mark)
        mark = len(screen.output)
        screen.resize(24, 80)
        os.kill(screen.pid, signal.SIGWINCH)
        screen.wait_for('Dashboard', mark)
        mark = screen.press('q')
        screen.wait_for('Quit klientel?', mark)
        screen.press('y')
        need(screen.end() == 0, 'quitting ends with 0')
        need(screen.restored(), 'the terminal is restored after quitting')

        for number, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)):
            screen = Screen(program, database)
            screen.wait_for('Payroll clients')
            begin = time.monotonic()
            os.kill(screen.pid, number)
            got = screen.end()
            need(got == code, 'signal %d ends with %d, not %d' % (number, code, got))
            need(time.monotonic() - begin < 1.5, 'signal %d ends it within a second' % number)
            need(screen.restored(), 'the terminal is restored after signal %d' % number)

        # Also while somebody else holds the write gate, and while keys never stop coming.
        screen = Screen(program, database)
        screen.wait_for('Payroll clients')
        mark = screen.press('2')
        screen.wait_for('Access to', mark)
        with open(database + '.lock', 'r+b') as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            screen.press('F')
            time.sleep(0.5)
            begin = time.monotonic()
            os.kill(screen.pid, signal.SIGTERM)
            need(screen.end() == 143, 'SIGTERM ends it with 143 at the gate')
            need(time.monotonic() - begin < 1.5, 'SIGTERM ends it within a second at the gate')
        need(screen.restored(), 'the terminal is restored after waiting at the gate')

        screen = Screen(program, database)
        screen.wait_for('Payroll clients')
        os.set_blocking(screen.fd, False)
        begin = time.monotonic()
        killed = ended = None
        while ended is None:
            try:
                os.write(screen.fd, b'?\033' * 200)
            except (BlockingIOError, OSError):
                pass
            screen.read(0)
            if killed is None and time.monotonic() - begin > 0.5:
                os.kill(screen.pid, signal.SIGTERM)
                killed = time.monotonic()
            pid, status = os.waitpid(screen.pid, os.WNOHANG)
            if pid:
                ended = os.waitstatus_to_exitcode(status)
            elif time.monotonic() - begin > LIMIT:
                os.kill(screen.pid, signal.SIGKILL)
                sys.exit('SIGTERM does not end it while keys come')
        need(ended == 143 and time.monotonic() - killed < 1.5,
             'SIGTERM ends it within a second while keys come')

        # Ctrl-Z where there is no shell to come back to does not put it to sleep for ever.
        screen = Screen(program, database)
        screen.wait_for('Payroll clients')
        mark = screen.press('\x1a')
        time.sleep(0.3)
        screen.press('2')
        screen.wait_for('Access to', mark)
        screen.press('qy')
        need(screen.end() == 0, 'Ctrl-Z without a shell changes nothing')

        # The line drops: nothing is left running.
        screen = Screen(program, database)
        screen.wait_for('Payroll clients')
        os.close(screen.fd)
        stop = time.monotonic() + LIMIT
        while os.waitpid(screen.pid, os.WNOHANG)[0] == 0:
            need(time.monotonic() < stop, 'a dropped line ends the program')
            time.sleep(0.02)

        # A crash leaves the terminal usable.
        screen = Screen(program, database)
        screen.wait_for('Payroll clients')
        os.kill(screen.pid, signal.SIGSEGV)
        need(screen.end() == -signal.SIGSEGV, 'a crash ends with its signal')
        need(screen.restored(), 'the terminal is restored after a crash')

        # Hostile text from data never acts; a terminal without colour or UTF-8 gets what it can show.
        screen = Screen(program, database, TERM='vt100', LANG='C', NO_COLOR='1')
        screen.wait_for('Payroll clients')
        mark = screen.press('2')
        screen.wait_for('Access to', mark)
        screen.press('qy')
        need(screen.end() == 0, 'vt100 in the C locale works')
        need(not re.search(rb'[\x80-\xff]', screen.output), 'an ASCII terminal gets ASCII only')
        need(not re.search(rb'\033\[[0-9;]*3[0-7]m', screen.output), 'NO_COLOR sends no colour')

        # A Latin-1 terminal gets the letters it has, one byte each, and no UTF-8.
        screen = Screen(program, database, LANG='sv_SE.ISO-8859-1')
        screen.wait_for('Payroll clients')
        mark = screen.press('2')
        screen.wait_for('Access to', mark)
        screen.press('/AB\r')
        time.sleep(0.5)
        screen.press('qy')
        need(screen.end() == 0, 'a Latin-1 terminal works')
        for letter in (b'\xe5', b'\xe4', b'\xf6'):
            need(letter in screen.output, 'Latin-1 has %r' % letter)
        need(not re.search(rb'[\xc2-\xf4][\x80-\x9f]|[\xc2\xc3][\xa0-\xbf]', screen.output),
             'a Latin-1 terminal gets no UTF-8')
        table = run('--charset', 'latin1', 'list', 'clients', '--columns', 'name').stdout
        need(all(letter in table for letter in (b'\xe5', b'\xe4', b'\xf6')) and b'\xc3' not in table,
             'a table in Latin-1 has its letters')

        done = subprocess.run([program, '--database', database], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, env={'PATH': os.environ['PATH']})
        need(done.returncode == 0 and b'Automat' in done.stdout or b'automat' in done.stdout.lower(),
             'without a terminal the dashboard is printed')
    finally:
        shutil.rmtree(folder)
    print('the terminal is left as it was, every time')


if __name__ == '__main__':
    main()
