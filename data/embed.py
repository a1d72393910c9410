#!/usr/bin/env python3
"""Turn files into a C source that holds their bytes.

    embed.py OUT.c NAME=FILE...

Each NAME becomes `const unsigned char embed_NAME[]`, ended by a zero byte that is not counted
in `const size_t embed_NAME_size`.
"""
import sys


def main():
    with open(sys.argv[1], 'w', encoding='ascii') as out:
        out.write('#include <stddef.h>\n\n#include "klientel/base/embed.h"\n')
        for argument in sys.argv[2:]:
            name, path = argument.split('=', 1)
            with open(path, 'rb') as source:
                data = source.read()
            out.write('\nconst unsigned char embed_%s[] = {' % name)
            for i, byte in enumerate(data + b'\0'):
                out.write(('\n    ' if i % 16 == 0 else ' ') + '%d,' % byte)
            out.write('\n};\nconst size_t embed_%s_size = sizeof embed_%s - 1;\n' % (name, name))


main()
