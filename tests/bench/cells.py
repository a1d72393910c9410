"""What a terminal of the xterm family would show of the bytes a program wrote.

Purpose: to know when a frame is finished, and what it says, without a terminal.
State: rows of cells (character, attributes), the cursor, and the modes a program should undo.
Not here: colours as such (attributes are compared, not painted), scrollback, mouse reports.
"""
import codecs
import re
import unicodedata

TOKEN = re.compile(r'[^\x00-\x1f\x7f\x80-\x9f]+'                      # text
                   r'|\x1b\[[0-?]*[ -/]*[@-~]'                        # CSI
                   r'|\x1b[\]P^_X][^\x07\x1b\x18\x1a]*(?:\x07|\x1b\\)'  # OSC, DCS and their like
                   r'|\x1b[ -/]*[0-OQ-WYZ\\`-~]'                      # ESC …
                   r'|[\x00-\x1a\x1c-\x1f\x7f\x80-\x9f]')             # one control character
LINES = dict(zip('`afgjklmnopqrstuvwxyz{|}~', '◆▒°±┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·'))
BLANK = (' ', '')
# Modes by name, with what they are when nobody is on the terminal.
AT_REST = {'alternate screen': False, 'cursor': True, 'bracketed paste': False, 'cursor keys': False,
           'keypad': False, 'mouse': False, 'insert': False, 'autowrap': True, 'focus reports': False,
           'charset': False, 'attributes': False}
PRIVATE = {1: 'cursor keys', 7: 'autowrap', 25: 'cursor', 47: 'alternate screen', 66: 'keypad',
           1047: 'alternate screen', 1049: 'alternate screen', 1004: 'focus reports',
           2004: 'bracketed paste', 9: 'mouse', 1000: 'mouse', 1002: 'mouse', 1003: 'mouse'}


def width_of(character):
    if character < '\u0300':
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ('Mn', 'Me', 'Cf'):
        return 0
    return 2 if unicodedata.east_asian_width(character) in 'WF' else 1


