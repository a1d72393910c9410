"""What klientel's screen is measured by: bare programs, and what people have on their machines.

FLOOR   ncfloor, a bare ncurses program over the same clients: all rows in one buffer, filter by PCRE2
SCAN    scanlimit, the bare scan over the text that is searched, one match call a row
SORT    sort-keys, a bare qsort of one column's keys
mc, less, fzf, rg, lnav where they are installed, over the same lines

FLOOR and SCAN stand in a folder of anchors: built, or as a Makefile that builds them into $(O). What is not
there adds no samples.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile

from material import COLUMNS, need, say
from probe import Program


class Rivals:
    def __init__(self, material, samples, anchors, sort_keys):
        self.material, self.samples, self.sort_keys = material, samples, sort_keys
        self.floor_program = self.find(anchors, 'ncfloor')
        self.scan_program = self.find(anchors, 'scanlimit')

    def find(self, anchors, name):
        if not anchors:
            return None
        if os.access(os.path.join(anchors, name), os.X_OK):
            return os.path.join(anchors, name)
        built = os.path.join(self.material.folder, 'bin', name)
        done = subprocess.run(['make', '-s', '-C', anchors, 'O=' + os.path.dirname(built), built],
                              capture_output=True, text=True)
        if done.returncode == 0:
            return built
        say('no anchor %s: %s' % (name, done.stderr.strip()))
        return None

    # ---- bare programs ----

    def floor(self, clients, fast=False, acknowledged=False, **more):
        environment = {'NCF_ONE': '1', **({'NCF_ACK': '1'} if acknowledged else {})}
        return Program([self.floor_program, 'db', self.material.path('a', clients, '.db')]
                       + (['fast'] if fast else []), environment=environment, **more)

    def floor_round(self, clients, word):
        add = lambda name, value: self.samples.add('floor/%d/%s' % (clients, name), value)
        with self.floor(clients, fast=True) as program:
            add('start', program.start('filter:', 0.1, 60).match)
        with self.floor(clients) as program:
            program.start('filter:', 0.05, 60)
            for _ in range(5):
                add('page', program.act('<PgDn>', 'filter:', 0.03).done)
            for _ in range(5):
                add('down', program.act('<Down>', 'filter:', 0.03).done)
            for index in range(len(word)):
                add('word %d' % (index + 1),
                    program.act(word[index], 'filter: %s$' % word[:index + 1], 0.05).done)
            resident, own, _ = program.memory()
            add('memory', resident)
            add('own memory', own)

    def scan_round(self, clients, patterns):
        """patterns: (name, PCRE2 pattern); the hits of each."""
        hits = {}
        for name, pattern in patterns:
            got = json.loads(need([self.scan_program, self.material.path('d', clients, '/scan.txt'), pattern,
                                   '5']))
            self.samples.add('scan/%d/%s' % (clients, name), got['rows'] / 1e6)
            self.samples.add('text/%d' % clients, got['mb'] * 1e6)
            hits[name] = got['rows_hits']
        return hits

    def sort(self, clients, name):
        column, kind = COLUMNS[name]
        if self.sort_keys:
            took = need([self.sort_keys, self.material.path('d', clients, '/key-%s.txt' % column), kind, '3'])
            self.samples.add('qsort/%d/%s' % (clients, name), float(took) / 1e6)

    # ---- what people have ----

    def other(self, words, clients, stdin=False, **more):
        """A program of the system, with a home of its own, or None where it is not installed."""
        if not shutil.which(words[0]):
            return None
        home = tempfile.mkdtemp(prefix='other-', dir=self.material.folder)
        rows = self.material.path('d', clients, '/rows.txt')
        return Program([word.replace('ROWS', rows) for word in words], stdin=rows if stdin else None,
                       environment={'HOME': home, 'XDG_CONFIG_HOME': home}, **more)

    def manager_and_pager(self, clients):
        add = lambda name, value: self.samples.add('%s/%d' % (name, clients), value)
        program = self.other(['mc', '-x'], clients)
        if program:
            with program:
                add('mc start', program.start('10Quit', 0.1).done)
        program = self.other(['less', '-S', 'ROWS'], clients)
        if program:
            with program:
                add('less start', program.start(r'\S', 0.03).done)
                for _ in range(5):
                    add('less page', program.act('<Space>', settle=0.03).done)
                for _ in range(5):
                    add('less down', program.act('j', settle=0.03).done)

    def finders(self, clients, word):
        add = lambda name, value: self.samples.add('%s/%d' % (name, clients), value)
        all_read = r'%d/%d' % (clients + 1, clients + 1)
        reload = 'change:reload:rg -N --color=never -i -e {q} ROWS || true'
        for name, words in (('fzf', ['fzf', '--exact', '--no-sort']),
                            ('fzf+rg', ['fzf', '--disabled', '--bind', reload])):
            program = self.other(words, clients, True) if name == 'fzf' or shutil.which('rg') else None
            if program:
                with program:
                    program.start(all_read, 0.15, 60)
                    add(name, program.act(word[0], settle=0.25, timeout=30).done)
        program = self.other(['lnav', 'ROWS'], clients)
        if program:
            with program:
                program.start(r'\S.*\n.*\S', 1.0, 8)
                for letter in (':', *'filter-in', '<Space>', *word):
                    program.act(letter, settle=0.01, timeout=1)
                add('lnav', program.act('<Enter>', 'filter now active', 0.05, 8).match)
