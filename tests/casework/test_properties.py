"""What holds of every decision whatever was recorded: on random logs of the whole vocabulary, looked at on any day."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.casework.builders import is_school_day
from tests.casework.logs import AROUND_CHANGES, FACTS, PATHWAYS, STARTS, Told, cases

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.certificate_check import complaints_about
from inclusion_rules.domain.deadlines import certificate_of
from inclusion_rules.domain.findings import Decision, Finding, Obligation
from inclusion_rules.domain.rules import RuleKey
from inclusion_rules.vocabulary import Outcome, RuleKind, Status, Unit

RULES = Path(__file__).parents[2] / "rules" / "england"
ONE_DAY = timedelta(days=1)

Key = tuple[RuleKey, date | None, int | None]
some = settings(max_examples=25)


def decision_of(told: Told, as_of: date | None = None, **other: Any) -> Decision:
    """A random case decided, by default on its own day."""
    return decide(told.record(**other), open_rulebook(), as_of=as_of or told.as_of)


def by_rule(decision: Decision) -> dict[tuple[RuleKey, date | None], list[Finding]]:
    """Findings by rule and subject, those of several subjects of one day in order."""
    found: dict[tuple[RuleKey, date | None], list[Finding]] = {}
    for finding in decision.findings:
        found.setdefault((finding.rule.key, finding.about), []).append(finding)
    return found


def keys_of(decision: Decision) -> Counter[Key]:
    """What tells the entries of a ledger apart, with how many there are of each."""
    return Counter((entry.rule.key, entry.about, entry.occurrence) for entry in decision.obligations)


@pytest.fixture(scope="module")
def calendar_file() -> dict[str, Any]:
    """The example calendar as plain data."""
    read: dict[str, Any] = yaml.safe_load((RULES / "calendars" / "example.yaml").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def holidays() -> dict[str, Any]:
    """The published bank holidays as plain data."""
    read: dict[str, Any] = json.loads((RULES / "bank_holidays.json").read_text(encoding="utf-8"))
    return read


# Deciding ------------------------------------------------------------------------------------------------------------


@settings(max_examples=100)
@given(cases(starts=STARTS + AROUND_CHANGES, pathways=PATHWAYS))
def test_no_history_stops_a_decision(told: Told):
    """Any events in any order on any pathway are decided, also around the days on which the law changed."""
    assert told.pathway == decision_of(told).pathway


@some
@given(cases())
def test_the_same_record_gives_the_same_decision_and_can_be_stored(told: Told):
    """Deciding twice, or storing the decision and fetching it, changes nothing."""
    decision = decision_of(told)

    assert decision == decision_of(told)
    assert decision == pickle.loads(pickle.dumps(decision))  # noqa: S301 - what was pickled a line before


@some
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_of_different_days_are_listed_does_not_matter(told: Told, shuffler: Any):
    """Only events of one day keep their listed order."""
    days = sorted({line[:10] for line in told.events})
    shuffler.shuffle(days)
    listed = tuple(line for day in days for line in told.events if line.startswith(day))

    assert decision_of(told) == decision_of(told, events=listed)


@some
@given(cases())
def test_what_is_left_aside_might_as_well_not_be_there(told: Told):
    """A case decided on a day is the case without its later events, but for the warning."""
    seen = tuple(line for line in told.events if line[:10] <= told.as_of.isoformat())
    named = {line.rpartition("of: ")[2][:10] for line in seen if " of: " in line}
    assume(named <= {line[:10] for line in seen})  # else an event names an exclusion that comes later

    whole, cut = decision_of(told), decision_of(told, events=seen)

    assert (cut.stage, cut.findings, cut.obligations, cut.facts) == (
        whole.stage,
        whole.findings,
        whole.obligations,
        whole.facts,
    )


@some
@given(cases())
def test_before_anything_happened_no_exclusion_raises_anything(told: Told):
    """Looked at before its first event, a case has no obligation about any exclusion."""
    before = min(date.fromisoformat(line[:10]) for line in told.events) - ONE_DAY

    decision = decision_of(told, before)

    assert [] == [entry for entry in decision.obligations if entry.about is not None]
    assert [] == [found for found in decision.findings if found.about is not None]


# More knowledge ------------------------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(cases(), st.data())
def test_a_fact_more_settles_what_was_open_and_flips_nothing(told: Told, data: st.DataObject):
    """To learn something of the school or the pupil turns no settled condition, and no settled breach, round."""
    not_said = [name for name in FACTS if name not in told.facts]
    assume(not_said)
    name = data.draw(st.sampled_from(not_said))
    learned = {**told.facts, name: data.draw(st.sampled_from(FACTS[name][1]))}

    before, after = by_rule(decision_of(told)), by_rule(decision_of(told, facts=learned))

    for key, found in before.items():
        for one, other in zip(found, after[key], strict=True):
            if one.trace.result is not None:
                assert one.trace.result is other.trace.result, key
            if one.breached is not None:
                assert one.breached is other.breached, key


@some
@given(cases())
def test_an_undetermined_finding_names_what_would_settle_it(told: Told):
    """It is undetermined because something is missing, and says what; every other finding misses nothing."""
    for found in decision_of(told).findings:
        assert (found.outcome is Outcome.UNDETERMINED) is bool(found.missing_facts), found.rule.id


# The ledger ----------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(cases(returns_with_cancellations=True), st.integers(1, 90))
def test_obligations_never_vanish(told: Told, days: int):
    """What stood in the ledger on one day stands there on every later day."""
    gone = keys_of(decision_of(told)) - keys_of(decision_of(told, told.as_of + timedelta(days=days)))

    assert {} == gone


@some
@given(cases(returns_with_cancellations=True), st.data())
def test_an_obligation_was_engaged_on_the_day_it_arose(told: Told, data: st.DataObject):
    """Looked at on that day, the rule's finding was engaged and the entry was there."""
    raised = [entry for entry in decision_of(told).obligations if entry.about is not None]
    assume(raised)
    entry = data.draw(st.sampled_from(raised))

    then = decision_of(told, entry.arose_on)

    assert (entry.rule.key, entry.about, entry.occurrence) in keys_of(then)
    outcomes = {found.outcome for found in by_rule(then)[entry.rule.key, entry.about]}
    assert Outcome.ENGAGED in outcomes or entry.status is Status.LAPSED


