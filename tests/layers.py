#!/usr/bin/env python3
"""The layers of the program, checked over the #include lines: who may include whom, and which library
stands in which folder only. Names file and line of every breach.

    layers.py PROJECT_FOLDER
"""
import os
import re
import sys

MAY = {
    'base': [],
    'rules': ['base'],
    'formats': ['base', 'rules'],
    'store': ['base', 'rules'],
    'service': ['base', 'rules', 'formats', 'store'],
    'config': ['base', 'rules'],
    'screen': ['base', 'rules'],
    'tty': ['base', 'screen/surface.h'],
    'app': ['base', 'rules', 'store', 'service', 'config', 'screen'],
    'cli': ['base', 'rules', 'store', 'service', 'config'],
    'worker': ['base', 'rules', 'store', 'service', 'config'],
}
# header pattern -> the only places that may include it
LIBRARY = {
    r'utf8proc\.h': ['base/'],
    r'unicode/.*': ['base/collate.c'],
    r'sodium\.h': ['base/'],
    r'libintl\.h': ['base/'],
    r'pcre2\.h': ['rules/filter'],
    r'libxml/.*': ['formats/'],
    r'jansson\.h': ['formats/'],
    r'csv\.h': ['formats/'],
    r'zlib\.h': ['formats/'],
    r'zip\.h': ['formats/'],
    r'xlsxwriter\.h': ['formats/'],
    r'hpdf\.h': ['formats/'],
    r'iconv\.h': ['formats/'],
    r'sqlite3\.h': ['store/sqlite.c'],
    r'libpq-fe\.h': ['store/postgres.c'],
    r'libconfig\.h': ['config/'],
    r'(n?curses|ncursesw/.*|term)\.h': ['tty/'],
    r'curl/.*': ['worker/'],
}
INCLUDE = re.compile(r'\s*#\s*include\s*[<"]([^>"]+)[>"]')


def check(path, layer, place):
    wrong = []
    with open(path, encoding='utf-8') as source:
        for number, line in enumerate(source, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match.group(1)
            own = re.match(r'klientel/(.*)', header)
            if own and layer:
                target = own.group(1)
                allowed = [layer] + MAY[layer]
                if not any(target == a or target.startswith(a + '/') for a in allowed):
                    wrong.append((path, number, 'src/%s may not include %s' % (layer, header)))
            for pattern, places in LIBRARY.items():
                if re.fullmatch(pattern, header) and not any(place.startswith(p) for p in places):
                    wrong.append((path, number, '%s belongs in %s' % (header, ', '.join(places))))
    return wrong


def main():
    top = sys.argv[1]
    wrong, seen = [], 0
    for root, prefix in (('src', ''), ('include/klientel', '')):
        base = os.path.join(top, root)
        for folder, _, names in os.walk(base):
            for name in sorted(names):
                if not name.endswith(('.c', '.h', '.def')):
                    continue
                path = os.path.join(folder, name)
                place = os.path.relpath(path, base)
                layer = place.split(os.sep)[0] if os.sep in place else None
                if layer and layer not in MAY:
                    wrong.append((path, 1, 'folder %s is not a layer' % layer))
                    continue
                seen += 1
                wrong += check(path, layer, place)
    allowed = {'meson.build', 'meson_options.txt', 'README.md', 'LICENSE', 'CHANGELOG.md',
               'src', 'include', 'data', 'tests', 'doc'}
    for name in os.listdir(top):
        if not name.startswith('.') and not name.startswith('build') and name not in allowed:
            wrong.append((os.path.join(top, name), 1, 'nothing else stands at the top'))
    for path, number, why in wrong:
        print('%s:%d: %s' % (path, number, why))
    print('%d files looked at, %d breaches' % (seen, len(wrong)))
    sys.exit(1 if wrong or seen == 0 else 0)


main()
