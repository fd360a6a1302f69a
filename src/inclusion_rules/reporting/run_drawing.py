"""Pictures of figures, drawn as SVG: bars, shares with intervals, spans of days, columns, curves.

Each picture stands alone, says nothing by colour alone, and has the same bytes for the same figures. It knows lengths,
patterns and places; what is shown and in which words is its caller's to say.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

Place = Callable[[float], float]

WIDTH = 720
_FONT = "Verdana, 'DejaVu Sans', sans-serif"
_SIZE, _LINE = 12, 15
_LABELS, _RIGHT = 250, 150
_EDGE = 8
_INK, _QUIET, _GRID, _PAPER, _PALE = "#1a1a1a", "#525252", "#c8c8c8", "#ffffff", "#dfe7ef"
_DEEP = "#1f4e79"
_SIGNS = 36
"""How many signs of a label fit in a line beside a picture."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar: from the end of the one before it, of a length, in a fill (`solid`, `hatched`, `pale`)."""

    length: float
    fill: str = "solid"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a picture: a label, bars or marks on a common scale, and what it comes to in words.

    `span` is a thick line between two values with a dot at the middle one; `whisker` a thin line with ends; `mark` a
    diamond, with `reach` a thin line round it.
    """

    label: str
    says: str = ""
    parts: tuple[Part, ...] = ()
    whisker: tuple[float, float] | None = None
    span: tuple[float, float, float] | None = None
    mark: float | None = None
    reach: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers along the foot of a picture: from and to, with a word for the unit."""

    low: float
    high: float
    unit: str = ""
    percent: bool = False

    @classmethod
    def reaching(cls, values: Iterable[float], *, unit: str = "", percent: bool = False) -> Scale:
        """A scale from nought (or lower) to the largest value."""
        found = list(values)
        low, high = min([0.0, *found]), max([0.0, *found])
        step = _step(high - low)
        return cls(math.floor(low / step) * step, max(math.ceil(high / step), 1) * step, unit, percent)

    def ticks(self) -> list[float]:
        """Round numbers on it."""
        step = _step(self.high - self.low)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]

    def says(self, value: float) -> str:
        """A number of it in words."""
        shown = value * 100 if self.percent else value
        text = f"{shown:,.0f}" if abs(shown - round(shown)) < 1e-9 else f"{shown:,g}"
        return f"{text} %" if self.percent else text


def _step(reach: float) -> float:
    """A round step that parts a reach into four to eight.

    >>> _step(100.0), _step(0.3)
    (20.0, 0.05)
    """
    if reach <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(reach / 4))
    return next(size * factor for factor in (1, 2, 2.5, 5, 10) if reach / (size * factor) <= 8)


@dataclass
class _Sheet:
    """Lines of SVG in the making, with the title and description that every picture has."""

    id: str
    title: str
    told: str
    height: int
    lines: list[str] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, *, anchor: str = "start", heavy: bool = False, quiet: bool = False,
             size: int = _SIZE) -> None:  # fmt: skip
        """A line of words."""
        weight = ' font-weight="bold"' if heavy else ""
        sized = f' font-size="{size}"' if size != _SIZE else ""
        fill = f' fill="{_QUIET}"' if quiet else ""
        self.lines.append(
            f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"{weight}{sized}{fill}>{escape(text)}</text>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, *, stroke: str = _INK, width: float = 1,
             dash: str = "") -> None:  # fmt: skip
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.lines.append(
            f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" stroke="{stroke}" stroke-width="{_n(width)}"{dashed}/>'
        )

    def bar(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """A box, always with an edge so that it is seen on any paper."""
        painted = {"solid": _DEEP, "pale": _PALE, "hatched": f"url(#{self.id}-hatch)"}[fill]
        self.lines.append(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" height="{_n(height)}" fill="{painted}" '
            f'stroke="{_DEEP}" stroke-width="1"/>'
        )

    def diamond(self, x: float, y: float, reach: float = 6) -> None:
        """A small white diamond."""
        points = " ".join(
            f"{_n(a)},{_n(b)}" for a, b in ((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y))
        )
        self.lines.append(f'<polygon points="{points}" fill="{_PAPER}" stroke="{_INK}" stroke-width="1.6"/>')

    def drawn(self) -> str:
        """The whole picture."""
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" role="img" '
                f'aria-labelledby="{self.id}-title {self.id}-told" font-family="{_FONT}" font-size="{_SIZE}" '
                f'fill="{_INK}">',
                f'<title id="{self.id}-title">{escape(self.title)}</title>',
                f'<desc id="{self.id}-told">{escape(self.told)}</desc>',
                f'<defs><pattern id="{self.id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
                f'patternTransform="rotate(45)"><rect width="6" height="6" fill="{_PAPER}"/>'
                f'<rect width="2.5" height="6" fill="{_DEEP}"/></pattern></defs>',
                *self.lines,
                "</svg>",
            ]
        )


