"""Puts a tree together from what a parser meets, in order, and notes every problem of keys, values and size.

Holds an explicit stack, so that no nesting in a file can exhaust the interpreter's own. Knows neither YAML nor JSON:
both readers speak to it in the same five words.
"""

from __future__ import annotations

from inclusion_rules.errors import Diagnostic, InclusionRulesError
from inclusion_rules.loading.file_text import MOST_PROBLEMS
from inclusion_rules.loading.located_tree import Mapping, Node, Scalar, Sequence, Source, TreeFault, shown
from inclusion_rules.loading.plain_scalars import doubt_about
from inclusion_rules.source import Span

DEEPEST = 50
"""How many blocks may stand inside one another."""

MOST_NODES = 200_000
"""How many mappings, lists and values one file may hold."""

_NULL_KEYS = frozenset(("", "~", "null", "Null", "NULL"))
_MAY_BE_DOUBTFUL = frozenset("0123456789+-.")


class ReadingStoppedError(InclusionRulesError):
    """The rest of the file is not worth reading; the reason is already among the problems."""


class _OpenBlock:
    """A mapping or list whose end has not been met. `seen` maps each key to its place, and is None for a list."""

    __slots__ = ("column", "entries", "items", "key", "line", "seen")

    def __init__(self, line: int, column: int, *, keyed: bool) -> None:
        self.line = line
        self.column = column
        self.items: list[Node] = []
        self.entries: list[tuple[Scalar, Node]] = []
        self.key: Scalar | None = None
        self.seen: dict[str, Span] | None = {} if keyed else None


class TreeBuilding:
    """A tree in the making. `roots` has one node a document; `problems` is in the order of finding."""

    __slots__ = ("_count", "_open", "problems", "roots", "source")

    def __init__(self, source: Source, problems: list[Diagnostic]) -> None:
        """Begin with the problems that the text alone has already shown."""
        self.source = source
        self.problems = problems
        self.roots: list[Node] = []
        self._open: list[_OpenBlock] = []
        self._count = 0

    def note(self, span: Span, fault: TreeFault, message: str, *, help: str = "") -> None:
        """Add a problem; past the most that are told, say so and stop.

        Raises:
            ReadingStoppedError: enough problems have been found.
        """
        self.problems.append(self.source.diagnostic(span, fault, message, help=help))
        if len(self.problems) >= MOST_PROBLEMS:
            message = f"more than {MOST_PROBLEMS - 1} problems were found; the file was not read further than this"
            self.problems.append(self.source.diagnostic(span, TreeFault.TOO_MUCH, message))
            raise ReadingStoppedError

    def scalar(self, text: str, line: int, column: int, *, quoted: bool, width: int | None) -> None:
        """Meet a value, or a key where one is due. Line and column count from 1; see `Source.span` for the width."""
        span = self.source.span(line, column, width=width)
        self._counted(span)
        if not quoted:
            block = self._open[-1] if self._open else None
            is_key = block is not None and block.seen is not None and block.key is None
            if is_key:
                self._check_plain_key(text, span)
            elif text and text[0] in _MAY_BE_DOUBTFUL:
                doubt = doubt_about(text)
                if doubt is not None:
                    self.note(span, TreeFault.AMBIGUOUS, f"{shown(text)} {doubt.reason}", help=doubt.help)
        elif not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
            message = "an escape here stands for half a character"
            self.note(span, TreeFault.ENCODING, message, help="type the character itself in place of its `\\u` escapes")
        self._place(Scalar(text, quoted, span))

    def open_mapping(self, line: int, column: int) -> None:
        """Meet the beginning of a mapping."""
        self._opened(_OpenBlock(line, column, keyed=True))

    def open_sequence(self, line: int, column: int) -> None:
        """Meet the beginning of a list."""
        self._opened(_OpenBlock(line, column, keyed=False))

    def close(self, line: int, column: int) -> None:
        """Meet the end of the innermost mapping or list; `column` is the one just after it."""
        block = self._open.pop()
        width = column - block.column if line == block.line else None
        span = self.source.span(block.line, block.column, width=width)
        if block.seen is None:
            self._place(Sequence(tuple(block.items), span))
        else:
            self._place(Mapping(tuple(block.entries), span))

    def _opened(self, block: _OpenBlock) -> None:
        self._open.append(block)
        span = self.source.span(block.line, block.column, width=1)
        self._counted(span)
        if len(self._open) > DEEPEST:
            message = f"more than {DEEPEST} blocks stand inside one another here"
            self.note(span, TreeFault.TOO_MUCH, message, help="divide the contents, or look for a bracket left open")
            raise ReadingStoppedError

    def _counted(self, span: Span) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            message = f"the file holds more than {MOST_NODES:,} values"
            self.note(span, TreeFault.TOO_MUCH, message, help="divide it into several files")
            raise ReadingStoppedError

    def _check_plain_key(self, text: str, span: Span) -> None:
        if text in _NULL_KEYS:
            message = (
                "a name is missing before this `:`" if not text else f"{shown(text)} means nothing, so it names nothing"
            )
            help = "write a name before the `:`; a word that only looks empty goes in quotation marks"
            self.note(span, TreeFault.KEY, message, help=help)
        elif text == "<<":
            help = "write out the entries that are to be shared"
            self.note(
                span, TreeFault.KEY, "`<<` would merge another block into this one, which is not done here", help=help
            )

    def _place(self, node: Node) -> None:
        """Put a finished node where it is due: as the root, an item, a key or the value of the waiting key."""
        if not self._open:
            self.roots.append(node)
            return
        block = self._open[-1]
        if block.seen is None:
            block.items.append(node)
        elif block.key is None:
            block.key = self._key_from(node, block.seen)
        else:
            if isinstance(node, Scalar) and not node.text and not block.key.quoted:
                self._check_space_after_colon(block.key)
            block.entries.append((block.key, node))
            block.key = None

    def _check_space_after_colon(self, key: Scalar) -> None:
        """Refuse `{from:2012-09-01}`, which YAML takes for one long name with nothing under it."""
        name, colon, value = key.text.partition(":")
        line = self.source.lines[key.span.line - 1]
        after = key.span.column - 1 + key.span.width
        if colon and line[after : after + 1] != ":":
            help = f"write {shown(f'{name}: {value}')}"
            self.note(key.span, TreeFault.KEY, f"{shown(key.text)} has no space after its `:`", help=help)

    def _key_from(self, node: Node, seen: dict[str, Span]) -> Scalar:
        if not isinstance(node, Scalar):
            kind = "list" if isinstance(node, Sequence) else "block of keys"
            help = "a key is a name; if the words begin with `{` or `[`, put them in quotation marks"
            self.note(node.span, TreeFault.KEY, f"a {kind} stands here as a key", help=help)
            return Scalar("", True, node.span)
        first = seen.setdefault(node.text, node.span)
        if first is not node.span:
            help = f"it is first given on line {first.line}, column {first.column}: keep one, or give one another name"
            self.note(node.span, TreeFault.DUPLICATE_KEY, f"{shown(node.text)} is given twice in one block", help=help)
        return node
