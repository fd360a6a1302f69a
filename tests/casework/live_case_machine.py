"""A random life of a live case: steps that its pathway awaits, others, corrections, judgements, and days that pass.

After every step the promises of `case_promises` are held against the case. What is accepted is written down here a
second time, as plain entries, so that the case's own log is never the measure of itself.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.casework import case_promises as promises
from tests.casework.happenings import AROUND_CHANGES, STARTS, Place, descriptions, events, judgements

from inclusion_rules.casework import case as live
from inclusion_rules.casework.case import Case, RefusedEventError
from inclusion_rules.casework.deciding import facts_of_the_case
from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.casework.machine import machine_for as pathway_machine
from inclusion_rules.domain.cases import CaseRecord, Event, Judgement
from inclusion_rules.domain.conditions import Condition
from inclusion_rules.domain.event_log import Entry, EventLog, LogError
from inclusion_rules.domain.findings import Decision, Trace
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.errors import InclusionRulesError, InvalidFilesError
from inclusion_rules.loading.case_data import (
    canonical,
    described_data,
    entry_data,
    judgement_data,
    read_described,
    read_event,
    read_judgements,
)
from inclusion_rules.records.store import CaseStore
from inclusion_rules.vocabulary import words

LOOKS_AHEAD = (1, 3, 8, 20, 45, 100)
REFERENCES = count(1)
BY = "clerk"


class LiveCaseMachine(RuleBasedStateMachine):
    """The life of one case on one pathway; `machine_for_pathway` says which, and under which law."""

    law: ClassVar[Rulebook]
    place: ClassVar[Place]
    store: ClassVar[CaseStore | None]
    pathway_name: ClassVar[str]

    case: Case
    clock: datetime
    decision: Decision

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Entry] = []
        self.made: list[Judgement] = []
        self.said: list[tuple[datetime, Decision]] = []
        self.steps = 0

    # What the case is ------------------------------------------------------------------------------------------------

    @property
    def pathway(self) -> Pathway:
        """The pathway that the case is on."""
        return self.law.pathways[self.pathway_name]

    @property
    def edition(self) -> Edition:
        """The packs that the case is pinned to."""
        return self.law.edition(tuple(pin.pack for pin in self.case.header.packs))

    @property
    def today(self) -> date:
        """The day on which things are recorded."""
        return self.clock.date()

    @property
    def exclusions(self) -> list[date]:
        """The days of the exclusions that stand."""
        return [event.date for event in self.standing if event.name in EXCLUSION_EVENTS]

    @property
    def standing(self) -> tuple[Event, ...]:
        """The events that stand, by what was written down."""
        return promises.standing_events(self.written)

    @property
    def days_still_add_up(self) -> bool:
        """Whether an exclusion was cancelled and no return is recorded: its days, and its run, go on growing."""
        names = [event.name for event in self.standing]
        return names.count("exclusion_cancelled") > names.count("pupil_returned_to_school")

    @property
    def is_plain(self) -> bool:
        """Whether all events are about one thing and came in their turn, so that stepping needs no judgement."""
        follows = set(self.pathway.follows)
        about = [event.name for event in self.standing if event.name in follows | set(EXCLUSION_EVENTS)]
        begins = next((event.name for event in self.standing), None)
        odd = any(warning.code == "out_of_order" for warning in self.decision.warnings)
        alone = len(about) == 0 or (len(about) == 1 and about[0] in follows and about[0] == begins)
        return alone and not odd and all(event.of is None for event in self.standing)

    @property
    def onward(self) -> list[str]:
        """The awaited events that lead on from here, though to no end; and those that such a step waits for."""
        here = self.decision.stage
        ending = {
            move.event for move in self.pathway.moves if here in move.sources and self.pathway.stage(move.target).is_end
        }
        return [name for name in self.decision.next_events if name not in ending]

    @property
    def out_of_turn(self) -> list[str]:
        """The events that move cases on this pathway, and do not move one from where this one stands."""
        here = self.decision.stage
        from_here = {move.event for move in self.pathway.moves if here in move.sources}
        return sorted({move.event for move in self.pathway.moves if move.event is not None} - from_here)

    @property
    def in_the_log(self) -> list[int]:
        """The numbers by which what stands can be corrected: those of the latest entry about each event."""
        latest: dict[int, int] = {}
        first: dict[int, int] = {}
        for entry in self.written:
            first[entry.number] = entry.number if entry.corrects is None else first[entry.corrects]
            latest[first[entry.number]] = entry.number
            if entry.withdraws:
                del latest[first[entry.number]]
        return sorted(latest.values())

    def decided(self, as_of: date) -> Decision:
        """What the case says now of a day."""
        return self.case.decision(self.law, as_of=as_of)

    def moved(self, case: Case, *entries: Entry) -> None:
        """Go on with the case that a step gave, and look at it afresh."""
        self.case = case
        self.written += entries
        self.clock += timedelta(minutes=1)
        self.looked()

    def looked(self) -> None:
        """Decide the case as of today and remember what it said."""
        self.steps += 1
        self.decision = self.decided(self.today)
        self.said.append((self.clock - timedelta(seconds=1), self.decision))

    def entry(self, event: Event, *, corrects: int | None = None, withdraws: bool = False) -> Entry:
        """The entry that the next recording has to make."""
        return Entry(len(self.written) + 1, event, self.clock, BY, corrects, withdraws)

    # Steps -----------------------------------------------------------------------------------------------------------

    @initialize(data=st.data())
    def it_is_opened(self, data: st.DataObject) -> None:
        """A case opens, mostly with what its pathway begins with, and sometimes with a history before that."""
        begins = data.draw(st.sampled_from(STARTS + STARTS + AROUND_CHANGES), label="begins")
        self.clock = datetime.combine(begins, time(9), UTC)
        said = data.draw(descriptions(self.law, begins=begins), label="described")
        edition = self.law.edition(said.packs)
        names = data.draw(
            st.lists(st.sampled_from(("suspended", "permanently_excluded", "education_arranged")), max_size=2)
        )
        ago = st.one_of(st.integers(1, 60), st.integers(180, 250))
        history = [
            data.draw(events(edition, name, day=begins - timedelta(days=data.draw(ago, label="ago")))) for name in names
        ]
        if data.draw(st.sampled_from((True, True, True, False))):
            first = data.draw(st.sampled_from(self.pathway.begins_with))
            history.append(data.draw(events(edition, first, day=begins, fully=True)))
        in_order = tuple(sorted(history, key=lambda event: event.date))
        record = said.record(self.place, case="A-1", pathway=self.pathway_name, happened=in_order)
        self.case = Case.open(record, self.law, recorded_at=self.clock, recorded_by=BY)
        self.written = [Entry(number, event, self.clock, BY) for number, event in enumerate(in_order, start=1)]
        self.clock += timedelta(minutes=1)
        self.looked()
        for _ in range(data.draw(st.sampled_from((0, 0, 3, 8)), label="steps before anybody looks")):
            self.clock += timedelta(days=data.draw(st.integers(0, 5), label="days"))
            self.looked()
            if self.onward:
                self.it_comes_in_turn(data, data.draw(st.sampled_from(self.onward), label="awaited"))

    @precondition(lambda self: self.decision.next_events)
    @rule(data=st.data(), steps=st.integers(1, 4))
    def what_is_awaited_comes(self, data: st.DataObject, steps: int) -> None:
        """One after the other, a few of the events that may happen next happen, some days apart."""
        for _ in range(steps):
            self.clock += timedelta(days=data.draw(st.integers(0, 9), label="days"))
            self.looked()
            if not self.decision.next_events:
                return
            name = data.draw(st.sampled_from((*self.onward, *self.decision.next_events)), label="awaited")
            self.it_comes_in_turn(data, name)

    def it_comes_in_turn(self, data: st.DataObject, name: str) -> None:
        """An awaited event comes today, and is taken unless a condition is in its way."""
        event = data.draw(events(self.edition, name, day=self.today, fully=data.draw(st.booleans())), label="event")
        refused = self.recorded(event)
        if refused is not None and all(other.date <= self.today for other in self.standing):
            assert refused.guards, f"`{name}` was awaited and refused without a condition that says why"

    @precondition(lambda self: self.out_of_turn)
    @rule(data=st.data())
    def what_is_not_its_turn_comes(self, data: st.DataObject) -> None:
        """A step of the pathway that does not lead on from where the case stands."""
        name = data.draw(st.sampled_from(self.out_of_turn), label="out of turn")
        self.recorded(data.draw(events(self.edition, name, day=self.today), label="event"))

    @rule(data=st.data(), days=st.sampled_from((0, 0, 0, 1, 2, 5, 30, -2)))
    def something_happens(self, data: st.DataObject, days: int) -> None:
        """Any event of the vocabulary, recorded on its day or late, and now and then before it has come."""
        moving = sorted({move.event for move in self.pathway.moves if move.event is not None})
        name = data.draw(st.one_of(st.sampled_from(moving), st.sampled_from(sorted(self.edition.events))))
        day = self.today - timedelta(days=days)
        self.recorded(data.draw(events(self.edition, name, day=day, exclusions=self.exclusions), label="event"))

    @rule(days=st.sampled_from((1, 4, 12, 30, 70, 190)))
    def days_pass(self, days: int) -> None:
        """Nothing is recorded, and time alone has to do no more than run out."""
        before = self.decision
        self.clock += timedelta(days=days)
        self.looked()
        self.compared(before, self.decision)

    @precondition(lambda self: self.in_the_log)
    @rule(data=st.data(), days=st.integers(-6, 6))
    def an_entry_is_corrected(self, data: st.DataObject, days: int) -> None:
        """It happened on another day, or was something else."""
        number = data.draw(st.sampled_from(self.in_the_log), label="corrects")
        wrong = self.written[number - 1].event
        others = (wrong.name, wrong.name, "work_set", *self.pathway.begins_with)
        name = data.draw(st.sampled_from(others))
        right = data.draw(events(self.edition, name, day=wrong.date + timedelta(days=days)), label="event")
        self.moved(
            self.case.corrected(number, right, self.law, recorded_at=self.clock, recorded_by=BY),
            self.entry(right, corrects=number),
        )

    @precondition(lambda self: self.in_the_log)
    @rule(data=st.data())
    def an_entry_is_withdrawn(self, data: st.DataObject) -> None:
        """It never happened."""
        number = data.draw(st.sampled_from(self.in_the_log), label="withdraws")
        wrong = self.written[number - 1].event
        self.moved(
            self.case.withdrawn(number, recorded_at=self.clock, recorded_by=BY),
            self.entry(wrong, corrects=number, withdraws=True),
        )

    @rule(data=st.data())
    def somebody_judges(self, data: st.DataObject) -> None:
        """A named person sets a fact that nothing infers."""
        judgement = data.draw(judgements(self.edition, day=self.today), label="judgement")
        self.made.append(replace(judgement, recorded_at=self.clock, recorded_by=BY))
        self.moved(self.case.judged(judgement, self.law, recorded_at=self.clock, recorded_by=BY))

    @rule(data=st.data())
    def what_cannot_be_recorded(self, data: st.DataObject) -> None:
        """An entry that nobody could make: the case says what is wrong, and stays as it was."""
        attempt = data.draw(st.sampled_from(self.impossible()), label="attempt")
        before = self.text()
        try:
            attempt()
        except (InvalidFilesError, LogError) as error:
            told = str(error)
        except InclusionRulesError as error:
            raise AssertionError(f"an error of another kind: {error}") from error
        else:
            raise AssertionError("what cannot be recorded was recorded")
        assert told, "an error that says nothing"
        assert before == self.text(), "what was refused has changed the case"

    def impossible(self) -> list[Callable[[], Case]]:
        """Recordings that must fail: the words, the types, the time and the numbers that do not fit."""

        def after(name: str, recorded_at: datetime = self.clock, of: date | None = None, **said: Any) -> Case:
            event = Event(name, self.today, said, of=of)
            return self.case.after(event, self.law, recorded_at=recorded_at, recorded_by=BY)

        nowhere = len(self.written) + 7
        work_set = Event("work_set", self.today)
        found: list[Callable[[], Case]] = [
            lambda: after("governing_bord_met"),
            lambda: after("governing_board_met", colour="red"),
            lambda: after("review_decided"),
            lambda: after("governing_board_met", members="several"),
            lambda: after("governing_board_met", of=date(2010, 1, 1)),
            lambda: after("work_set", recorded_at=self.clock.replace(tzinfo=None)),
            lambda: self.case.corrected(nowhere, work_set, self.law, recorded_at=self.clock, recorded_by=BY),
            lambda: self.case.withdrawn(nowhere, recorded_at=self.clock, recorded_by=BY),
        ]
        recorded = [entry.recorded_at for entry in self.written]
        recorded += [judgement.recorded_at for judgement in self.made if judgement.recorded_at is not None]
        if recorded:
            found.append(lambda: after("work_set", recorded_at=max(recorded) - timedelta(seconds=1)))
        return found

    @rule()
    def it_is_kept_and_given_back(self) -> None:
        """From its text, its pickle and a store it comes back the same, and is decided the same; so is its record."""
        again = {
            "its JSON": self.from_json(),
            "its pickle": pickle.loads(pickle.dumps(self.case)),  # noqa: S301 - what was pickled in the same line
            "the store": self.from_store(),
        }
        for name, case in again.items():
            assert self.case == case, f"the case is not what {name} gives back"
            assert self.decision == case.decision(self.law, as_of=self.today), f"decided otherwise after {name}"
        assert self.decision == vars(live)["decide"](self.case.record(), self.law, as_of=self.today), (
            "its record is decided otherwise"
        )

    def recorded(self, event: Event) -> RefusedEventError | None:
        """Record an event as a live step; the refusal if the case does not take it."""
        before, text = self.decision, self.text()
        try:
            longer = self.case.after(event, self.law, recorded_at=self.clock, recorded_by=BY)
        except RefusedEventError as refused:
            self.it_was_refused(refused, event, text)
            return refused
        in_turn = all(other.date <= event.date == self.today for other in self.standing)
        self.moved(longer, self.entry(event))
        odd = [[told for told in one.warnings if told.code == "out_of_order"] for one in (before, self.decision)]
        if in_turn:
            assert len(odd[1]) <= len(odd[0]), f"a step out of order was taken: {odd[1]}"
            if not event.of and not odd[0] and event.name not in self.pathway.follows:
                ways = promises.reachable(self.pathway, before.stage, event.name)
                assert self.decision.stage in ways, f"from `{before.stage}` to `{self.decision.stage}` by {event.name}"
        return None

    def it_was_refused(self, refused: RefusedEventError, event: Event, before: str) -> None:
        """The case is what it was, and the error says where it stands, what could come now, and why not this."""
        assert before == self.text(), "what was refused has changed the case"
        there = self.decided(event.date)
        assert (event, there.stage) == (refused.event, refused.stage), "the refusal is of something else"
        assert there.next_events == refused.allowed, (
            f"the refusal allows {refused.allowed}, and not {there.next_events}"
        )
        assert refused.reasons, "refused without a reason"
        for name in (event.name, *there.next_events):
            assert words(name) in str(refused), f"the refusal does not name `{name}`"

    # Promises --------------------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost(self) -> None:
        """Every entry accepted is there, in order; what was known earlier is what had been written by then."""
        promises.nothing_is_lost(self.case, self.written, self.made)
        known_on, _ = self.said[self.steps * 7 % len(self.said)]
        promises.nothing_known_later_is_shown(self.case, self.written, self.made, known_on)

    @invariant()
    def it_stands_on_its_pathway(self) -> None:
        """The stage and what may come next are the pathway's."""
        promises.it_stands_on_its_pathway(self.decision, self.pathway, self.edition)

    @precondition(lambda self: self.is_plain)
    @invariant()
    def its_steps_lead_to_its_stage(self) -> None:
        """Taken one by one through the machine of the pathway, the events lead where the case stands."""
        stage = stage_by_steps(self.case.record(), self.law, self.today)
        assert stage == self.decision.stage, f"its steps lead to `{stage}`, and it stands at `{self.decision.stage}`"

    @invariant()
    def the_ledger_is_whole(self) -> None:
        """No obligation lacks its law, its bearer, its day or its reason."""
        began = min((event.date for event in self.standing if event.date <= self.today), default=None)
        promises.the_ledger_is_whole(self.decision, self.edition, began)
        promises.what_is_owed_is_engaged(self.decision)

    @invariant()
    def it_can_be_written_down(self) -> None:
        """As JSON and read again, and put away and fetched, it is the same case."""
        assert self.case == self.from_json(), "the case is not what its JSON gives back"
        again = pickle.loads(pickle.dumps(self.case))  # noqa: S301
        assert self.case == again, "the case is not what its pickle gives back"

    @invariant()
    def time_takes_nothing_away(self) -> None:
        """Looked at later, with nothing recorded in between, every entry is there and has only run out."""
        later = self.today + timedelta(days=LOOKS_AHEAD[self.steps % len(LOOKS_AHEAD)])
        self.compared(self.decision, self.decided(later))

    @invariant()
    def what_was_said_stays_said(self) -> None:
        """Asked as of an earlier day and as known then, the case says what it said."""
        known_on, then = self.said[self.steps * 5 % len(self.said)]
        promises.it_said_so_then(then, self.case.decision(self.law, as_of=then.as_of, known_on=known_on))

    def compared(self, before: Decision, after: Decision) -> None:
        """Hold two decisions of the case as it is, of an earlier and a later day, against each other."""
        promises.no_entry_vanishes(before, after)
        between = any(before.as_of < event.date <= after.as_of for event in self.standing)
        if not between and not self.days_still_add_up:
            promises.time_alone_only_runs_out(before, after)
        if before.changes_on is not None and after.as_of >= before.changes_on:
            last = before.changes_on - timedelta(days=1 + self.steps % 2)
            if last <= before.as_of:
                return
            after = self.decided(min(last, before.as_of + timedelta(days=200)))
        promises.nothing_changed_yet(before, after)

    # The case again --------------------------------------------------------------------------------------------------

    def text(self) -> str:
        """All that the case holds, as one text."""
        edition = self.edition
        header = self.case.header
        return canonical(
            {
                "case": header.id,
                "school": described_data(header.school, "school", edition),
                "pupil": described_data(header.pupil, "pupil", edition),
                "judgements": [judgement_data(judgement) for judgement in self.case.judgements],
                "log": [entry_data(entry) for entry in self.case.log],
            }
        )

    def from_json(self) -> Case:
        """The case rebuilt from its text, each part typed by the packs again."""
        data = json.loads(self.text())
        edition = self.edition
        header = replace(
            self.case.header,
            id=data["case"],
            school=read_described(canonical(data["school"]), "school", edition, name="school"),
            pupil=read_described(canonical(data["pupil"]), "pupil", edition, name="pupil"),
        )
        judged = read_judgements(canonical(data["judgements"]), edition, name="judgements")
        log = EventLog()
        for entry in data["log"]:
            log = log.with_event(
                read_event(canonical(entry["event"]), edition, name="event"),
                recorded_at=datetime.fromisoformat(entry["recorded_at"]),
                recorded_by=entry["recorded_by"],
                corrects=entry.get("corrects"),
                withdraws=entry.get("withdraws", False),
            )
        return Case(header, self.case.bank_holidays, log, judged)

    def from_store(self) -> Case:
        """The case kept in a store and given back."""
        if self.store is None or not len(self.case.log):
            return self.case
        header = replace(self.case.header, id=f"{self.pathway_name}-{next(REFERENCES)}")
        given_back = self.store.load(self.store.create(replace(self.case, header=header)))
        assert header.id == given_back.header.id, "the store gives back another case"
        return replace(given_back, header=replace(given_back.header, id=self.case.header.id))