def rows_drawn(id: str, title: str, told: str, rows: Sequence[Row], scale: Scale, *, key: Sequence[str] = ()) -> str:
    """One row under another on a common scale.

    `key` gives lines of words under the picture that say what its marks mean.
    """
    labels = [_folded(row.label) for row in rows]
    heights = [max(34, len(lines) * _LINE + 12) for lines in labels]
    foot = _EDGE + sum(heights)
    sheet = _Sheet(id, title, told, foot + 2 * _LINE + 14 + len(key) * _LINE)
    at = _across(scale, _LABELS, WIDTH - _RIGHT)
    _scale_at_foot(sheet, scale, at, _EDGE, foot)
    top = _EDGE
    for row, lines, height in zip(rows, labels, heights, strict=True):
        middle = top + height / 2
        first = middle - len(lines) * _LINE / 2 + _SIZE - 1
        for number, line in enumerate(lines):
            sheet.text(_EDGE, first + number * _LINE, line)
        _marks(sheet, row, scale, middle)
        sheet.text(WIDTH - _RIGHT + 10, middle + 4, row.says)
        top += height
    for number, line in enumerate(key):
        sheet.text(_EDGE, foot + 2 * _LINE + 10 + number * _LINE, line, quiet=True)
    return sheet.drawn()


def _marks(sheet: _Sheet, row: Row, scale: Scale, middle: float) -> None:
    at = _across(scale, _LABELS, WIDTH - _RIGHT)
    begun = 0.0
    for part in row.parts:
        if part.length > 0:
            sheet.bar(at(begun), middle - 8, at(begun + part.length) - at(begun), 16, part.fill)
        begun += part.length
    if row.whisker is not None:
        low, high = (at(value) for value in row.whisker)
        sheet.line(low, middle, high, middle, stroke=_PAPER, width=5)
        sheet.line(low, middle, high, middle, width=2)
        for end in (low, high):
            sheet.line(end, middle - 5, end, middle + 5, width=2)
    if row.span is not None:
        low, centre, high = (at(value) for value in row.span)
        sheet.bar(low, middle - 5, high - low, 10, "pale")
        sheet.lines.append(f'<circle cx="{_n(centre)}" cy="{_n(middle)}" r="5.5" fill="{_DEEP}"/>')
    if row.reach is not None:
        low, high = (at(value) for value in row.reach)
        sheet.line(low, middle - 10, high, middle - 10, width=1.6, dash="4 3")
    if row.mark is not None:
        sheet.diamond(at(row.mark), middle - 10 if row.span is not None or row.reach is not None else middle)


# Columns ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Panel:
    """A small picture among others of its kind: a title, and columns with a number each."""

    title: str
    values: tuple[float, ...]
    says: str = ""


