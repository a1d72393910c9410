#!/usr/bin/env python3
"""Every text of the program has its Swedish and its Norwegian.

    catalogues.py PROJECT_FOLDER [--update]

Collects the texts as the gettext tools see them and compares with data/po/*.po: a text without a
translation, a fuzzy one, or one whose %1 … %4 differ from the English fails. --update merges new texts
into the catalogues, untranslated.
"""
import os
import re
import subprocess
import sys
import tempfile


def sources(top):
    found = []
    for root in ('src', 'include'):
        for folder, _, names in os.walk(os.path.join(top, root)):
            found += [os.path.relpath(os.path.join(folder, name), top)
                      for name in names if name.endswith(('.c', '.h', '.def'))]
    return sorted(found)


def entries(path):
    """(msgid, [msgstr…], fuzzy) of a catalogue."""
    found, state = [], None
    current = {'id': '', 'plural': '', 'strings': {}, 'fuzzy': False}

    def close():
        if current['id']:
            found.append((current['id'], current['plural'], list(current['strings'].values()),
                          current['fuzzy']))
        current.update(id='', plural='', strings={}, fuzzy=False)

    unquote = lambda text: re.sub(r'\\(.)', lambda m: {'n': '\n', 't': '\t'}.get(m[1], m[1]), text[1:-1])
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            line = line.strip()
            if not line or line.startswith('#~'):
                if not line:
                    close()
                    state = None
                continue
            if line.startswith('#,') and 'fuzzy' in line:
                current['fuzzy'] = True
            match = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?)\s+(".*")$', line)
            if match:
                state = match[1]
                text = unquote(match[2])
            elif line.startswith('"') and state:
                text = unquote(line)
            else:
                continue
            if state == 'msgid':
                current['id'] += text
            elif state == 'msgid_plural':
                current['plural'] += text
            else:
                current['strings'][state] = current['strings'].get(state, '') + text
    close()
    return found


def main():
    top = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        pot = os.path.join(folder, 'klientel.pot')
        subprocess.run(['xgettext', '--language=C', '--from-code=UTF-8', '--keyword=N_',
                        '--keyword=text_tr:2', '--keyword=text_tr_n:2,3', '--no-location',
                        '--sort-output', '--output=' + pot] + sources(top), cwd=top, check=True)
        wanted = {text for text, _, _, _ in entries(pot)}
        wrong = 0
        for language in ('sv', 'nb'):
            po = os.path.join(top, 'data', 'po', language + '.po')
            if '--update' in sys.argv:
                subprocess.run(['msgmerge', '--quiet', '--update', '--backup=none', '--no-location',
                                '--no-fuzzy-matching', '--sort-output', po, pot], check=True)
            there = {}
            for text, plural, strings, fuzzy in entries(po):
                there[text] = (plural, strings, fuzzy)
            for text in sorted(wanted):
                plural, strings, fuzzy = there.get(text, ('', [], False))
                marks = lambda t: sorted(set(re.findall(r'%[1-4]', t)))
                why = None
                if not strings or not all(strings):
                    why = 'has no translation'
                elif fuzzy:
                    why = 'is fuzzy'
                elif any(marks(s) != marks(plural or text) and marks(s) != marks(text) for s in strings):
                    why = 'has other %1 … %4'
                if why:
                    wrong += 1
                    print('%s: %r %s' % (language, text, why))
        print('%d texts, %d without a good translation' % (len(wanted), wrong))
        sys.exit(1 if wrong or not wanted else 0)


main()
