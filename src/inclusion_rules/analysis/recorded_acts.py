"""What recording an act does to the facts of a case: what it settles, and how things stood before.

Knows how facts follow from events, not which rules look at them. Facts that a function works out are taken as they
stand when the act is suggested.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from inclusion_rules.domain.facts import NOTHING, FactDefinition, FactKind, Known, Unknown, Value
from inclusion_rules.domain.layers import Recording
from inclusion_rules.domain.rulebook import Edition

BEFORE: dict[str, Value] = {"recorded": False, "count of": 0}
"""What facts about an event come to where it is not recorded; the others come to nothing."""


def changed_by(act: Recording, names: Iterable[str], edition: Edition) -> dict[str, Value]:
    """The facts among these that an act has a say in, each as it stood before."""
    found: dict[str, Value] = {}
    for name in names:
        fact = edition.facts[name]
        details = fact.derived.details if fact.derived is not None else {}
        if fact.derived is not None and act.event == details.get("event") and _fits(act, details) is not False:
            found[name] = BEFORE.get(fact.derived.form, NOTHING)
        elif fact.derived is not None and act.event == details.get("after"):
            found[name] = NOTHING
    return found


def settled_by(act: Recording, names: Iterable[str], edition: Edition) -> dict[str, tuple[Value, ...]]:
    """The values to which recording an act holds some facts; what it leaves open is not among them."""
    found = ((name, _settled(act, edition.facts[name], edition)) for name in names)
    return {name: values for name, values in found if values is not None}


def said_by(act: Recording, names: Iterable[str], edition: Edition) -> frozenset[str]:
    """The facts of which an act says something, whatever it is."""
    open_ones = {attribute for attribute, values in act.having if not values}
    return frozenset(
        name
        for name in names
        if (derived := edition.facts[name].derived) is not None
        and derived.form == "attribute"
        and derived.details.get("event") == act.event
        and derived.details.get("attribute") in open_ones
    )


def _settled(act: Recording, fact: FactDefinition, edition: Edition) -> tuple[Value, ...] | None:
    derived = fact.derived
    if derived is None or derived.details.get("event") != act.event or _fits(act, derived.details) is not True:
        return None
    if derived.form == "recorded":
        return (True,)
    if derived.form != "attribute":
        return None
    said = dict(act.having).get(str(derived.details["attribute"]))
    if said is None:
        return not_affirmed(fact)
    return tuple(_value(word, fact) for word in sorted(said)) or None


def not_affirmed(fact: FactDefinition) -> tuple[Value, ...]:
    """What a fact can come to while nobody has said that it is so: not known, or no."""
    unsaid = Unknown(frozenset({fact.name}))
    return (False, unsaid) if fact.type.kind is FactKind.YES_NO else (unsaid,)


def _value(word: str, fact: FactDefinition) -> Known:
    kind = fact.type.kind
    if kind is FactKind.DATE:
        return date.fromisoformat(word)
    if kind is FactKind.YES_NO:
        return word == str(True)
    if kind.is_number:
        return float(word)
    return frozenset({word}) if kind is FactKind.SET_OF else word


def _fits(act: Recording, details: Any) -> bool | None:
    """Whether an act is one that a fact looks for; None where what it says may be either."""
    said = dict(act.having)
    ways = [_has(said.get(attribute), values) for attribute, values in details.get("having", ())]
    ways += [
        _opposite(_has(said[attribute], values))
        for attribute, values in details.get("lacking", ())
        if attribute in said
    ]
    return False if False in ways else None if None in ways else True


def _has(said: frozenset[str] | None, values: frozenset[str]) -> bool | None:
    """Whether what an act says under an attribute is one of some values."""
    if said is None:
        return False
    if not said:
        return None
    return True if said <= values else None if said & values else False


def _opposite(result: bool | None) -> bool | None:
    return None if result is None else not result
