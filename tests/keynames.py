#!/usr/bin/env python3
"""No sentence of the screen names a key by itself: keys can be re-bound, so it takes the name as an argument
(keymap_key).

    keynames.py PROJECT_FOLDER
"""
import os
import re
import sys

# Keys that are no action's: they edit a line, or mean the same whatever is bound.
ALLOWED = {
    'to the beginning, to the end of what is typed; Ctrl-A and Ctrl-E do the same',
    'delete the word before the cursor; Ctrl-U all before it, Ctrl-K all behind it',
    'Reading the rows … Esc: do not wait',
    'Written %1 of %2 rows  Esc stops',
}
NAMED = re.compile(r'\b(Esc|Enter|Space|Tab|PgUp|PgDn|Ins|Del|F\d{1,2}|(Ctrl|Shift)-\w+)\b')
# A letter that stands where a sentence has a key: "x shows it", "set one with / first".
LETTER = re.compile(r'(?:[:;,(] |\bwith |\bpress |\band then )([a-zA-Z/?*!:\'+-])(?: |\)|,|$)')


def texts(path):
    with open(path, encoding='utf-8') as source:
        code = source.read()
    for match in re.finditer(r'N_\(((?:\s*"(?:[^"\\]|\\.)*")+)\s*\)', code):
        parts = re.findall(r'"((?:[^"\\]|\\.)*)"', match[1])
        yield code.count('\n', 0, match.start()) + 1, ''.join(parts)


def main():
    top = sys.argv[1]
    found, seen = [], 0
    for folder in ('src/app', 'src/screen', 'src/rules'):
        for name in sorted(os.listdir(os.path.join(top, folder))):
            path = os.path.join(folder, name)
            if not name.endswith('.c') or name == 'keymap.c':
                continue
            for line, text in texts(os.path.join(top, path)):
                seen += 1
                match = NAMED.search(text) or LETTER.search(text)
                if match and match[1] not in 'aAI' and text not in ALLOWED:
                    found.append('%s:%d: "%s" names the key %s' % (path, line, text, match[1]))
    print('\n'.join(found) or '%d texts, none names a key by itself' % seen)
    sys.exit(1 if found or seen < 200 else 0)


if __name__ == '__main__':
    main()
