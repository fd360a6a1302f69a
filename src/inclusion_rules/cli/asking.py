"""The options that commands share, and how what is typed becomes a value. The only look at the clock is here.

Each option teaches when it is typed wrongly: the person's own words, what was expected, and the nearest right word.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from inclusion_rules.errors import nearest_word

_LONGEST_NUMBER = 9


def today() -> date:
    """The day on which the command is run."""
    return date.today()


def now() -> datetime:
    """The instant at which something is recorded."""
    return datetime.now(UTC)


def a_day(text: str | date) -> date:
    """A day as it is typed.

    >>> a_day("2025-03-24")
    datetime.date(2025, 3, 24)
    """
    if isinstance(text, date):
        return text
    try:
        if len(text) != len("2025-03-24"):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"`{text}` is not a day of the calendar; expected a date such as 2025-03-24") from None


def a_count(text: str | int) -> int:
    """How many days, weeks or months, as it is typed.

    >>> a_count("15")
    15
    """
    if isinstance(text, str) and not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise typer.BadParameter(f"`{text}` is not a count; expected a whole number such as 15")
    return int(text)


def a_day_or_instant(text: str | date) -> date:
    """A day, or an instant with its time zone."""
    if isinstance(text, date):
        return text
    try:
        if len(text) > len("2025-03-24"):
            instant = datetime.fromisoformat(text)
            if instant.tzinfo is None:
                raise typer.BadParameter(f"`{text}` lacks its time zone; expected, for example, 2025-03-24T09:30:00Z")
            return instant
    except ValueError:
        raise typer.BadParameter(
            f"`{text}` is not an instant; expected a date such as 2025-03-24, or 2025-03-24T09:30:00Z"
        ) from None
    return a_day(text)


def one_of(*choices: str) -> Callable[[str], str]:
    """Reads one of a few words."""

    def read(text: str) -> str:
        word = text.strip().lower()
        if word in choices:
            return word
        near = nearest_word(word, choices)
        hint = f"; did you mean `{near}`?" if near else ""
        raise typer.BadParameter(f"`{text}` is not one of {', '.join(f'`{choice}`' for choice in choices)}{hint}")

    read.__name__ = "word"
    return read


AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=a_day, metavar="DATE", help="Decide as it stood on this day; today if left out."),
]
KnownOn = Annotated[
    date | None,
    typer.Option(
        "--known-on",
        parser=a_day_or_instant,
        metavar="DATE|INSTANT",
        help="Leave aside what was recorded after this day or instant.",
    ),
]
About = Annotated[
    date | None,
    typer.Option(
        "--about",
        parser=a_day,
        metavar="DATE",
        help="The date of the exclusion that the facts describe; else the latest one.",
    ),
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="FOLDER", help="The packs to decide by, if not those that ship."),
]
Pathways = Annotated[
    list[Path] | None, typer.Option("--pathways", metavar="FOLDER", help="The pathways that go with them.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the result to this file instead.")]
HumanOrJson = Annotated[
    str, typer.Option("--format", parser=one_of("human", "json"), metavar="human|json", help="How to show the result.")
]
