#!/usr/bin/env python3
"""Drive a full-screen program in a pseudo-terminal, and measure what the person in front of it gets.

    probe.py [--rows N] [--columns N] [--baud N] [--round-trip MS] [--ready RE] [--keys KEYS]… -- PROGRAM …

Measured, all with one clock: from the key written to the frame that stays (and to a part of it), bytes, and
writes where strace is there; memory, processor time, and whether the terminal was left as it was found.

How time is taken: bytes are stamped when they are read, and decoded only when the program has been quiet
for a while; the finished frame is the last stamp at which something a person sees changed. A program that
never is quiet (a clock on its screen) is waited for by a text instead.

A simulated line (class Line) carries both ways: so many bits a second, half the round trip each way, and a
queue in front of it that swallows 64 KiB before the program blocks, as sshd does. The terminal stands at
its far end: there it sees, there keys are typed, and from there CSI 5n, 6n and c are answered.

The program is not its session's leader: a small process of ours is, which starts it and outlives it, since
the kernel puts the line settings back when a leader dies, and would hide that the program did not.
"""
import argparse
import fcntl
import heapq
import os
import re
import select
import signal
import struct
import termios
import time

from cells import Cells

QUERY = re.compile(rb'\x1b\[(?:([56])n|0?c)')
KEYS = {"PasteBegin": "\x1b[200~", "PasteEnd": "\x1b[201~",
        'Up': '\x1b[A', 'Down': '\x1b[B', 'Right': '\x1b[C', 'Left': '\x1b[D', 'PgDn': '\x1b[6~',
        'PgUp': '\x1b[5~', 'Home': '\x1b[H', 'End': '\x1b[F', 'Enter': '\r', 'Esc': '\x1b',
        'Tab': '\t', 'Space': ' ', 'Backspace': '\x7f'}
SWALLOWED = 65536
now = time.monotonic


def key(name, application=False):
    """The bytes of a key: <PgDn>, <Ctrl-C>, or the text itself; several in one string. Cursor keys in
    application mode (xterm, when a program asked for it) begin otherwise."""
    def one(match):
        name = match[1]
        text = chr(ord(name[5]) & 31) if name.startswith('Ctrl-') else KEYS[name]
        return text.replace('[', 'O') if application and len(text) == 3 else text
    return re.sub(r'<(Ctrl-.|[A-Z]\w+)>', one, name).encode()


class Line:
    """Both directions of a line, as times of arrival. Without baud and round trip it is a wire."""

    def __init__(self, baud=0, round_trip=0.0):
        self.second = 10.0 / baud if baud else 0.0     # of a byte, with start and stop bit
        self.half = round_trip / 2
        self.free = {'down': 0.0, 'up': 0.0}
        self.travelling = []
        self.order = 0

    def wire(self):
        return not self.second and not self.half

    def room(self, moment):
        return not self.second or (self.free['down'] - moment) / self.second < SWALLOWED

    def send(self, way, moment, data):
        piece = max(1, int(0.008 / self.second)) if self.second else len(data)
        for start in range(0, len(data), piece):
            part = data[start:start + piece]
            self.free[way] = max(self.free[way], moment) + len(part) * self.second
            self.order += 1
            heapq.heappush(self.travelling, (self.free[way] + self.half, self.order, way, part))

    def next(self):
        return self.travelling[0][0] if self.travelling else None

    def arrived(self, moment):
        while self.travelling and self.travelling[0][0] <= moment:
            yield heapq.heappop(self.travelling)


class Step:
    """What came of one act. Times in seconds from the act; None: it did not happen."""

    def __init__(self):
        self.first = self.match = self.part = self.done = self.text = None
        self.bytes = self.reads = 0
        self.writes = None
        self.ok = True

    def __repr__(self):
        show = lambda x: '–' if x is None else '%.2f ms' % (1000 * x)
        return 'first %s part %s match %s done %s, %d bytes, %d reads%s%s' % (
            show(self.first), show(self.part), show(self.match), show(self.done), self.bytes, self.reads,
            '' if self.writes is None else ', %d writes' % self.writes, '' if self.ok else ', NOT OK')


