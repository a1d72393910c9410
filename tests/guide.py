#!/usr/bin/env python3
"""The guide tells of every key of the screen, each as `key`.

    guide.py PROJECT_FOLDER
"""
import os
import re
import sys


def main():
    top = sys.argv[1]
    with open(os.path.join(top, 'include/klientel/rules/actions.def'), encoding='utf-8') as source:
        actions = re.findall(r'^ACTION\(\w+, "([\w-]+)", \w+, [^"]*"([^"]*)"', source.read(), re.M)
    with open(os.path.join(top, 'doc/guide.md'), encoding='utf-8') as source:
        guide = source.read()
    missing = ['%s (%s)' % (key, word) for word, keys in actions for key in keys.split()
               if '`%s`' % key not in guide]
    print('\n'.join('the guide does not tell of ' + key for key in missing)
          or '%d actions, the guide tells of every key' % len(actions))
    sys.exit(1 if missing or len(actions) < 40 else 0)


if __name__ == '__main__':
    main()
