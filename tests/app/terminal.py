#!/usr/bin/env python3
"""The real program in a pseudo-terminal for a test that looks at what it leaves elsewhere (outgoing.py). What a
terminal shows, and how it is left, is tested in tests/pty.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
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


def need(condition, what):
    if not condition:
        sys.exit('failed: ' + what)
