"""Proof that the rules of a local pack never loosen the law below them, or the cases in which they would.

For every local rule: it holds no rule below back; it speaks no more strongly than a law does; a limit of its own is
never longer than the limit it says it fills in; and no act that it asks for or suggests is one that the law forbids, on
any day both are in force and whatever a case may hold (`satisfying`). Reads values, no files; `pack_checks` tells what
is found where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from inclusion_rules.analysis.boxes import ANY_DAY
from inclusion_rules.analysis.days_and_quantities import (
    BEFORE_IT,
    OF_THE_LAW,
    ONE_DAY,
    Part,
    case_on,
    sizes,
    turning_days,
)
from inclusion_rules.analysis.limit_forms import gives_time_for, key_of, no_later, parameters_of
from inclusion_rules.analysis.limit_lengths import never_longer
from inclusion_rules.analysis.recorded_acts import changed_by, not_affirmed, said_by, settled_by
from inclusion_rules.analysis.satisfying import without_detours
from inclusion_rules.domain.conditions import ALL_OF, Comparison, Condition, Group, Operator, facts_in, parameters_in
from inclusion_rules.domain.facts import Value
from inclusion_rules.domain.law import Parameter
from inclusion_rules.domain.layers import BOUND_BY, Recording, RelationKind
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.domain.rules import (
    AtLeastBefore,
    Rule,
    RulePack,
    WithoutDelay,
)
from inclusion_rules.domain.wording import in_words, quantity_in_words
from inclusion_rules.domain.working_days import BankHolidays
from inclusion_rules.vocabulary import Force, Modality, RuleKind, words

NOT_LOCAL = (Force.ACT, Force.REGULATIONS, Force.STATUTORY_GUIDANCE)
FORBIDS = (Modality.MUST_NOT, Modality.SHOULD_NOT)
SUGGESTS = (Modality.MUST, Modality.SHOULD, Modality.EXPECTED, Modality.MAY)


@dataclass(frozen=True, slots=True)
class CounterCase:
    """A case in which a local rule would loosen the law: its day, its subject, what would be recorded, its facts."""

    day: date
    subject: str
    facts: tuple[tuple[str, Value], ...]
    act: Recording | None = None


@dataclass(frozen=True, slots=True)
class Loosened:
    """One way in which a local rule departs from the law below it.

    `path` leads to the words at fault in the rule's file; `too_strong` where it claims more than the law does.
    """

    rule: Rule
    message: str
    help: str
    path: tuple[str | int, ...]
    national: Rule | None = None
    case: CounterCase | None = None
    too_strong: bool = False


@dataclass(slots=True)
class Counts:
    """How much was proved of a pack: rules, limits held against limits of the law, acts held against prohibitions."""

    rules: int = 0
    limits: int = 0
    acts: int = 0
    without_an_act: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LayerProof:
    """What was proved of a local pack, and every way in which the proof fails."""

    pack: str
    counts: Counts
    faults: tuple[Loosened, ...]


def prove_pack(pack: RulePack, edition: Edition, bank_holidays: BankHolidays | None = None) -> LayerProof:
    """Hold every rule of a local pack against the law below it; `edition` joins the pack with all that it extends."""
    below = [other for other in edition.packs if other.id != pack.id]
    proof = _Proof(pack, edition, {rule.id: rule for other in below for rule in other.rules.values()}, bank_holidays)
    faults = [fault for rule in pack.rules.values() for fault in proof.of_rule(rule)]
    return LayerProof(pack.id, proof.counts, tuple(faults))


@dataclass(slots=True)
class _Proof:
    pack: RulePack
    edition: Edition
    below: Mapping[str, Rule]
    bank_holidays: BankHolidays | None
    counts: Counts = field(default_factory=Counts)

    def of_rule(self, rule: Rule) -> Iterator[Loosened]:
        self.counts.rules += 1
        yield from self._holds_back(rule)
        yield from self._too_strong(rule)
        if not rule.runs or not self._complete(rule):
            return
        for kind in BOUND_BY:
            for name in rule.related(kind):
                if name in self.below and self._complete(self.below[name]):
                    yield from self._longer(rule, self.below[name], kind)
        if not any(gives_time_for(rule, self.below[name]) for name in rule.related(*BOUND_BY) if name in self.below):
            for national in self.below.values():
                if national.runs and gives_time_for(rule, national) and self._complete(national):
                    yield from self._longer_beside(rule, national)
        yield from self._forbidden(rule)

    def _complete(self, rule: Rule) -> bool:
        """Whether everything that a rule looks at could be read; what could not is told elsewhere."""
        conditions = [rule.when] if rule.breached_when is None else [rule.when, rule.breached_when]
        limit = getattr(rule.deadline, "parameter", None)
        used = {name for each in conditions for name in parameters_in(each)} | ({limit} if limit is not None else set())
        seen = {name for each in conditions for name in facts_in(without_detours(each, self.edition.facts))}
        return used <= self.edition.parameters.keys() and seen <= self.edition.facts.keys()

    # Holding back ----------------------------------------------------------------------------------------------------

    def _holds_back(self, rule: Rule) -> Iterator[Loosened]:
        for position, name in enumerate(rule.overrides):
            if name not in self.pack.rules and name in self.below:
                message = f"a local rule cannot hold back `{name}`, which is law whatever a council says"
                help = "take it out of `overrides`; a rule that adds to it says `relation: {supplements: …}`"
                yield Loosened(rule, message, help, ("overrides", position), self.below[name])

    # Strength --------------------------------------------------------------------------------------------------------

    def _too_strong(self, rule: Rule) -> Iterator[Loosened]:
        if rule.force in NOT_LOCAL:
            message = f"a local rule has not the force of `{rule.force}`"
            help = "say `local protocol`, `code` or `good practice`; what an Act says is a rule of the national pack"
            yield Loosened(rule, message, help, ("force",), too_strong=True)
        if rule.modality not in (Modality.MUST, Modality.MUST_NOT):
            return
        speaks = words(rule.modality.value)
        path = (rule.kind.value, rule.modality.value)
        told = [
            self.below[name]
            for name in rule.related(RelationKind.IMPLEMENTS, RelationKind.MIRRORS)
            if name in self.below
        ]
        behind = [national for national in told if national.modality is rule.modality]
        if not behind:
            message = f"this local rule says `{speaks}`, and no law that it implements or mirrors says so"
            near = f"; `{told[0].id}` says `{words(told[0].modality.value)}`" if told else ""
            help = f"say `should` or `expected`, or name the rule that makes it a `{speaks}`{near}"
            yield Loosened(rule, message, help, path, told[0] if told else None, too_strong=True)
        elif rule.deadline is not None and all(rule.deadline != national.deadline for national in behind):
            message = f"this local rule says `{speaks}` of a limit that no law sets"
            help = "the limit is the council's own: say `should` or `expected`; the law's own limit runs beside it"
            yield Loosened(rule, message, help, path, behind[0], too_strong=True)

    # Limits ----------------------------------------------------------------------------------------------------------

    def _longer(self, rule: Rule, national: Rule, kind: RelationKind) -> Iterator[Loosened]:
        if not national.runs or rule.deadline is None or national.deadline is None:
            return
        if isinstance(rule.deadline, WithoutDelay) or isinstance(national.deadline, WithoutDelay):
            return  # no number that another could be longer than
        self.counts.limits += 1
        names = parameters_of(rule, national)
        path = (rule.kind.value, key_of(rule))
        if names is None:
            if no_later(rule, national):
                return
            message = (
                f"this limit and that of `{national.id}`, which it {_does(kind)}, run from different days, so that "
                "nobody can say that it is never the longer one"
            )
            help = (
                f"let it run from the same day, or say `supplements` in place of `{kind}`: both then run side by side"
            )
            yield Loosened(rule, message, help, path, national)
            return
        own, law = (self.edition.parameters[name] for name in names)
        found = self._longer_case(rule, national, own, law)
        if found is None:
            return
        case, value, limit = found
        mine, theirs = quantity_in_words(value, own.unit), quantity_in_words(limit, law.unit)
        ahead = isinstance(rule.deadline, AtLeastBefore)
        if own.unit is law.unit:
            verb = "is less notice than" if ahead else "is longer than"
            message = (
                f"{mine} {verb} the {theirs} of `{national.id}`, which it {_does(kind)} (from {case.day.isoformat()})"
            )
            help = (
                "the law's limit holds in any case; a local one may only be shorter"
                if not ahead
                else ("the law's notice has to be given in any case; a local one may only be longer")
            )
        else:
            message = f"{mine} can end later than the {theirs} of `{national.id}`, which it {_does(kind)}"
            help = f"count it in {law.unit}, or say `supplements` in place of `{kind}`: both then run side by side"
        yield Loosened(rule, message, help, path, national, case)

    def _longer_beside(self, rule: Rule, national: Rule) -> Iterator[Loosened]:
        """A limit that fills in none of the law, and is certainly longer than the law's own for the same act."""
        names = parameters_of(rule, national)
        own, law = (self.edition.parameters[name] for name in names) if names is not None else (None, None)
        if own is None or law is None or own.unit is not law.unit or isinstance(rule.deadline, AtLeastBefore):
            return
        self.counts.limits += 1
        found = self._longer_case(rule, national, own, law)
        if found is not None:
            case, value, limit = found
            mine, theirs = quantity_in_words(value, own.unit), quantity_in_words(limit, law.unit)
            message = (
                f"{mine} is longer than the {theirs} that `{national.id}` gives for the same act from the same day "
                f"(from {case.day.isoformat()})"
            )
            help = (
                "the law's limit holds in any case; a local one may only be shorter, or is met by an event of its own"
            )
            yield Loosened(rule, message, help, (rule.kind.value, key_of(rule)), national, case)

    def _longer_case(
        self, rule: Rule, national: Rule, own: Parameter, law: Parameter
    ) -> tuple[CounterCase, float, float] | None:
        ahead = isinstance(rule.deadline, AtLeastBefore)
        for day in self._days(rule, national, (rule.when, national.when), own, law):
            for (value, own_otherwise), (limit, law_otherwise) in product(sizes(own, day), sizes(law, day)):
                if ahead:
                    kept = own.unit is law.unit and value >= limit
                else:
                    kept = never_longer(value, own.unit, limit, law.unit, self.bank_holidays)
                if kept:
                    continue
                names = self._other_names(rule, national, frozenset())
                parts = [(rule.when, True, {}), (national.when, True, names)]
                parts += [(c, holds, {}) for c, holds in own_otherwise] + [(c, h, names) for c, h in law_otherwise]
                facts = case_on(day, parts, self.edition)
                if facts is not None:
                    return CounterCase(day, rule.for_each[0], facts), value, limit
        return None

    # Forbidden acts --------------------------------------------------------------------------------------------------

    def _forbidden(self, rule: Rule) -> Iterator[Loosened]:
        if rule.modality not in SUGGESTS:
            return
        acts, path = _acts_of(rule)
        if not acts:
            if rule.kind in (RuleKind.OPTION, RuleKind.POWER):
                self.counts.without_an_act.append(rule.id)
            return
        barring = [
            each for each in self.below.values() if each.modality in FORBIDS and each.runs and self._complete(each)
        ]
        for national in barring:
            self.counts.acts += 1
            cases = [self._forbidden_case(rule, act, national) for act in acts]
            if all(cases):
                act, case = acts[0], cases[0]
                assert case is not None
                message = (
                    f"`{words(act.event)}`, as this rule would have it recorded, is what `{national.id}` says the "
                    f"{words(national.bearer)} {words(national.modality.value)} do (from {case.day.isoformat()})"
                )
                help = (
                    f"let the rule end the day before (`until: {(case.day - ONE_DAY).isoformat()}`, or `superseded`), "
                    "or add to its `when` what keeps such cases out"
                )
                yield Loosened(rule, message, help, path, national, case)

    def _forbidden_case(self, rule: Rule, act: Recording, national: Rule) -> CounterCase | None:
        """A case in which doing what a local rule suggests breaches a rule of the law."""
        parts = [national.when] if national.breached_when is None else [national.when, national.breached_when]
        breach = without_detours(Group(ALL_OF, tuple(parts)), self.edition.facts)
        looked_at = facts_in(breach)
        before = changed_by(act, looked_at, self.edition)
        about_it = act.event in national.for_each and national.breached_when is not None
        if not (before or about_it):
            return None
        names = self._other_names(rule, national, frozenset(before))
        own = facts_in(without_detours(rule.when, self.edition.facts))
        judged = {name for name in looked_at - own if self.edition.facts[name].judgement is not None}
        held: dict[str, tuple[Value, ...]] = {name: not_affirmed(self.edition.facts[name]) for name in judged}
        settled = settled_by(act, before, self.edition)
        held |= {names[name]: values for name, values in settled.items()}
        held |= {f"{BEFORE_IT}{name}": (value,) for name, value in before.items()}
        wanted: list[Part] = [(rule.when, True, {}), (breach, True, names)]
        wanted += [(Comparison(name, Operator.KNOWN, True), True, names) for name in said_by(act, before, self.edition)]
        if not about_it:
            # What is breached already, whatever anybody does next, is not breached by the act.
            wanted.append((breach, False, names | {name: f"{BEFORE_IT}{name}" for name in before}))
        for day in self._days(rule, national, (rule.when, *parts)):
            facts = case_on(day, wanted, self.edition, held)
            if facts is not None:
                return CounterCase(day, rule.for_each[0], facts, act)
        return None

    # Over all cases --------------------------------------------------------------------------------------------------

    def _other_names(self, rule: Rule, national: Rule, changed: frozenset[str]) -> dict[str, str]:
        """Names of their own for facts that the two rules do not see alike: of another subject, or after the act."""
        alike = bool(set(rule.for_each) & set(national.for_each))
        return {
            name: f"{OF_THE_LAW}{name}"
            for name, fact in self.edition.facts.items()
            if name in changed or not (alike or fact.derived is None or fact.derived.details.get("scope") == "case")
        }

    def _days(self, rule: Rule, national: Rule, conditions: Sequence[Condition], *more: Parameter) -> Iterator[date]:
        """The days to look at, of those on which both rules are in force."""
        own, law = in_force(rule), in_force(national)
        return turning_days(max(own[0], law[0]), min(own[1], law[1]), conditions, self.edition, *more)


