"""Samples by name, and the table that is made of them.

A figure is the median of its samples, with the lowest in brackets. A row is judged by one number: a ratio to
what stands beside it, or a figure of its own; `must` and `moonshot` are its upper limits. A row without `must`
is for reading. A hard one does not depend on the machine's mood: it fails the run.
"""
import statistics
import sys

HEAD = ('#', 'what', 'klientel (lowest)', 'beside (lowest)', 'figure', 'must', 'moonshot', '')


def short(seconds):
    if seconds is None:
        return '–'
    if seconds >= 1:
        return '%.2f s' % seconds
    return ('%.1f ms' if seconds >= 0.01 else '%.2f ms') % (seconds * 1e3)


def number(value):
    if value is None:
        return '–'
    if 0 < value < 0.1:
        return '%.3f' % value
    return '%.2f' % value if value < 10 and value != int(value) else '%.0f' % value


class Samples:
    def __init__(self):
        self.values = {}

    def add(self, name, value):
        if value is not None:
            self.values.setdefault(name, []).append(value)

    def clear(self):
        self.values.clear()

    def median(self, name):
        return statistics.median(self.values[name]) if self.values.get(name) else None

    def lowest(self, name):
        return min(self.values[name]) if self.values.get(name) else None

    def time(self, name):
        return '–' if self.median(name) is None else '%s (%s)' % (short(self.median(name)),
                                                                  short(self.lowest(name)))


class Table:
    def __init__(self, samples):
        self.samples, self.lines, self.bad = samples, [], []

    def row(self, row, what, ours, beside, value, must=None, moonshot=None, hard=False, unit=''):
        if value is None:
            verdict = 'not measured' if must is not None else ''
        elif must is not None and value > must:
            verdict = 'MISSED'
            if hard:
                self.bad.append('%s %s' % (row, what))
        elif moonshot is not None and value <= moonshot:
            verdict = 'moonshot'
        else:
            verdict = 'met' if must is not None else ''
        limit = lambda x: '' if x is None else '≤ ' + number(x) + unit
        self.lines.append((row, what, ours, beside, number(value) + unit if value is not None else '–',
                           limit(must), limit(moonshot), verdict))

    def beside(self, label, name):
        return '%s: no anchor' % label if self.samples.median(name) is None else \
            '%s %s' % (label, self.samples.time(name))

    def ratio(self, row, what, ours, label, anchor, must=None, moonshot=None, slack=0.0):
        """Times ours / anchor; so many seconds are allowed on top of the ratio."""
        one, other = self.samples.median(ours), self.samples.median(anchor)
        if one is None and other is None:
            return
        value = None if one is None or not other else max(0.0, one - slack) / other
        text = ' + %g ms' % (slack * 1e3) if slack else ''
        self.row(row, what, self.samples.time(ours), self.beside(label, anchor), value, must, moonshot,
                 unit='×' + text)

    def faster(self, row, what, ours, label, anchor, times):
        """The anchor takes at least so many times as long."""
        one, other = self.samples.median(ours), self.samples.median(anchor)
        value = None if not one or other is None else other / one
        verdict = 'not measured' if value is None else 'met' if value >= times else 'MISSED'
        self.lines.append((row, what, self.samples.time(ours), self.beside(label, anchor),
                           '–' if value is None else '%.1f× faster' % value, '≥ %g×' % times, '', verdict))

    def print(self, file=sys.stdout):
        lines = sorted(self.lines, key=lambda line: int(line[0][1:]))
        widths = [max(len(line[i]) for line in [HEAD] + lines) for i in range(len(HEAD))]
        for line in [HEAD, tuple('-' * width for width in widths)] + lines:
            print('| ' + ' | '.join(text.ljust(width) for text, width in zip(line, widths)) + ' |',
                  file=file)