def check_entry(entry: Obligation, as_of: date) -> None:
    """Everything that an entry of the ledger owes its reader on a day."""
    what = (entry.rule.id, entry.status)
    assert entry.rule.cites, what
    assert entry.bearer, what
    assert entry.rule.kind in (RuleKind.DUTY, RuleKind.EXPECTATION, RuleKind.RIGHT), what
    assert entry.arose_on <= as_of, what
    assert (entry.met_on is not None) is (entry.status in (Status.MET, Status.MET_LATE)), what
    assert entry.met_on is None or entry.met_on <= as_of, what
    match entry.status:
        case Status.OPEN:
            assert entry.due is None or as_of <= entry.due, what
            assert entry.was_due is None or as_of > entry.was_due, what
        case Status.MISSED:
            assert entry.due, what
            assert as_of > entry.due, what
        case Status.MET:
            assert entry.due is None or entry.met_on is None or entry.met_on <= entry.due, what
        case Status.MET_LATE:
            assert entry.due, what
            assert entry.met_on, what
            assert entry.met_on > entry.due, what
        case Status.LAPSED:
            assert entry.why, what
    assert entry.late_by_school_days is None or entry.status in (Status.MISSED, Status.MET_LATE), what
    if entry.rule.kind is RuleKind.RIGHT:
        assert entry.status in (Status.OPEN, Status.MET, Status.LAPSED), what


@settings(max_examples=50)
@given(cases(starts=STARTS + AROUND_CHANGES, pathways=PATHWAYS))
def test_every_entry_of_the_ledger_is_whole(told: Told):
    """It cites its law, names its bearer, and its status, its days and its lateness agree with each other."""
    for entry in decision_of(told).obligations:
        check_entry(entry, told.as_of)


@some
@given(cases())
def test_an_entry_that_is_neither_lapsed_nor_met_is_engaged_now(told: Told):
    """What is open or missed is owed on the day of the decision."""
    decision = decision_of(told)
    engaged = {key for key, found in by_rule(decision).items() if Outcome.ENGAGED in {one.outcome for one in found}}

    owed = {
        (entry.rule.key, entry.about) for entry in decision.obligations if entry.status in (Status.OPEN, Status.MISSED)
    }

    assert set() == owed - engaged


@some
@given(cases())
def test_a_limit_of_school_days_ends_on_a_school_day(told: Told):
    """By the days typed in by hand, the school is open on every last day that was counted in school days."""
    for entry in decision_of(told).obligations:
        if entry.deadline is not None and entry.deadline.unit is Unit.SCHOOL_DAYS:
            assert is_school_day(entry.deadline.due), entry.rule.id


@some
@given(cases())
def test_lateness_is_the_school_days_after_the_last_day(told: Told):
    """Counted by hand from the day after `due` to the day it was met, or to the day of the decision."""
    for entry in decision_of(told).obligations:
        if entry.late_by_school_days is not None and entry.due is not None:
            until = entry.met_on or told.as_of
            late = [entry.due + n * ONE_DAY for n in range(1, (until - entry.due).days + 1)]
            assert sum(map(is_school_day, late)) == entry.late_by_school_days, entry.rule.id


@some
@given(told=cases(starts=STARTS + AROUND_CHANGES))
def test_the_certificate_of_every_obligation_verifies(
    told: Told, calendar_file: dict[str, Any], holidays: dict[str, Any]
):
    """The separate verifier, which reads plain files, finds nothing to complain about."""
    record = told.record()
    for entry in decide(record, open_rulebook(), as_of=told.as_of).obligations:
        if entry.deadline is not None:
            certificate = certificate_of(entry.deadline, calendar=record.calendar, bank_holidays=record.bank_holidays)
            assert () == complaints_about(certificate.as_data(), layers=[calendar_file], bank_holidays=holidays)


@some
@given(cases())
def test_what_has_no_last_day_says_why(told: Told):
    """An open entry with a limit shows a day, or the event, the fact or the reason that is in the way of one."""
    # In a holiday no term is running, and lunchtimes have no first five days.
    standing = {"reinstatement/review_data", "first_days/school_sets_work"}
    for entry in decision_of(told).obligations:
        if entry.status is Status.OPEN and entry.rule.deadline is not None and entry.rule.id not in standing:
            days = (entry.due, entry.was_due, entry.alert_on, entry.not_before)
            assert any(days) or entry.waiting_for or entry.missing_facts or entry.why, entry.rule.id
