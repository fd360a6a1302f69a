"""Pathways drawn as SVG: a column for each stage in its order, and a row for each move across the columns.

A row begins with the move in words and shows it as a line: a dot on each stage that it leaves, an arrow at the one that
it reaches, dashed where time alone moves. Rows cannot collide, so no layout engine is needed and no label covers
another; nothing is said by colour. The same pathway gives the same bytes. What is drawn is `pathway_diagram`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from inclusion_rules.domain.pathways import Move, Pathway
from inclusion_rules.reporting.pathway_diagram import Step, described, group_of, own_name, steps_of
from inclusion_rules.vocabulary import words

_FONT = "Verdana, 'DejaVu Sans', sans-serif"
_SIZE, _LINE = 12, 16
_TITLE_SIZE, _TITLE_LINE = 15, 20
_MARGIN, _PADDING, _GAP = 16, 8, 14
_WORDS_WIDTH = 340
_NARROWEST_COLUMN = 92
_INK, _RAIL, _BAND, _PAPER = "#1a1a1a", "#767676", "#f2f2f2", "#ffffff"
_WIDE, _ARROW_LENGTH = 2, 12
"""From which width on a line would hide its arrow, and how long the arrow is that it gets instead."""
_WIDE_ARROW = (
    '<marker id="wide-arrow" viewBox="0 0 10 10" refX="0" refY="5" markerWidth="12" markerHeight="16" '
    'preserveAspectRatio="none" markerUnits="userSpaceOnUse" orient="auto">'
    f'<path d="M0 0L10 5L0 10Z" fill="{_INK}"/></marker>'
)
_BEGINNING = "begins with"
_KEY = (
    "A dot: a stage that the move leaves. An arrow: the stage that it reaches. "
    "A broken line: time alone moves the case. A double frame: an end."
)

# The widths of signs in ems, for the widest of the fonts asked for; a narrower one leaves more room.
_EMS = {**dict.fromkeys("fijlrtI.,:;'()|!/ -", 0.45), **dict.fromkeys("mwMW%@", 1.0)}
_CAPITAL, _OTHER, _HEAVY = 0.8, 0.66, 1.15


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its lines of words (the first one heavy), and the columns that it leaves and reaches."""

    lines: tuple[str, ...]
    sources: tuple[int, ...]
    target: int
    tip: str
    event: str
    dashed: bool = False
    width: float = 2

    @property
    def height(self) -> int:
        """How tall it is; a move that comes back to where it began needs room for its loop."""
        return max(len(self.lines), 2 + (self.target in self.sources)) * _LINE + 2 * _PADDING


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where the columns stand, and how far down the boxes and the rows begin."""

    pathway: Pathway
    column: int
    names: tuple[tuple[str, ...], ...]
    groups: bool

    @property
    def left(self) -> int:
        return _MARGIN + _WORDS_WIDTH + _GAP

    def centre(self, rank: int) -> int:
        return self.left + rank * (self.column + _GAP) + self.column // 2

    @property
    def width(self) -> int:
        return self.left + len(self.names) * (self.column + _GAP) + _MARGIN

    @property
    def title(self) -> tuple[str, ...]:
        return _folded(self.pathway.title, self.width - 2 * _MARGIN, _TITLE_SIZE * _HEAVY)

    @property
    def boxes_from(self) -> int:
        return _MARGIN + len(self.title) * _TITLE_LINE + _LINE + (_LINE + 2 * _PADDING if self.groups else _PADDING)

    @property
    def boxes_to(self) -> int:
        return self.boxes_from + max(map(len, self.names)) * _LINE + 2 * _PADDING

    @property
    def rows_from(self) -> int:
        return self.boxes_to + _LINE + 2 * _PADDING


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many cases a drawing shows at each stage, and how often each move was made."""

    cases: int
    stages: Mapping[str, int]
    moves: Callable[[Move], int]