class Cells:
    def __init__(self, rows=24, columns=80):
        self.rows, self.columns = rows, columns
        self.decoder = codecs.getincrementaldecoder('utf-8')('replace')
        self.rest = ''        # the beginning of a sequence whose end has not come
        self.modes = dict(AT_REST)
        self.changes = 0      # grows whenever something a person sees has changed
        self.saved = (0, 0)
        self.shifted = 0      # G0 or G1
        self.sets = ['B', 'B']
        self.attributes = ''
        self.last = ' '
        self.clear()

    def clear(self):
        self.cells = [[BLANK] * self.columns for _ in range(self.rows)]
        self.row = self.column = 0
        self.full = False     # the last column was written: the next character wraps first
        self.top, self.bottom = 0, self.rows - 1
        self.changes += 1

    # ---- reading it ----

    def lines(self):
        return [''.join(cell[0] for cell in row).rstrip() for row in self.cells]

    def text(self):
        return '\n'.join(self.lines())

    def not_at_rest(self):
        self.modes['charset'] = self.shifted != 0 or self.sets[0] != 'B'
        self.modes['attributes'] = bool(self.attributes)
        return sorted(name for name, value in AT_REST.items() if self.modes[name] != value)

    # ---- being written to ----

    def feed(self, data):
        text = self.rest + self.decoder.decode(data)
        at = 0
        before = (self.row, self.column, self.modes['cursor'])
        while at < len(text):
            match = TOKEN.match(text, at)
            if not match:
                if text[at] == '\x1b' and len(text) - at < 4096:
                    break
                at += 1
                continue
            token = match[0]
            at = match.end()
            if token[0] == '\x1b':
                self.escape(token)
            elif len(token) > 1 or token >= ' ' and not '\x7f' <= token <= '\x9f':
                self.put(token)
            else:
                self.control(token)
        self.rest = text[at:]
        if before != (self.row, self.column, self.modes['cursor']):
            self.changes += 1

    def set(self, row, column, cell):
        if self.cells[row][column] != cell:
            self.cells[row][column] = cell
            self.changes += 1

    def put(self, text):
        drawn = self.sets[self.shifted] == '0'
        for character in text:
            width = width_of(character)
            if width == 0:
                if self.column:
                    base = self.cells[self.row][self.column - 1]
                    self.set(self.row, self.column - 1, (base[0] + character, base[1]))
                continue
            if drawn:
                character = LINES.get(character, character)
            if self.full and self.modes['autowrap']:
                self.column = 0
                self.index()
            self.full = False
            if self.modes['insert']:
                row = self.cells[self.row]
                self.cells[self.row] = (row[:self.column] + [BLANK] * width + row[self.column:])[:self.columns]
                self.changes += 1
            self.set(self.row, self.column, (character, self.attributes))
            if width == 2 and self.column + 1 < self.columns:
                self.set(self.row, self.column + 1, ('', self.attributes))
            self.column += width
            if self.column >= self.columns:
                self.column = self.columns - 1
                self.full = True
            self.last = character

    def index(self):
        if self.row == self.bottom:
            self.scroll(1)
        elif self.row < self.rows - 1:
            self.row += 1

    def scroll(self, count, top=None):
        """The lines between top and the bottom of the region go up (or down, when negative)."""
        top = self.top if top is None else top
        part = self.cells[top:self.bottom + 1]
        size = len(part)
        count = max(-size, min(size, count))
        blank = [[BLANK] * self.columns for _ in range(abs(count))]
        part = part[count:] + blank if count > 0 else blank + part[:size + count]
        self.cells[top:self.bottom + 1] = part
        self.changes += 1

    def control(self, character):
        if character == '\r':
            self.column = 0
        elif character in '\n\v\f':
            self.index()
        elif character == '\b':
            self.column = max(0, self.column - 1)
        elif character == '\t':
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif character == '\x0e':
            self.shifted = 1
        elif character == '\x0f':
            self.shifted = 0
        else:
            return
        self.full = False

    def escape(self, token):
        kind = token[1]
        if kind == '[':
            self.sequence(token[2:-1], token[-1])
        elif kind in '()' and len(token) == 3:
            self.sets['()'.index(kind)] = token[2]
        elif kind == '7':
            self.saved = (self.row, self.column)
        elif kind == '8':
            self.row, self.column = self.saved
        elif kind == 'M':
            if self.row == self.top:
                self.scroll(-1)
            else:
                self.row = max(0, self.row - 1)
        elif kind == 'D':
            self.index()
        elif kind == 'E':
            self.column = 0
            self.index()
        elif kind in '=>':
            self.modes['keypad'] = kind == '='
        elif kind == 'c':
            self.__init__(self.rows, self.columns)

    def sequence(self, text, final):
        if text[:1] in ('?', '>', '=', '<'):
            if text[0] == '?' and final in 'hl':
                for number in re.findall(r'\d+', text):
                    self.mode(PRIVATE.get(int(number)), final == 'h')
            return
        if text.endswith((' ', '!', '"', '$')):
            if text == '!' and final == 'p':
                self.modes.update({name: AT_REST[name] for name in ('insert', 'cursor', 'keypad',
                                                                    'cursor keys')})
                self.attributes = ''
            return
        numbers = [int(part.split(':')[0]) if part.split(':')[0].isdigit() else 0
                   for part in text.split(';')]
        first = numbers[0]
        count = first or 1
        self.full = False if final != 'm' else self.full
        row = self.cells[self.row]
        if final == 'm':
            self.style(text)
        elif final in 'Hf':
            self.row = min(self.rows, count) - 1
            self.column = min(self.columns, (numbers[1] if len(numbers) > 1 else 1) or 1) - 1
        elif final == 'A':
            self.row = max(0, self.row - count)
        elif final in 'Be':
            self.row = min(self.rows - 1, self.row + count)
        elif final in 'Ca':
            self.column = min(self.columns - 1, self.column + count)
        elif final == 'D':
            self.column = max(0, self.column - count)
        elif final in 'EF':
            self.column = 0
            self.row = max(0, min(self.rows - 1, self.row + (count if final == 'E' else -count)))
        elif final in 'G`':
            self.column = min(self.columns, count) - 1
        elif final == 'd':
            self.row = min(self.rows, count) - 1
        elif final == 'I':
            self.column = min(self.columns - 1, (self.column // 8 + count) * 8)
        elif final == 'Z':
            self.column = max(0, ((self.column + 7) // 8 - count) * 8)
        elif final == 'J':
            self.erase_screen(first)
        elif final == 'K':
            self.erase(self.row, *((self.column, self.columns), (0, self.column + 1),
                                   (0, self.columns))[min(first, 2)])
        elif final == 'X':
            self.erase(self.row, self.column, min(self.columns, self.column + count))
        elif final == 'P':
            self.cells[self.row] = (row[:self.column] + row[self.column + count:]
                                    + [BLANK] * count)[:self.columns]
            self.changes += 1
        elif final == '@':
            self.cells[self.row] = (row[:self.column] + [BLANK] * count
                                    + row[self.column:])[:self.columns]
            self.changes += 1
        elif final in 'LM':
            if self.top <= self.row <= self.bottom:
                self.scroll(count if final == 'M' else -count, self.row)
        elif final in 'ST':
            self.scroll(count if final == 'S' else -count)
        elif final == 'b':
            self.put(self.last * count)
        elif final == 'r':
            bottom = numbers[1] if len(numbers) > 1 and numbers[1] else self.rows
            self.top, self.bottom = count - 1, min(self.rows, bottom) - 1
            self.row = self.column = 0
        elif final == 's':
            self.saved = (self.row, self.column)
        elif final == 'u':
            self.row, self.column = self.saved
        elif final in 'hl' and 4 in numbers:
            self.modes['insert'] = final == 'h'

    def mode(self, name, on):
        if name is None:
            return
        if name == 'alternate screen' and on != self.modes[name]:
            # One screen is kept: what stood before a full-screen program is of no interest here.
            self.cells = [[BLANK] * self.columns for _ in range(self.rows)]
            self.changes += 1
        self.modes[name] = on

    def style(self, text):
        for part in (text or '0').split(';'):
            self.attributes = '' if part.lstrip('0') == '' else self.attributes + ';' + part
        # 39 and 49 alone are no attribute, nor is one that was put off again; exact enough to compare.
        if re.fullmatch(r'(?:;(?:39|49|2[234578]))+', self.attributes):
            self.attributes = ''

    def erase(self, row, start, end):
        for column in range(start, end):
            self.set(row, column, BLANK)

    def erase_screen(self, how):
        if how == 0:
            self.erase(self.row, self.column, self.columns)
        elif how == 1:
            self.erase(self.row, 0, self.column + 1)
        for row in range(self.rows):
            if how == 2 or (how == 0 and row > self.row) or (how == 1 and row < self.row):
                self.erase(row, 0, self.columns)