class Program:
    def __init__(self, words, rows=24, columns=80, line=None, environment=None, stdin=None, strace=None):
        self.words, self.line = words, line or Line()
        self.cells = Cells(rows, columns)
        self.chunks = []            # (moment, bytes) seen by the terminal and not decoded yet
        self.tail = b''
        self.read_bytes = self.reads = 0
        self.status = None
        self.log = strace           # a file: count writes with strace
        self.log_at = 0
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
        # As a login shell leaves a line: the answer to "was it restored" is any difference from this.
        self.before = termios.tcgetattr(slave)
        name = os.ttyname(slave)
        os.set_blocking(self.master, False)
        self.environment = {'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'TERM': 'xterm-256color',
                            'LANG': 'C.UTF-8', 'HOME': '/nonexistent', 'SHELL': '/bin/sh',
                            **(environment or {})}
        self.report, report = os.pipe()
        go, self.go = os.pipe()
        self.leader = os.fork()
        if self.leader == 0:
            try:
                self.lead(name, stdin, go, report)
            finally:
                os._exit(1)
        for fd in (slave, report, go):
            os.close(fd)
        self.begin = None

    # ---- the leader's process ----

    def lead(self, name, stdin, go, report):
        os.close(self.go)                              # else its end would never be seen
        os.close(self.report)
        os.setsid()
        terminal = os.open(name, os.O_RDWR)            # becomes the controlling terminal
        for fd in (0, 1, 2):
            os.dup2(terminal, fd)
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTTOU, signal.SIGPIPE):
            signal.signal(number, signal.SIG_IGN)
        os.read(go, 1)
        words = self.words
        if self.log:
            words = ['strace', '-f', '-y', '-e', 'trace=write,writev', '-s', '0', '-o', self.log, *words]
        actions = [(os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0)] if stdin else []
        actions += [(os.POSIX_SPAWN_CLOSE, fd) for fd in (terminal, go, report) if fd > 2]
        begin = now()
        pid = os.posix_spawnp(words[0], words, self.environment, file_actions=actions,
                              setsigdef=[signal.SIGHUP, signal.SIGINT, signal.SIGTTOU, signal.SIGPIPE])
        os.write(report, struct.pack('dq', begin, pid))
        _, status = os.waitpid(pid, 0)
        os.write(report, struct.pack('dq', now(), status))
        os.read(go, 1)                                 # until we have looked at the terminal
        os._exit(0)

    # ---- carrying ----

    def receive(self, moment, data):
        """The terminal sees bytes, and answers what it is asked."""
        self.chunks.append((moment, data))
        text = self.tail + data
        end = 0
        for match in QUERY.finditer(text):
            if match.end() <= len(self.tail):
                continue
            end = match.end()
            if match[1] == b'5':
                self.type(b'\x1b[0n', moment)
            elif match[1] == b'6':
                self.decode()
                self.type(b'\x1b[%d;%dR' % (self.cells.row + 1, self.cells.column + 1), moment)
            else:
                self.type(b'\x1b[?62;22c', moment)
        self.tail = text[max(end, len(text) - 8):]

    def type(self, data, moment):
        if self.line.wire():
            self.put(data)
        else:
            self.line.send('up', moment, data)

    def put(self, data):
        while data:
            try:
                data = data[os.write(self.master, data):]
            except BlockingIOError:
                select.select([], [self.master], [], 0.1)
            except OSError:
                return

    def carry(self, until):
        """Moves bytes until that moment, or until something reached the terminal. True when it did."""
        count = len(self.chunks)
        looked = False
        while len(self.chunks) == count:
            moment = now()
            for when, _, way, data in self.line.arrived(moment):
                if way == 'up':
                    self.put(data)
                else:
                    self.receive(when, data)
            if len(self.chunks) > count or (looked and moment >= until):
                break
            looked = True
            wake = min(until, self.line.next() or until)
            watched = [self.master] if self.line.room(moment) else []
            if not watched:
                wake = min(wake, moment + 0.05)
            ready, _, _ = select.select(watched, [], [], max(0.0, wake - moment))
            if ready:
                try:
                    data = os.read(self.master, 65536)
                except (BlockingIOError, OSError):
                    data = b''
                if not data:
                    time.sleep(0.001)
                    continue
                moment = now()
                self.read_bytes += len(data)
                self.reads += 1
                if self.line.wire():
                    self.receive(moment, data)
                else:
                    self.line.send('down', moment, data)
        return len(self.chunks) > count

    def decode(self):
        for _, data in self.chunks:
            self.cells.feed(data)
        self.chunks.clear()

    # ---- acts ----

    def start(self, until=None, settle=0.08, timeout=10.0, part=None):
        os.write(self.go, b's')
        self.begin, self.pid = struct.unpack('dq', os.read(self.report, 16))
        return self.settle(self.begin, until, settle, timeout, part)

    def act(self, keys, until=None, settle=0.06, timeout=20.0, part=None):
        """Types keys in one write, and waits for the frame that stays."""
        self.quiet()
        moment = now()
        self.type(key(keys, self.cells.modes['cursor keys']), moment)
        return self.settle(moment, until, settle, timeout, part)

    def each(self, keys, interval, until=None, settle=0.5, timeout=120.0):
        """Types keys one by one; times are from the last of them, bytes from the first."""
        self.quiet()
        before = (self.read_bytes, self.reads)
        moment = now()
        for index, one in enumerate(keys):
            due = moment + index * interval
            while now() < due:
                self.carry(due)
            last = now()
            self.type(one.encode(), last)
        step = self.settle(last, until, settle, timeout, None)
        step.bytes, step.reads = self.read_bytes - before[0], self.reads - before[1]
        return step

    def quiet(self, settle=0.0):
        """Takes what came meanwhile, so that it does not count as the next act's."""
        while self.carry(now() + settle) or self.line.next():
            if self.line.next():
                self.carry(self.line.next() + 0.001)
        self.decode()

    def settle(self, begin, until, settle, timeout, part):
        step = Step()
        before = (self.read_bytes, self.reads)
        seen = []                       # (moment, text, part of it) after each change
        matches = re.compile(until, re.M | re.S).search if isinstance(until, str) else until
        limit = begin + timeout
        while True:
            pause = settle if self.line.wire() else settle + 2 * self.line.half
            while self.carry(min(limit, now() + pause)):
                pass
            for moment, data in self.chunks:
                step.first = step.first or moment - begin
                changes = self.cells.changes
                self.cells.feed(data)
                if self.cells.changes != changes:
                    seen.append((moment - begin, self.cells.text()))
            self.chunks.clear()
            text = self.cells.text()
            good = not matches or matches(text)
            if now() >= limit or (good and not self.line.next()):
                break
        step.text, step.ok = text, bool(good)
        step.bytes, step.reads = self.read_bytes - before[0], self.reads - before[1]
        if seen:
            step.done = seen[-1][0]
        for moment, text in reversed(seen):
            if not matches or not matches(text):
                break
            step.match = moment
        if part and seen:
            final = part(step.text)
            for moment, text in reversed(seen):
                if part(text) != final:
                    break
                step.part = moment
        if self.log:
            step.writes = self.counted()
        return step

    # ---- the process ----

    def counted(self):
        """Writes to the terminal since the last time, from strace's log."""
        with open(self.log, 'rb') as file:
            file.seek(self.log_at)
            text = file.read()
        whole = text.rfind(b'\n') + 1
        self.log_at += whole
        return len(re.findall(rb'^\d+ +writev?\(\d+<(?:/dev/pts/|/dev/tty)', text[:whole], re.M))

    def tasks(self):
        return ['/proc/%d/task/%s' % (self.pid, task) for task in os.listdir('/proc/%d/task' % self.pid)]

    def processor(self):
        """Processor time of all its threads so far, in seconds, as the scheduler counted it."""
        return sum(int(open(task + '/schedstat').read().split()[0]) for task in self.tasks()) / 1e9

    def memory(self):
        """Resident memory in bytes: all of it, and what is this process's alone."""
        text = open('/proc/%d/smaps_rollup' % self.pid).read()
        size = lambda name: 1024 * int(re.search(name + r': +(\d+)', text)[1])
        return size('Rss'), size('Private_Clean') + size('Private_Dirty'), size('Anonymous')

    def idle(self, seconds):
        """Bytes, and processor time, of a while in which nobody does anything."""
        self.quiet(0.2)
        before = (self.read_bytes, self.processor(), now())
        end = now() + seconds
        while now() < end:
            self.carry(end)
        self.decode()
        return self.read_bytes - before[0], (self.processor() - before[1]) / (now() - before[2])

    def signal(self, number):
        os.kill(self.pid, number)

    def wait(self, timeout=5.0):
        """Waits for the end. The exit status as waitpid gives it, or None."""
        end = now() + timeout
        while self.status is None and now() < end:
            ready, _, _ = select.select([self.report, self.master], [], [], end - now())
            if self.report in ready:
                self.ended, self.status = struct.unpack('dq', os.read(self.report, 16))
            elif ready:
                self.carry(now() + 0.001)
        self.quiet(0.02)
        return self.status

    def left(self):
        """What the program left otherwise than it found it; empty: the terminal is as it was."""
        wrong = self.cells.not_at_rest()
        after = termios.tcgetattr(self.master)
        names = ('input flags', 'output flags', 'control flags', 'local flags', 'speed', 'speed', 'keys')
        return wrong + [name for name, a, b in zip(names, self.before, after) if a != b]

    def close(self):
        if self.status is None and self.begin is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                try:
                    self.signal(number)
                except ProcessLookupError:
                    pass
                if self.wait(1.0) is not None:
                    break
        for fd in (self.go, self.report, self.master):
            os.close(fd)
        os.waitpid(self.leader, 0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rows', type=int, default=24)
    parser.add_argument('--columns', type=int, default=80)
    parser.add_argument('--baud', type=int, default=0)
    parser.add_argument('--round-trip', type=float, default=0, help='milliseconds')
    parser.add_argument('--ready', help='what the first screen says when it is there')
    parser.add_argument('--keys', action='append', default=[], help='one act; repeatable')
    parser.add_argument('--interval', type=float, help='type the keys one by one, so many ms apart')
    parser.add_argument('--settle', type=float, default=100, help='quiet for so long is finished, ms')
    parser.add_argument('--idle', type=float, help='seconds to look at it doing nothing')
    parser.add_argument('--strace', help='count writes, with this file as the log')
    parser.add_argument('--show', action='store_true', help='print the screen after each act')
    parser.add_argument('words', nargs='+')
    options = parser.parse_args()
    with Program(options.words, options.rows, options.columns,
                 Line(options.baud, options.round_trip / 1000), strace=options.strace) as program:
        step = program.start(options.ready, options.settle / 1000)
        print('start: %r' % step)
        for keys in options.keys:
            if options.show:
                print(step.text)
            step = program.each(keys, options.interval / 1000) if options.interval else \
                program.act(keys, settle=options.settle / 1000)
            print('%s: %r' % (keys, step))
        if options.show:
            print(step.text)
        if not options.strace:
            print('memory: %d kB resident, %d kB its own, %d kB anonymous'
                  % tuple(size // 1024 for size in program.memory()))
        if options.idle:
            print('idle: %d bytes, %.6f of a processor' % program.idle(options.idle))
        program.signal(signal.SIGTERM)
        status = program.wait()
        print('after TERM: status %s, left: %s' % (status, ', '.join(program.left()) or 'as it was'))


if __name__ == '__main__':
    main()