def pathway_as_svg(pathway: Pathway, *, traffic: Traffic | None = None) -> str:
    """A pathway as one SVG file that needs nothing else, with its words for whoever cannot see it.

    With `traffic`, stages and moves carry their counts, and a line is the wider the more went along it.
    """
    sheet = _sheet(pathway)
    rows = [_first_row(pathway), *(_row(step, pathway) for step in steps_of(pathway))]
    if traffic is not None:
        sheet = replace(
            sheet,
            names=tuple(
                (*lines, f"{traffic.stages.get(stage.name, 0):,}")
                for lines, stage in zip(sheet.names, pathway.stages, strict=True)
            ),
        )
        rows = [rows[0], *(_counted(row, traffic.moves(step.move), traffic.cases)
                           for row, step in zip(rows[1:], steps_of(pathway), strict=True))]  # fmt: skip
    tops = [sheet.rows_from]
    for row in rows:
        tops.append(tops[-1] + row.height)
    key = _folded(_KEY, sheet.width - 2 * (_MARGIN + _PADDING))
    height = tops[-1] + len(key) * _LINE + 2 * _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width}" height="{height}" '
        f'viewBox="0 0 {sheet.width} {height}" role="img" aria-labelledby="title described" '
        f'font-family="{_FONT}" font-size="{_SIZE}" fill="{_INK}">',
        f'<title id="title">{escape(pathway.title)}</title>',
        f'<desc id="described">{escape(described(pathway))}</desc>',
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" '
        f'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L10 5L0 10Z" fill="{_INK}"/></marker>'
        f"{_WIDE_ARROW if traffic is not None else ''}</defs>",
        f'<rect width="{sheet.width}" height="{height}" fill="{_PAPER}"/>',
    ]
    for number, line in enumerate(sheet.title, start=1):
        lines.append(_text(_MARGIN, _MARGIN + number * _TITLE_LINE - 4, line, heavy=True, size=_TITLE_SIZE))
    for number, (row, top) in enumerate(zip(rows, tops, strict=False)):
        if number % 2 == 0:
            across = sheet.width - 2 * _MARGIN
            lines.append(f'<rect x="{_MARGIN}" y="{top}" width="{across}" height="{row.height}" fill="{_BAND}"/>')
    lines += _groups(sheet)
    for rank in range(len(sheet.names)):
        lines += _stage(sheet, rank, rail_to=tops[-1])
    for row, top in zip(rows, tops, strict=False):
        lines += _drawn(row, top, sheet)
    for number, line in enumerate(key, start=1):
        lines.append(_text(_MARGIN + _PADDING, tops[-1] + _PADDING + number * _LINE, line))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _sheet(pathway: Pathway) -> _Sheet:
    names = [own_name(stage.name, pathway) for stage in pathway.stages]
    widest = max(_width(word) for name in names for word in name.split())
    column = max(_NARROWEST_COLUMN, round(widest) + 2 * _PADDING)
    folded = tuple(_folded(name, column - 2 * _PADDING) for name in names)
    return _Sheet(pathway, column, folded, any(group_of(stage.name, pathway) for stage in pathway.stages))


def _first_row(pathway: Pathway) -> _Row:
    begins = " or ".join(map(words, pathway.begins_with))
    lines = (_BEGINNING, *_folded(begins, _WORDS_WIDTH - _PADDING))
    return _Row(lines, (), 0, f"Begins with {begins}", " ".join(pathway.begins_with))


def _row(step: Step, pathway: Pathway) -> _Row:
    lines = [step.happens, *_folded(step.between, _WORDS_WIDTH - _PADDING)]
    if step.guard:
        lines += _folded(f"when {step.guard}", _WORDS_WIDTH - _PADDING)
    sources = tuple(pathway.rank(source) for source in step.move.sources)
    target = pathway.rank(step.move.target)
    return _Row(tuple(lines), sources, target, step.sentence, step.move.event or "", step.by_time)


def _counted(row: _Row, times: int, cases: int) -> _Row:
    """A row with how often its move was made, and a line as wide as that is often."""
    share = min(times / cases, 1.0) if cases else 0.0
    lines = (f"{row.lines[0]}: {times:,}", *row.lines[1:])
    return replace(row, lines=lines, tip=f"{row.tip} Made {times:,} times.", width=round(1 + 6 * share**0.5, 1))


# Drawing ---------------------------------------------------------------------------------------------------------


def _groups(sheet: _Sheet) -> Iterator[str]:
    """A frame round the neighbouring boxes of each group, with its name."""
    ranks = range(len(sheet.names))
    for group, members in groupby(ranks, lambda rank: group_of(sheet.pathway.stages[rank].name, sheet.pathway)):
        among = list(members)
        if group:
            left = sheet.centre(among[0]) - sheet.column // 2 - 4
            right = sheet.centre(among[-1]) + sheet.column // 2 + 4
            top = sheet.boxes_from - _LINE - _PADDING
            yield (
                f'<rect class="group" x="{left}" y="{top}" width="{right - left}" '
                f'height="{sheet.boxes_to - top + 6}" rx="6" fill="none" stroke="{_RAIL}"/>'
            )
            yield _text(left + _PADDING, top + _LINE, words(group))


