"""Reads JSON with its places, telling a slip of syntax in plain words.

Exists because YAML's reader refuses some sound JSON (tabs between values, characters written as escaped pairs), and
because the standard library's reader of JSON keeps no places.
"""

from __future__ import annotations

import json
import re
from enum import Enum

from inclusion_rules.loading.located_tree import TreeFault, shown
from inclusion_rules.loading.tree_building import ReadingStoppedError, TreeBuilding

_SPACE = re.compile(r"[ \t\n]*+")
_TOKEN = re.compile(
    r'(?P<mark>[{}\[\],:])|(?P<string>"[^"\\\x00-\x1f]*+(?:\\[^\n][^"\\\x00-\x1f]*+)*+")|(?P<word>[^\s{}\[\],:"]++)'
)
_WORD = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_NEARLY = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false", "NULL": "null"}
_COMMENTS = ("//", "/*", "#")
_NO_COMMENTS = "JSON has no comments; remove it, or save the contents as YAML"
_CLOSING = {"{": "}", "[": "]"}


class _Due(Enum):
    """What the grammar wants next, in words that can be shown."""

    VALUE = "a value"
    ITEM = "a value or `]`"
    NAME = "a name in double quotation marks"
    NAME_OR_END = "a name in double quotation marks or `}`"
    COLON = "`:`"
    COMMA = "`,` or the closing bracket"
    NOTHING = "the end of the file"


def scan_json(text: str, building: TreeBuilding) -> None:
    """Tell `building` everything that `text` holds, in order.

    Raises:
        ReadingStoppedError: the text cannot be read further; the reason is among the problems of `building`.
    """
    scanning = _Scanning(text, building)
    due = scanning.next_after(_Due.VALUE)
    while due is not _Due.NOTHING:
        due = scanning.next_after(due)
    scanning.expect_end()


class _Scanning:
    """The text, how far it has been read, and the brackets still open with their places."""

    def __init__(self, text: str, building: TreeBuilding) -> None:
        self._text = text
        self._building = building
        self._at = 0
        self._line = 1
        self._line_start = 0
        self._open: list[tuple[str, int, int]] = []

    @property
    def _column(self) -> int:
        return self._at - self._line_start + 1

    def next_after(self, due: _Due) -> _Due:
        """Read one token where `due` is wanted, and say what is wanted then."""
        self._skip_space()
        token = _TOKEN.match(self._text, self._at)
        if token is None:
            raise self._unreadable(due)
        words = token.group()
        if token.lastgroup == "mark":
            return self._mark(words, due)
        if due in (_Due.NAME, _Due.NAME_OR_END) and token.lastgroup == "string":
            self._string(words)
            return _Due.COLON
        if due not in (_Due.VALUE, _Due.ITEM):
            raise self._misplaced(words, due)
        if token.lastgroup == "string":
            self._string(words)
        else:
            self._word(words)
        return self._due_after_value()

    def expect_end(self) -> None:
        """Refuse anything that stands after the value."""
        self._skip_space()
        if self._at < len(self._text):
            raise self._refused(
                "something stands after the end of the JSON value", help="remove it, or wrap all in `[ ]`"
            )

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._at)
        end = space.end() if space else self._at
        breaks = self._text.count("\n", self._at, end)
        if breaks:
            self._line += breaks
            self._line_start = self._text.rfind("\n", self._at, end) + 1
        self._at = end

    def _due_after_value(self) -> _Due:
        return _Due.COMMA if self._open else _Due.NOTHING

    def _mark(self, mark: str, due: _Due) -> _Due:
        line, column = self._line, self._column
        inside = self._open[-1][0] if self._open else ""
        if mark in "{[" and due in (_Due.VALUE, _Due.ITEM):
            self._open.append((mark, line, column))
            if mark == "{":
                self._building.open_mapping(line, column)
            else:
                self._building.open_sequence(line, column)
            after = _Due.NAME_OR_END if mark == "{" else _Due.ITEM
        elif mark == _CLOSING.get(inside) and due in (_Due.ITEM, _Due.NAME_OR_END, _Due.COMMA):
            self._open.pop()
            self._building.close(line, column + 1)
            after = self._due_after_value()
        elif mark == ":" and due is _Due.COLON:
            after = _Due.VALUE
        elif mark == "," and due is _Due.COMMA:
            after = _Due.NAME if inside == "{" else _Due.VALUE
        else:
            raise self._misplaced(mark, due)
        self._at += 1
        return after

    def _string(self, written: str) -> None:
        if "\\" in written:
            try:
                text = str(json.loads(written))
            except json.JSONDecodeError as error:
                self._at += error.pos
                help = "write a backslash as `\\\\`; `\\n` is a new line, and `\\u` takes four figures"
                raise self._refused("the backslash here begins no escape that JSON knows", help=help) from None
        else:
            text = written[1:-1]
        self._building.scalar(text, self._line, self._column, quoted=True, width=len(written))
        self._at += len(written)

    def _word(self, word: str) -> None:
        if not _WORD.fullmatch(word):
            help = "words stand in double quotation marks; only true, false, null and numbers stand without"
            if word in _NEARLY:
                help = f"write `{_NEARLY[word]}`"
            elif word.startswith(_COMMENTS):
                help = _NO_COMMENTS
            elif re.fullmatch(r"-?0[0-9]+", word):
                help = f'write `{int(word[:80])}` for the number, or `"{word[:80]}"` for the words'
            raise self._refused(f"{shown(word)} is not a value that JSON knows", help=help, width=len(word))
        self._building.scalar(word, self._line, self._column, quoted=False, width=len(word))
        self._at += len(word)

    def _misplaced(self, words: str, due: _Due) -> ReadingStoppedError:
        before = self._text[: self._at].rstrip()[-1:]
        if words in ("}", "]") and before == ",":
            return self._refused(f"{shown(words)} comes straight after a `,`", help="remove that last `,`")
        help = ""
        if words.startswith(_COMMENTS):
            help = _NO_COMMENTS
        elif due is _Due.COMMA:
            help = "put a `,` between one entry and the next"
        elif due in (_Due.NAME, _Due.NAME_OR_END) and words not in "{}[],:":
            help = 'in JSON every name stands in double quotation marks: "name"'
        return self._refused(f"{shown(words)} stands where {due.value} is due", help=help, width=len(words))

    def _unreadable(self, due: _Due) -> ReadingStoppedError:
        if self._at < len(self._text):
            if self._text[self._at] == '"':
                help = 'close it with `"` on the same line; a new line inside the words is written `\\n`'
                return self._refused("the quotation mark opened here is not closed on this line", help=help)
            return self._refused(f"{shown(self._text[self._at])} is not something JSON knows")
        if self._open:
            bracket, line, column = self._open[-1]
            help = f"the `{bracket}` of line {line}, column {column} is still open: close it with `{_CLOSING[bracket]}`"
            return self._refused(f"the file ends where {due.value} is due", help=help)
        return self._refused(f"the file ends where {due.value} is due")

    def _refused(self, message: str, *, help: str = "", width: int = 1) -> ReadingStoppedError:
        span = self._building.source.span(self._line, self._column, width=width)
        self._building.note(span, TreeFault.SYNTAX, message, help=help)
        return ReadingStoppedError()
