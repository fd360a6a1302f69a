"""Cases on a day: conditions read by the quantities that the law has on it, over every way in which those can stand.

A quantity may have another value where a condition holds; each such way is gone through, with its condition. Says which
days have to be looked at so that no turn of the law is missed. Knows nothing of what the conditions are for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

from inclusion_rules.analysis.boxes import ANY_DAY
from inclusion_rules.analysis.satisfying import Wanted, first_case, may_be_absent, renamed, without_detours
from inclusion_rules.domain.conditions import Condition, parameters_in
from inclusion_rules.domain.facts import FactType, Known, Unknown, Value
from inclusion_rules.domain.law import NotSet, Parameter
from inclusion_rules.domain.rulebook import Edition

ONE_DAY = timedelta(days=1)
OF_THE_LAW, BEFORE_IT = "of the law: ", "before it: "
"""Before the name of a fact as the law sees it, where a local rule sees another; and as it was before an act."""

Part = tuple[Condition, bool, Mapping[str, str]]
"""A condition, whether it has to hold (or must not be true), and other names for some of its facts."""
Otherwise = tuple[tuple[Condition, bool], ...]
"""What has to hold, or must not, for quantities to stand in one way."""
Facts = tuple[tuple[str, Value], ...]


def case_on(
    day: date, parts: Sequence[Part], edition: Edition, held: Mapping[str, tuple[Value, ...]] | None = None
) -> Facts | None:
    """Facts of a case in which every part comes out as it has to under the law of a day, or None: there is none."""
    facts = edition.facts
    plain = [(renamed(without_detours(part, facts), names), holds) for part, holds, names in parts]
    used = {name for part, _ in plain for name in parameters_in(part)}
    types: dict[str, FactType] = {name: fact.type for name, fact in facts.items()}
    types |= {f"{seen}{name}": fact.type for name, fact in facts.items() for seen in (OF_THE_LAW, BEFORE_IT)}
    absent = may_be_absent(facts)
    absent |= {f"{OF_THE_LAW}{name}" for name in absent}
    for values, otherwise in settings([edition.parameters[name] for name in sorted(used)], day):
        wanted = [Wanted(part, values, holds) for part, holds in plain]
        wanted += [Wanted(without_detours(part, facts), values, holds) for part, holds in otherwise]
        found = first_case(wanted, types, absent=absent, fixed=held)
        if found is not None:
            return tuple(sorted(found.items()))
    return None


def turning_days(
    first: date, last: date, conditions: Iterable[Condition], edition: Edition, *more: Parameter
) -> Iterator[date]:
    """The first day of a time, and each later one in it from which on a quantity of the conditions is another."""
    if first > last:
        return
    used = {name for condition in conditions for name in parameters_in(without_detours(condition, edition.facts))}
    parameters = [*(edition.parameters[name] for name in sorted(used)), *more]
    turns = {version.first for parameter in parameters for version in parameter.values}
    turns |= {v.last + ONE_DAY for p in parameters for v in p.values if v.last is not None and v.last < date.max}
    begins = first if first > date.min else min((turn for turn in turns if turn <= last), default=min(ANY_DAY, last))
    yield from sorted({begins, *(turn for turn in turns if first <= turn <= last)})


def sizes(parameter: Parameter, day: date) -> Iterator[tuple[float, Otherwise]]:
    """The numbers that a quantity can come to on a day, each with what has to hold, or not to hold, for it."""
    version = parameter.on(day)
    if version is None:
        return
    condition = version.otherwise_when
    if isinstance(version.value, int | float):
        yield version.value, ((condition, False),) if condition is not None else ()
    if condition is not None and version.otherwise is not None:
        yield version.otherwise, ((condition, True),)


def settings(
    parameters: Sequence[Parameter], day: date
) -> Iterator[tuple[Callable[[str], Known | Unknown], Otherwise]]:
    """Every way in which quantities can stand on a day, each with what has to hold for it."""
    choices: list[list[tuple[str, Known | Unknown, Otherwise]]] = []
    for parameter in parameters:
        version = parameter.on(day)
        unset = Unknown(frozenset({parameter.name}))
        if version is None:
            choices.append([(parameter.name, unset, ())])
            continue
        condition = version.otherwise_when
        usual = unset if isinstance(version.value, NotSet) else version.value
        value = frozenset(usual) if isinstance(usual, tuple) else usual
        ways: list[tuple[str, Known | Unknown, Otherwise]] = [
            (parameter.name, value, ((condition, False),) if condition is not None else ())
        ]
        if condition is not None and version.otherwise is not None:
            ways.append((parameter.name, version.otherwise, ((condition, True),)))
        choices.append(ways)
    for chosen in product(*choices):
        values = {name: value for name, value, _ in chosen}
        yield values.__getitem__, tuple(part for _, _, parts in chosen for part in parts)