def _stage(sheet: _Sheet, rank: int, *, rail_to: int) -> Iterator[str]:
    stage, centre = sheet.pathway.stages[rank], sheet.centre(rank)
    left, height = centre - sheet.column // 2, sheet.boxes_to - sheet.boxes_from
    until = "an end" if stage.is_end else f"until {stage.until}" if stage.until else ""
    yield f'<g class="stage" data-stage={quoteattr(stage.name)}>'
    yield f"<title>{escape(words(stage.name) + (f': {until}' if until else ''))}</title>"
    yield f'<path d="M{centre} {sheet.boxes_to}V{rail_to}" stroke="{_RAIL}" fill="none"/>'
    yield (
        f'<rect x="{left}" y="{sheet.boxes_from}" width="{sheet.column}" height="{height}" rx="8" '
        f'fill="{_PAPER}" stroke="{_INK}" stroke-width="1.5"/>'
    )
    if stage.is_end:
        yield (
            f'<rect x="{left + 3}" y="{sheet.boxes_from + 3}" width="{sheet.column - 6}" height="{height - 6}" rx="6" '
            f'fill="none" stroke="{_INK}"/>'
        )
        below = sheet.boxes_to + _LINE + _PADDING
        yield f'<rect x="{centre - 24}" y="{below - 12}" width="48" height="{_LINE}" fill="{_PAPER}"/>'
        yield _text(centre, below, "an end", middle=True)
    lines = sheet.names[rank]
    first = sheet.boxes_from + (height - len(lines) * _LINE) // 2 + _SIZE
    for number, line in enumerate(lines):
        yield _text(centre, first + number * _LINE, line, middle=True)
    yield "</g>"


def _drawn(row: _Row, top: int, sheet: _Sheet) -> Iterator[str]:
    comes_back = row.target in row.sources
    level = top + row.height // 2 - (10 if comes_back else 0)
    yield f'<g class="move" data-event={quoteattr(row.event)}>'
    yield f"<title>{escape(row.tip)}</title>"
    first = top + (row.height - len(row.lines) * _LINE) // 2 + _SIZE
    for number, line in enumerate(row.lines):
        yield _text(_MARGIN + _PADDING, first + number * _LINE, line, heavy=number == 0)
    stroke = f'stroke="{_INK}" stroke-width="{row.width:g}" fill="none"' + (
        ' stroke-dasharray="6 4"' if row.dashed else ""
    )
    target = sheet.centre(row.target)
    wide = row.width > _WIDE
    for rank in _outermost(row):
        short = 2 + _ARROW_LENGTH * wide
        reached = target + (short if rank > row.target else -short)
        arrow = "wide-arrow" if wide else "arrow"
        yield f'<path d="M{sheet.centre(rank)} {level}H{reached}" {stroke} marker-end="url(#{arrow})"/>'
    if comes_back:
        from_, to = level + 12, level + 30
        yield (
            f'<path d="M{target} {from_}C{target + 34} {from_} {target + 34} {to} {target + 2} {to}" '
            f'{stroke} marker-end="url(#arrow)"/>'
        )
    if not row.sources:
        yield f'<path d="M{target - 30} {level}H{target - 2}" {stroke} marker-end="url(#arrow)"/>'
        yield f'<circle cx="{target - 34}" cy="{level}" r="6"/>'
    for rank in row.sources:
        yield f'<circle cx="{sheet.centre(rank)}" cy="{level + (12 if rank == row.target else 0)}" r="4.5"/>'
    yield "</g>"


def _outermost(row: _Row) -> Sequence[int]:
    """The furthest stage left on either side of the one reached: the line from it passes the others."""
    before = [rank for rank in row.sources if rank < row.target]
    after = [rank for rank in row.sources if rank > row.target]
    return [*([min(before)] if before else []), *([max(after)] if after else [])]


def _text(x: int, y: int, text: str, *, heavy: bool = False, middle: bool = False, size: int | None = None) -> str:
    weight = ' font-weight="bold"' if heavy else ""
    anchor = ' text-anchor="middle"' if middle else ""
    sized = f' font-size="{size}"' if size is not None else ""
    return f'<text x="{x}" y="{y}"{weight}{anchor}{sized}>{escape(text)}</text>'


def _width(text: str, size: float = _SIZE) -> float:
    return size * sum(_EMS.get(sign, _CAPITAL if sign.isupper() else _OTHER) for sign in text)


def _folded(text: str, width: int, size: float = _SIZE) -> tuple[str, ...]:
    """A text broken between its words into lines of a width."""
    lines: list[str] = []
    for word in text.split():
        if lines and _width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return tuple(lines)
