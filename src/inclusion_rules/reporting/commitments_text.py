"""The register of commitments as text: how it stands in a few lines, then each commitment with what shows it.

Knows wording and wrapping. What each commitment comes to is worked out before it gets here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from inclusion_rules.domain.commitments import CommitmentStatus
from inclusion_rules.domain.conditions import Comparison, FactReference, ParameterReference
from inclusion_rules.domain.facts import FactKind, Nothing, Value
from inclusion_rules.domain.findings import Trace
from inclusion_rules.domain.law import NotSet
from inclusion_rules.domain.wording import condition_in_words, day_in_words, in_words, quantity_in_words
from inclusion_rules.engine.commitments import Answer, CommitmentState, MilestoneState, Progress, Term, Tested
from inclusion_rules.reporting.commitments import PackRegister, Register
from inclusion_rules.vocabulary import words

WIDTH = 100
_KEPT = {
    Answer.YES: "kept",
    Answer.NO: "not kept",
    Answer.NOT_KNOWN: "not known whether it is kept",
    Answer.NO_TEST: "no test: nothing was set that could be held against figures",
}
_ALERT = {Answer.YES: "ALERT", Answer.NO: "no alert", Answer.NOT_KNOWN: "alert: not known"}
_PROGRESS = {
    Progress.REACHED: "reached",
    Progress.REACHED_LATE: "reached late",
    Progress.OVERDUE: "OVERDUE",
    Progress.NOT_SAID: "its day is past, and nobody has said whether it was reached",
    Progress.UPCOMING: "upcoming",
    Progress.NOT_SET: "no day set",
    Progress.DROPPED: "no longer awaited",
}
_PLURAL = {"priority": "Priorities", "activity": "Activities", "strategy": "Strategies"}


def register_as_text(register: Register, *, width: int = WIDTH) -> str:
    """The register, ready to print."""
    parts = [_wrapped(_headline(register), width)]
    for pack in register.packs:
        parts += [_wrapped(lines, width) for lines in _pack(pack, register)]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


Lines = Iterator[tuple[int, str]]


def _wrapped(lines: Lines, width: int) -> list[str]:
    return [
        line
        for depth, text in lines
        for line in wrap(
            text,
            max(width, 40),
            initial_indent="  " * depth,
            subsequent_indent="  " * (depth + 1),
            break_on_hyphens=False,
            break_long_words=False,
        )
    ]


def _headline(register: Register) -> Lines:
    yield 0, f"Commitments as of {day_in_words(register.as_of)}"
    if register.figures is None:
        yield 0, "No figures were given: name a file of them with `--figures`."
    else:
        on = day_in_words(register.figures.on)
        yield 0, f"Figures of {words(register.figures.authority)} on {on}: {len(register.figures.values)} given"
    counts = [f"{register.kept(answer)} {said}" for answer, said in _COUNTED if register.kept(answer)]
    yield 0, f"{_number(len(register.states), 'commitment')}: {', '.join(counts)}" if counts else "No commitments."
    alerts, late = register.alerts(), list(register.late_milestones())
    if alerts:
        yield 0, f"{_number(len(alerts), 'alert')}: {'; '.join(state.commitment.title for state in alerts)}"
    if late:
        yield 0, f"{_number(len(late), 'milestone')} past the day set and not known to be reached"


_COUNTED = (
    (Answer.YES, "kept"),
    (Answer.NO, "not kept"),
    (Answer.NOT_KNOWN, "not known"),
    (Answer.NO_TEST, "without a test"),
)


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _pack(pack: PackRegister, register: Register) -> Iterator[Lines]:
    yield iter([(0, f"{words(pack.pack).upper()}: {pack.title}")])
    if not pack.states:
        yield iter([(1, "This pack holds no commitments.")])
    for kind, states in groupby(pack.states, key=lambda state: state.commitment.kind):
        yield iter([(0, _PLURAL.get(kind.value, f"{kind.value.capitalize()}s"))])
        for state in states:
            yield _commitment(state, pack, register)


def _commitment(state: CommitmentState, pack: PackRegister, register: Register) -> Lines:
    made = state.commitment
    yield 1, made.title
    yield 2, f"{words(made.id)}: {_KEPT[state.kept.answer]}"
    yield from _tested(state.kept, pack, register)
    if state.alert.answer is not Answer.NO_TEST:
        yield 2, _ALERT[state.alert.answer]
        yield from _tested(state.alert, pack, register)
    for name in state.missing:
        yield 2, f"missing: {words(name)}. {pack.figures[name].asks}"
    yield 2, _standing(state)
    for milestone in state.milestones:
        yield 2, _milestone(milestone)
    if made.part_of is not None:
        yield 2, f"part of: {words(made.part_of)}"
    for name in made.left_open:
        yield 2, f"left open by the authority: {name}"
    for name in made.rules:
        rule = pack.rule(name)
        off = "" if rule.runs else " (switched off)"
        yield 2, f"carried out by {name} of {rule.pack}{off}: {rule.title}"
    for command in made.commands:
        yield 2, f"see: {command}"
    if made.traded:
        yield 2, "traded: the help is sold to schools, so a school may have to pay for it"
    yield 2, f"source: {'; '.join(made.cites)}"


def _standing(state: CommitmentState) -> str:
    made = state.commitment
    owners = ", ".join(words(name) for name in made.owners)
    told = f"status on {made.status_on.isoformat()}: {made.status.value}"
    if made.status is CommitmentStatus.OVERTAKEN and made.overtaken_by:
        told += f" by {', '.join(made.overtaken_by)}"
    if state.term is not Term.WITHIN:
        day = made.first if state.term is Term.BEFORE else made.last
        told += f"; {state.term.value} ({day.isoformat() if day else ''})"
    return f"{told}; owner: {owners}"


def _milestone(state: MilestoneState) -> str:
    milestone = state.milestone
    by = f", due {milestone.by.isoformat()}" if milestone.by else ""
    said = f" (`{milestone.said}`)" if milestone.said else ""
    on = f" {state.reached.isoformat()}" if state.reached else ""
    return f"milestone: {milestone.name}{by}{said}: {_PROGRESS[state.progress]}{on}"


def _tested(tested: Tested, pack: PackRegister, register: Register) -> Lines:
    """Each comparison with what was compared, and the parameters that have no value on the day."""
    for name in tested.without_value:
        parameter = pack.edition.parameters[name]
        lacks = "is not set" if parameter.on(register.as_of) else f"has no value on {register.as_of.isoformat()}"
        yield 3, f"the parameter {words(name)} {lacks}: {parameter.title}"
    if tested.trace is not None:
        yield from _compared(tested.trace, pack, register)


def _compared(trace: Trace, pack: PackRegister, register: Register) -> Lines:
    condition = trace.condition
    if isinstance(condition, Comparison) and trace.value is not None:
        result = {True: "yes", False: "no", None: "not known"}[trace.result]
        told = f"{_figure(condition.fact, trace.value, pack)}{_against(trace, pack, register)}"
        plainly = told in ("not known", "yes", "no") or told == in_words(condition.operand)
        yield 3, f"{result}: {condition_in_words(condition)}{'' if plainly else f' ({told})'}"
    for member in trace.members:
        yield from _compared(member, pack, register)


def _figure(name: str, value: Value, pack: PackRegister) -> str:
    figure = pack.figures[name]
    said = "none yet" if isinstance(value, Nothing) else in_words(value)
    if figure.type.kind is FactKind.MONEY and said[-1].isdigit():
        return said.replace("at least ", "at least £") if said.startswith("at") else f"£{said}"
    return f"{said} {figure.unit}" if figure.unit and figure.type.kind.is_number and said[-1].isdigit() else said


def _against(trace: Trace, pack: PackRegister, register: Register) -> str:
    assert isinstance(trace.condition, Comparison)
    operand = trace.condition.operand
    if isinstance(operand, ParameterReference):
        parameter = pack.edition.parameters[operand.name]
        version = parameter.on(register.as_of)
        if version is None or isinstance(version.value, NotSet):
            return ""
        return f", against {quantity_in_words(version.value, parameter.unit)}"
    if isinstance(operand, FactReference):
        return f", against {_figure(operand.name, pack.values[operand.name], pack)}"
    return ""
