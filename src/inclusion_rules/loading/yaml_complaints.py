"""Says in plain words what a YAML parser objects to, and points where the slip is likelier to be.

Knows the wording of both parsers, compiled and pure Python, and the lines of the file. Does not parse, and judges
nothing that the parser accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TypeAlias

from inclusion_rules.loading.located_tree import TreeFault, shown

Place: TypeAlias = tuple[int, int]
"""Line and column, counted from 1."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What the parser said, where, and where the construct it was reading began (if it said)."""

    problem: str
    context: str
    at: Place
    begun: Place | None
    lines: tuple[str, ...]

    @property
    def line(self) -> str:
        """The line objected to."""
        return self.lines[self.at[0] - 1] if self.at[0] <= len(self.lines) else ""

    @property
    def character(self) -> str:
        """The character objected to; empty at the end of a line."""
        return self.line[self.at[1] - 1 : self.at[1]]

    @property
    def opening(self) -> str:
        """The character with which the construct began."""
        if self.begun is None or self.begun[0] > len(self.lines):
            return ""
        return self.lines[self.begun[0] - 1][self.begun[1] - 1 : self.begun[1]]


@dataclass(frozen=True, slots=True)
class Complaint:
    """The same for a person; `width` None runs to the end of the line.

    `at` may differ from the parser's place: an unclosed quotation, say, is shown at its opening.
    """

    at: Place
    message: str
    help: str
    fault: TreeFault = TreeFault.SYNTAX
    width: int | None = 1


def in_plain_words(objection: Objection) -> Complaint:
    """What is wrong, where, and what would put it right."""
    problem, context = objection.problem, objection.context
    if "quoted scalar" in context and "unexpected" in problem:
        return _unclosed_quotation(objection)
    if re.match(r" *\t", objection.line) or objection.character == "\t":
        return _tab(objection)
    if "tag" in context or "tag" in problem:
        help = "remove it; if the words begin with `!`, put them in quotation marks"
        return Complaint(objection.begun or objection.at, "tags (`!...`) are not read here", help, TreeFault.TAG)
    if "anchor" in context or "alias" in context:
        message = f"{shown(objection.opening)} would name or repeat a part of the file, which is not done here"
        help = "put words that begin with `&` or `*` in quotation marks"
        return Complaint(objection.begun or objection.at, message, help, TreeFault.ANCHOR)
    for wording, explain in _EXPLANATIONS:
        if re.search(wording, problem) or re.search(wording, context):
            return _mentioning_hidden_spaces(explain(objection), objection)
    help = "check the indentation, the quotation marks and the brackets just above"
    return _mentioning_hidden_spaces(Complaint(objection.at, "the file cannot be read from here on", help), objection)


def _unclosed_quotation(objection: Objection) -> Complaint:
    mark = objection.opening
    inside = "an apostrophe is written `''`" if mark == "'" else 'the mark itself is written `\\"`'
    help = f"close it with {shown(mark)}; between such marks {inside}"
    return Complaint(objection.begun or objection.at, "the quotation mark opened here is never closed", help)


def _tab(objection: Objection) -> Complaint:
    number, line = objection.at[0], objection.line
    column = line.index("\t") + 1 if re.match(r" *\t", line) else objection.at[1]
    others = [str(n) for n, other in enumerate(objection.lines[number:], number + 1) if re.match(r" *\t", other)]
    help = "put spaces in its place, two for each step"
    if others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        help += f"; tabs also begin line{'s' if len(others) > 1 else ''} {', '.join(others[:5])}{more}"
    return Complaint((number, column), "a tab stands here, where YAML wants spaces", help)


def _misplaced_colon(objection: Objection) -> Complaint:
    number, column = objection.at
    earlier = re.search(r":\s", objection.line[: column - 1])
    if earlier:
        help = "if the words hold `: `, put all of them after the first `:` in quotation marks"
        return Complaint(objection.at, "a second `:` stands on this line", help)
    above = _line_above(objection)
    indent = len(objection.line) - len(objection.line.lstrip(" "))
    if above and len(above[1]) - len(above[1].lstrip(" ")) < indent and not above[1].rstrip().endswith(":"):
        name = objection.line[indent : column - 1].strip()
        help = f"line it up with line {above[0]}, or leave nothing after the `:` of line {above[0]}"
        return Complaint((number, indent + 1), f"{shown(name)} stands under a line that already has a value", help)
    where = f"line {above[0]}" if above else "the line above"
    help = f"check that {where} has its own `:`, and that the two lines begin in the same column"
    return Complaint(objection.at, "a `:` cannot stand here, since the words before it are not a name", help)


def _missing_colon(objection: Objection) -> Complaint:
    help = "write `name: value`; words that run over several lines are indented under their name"
    at = objection.begun or objection.at
    joined = (
        re.match(r"([^\s:]+):(\S.*)", objection.lines[at[0] - 1][at[1] - 1 :])
        if at[0] <= len(objection.lines)
        else None
    )
    if joined:
        help = f"put a space after the `:`: {shown(f'{joined[1]}: {joined[2].rstrip()}')}"
    return Complaint(at, "no `:` and space follow the name that begins here", help, width=None)


def _out_of_line(objection: Objection) -> Complaint:
    before = objection.line[: objection.at[1] - 1].rstrip()
    if objection.character in ("}", "]"):
        return _closing_nothing(objection)
    if before.endswith(("'", '"', "}", "]")):
        return _after_the_end(objection, closing=before[-1])
    if objection.character == ":":
        return _nameless(objection)
    help = "check the indentation of this line and the lines above"
    if objection.begun is not None:
        line, column = objection.begun
        help = f"the block around it began on line {line}, column {column}: begin this line in column {column} too, "
        help += "or indent it to match the block inside"
    if "'-' indicator" in objection.problem or "collection" in objection.context:
        if objection.begun is not None and objection.begun[1] == objection.at[1]:
            help = "begin it with `- `, or line it up with the name that the list stands under"
        return Complaint(objection.at, "this line is no item of the list that it stands in", help, width=None)
    return Complaint(objection.at, "this line does not line up with its block", help, width=None)


