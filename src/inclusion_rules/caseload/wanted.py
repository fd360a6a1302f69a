"""Which part of a caseload somebody wants to see, and what is wrong with how they asked.

A word that nothing carries is an error with the nearest right one: an empty list must never be a slip of the keyboard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from inclusion_rules.caseload.case_rows import CaseBrief
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError, nearest_word
from inclusion_rules.vocabulary import identifier

_NAMED = 5


class UnknownWishError(InclusionRulesError):
    """Something was asked for by a name that nothing carries; `nearest` is the nearest one that something does."""

    def __init__(self, told: str, name: str, known: Iterable[str]) -> None:
        self.told = told
        self.name = name
        self.known = tuple(sorted(known))
        self.nearest = nearest_word(name, self.known)
        super().__init__(f"{told.format(name=f'`{name}`')}{self._hint()}")

    def _hint(self) -> str:
        if self.nearest is not None:
            return f"; did you mean `{self.nearest}`?"
        if not self.known:
            return ""
        more = len(self.known) - _NAMED
        listed = ", ".join(f"`{name}`" for name in self.known[:_NAMED])
        return f"; there are {listed}{f' and {more} more' if more > 0 else ''}"

    def __reduce__(self) -> tuple[type[UnknownWishError], tuple[str, str, tuple[str, ...]]]:
        return (UnknownWishError, (self.told, self.name, self.known))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked for; empty stands for all. Roles, authorities and pathways are names with underscores.

    An authority is wanted as the school's or as the pupil's own: either owes something.

    >>> Wanted(schools=("example  academy",)).names(Wanted.school_key("Example Academy"))
    True
    """

    bearers: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    pathways: tuple[str, ...] = ()

    @classmethod
    def asked(
        cls,
        *,
        bearers: Iterable[str] = (),
        schools: Iterable[str] = (),
        authorities: Iterable[str] = (),
        pathways: Iterable[str] = (),
    ) -> Wanted:
        """What was asked for, as people type it."""
        return cls(
            tuple(map(identifier, bearers)),
            tuple(schools),
            tuple(map(identifier, authorities)),
            tuple(map(identifier, pathways)),
        )

    def check_words(self, rulebook: Rulebook) -> None:
        """Make sure that the roles and pathways are ones that the law at hand knows.

        Raises:
            UnknownWishError: one is not.
        """
        roles = {role for pack in rulebook.packs.values() for role in pack.roles}
        for bearer in self.bearers:
            if bearer not in roles:
                raise UnknownWishError("{name} is not a role", bearer, roles)
        for pathway in self.pathways:
            if pathway not in rulebook.pathways:
                raise UnknownWishError("{name} is not a pathway", pathway, rulebook.pathways)

    def check_places(self, briefs: Iterable[CaseBrief]) -> None:
        """Make sure that the schools and authorities are those of some case.

        Raises:
            UnknownWishError: one is not.
        """
        if not (self.schools or self.authorities):
            return
        known = list(briefs)
        if not known:
            return
        names = {brief.school for brief in known if brief.school is not None}
        keys = set(map(self.school_key, names))
        for school in self.schools:
            if self.school_key(school) not in keys:
                raise UnknownWishError("no case in this store has the school {name}", school, names)
        places = {place for brief in known for place in (brief.authority, brief.home_authority) if place is not None}
        for authority in self.authorities:
            if authority not in places:
                raise UnknownWishError("no case in this store has the authority {name}", authority, places)

    def case(self, brief: CaseBrief) -> bool:
        """Whether a case is among those wanted."""
        return (
            (not self.pathways or brief.pathway in self.pathways)
            and (not self.authorities or not {brief.authority, brief.home_authority}.isdisjoint(self.authorities))
            and (not self.schools or (brief.school is not None and self.names(self.school_key(brief.school))))
        )

    def bearer(self, name: str) -> bool:
        """Whether what somebody owes is wanted."""
        return not self.bearers or name in self.bearers

    def names(self, key: str) -> bool:
        """Whether one of the schools has this key."""
        return any(self.school_key(school) == key for school in self.schools)

    @staticmethod
    def school_key(name: str) -> str:
        """A school's name without what people type differently: capitals and spaces."""
        return " ".join(name.casefold().split())