def in_force(rule: Rule) -> tuple[date, date]:
    """The first and the last day on which a rule raises anything."""
    last = rule.governs.last or date.max
    if rule.superseded is not None:
        last = min(last, rule.superseded.first - ONE_DAY)
    return rule.governs.first or date.min, last


def _does(kind: RelationKind) -> str:
    return {RelationKind.STRICTER: "is to be stricter than"}.get(kind, kind.value)


def _acts_of(rule: Rule) -> tuple[list[Recording], tuple[str | int, ...]]:
    """The acts that a rule asks for: what it would record, else every way of meeting it, where each says how."""
    act = rule.kind.value
    if rule.would_record is not None:
        return [rule.would_record], (act, "would_record")
    if rule.met_by and all(meeting.having for meeting in rule.met_by):
        return [Recording(meeting.event, meeting.having) for meeting in rule.met_by], (act, "met_by")
    return [], (act,)


def case_in_words(case: CounterCase) -> str:
    """What is to be known of a case in which the law would be loosened, in one line."""
    told = [
        f"{words(name)}: {'some day' if value == ANY_DAY else in_words(value)}"
        for name, value in case.facts
        if not name.startswith(BEFORE_IT)
    ]
    return "; ".join(part for part in told if not part.endswith(": not known")) or "any case"