def _nameless(objection: Objection) -> Complaint:
    help = "write a name before the `:`, or remove it"
    return Complaint(objection.at, "a name is missing before this `:`", help, TreeFault.KEY)


def _closing_nothing(objection: Objection) -> Complaint:
    help = "remove it, or open it earlier; if it is part of the words, put them in quotation marks"
    return Complaint(objection.at, f"{shown(objection.character)} closes nothing that was opened", help)


def _after_the_end(objection: Objection, *, closing: str) -> Complaint:
    help = "put the whole value in quotation marks, or remove what follows"
    if closing == "'" and objection.line[objection.at[1] - 2] == "'":
        help = "an apostrophe between single quotation marks is written `''`; or use double quotation marks around all"
    return Complaint(
        objection.at, f"the value ended with the {shown(closing)} before this, yet words follow", help, width=None
    )


def _unclosed_bracket(objection: Objection) -> Complaint:
    opening = objection.opening
    closing = {"{": "}", "[": "]"}.get(opening, "the closing bracket")
    if objection.begun is not None and (objection.begun[0] != objection.at[0] or not objection.character.strip()):
        help = f"close it with {shown(closing)}, and put a `,` between one entry and the next"
        return Complaint(objection.begun, f"the {shown(opening)} opened here is not closed", help)
    help = (
        f"divide entries by `,` and end with {shown(closing)}; words that hold `[`, `{{` or `,` go in quotation marks"
    )
    return Complaint(objection.at, f"`,` or {shown(closing)} is due before this", help)


def _unable_to_begin(objection: Objection) -> Complaint:
    message = f"words cannot begin with {shown(objection.character)} unless they are in quotation marks"
    return Complaint(objection.at, message, "put the words in quotation marks")


def _escape(objection: Objection) -> Complaint:
    number, column = objection.at
    found = objection.line.rfind("\\", 0, column)
    help = "put the words in single quotation marks, where a backslash is only a backslash"
    message = "the backslash here begins no escape that can be read"
    return Complaint((number, found + 1 if found >= 0 else column), message, help)


def _misplaced_item(objection: Objection) -> Complaint:
    help = "begin a list on a line of its own; words that begin with `- ` go in quotation marks"
    above = _line_above(objection)
    if above and any(above[1].count(opening) > above[1].count(closing) for opening, closing in ("{}", "[]")):
        help = f"a bracket of line {above[0]} is not closed"
    return Complaint(objection.at, "a list item cannot begin here", help)


def _misplaced_question(objection: Objection) -> Complaint:
    return Complaint(objection.at, "`?` cannot begin words here", "put the words in quotation marks")


def _block_text(objection: Objection) -> Complaint:
    mark = shown(objection.opening)
    help = f"end the line after {mark} and write on the lines below; words that begin with {mark} go in quotation marks"
    return Complaint(objection.at, f"nothing may follow {mark} on its line", help)


def _instruction(objection: Objection) -> Complaint:
    help = "remove it; words that begin with `%` go in quotation marks"
    return Complaint(
        (objection.at[0], 1), "a line that begins with `%` is an instruction that is not known here", help, width=None
    )


def _past_the_end(objection: Objection) -> Complaint:
    before = objection.line[: objection.at[1] - 1].rstrip()
    if objection.character in ("}", "]"):
        return _closing_nothing(objection)
    if before.endswith(("'", '"', "}", "]")):
        return _after_the_end(objection, closing=before[-1])
    help = "check that this line and the first one begin in the same column, and that no `...` stands between"
    return Complaint(objection.at, "the contents had ended before this line", help, width=None)


def _missing_value(objection: Objection) -> Complaint:
    if objection.character == ":":
        return _nameless(objection)
    help = "write a value before it, or remove it; if it is part of the words, put them in quotation marks"
    return Complaint(objection.at, f"{shown(objection.character or ' ')} stands where a value is due", help)


_EXPLANATIONS = (
    ("mapping values are not allowed", _misplaced_colon),
    ("could not find expected ':'", _missing_colon),
    ("',' or '[]}]'", _unclosed_bracket),
    ("escape|hexdecimal", _escape),
    ("sequence entries are not allowed", _misplaced_item),
    ("mapping keys are not allowed", _misplaced_question),
    ("scanning a block scalar", _block_text),
    ("directive|incompatible YAML", _instruction),
    ("expected key|<block end>|'-' indicator", _out_of_line),
    ("<document start>", _past_the_end),
    ("node content", _missing_value),
    ("cannot start any token", _unable_to_begin),
)


def _line_above(objection: Objection) -> tuple[int, str] | None:
    for number in range(objection.at[0] - 1, 0, -1):
        line = objection.lines[number - 1]
        if line.strip() and not line.lstrip().startswith("#"):
            return number, line
    return None


def _mentioning_hidden_spaces(complaint: Complaint, objection: Objection) -> Complaint:
    above = _line_above(objection)
    near = (complaint.at[0], objection.at[0], above[0] if above else 1)
    number = next((n for n in near if _has_hidden_space(n, objection.lines)), None)
    if number is None:
        return complaint
    help = f"line {number} holds a space that is not an ordinary one, perhaps pasted from a document: type it again"
    return replace(complaint, help=help)


def _has_hidden_space(number: int, lines: tuple[str, ...]) -> bool:
    return (
        number <= len(lines)
        and re.search("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]", lines[number - 1]) is not None
    )
