"""Programmes laid out as sets of rules that the other engine can hold without coming near any of its limits.

Each path becomes a rule of its own, whose name says which programme it belongs to and which answer it gives. Names of
properties are short, made here, and shown to be told apart by the 32 bits that the engine looks at. Knows the shape of
what is sent to the worker, and not how it gets there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from inclusion_rules.second_opinion.comparisons import Path
from inclusion_rules.second_opinion.programmes import MOST_PATHS, MOST_PROPERTIES, Programme
from inclusion_rules.second_opinion.properties import Property

Tests = list[tuple[str, str, int]]
"""A rule as it is sent: name of the property, sign, number."""
RESERVED = ("id", "sid", "$s")
"""Names that the other engine gives to properties of its own."""


@dataclass(slots=True)
class RuleSet:
    """Rules that look at the same facts at the same time."""

    name: str
    stage: int
    names: dict[Property, str] = field(default_factory=dict)
    rules: dict[str, Tests] = field(default_factory=dict)
    tells: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """What it means that a rule fired: the programme, and its answer."""

    def has_room_for(self, programme: Programme) -> bool:
        """Whether a programme can be added."""
        properties = len(self.names.keys() | programme.properties)
        return len(self.rules) + programme.paths <= MOST_PATHS and properties <= MOST_PROPERTIES

    def add(self, programme: Programme) -> None:
        """Add a programme, of the stage of this set."""
        for answer, paths in ((True, programme.ways.yes), (False, programme.ways.no)):
            for number, each in enumerate(paths):
                name = f"{programme.number}{'y' if answer else 'n'}{number}"
                self.rules[name] = self._tests(each)
                self.tells[name] = (programme.number, answer)

    def _tests(self, each: Path) -> Tests:
        for test in each:
            if test.property not in self.names:
                self.names[test.property] = property_names()[len(self.names)]
        return sorted((self.names[test.property], test.sign, test.number) for test in each)


class RuleSets:
    """Every set of rules made so far, and where each programme stands."""

    def __init__(self) -> None:
        self.made: list[RuleSet] = []
        self._of: dict[int, RuleSet] = {}

    def __len__(self) -> int:
        return len(self.made)

    def set_of(self, programme: int) -> RuleSet:
        """The set in which a programme stands."""
        return self._of[programme]

    def place(self, programmes: Iterable[Programme]) -> Sequence[RuleSet]:
        """New sets for those programmes that stand in none; a set once made is never changed."""
        fresh: dict[int, list[RuleSet]] = {}
        for programme in programmes:
            if programme.number in self._of:
                continue
            of_stage = fresh.setdefault(programme.stage, [])
            if not of_stage or not of_stage[-1].has_room_for(programme):
                of_stage.append(RuleSet(f"s{len(self.made)}", programme.stage))
                self.made.append(of_stage[-1])
            of_stage[-1].add(programme)
            self._of[programme.number] = of_stage[-1]
        return [one for of_stage in fresh.values() for one in of_stage]


def as_sent(rule_sets: Iterable[RuleSet]) -> Mapping[str, Mapping[str, Tests]]:
    """Sets of rules as the worker reads them."""
    return {one.name: one.rules for one in rule_sets}


def mark(name: str) -> int:
    """All that the other engine looks at in a name: 32 bits, in which some names are the same as others.

    >>> mark("liquid") == mark("costarring")
    True
    """
    found = 0x811C9DC5
    for byte in name.encode():
        found = (found ^ byte) * 0x01000193 & 0xFFFFFFFF
    return found


@lru_cache(maxsize=1)
def property_names() -> tuple[str, ...]:
    """Names for the properties of one fact, all told apart from each other and from the engine's own."""
    names = tuple(f"p{number}" for number in range(MOST_PROPERTIES))
    told_apart(names)
    return names


def told_apart(names: Sequence[str]) -> None:
    """Make sure that the other engine tells these names apart, from each other and from its own.

    Raises:
        ValueError: two of them are one and the same to it.
    """
    seen: dict[int, str] = {}
    for name in (*RESERVED, *names):
        other = seen.setdefault(mark(name), name)
        if other != name:
            raise ValueError(f"durable-rules would take `{name}` for `{other}`")