def columns_drawn(id: str, title: str, told: str, panels: Sequence[Panel], names: Sequence[str], foot: str) -> str:
    """Small multiples: columns over the same names, three panels abreast, all on one scale of shares."""
    abreast, height, gap = 3, 172, 14
    wide = (WIDTH - 2 * _EDGE - (abreast - 1) * gap) / abreast
    lines = -(-len(panels) // abreast)
    sheet = _Sheet(id, title, told, lines * height + 2 * _LINE)
    most = max([0.01, *(value for panel in panels for value in panel.values)])
    for number, panel in enumerate(panels):
        left = _EDGE + (number % abreast) * (wide + gap)
        top = (number // abreast) * height
        for place, line in enumerate(_folded(panel.title, 32)[:3]):
            sheet.text(left, top + _LINE * (place + 1) - 2, line, heavy=True, size=11)
        sheet.text(left, top + 4 * _LINE - 2, panel.says, quiet=True, size=11)
        base, room = top + height - 30, height - 30 - 4 * _LINE - 16
        sheet.line(left, base, left + wide, base)
        each = wide / max(len(panel.values), 1)
        for place, (value, name) in enumerate(zip(panel.values, names, strict=True)):
            tall = room * value / most
            sheet.bar(left + place * each + 3, base - tall, each - 6, tall, "hatched")
            sheet.text(left + (place + 0.5) * each, base - tall - 3, f"{value * 100:.0f} %", anchor="middle", size=9)
            sheet.text(left + (place + 0.5) * each, base + 12, name, anchor="middle", size=10)
    sheet.text(_EDGE, sheet.height - 8, foot, quiet=True)
    return sheet.drawn()


@dataclass(frozen=True, slots=True)
class Grid:
    """A panel of small multiples whose rows are those of every other panel."""

    title: str
    says: str
    rows: tuple[Row, ...]


def grids_drawn(id: str, title: str, told: str, panels: Sequence[Grid], scale: Scale, *, foot: str) -> str:
    """Small multiples side by side: the same rows on the same scale, the labels given once at the left."""
    labels = [_folded(row.label, 30) for row in panels[0].rows] if panels else []
    heights = [max(30, len(lines) * _LINE + 8) for lines in labels]
    head, side = 3 * _LINE, 210
    bottom = head + sum(heights)
    sheet = _Sheet(id, title, told, bottom + 3 * _LINE + 6)
    wide = (WIDTH - side - _EDGE) / max(len(panels), 1)
    top = head
    for lines, height in zip(labels, heights, strict=True):
        first = top + height / 2 - len(lines) * _LINE / 2 + _SIZE - 1
        for number, line in enumerate(lines):
            sheet.text(_EDGE, first + number * _LINE, line)
        top += height
    for number, panel in enumerate(panels):
        left = side + number * wide + 8
        right = left + wide - 16
        at = _across(scale, left, right - 52)
        sheet.text(left, _LINE, panel.title, heavy=True)
        sheet.text(left, 2 * _LINE, panel.says, quiet=True, size=11)
        sheet.line(left, head, left, bottom, stroke=_GRID)
        sheet.line(at(scale.high), head, at(scale.high), bottom, stroke=_GRID)
        sheet.text(left, bottom + _LINE, scale.says(scale.low), anchor="middle", quiet=True, size=10)
        sheet.text(at(scale.high), bottom + _LINE, scale.says(scale.high), anchor="middle", quiet=True, size=10)
        top = head
        for row, height in zip(panel.rows, heights, strict=True):
            middle = top + height / 2
            for part in row.parts:
                sheet.bar(at(0), middle - 7, at(part.length) - at(0), 14, part.fill)
            if row.whisker is not None:
                low, high = (at(value) for value in row.whisker)
                sheet.line(low, middle, high, middle, width=2)
            sheet.text(right - 46, middle + 4, row.says, size=11)
            top += height
    sheet.text(_EDGE, bottom + 2 * _LINE + 10, foot, quiet=True)
    return sheet.drawn()


# Curves ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points, as steps or straight; `dash` tells it from others without colour. `name` is written at
    its end."""

    points: tuple[tuple[float, float], ...]
    name: str = ""
    dash: str = ""
    width: float = 2.2
    steps: bool = False


def curves_drawn(
    id: str,
    title: str,
    told: str,
    curves: Sequence[Curve],
    across: Scale,
    up: Scale,
    *,
    marks: Sequence[tuple[float, float, str]] = (),
    key: Sequence[str] = (),
) -> str:
    """Curves on two scales. `marks` are points with a word beside each."""
    left, right, top, tall = 64, WIDTH - 150, 26, 260
    foot = top + tall
    sheet = _Sheet(id, title, told, foot + 2 * _LINE + 14 + len(key) * _LINE)
    at = _across(across, left, right)

    def level(value: float) -> float:
        return foot - tall * (value - up.low) / (up.high - up.low)

    for tick in up.ticks():
        sheet.line(left, level(tick), right, level(tick), stroke=_GRID)
        sheet.text(left - 8, level(tick) + 4, up.says(tick), anchor="end", quiet=True)
    sheet.text(_EDGE, 14, up.unit, quiet=True)
    _scale_at_foot(sheet, across, at, foot, foot)
    placed: list[float] = []
    for curve in curves:
        sheet.lines.append(
            f'<path d="{_path(curve, at, level)}" fill="none" stroke="{_DEEP}" stroke-width="{_n(curve.width)}"'
            + (f' stroke-dasharray="{curve.dash}"' if curve.dash else "")
            + "/>"
        )
        if curve.name and curve.points:
            height = level(curve.points[-1][1]) + 4
            while any(abs(height - other) < _LINE - 1 for other in placed):
                height += 2
            placed.append(height)
            sheet.text(at(curve.points[-1][0]) + 6, height, curve.name)
    for x, y, word in marks:
        sheet.diamond(at(x), level(y))
        sheet.text(at(x) + 10, level(y) - 8, word)
    for number, line in enumerate(key):
        sheet.text(_EDGE, foot + 2 * _LINE + 10 + number * _LINE, line, quiet=True)
    return sheet.drawn()


def _path(curve: Curve, at: Place, level: Place) -> str:
    pieces: list[str] = []
    before: float | None = None
    for x, y in curve.points:
        if before is None:
            pieces.append(f"M{_n(at(x))} {_n(level(y))}")
        else:
            pieces.append(f"H{_n(at(x))}V{_n(level(y))}" if curve.steps else f"L{_n(at(x))} {_n(level(y))}")
        before = y
    return "".join(pieces)


# Places ----------------------------------------------------------------------------------------------------------


def _across(scale: Scale, left: float, right: float) -> Place:
    """Where a value stands between two edges; what lies beyond the scale stands at its end."""

    def at(value: float) -> float:
        inside = min(max(value, scale.low), scale.high)
        return left + (right - left) * (inside - scale.low) / (scale.high - scale.low)

    return at


def _scale_at_foot(sheet: _Sheet, scale: Scale, at: Place, top: float, foot: float) -> None:
    for tick in scale.ticks():
        sheet.line(at(tick), top, at(tick), foot + 4, stroke=_GRID)
        sheet.text(at(tick), foot + _LINE + 2, scale.says(tick), anchor="middle", quiet=True)
    sheet.line(at(scale.low), foot, at(scale.high), foot, stroke=_QUIET)
    if scale.unit:
        sheet.text(at(scale.high) + 24, foot + _LINE + 2, scale.unit, quiet=True)


def _folded(text: str, signs: int = _SIGNS) -> list[str]:
    """A text broken between its words into lines of so many signs.

    >>> _folded("governing board: considers the exclusion", 24)
    ['governing board:', 'considers the exclusion']
    """
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= signs:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [""]


def _n(value: float) -> str:
    """A number with no more places than a picture needs, the same everywhere.

    >>> _n(3.14159), _n(2.0), _n(-0.0)
    ('3.14', '2', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