def stage_by_steps(record: CaseRecord, law: Rulebook, today: date) -> str:
    """Where the events of a plain case lead, one by one through the machine of its pathway, and then time."""
    pathway = law.pathways[record.pathway]
    machine = pathway_machine(pathway)
    stage = pathway.stages[0].name
    happened = [event for event in record.events if event.date <= today]
    for number, event in enumerate(happened):
        before, after = (
            facts_of_the_case(replace(record, events=tuple(happened[:seen])), law, as_of=event.date)
            for seen in (number, number + 1)
        )
        stage = moved_by_time(pathway, stage, before)
        stage = machine.step(stage, event.name, partial(told_by, after)).stage
    return moved_by_time(pathway, stage, facts_of_the_case(record, law, as_of=today))


def told_by(book: FactBook, condition: Condition) -> Trace:
    """What the facts of a case say of a condition."""
    return evaluate(condition, book, book.parameter)


def moved_by_time(pathway: Pathway, stage: str, book: FactBook) -> str:
    """The stage to which time alone leads from one, on the day of some facts."""
    for move in pathway.moves:
        holds = move.when is None or told_by(book, move.when).result is True
        if move.event is None and stage in move.sources and holds:
            return moved_by_time(pathway, move.target, book)
    return stage


def machine_for(pathway: str, law: Rulebook, place: Place, *, store: CaseStore | None = None) -> type[LiveCaseMachine]:
    """The random life of a case on a pathway, under a law, kept in a store in the end."""
    said = {"pathway_name": pathway, "law": law, "place": place, "store": store}
    return type(f"{pathway.title().replace('_', '')}Machine", (LiveCaseMachine,), said)
