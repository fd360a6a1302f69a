"""The law by which cases are decided now: a digest of all that decides, the days on which it changes, and how it
differs from what a case is pinned to.

Two decisions of one case on one day under one digest are the same. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from hashlib import sha256
from pathlib import Path

from inclusion_rules.casework.case import PackPin
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import UnknownNameError

_DECIDES = ("domain", "engine", "casework", "caseload")


@dataclass(frozen=True, slots=True)
class LawDifference:
    """A pack that a case is pinned to in another form than the one at hand. None: not pinned to it, or not at hand."""

    pack: str
    pinned: PackPin | None
    at_hand: PackPin | None


class LawAtHand:
    """A rulebook, asked about the packs and the pathway of one case after another."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._digests: dict[tuple[tuple[str, ...], str], str] = {}
        self._turns: dict[tuple[str, ...], tuple[date, ...]] = {}
        self._differences: dict[tuple[PackPin, ...], tuple[LawDifference, ...]] = {}

    def digest(self, packs: tuple[str, ...], pathway: str) -> str:
        """What stands for the packs, the pathway and the code that decide a case.

        Raises:
            UnknownNameError: a pack or the pathway is not in the rulebook.
        """
        found = self._digests.get((packs, pathway))
        if found is None:
            pins = [f"{pack.id} {pack.digest}" for pack in self.rulebook.edition(packs).packs]
            found = _digest_of([*pins, _plain(self.pathway(pathway)), _code()])
            self._digests[packs, pathway] = found
        return found

    def pathway(self, name: str) -> Pathway:
        """The pathway of that name.

        Raises:
            UnknownNameError: there is none.
        """
        found = self.rulebook.pathways.get(name)
        if found is None:
            raise UnknownNameError("pathway", name, self.rulebook.pathways)
        return found

    def turns_after(self, packs: tuple[str, ...], day: date) -> date | None:
        """The next day on which the law of the day changes, for what is governed by the day itself."""
        if packs not in self._turns:
            self._turns[packs] = tuple(sorted(self.rulebook.edition(packs).turns_for_the_case))
        return next((turn for turn in self._turns[packs] if turn > day), None)

    def differences(self, pins: tuple[PackPin, ...]) -> tuple[LawDifference, ...]:
        """The packs in which the law at hand is not the law that a case is pinned to."""
        found = self._differences.get(pins)
        if found is None:
            found = self._differences[pins] = tuple(self._compared(pins))
        return found

    def _compared(self, pins: tuple[PackPin, ...]) -> Iterator[LawDifference]:
        pinned = {pin.pack: pin for pin in pins}
        try:
            packs = self.rulebook.edition(tuple(pinned)).packs
        except UnknownNameError:
            packs = tuple(pack for name, pack in self.rulebook.packs.items() if name in pinned)
        at_hand = {pack.id: PackPin(pack.id, pack.version, pack.digest) for pack in packs}
        for name in dict.fromkeys([*pinned, *at_hand]):
            if pinned.get(name) != at_hand.get(name):
                yield LawDifference(name, pinned.get(name), at_hand.get(name))


@cache
def _code() -> str:
    """The digest of the modules that decide: another version of them may decide otherwise."""
    package = Path(__file__).parents[1]
    modules = sorted(path for room in _DECIDES for path in (package / room).glob("*.py"))
    return _digest_of(sha256(path.read_bytes()).hexdigest() for path in modules)


def _digest_of(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def _plain(value: object) -> str:
    """A value as text that is the same in every process; where in a file it was written does not matter."""
    if isinstance(value, Enum):
        return str(value.value)
    if is_dataclass(value):
        named = [field.name for field in fields(value) if field.name != "span"]
        parts = [f"{name}={_plain(getattr(value, name))}" for name in named]
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(sorted(f"{_plain(key)}: {_plain(item)}" for key, item in value.items())) + "}"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(_plain(item) for item in value)) + "}"
    if isinstance(value, tuple | list):
        return "(" + ", ".join(_plain(item) for item in value) + ")"
    return f"{type(value).__name__} {value}"
