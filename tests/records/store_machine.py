"""Random work on a store: cases opened, added to, repeated, redacted and erased, in any order and by forgetful callers.

Whatever the store acknowledged is written down here again, and after every step it has to be there; whatever it refused
has to have left no trace. Knows what a redaction means; nothing of rows, hashes or transactions.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.casework.happenings import Described, Place, events, judgements

from inclusion_rules.casework.case import Case
from inclusion_rules.domain.cases import Event, Judgement
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.domain.rulebook import Edition, Rulebook
from inclusion_rules.records.appending import Append
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.case_text import Addition, JudgementMade
from inclusion_rules.records.failures import (
    CaseExistsError,
    ErasedCaseError,
    KeyReusedError,
    RefusedEntryError,
    StaleVersionError,
    StoreError,
    UnknownCaseError,
)
from inclusion_rules.records.store import CaseStore

BY = "clerk"
BEGINS = datetime(2025, 3, 3, 9, tzinfo=UTC)
NAMES = ("permanently_excluded", "suspended", "parent_informed", "governing_board_notified", "education_arranged")
KEYS = (None, "first", "second")
AT_MOST = 3


@dataclass
class Kept:
    """What the store has acknowledged about one case. Numbers are those of its entries, but for those in a log."""

    opening: Case
    key: str | None
    additions: list[Addition | None] = field(default_factory=list)
    """Each entry in turn; None for a redaction."""
    bodies: list[str] = field(default_factory=list)
    """What was kept of each entry when it was acknowledged."""
    keys: dict[str, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    erased: bool = False

    @property
    def number(self) -> int:
        """How many entries there are."""
        return len(self.additions)

    def log(self) -> dict[int, Entry]:
        """The entries that hold events, by their number in the store."""
        return {number: one for number, one in enumerate(self.additions, start=1) if isinstance(one, Entry)}

    def standing(self) -> dict[int, Entry]:
        """The latest entry about each event that stands, by the number in the log of the first one about it.

        A redacted entry takes itself away, and a redacted correction what it had replaced as well.
        """
        first: dict[int, int] = {}
        stands: dict[int, Entry] = {}
        for number, entry in self.log().items():
            root = first[entry.number] = entry.number if entry.corrects is None else first[entry.corrects]
            if entry.withdraws or number in self.gone:
                stands.pop(root, None)
            else:
                stands[root] = entry
        return stands

    def events(self) -> tuple[Event, ...]:
        """The events that stand, in order of day and of first recording."""
        found = [entry.event for _, entry in sorted(self.standing().items())]
        return tuple(sorted(found, key=lambda event: event.date))

    def judged(self) -> tuple[Judgement, ...]:
        """The judgements that stand, as they come back."""
        return tuple(
            replace(one.judgement, recorded_at=one.recorded_at, recorded_by=one.recorded_by)
            for number, one in enumerate(self.additions, start=1)
            if isinstance(one, JudgementMade) and number not in self.gone
        )


class StoreMachine(RuleBasedStateMachine):
    """Work on one store in a file; `machine_in` says under which law."""

    law: ClassVar[Rulebook]
    place: ClassVar[Place]

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.file = Path(self.folder.name) / "cases.db"
        self.store = CaseStore.open(self.file, rulebook=self.law)
        self.kept: dict[str, Kept] = {}
        self.clock = BEGINS
        self.followed = 0
        self.streamed: list[tuple[str, int]] = []

    def teardown(self) -> None:
        """Give back the file."""
        self.store.close()
        self.folder.cleanup()

    @property
    def edition(self) -> Edition:
        """The law that every case here goes by."""
        return self.law.edition()

    @property
    def living(self) -> list[str]:
        """The cases that can be added to, in the order of their opening."""
        return [case_id for case_id, kept in self.kept.items() if not kept.erased]

    # What can be done ------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.kept) < AT_MOST)
    @rule(data=st.data(), names=st.lists(st.sampled_from(NAMES), max_size=3), key=st.sampled_from(("letter 7", None)))
    def a_case_is_opened(self, data: st.DataObject, names: list[str], key: str | None) -> None:
        """A case comes in with a history, under a reference of its own and perhaps a key."""
        self.clock += timedelta(minutes=1)
        key = None if key is None else f"{key}/{len(self.kept)}"
        happened = [data.draw(events(self.edition, name, day=self.clock.date())) for name in names]
        case = self.opened(f"A-{len(self.kept)}", happened)
        case_id = self.store.create(case, key=key, opened_at=self.clock)
        assert case_id not in self.kept, "a new case has the id of another"
        self.kept[case_id] = Kept(case, key, list(case.log))
        self.kept[case_id].bodies = [self.body(case_id, entry.number) for entry in case.log]

    @precondition(lambda self: self.living)
    @rule(data=st.data())
    def it_is_opened_again(self, data: st.DataObject) -> None:
        """By its key it is the same case; without, its reference is taken; and another case is not it."""
        case_id = data.draw(st.sampled_from(self.living))
        kept = self.kept[case_id]
        other = self.opened("another", [Event("work_set", self.clock.date())])
        with self.nothing_written():
            with self.refused(CaseExistsError):
                self.store.create(kept.opening, opened_at=self.clock)
            if kept.key is None:
                return
            with self.refused(KeyReusedError):
                self.store.create(other, key=kept.key)
            if kept.gone & {entry.number for entry in kept.opening.log}:
                # Of a history that is gone nobody can say any more that it is the same.
                with self.refused(KeyReusedError):
                    self.store.create(kept.opening, key=kept.key)
                return
            again = self.store.create(kept.opening, key=kept.key, opened_at=self.clock)
            assert case_id == again, "a repeated opening gives another case"

    @precondition(lambda self: self.living)
    @rule(data=st.data(), key=st.sampled_from(KEYS), latest=st.booleans())
    def something_is_added(self, data: st.DataObject, key: str | None, latest: bool) -> None:
        """An event, a correction, a withdrawal or a judgement, after the entry that was the last one."""
        case_id = data.draw(st.sampled_from(self.living))
        kept = self.kept[case_id]
        addition = data.draw(self.additions(kept), label="addition")
        if key in kept.keys:
            self.said_under_a_key(case_id, addition, key)
            return
        if latest:
            number = self.store.append_latest(case_id, lambda _: addition, key=key)
        else:
            number = self.store.append(case_id, addition, expected_number=kept.number, key=key)
        self.acknowledged(case_id, addition, number, key)
        if key is not None:
            self.repeated(case_id, key, expected=number - 1)

    @precondition(lambda self: any(self.kept[case_id].keys for case_id in self.living))
    @rule(data=st.data(), expected=st.integers(0, 3))
    def it_is_added_again(self, data: st.DataObject, expected: int) -> None:
        """By its key it is the entry that is there, whatever the caller thinks the last one is; nothing is added."""
        case_id = data.draw(st.sampled_from([case_id for case_id in self.living if self.kept[case_id].keys]))
        self.repeated(case_id, data.draw(st.sampled_from(sorted(self.kept[case_id].keys))), expected=expected)

    def repeated(self, case_id: str, key: str, *, expected: int) -> None:
        """Say again what was said under a key."""
        number = self.kept[case_id].keys[key]
        addition = self.kept[case_id].additions[number - 1]
        assert addition is not None
        with self.nothing_written():
            if number in self.kept[case_id].gone:
                with self.refused(KeyReusedError):
                    self.store.append(case_id, addition, expected_number=expected, key=key)
                return
            again = self.store.append(case_id, addition, expected_number=expected, key=key)
            assert number == again, "the repetition of an entry gives another entry"
            assert number == self.store.append_latest(case_id, self.not_asked, key=key), "the key leads elsewhere"
            assert number == self.store.number_of(case_id, key), "the key is of another entry"

    @precondition(lambda self: any(self.kept[case_id].keys for case_id in self.living))
    @rule(data=st.data())
    def something_else_is_said_under_a_key(self, data: st.DataObject) -> None:
        """A key stands for one entry, and for no other."""
        case_id = data.draw(st.sampled_from([case_id for case_id in self.living if self.kept[case_id].keys]))
        kept = self.kept[case_id]
        self.said_under_a_key(case_id, data.draw(self.additions(kept)), data.draw(st.sampled_from(sorted(kept.keys))))

    def said_under_a_key(self, case_id: str, addition: Addition, key: str | None) -> None:
        """Say something new under a key that has been used."""
        with self.nothing_written(), self.refused(KeyReusedError):
            self.store.append(case_id, addition, expected_number=self.kept[case_id].number, key=key)

    @precondition(lambda self: self.living)
    @rule(data=st.data(), off=st.sampled_from((-2, -1, 1)))
    def somebody_was_quicker(self, data: st.DataObject, off: int) -> None:
        """Whoever read the case before its last entry, or dreamt of a further one, is told where it stands."""
        case_id = data.draw(st.sampled_from(self.living))
        kept = self.kept[case_id]
        addition = data.draw(self.additions(kept))
        with self.nothing_written(), self.refused(StaleVersionError):
            self.store.append(case_id, addition, expected_number=kept.number + off)

    @precondition(lambda self: self.living)
    @rule(data=st.data())
    def several_are_added_at_once(self, data: st.DataObject) -> None:
        """One for each of some cases."""
        batch = self.batch(data)
        for append, number in zip(batch, self.store.append_many(batch), strict=True):
            self.acknowledged(append.case_id, append.addition, number, None)

    @precondition(lambda self: self.living)
    @rule(data=st.data())
    def one_of_several_comes_too_late(self, data: st.DataObject) -> None:
        """All of them or none: one that does not fit takes the others with it."""
        *batch, last = self.batch(data)
        late = replace(last, expected_number=last.expected_number - 1)
        with self.nothing_written(), self.refused(StaleVersionError):
            self.store.append_many([*batch, late])

    def batch(self, data: st.DataObject) -> list[Append]:
        """Something to add to each of some cases, two or more where there are as many."""
        few = min(2, len(self.living))
        case_ids = data.draw(st.lists(st.sampled_from(self.living), min_size=few, max_size=3, unique=True))
        return [
            Append(case_id, data.draw(self.additions(self.kept[case_id])), self.kept[case_id].number)
            for case_id in case_ids
        ]

    @precondition(lambda self: self.living)
    @rule(data=st.data())
    def what_does_not_fit_is_refused(self, data: st.DataObject) -> None:
        """A number out of turn, an unknown event, a correction of nothing, a time before the last entry's."""
        case_id = data.draw(st.sampled_from(self.living))
        kept = self.kept[case_id]
        following = len(kept.log()) + 1
        work_set = Event("work_set", self.clock.date())
        wrong: list[Addition] = [
            Entry(following + 1, work_set, self.clock, BY),
            Entry(following, Event("wrk_set", self.clock.date()), self.clock, BY),
            Entry(following, work_set, self.clock, BY, corrects=following + 5),
            Entry(following, work_set, self.clock, " "),
            Entry(following, work_set, self.clock.replace(tzinfo=None), BY),
            Entry(following, work_set, BEGINS - timedelta(days=1), BY),
        ]
        addition = data.draw(st.sampled_from(wrong))
        with self.nothing_written(), self.refused(RefusedEntryError):
            self.store.append(case_id, addition, expected_number=kept.number)
        with self.nothing_written(), self.refused(UnknownCaseError):
            self.store.append("0" * 32, addition, expected_number=0)

    @precondition(lambda self: any(self.redactable(case_id) for case_id in self.living))
    @rule(data=st.data())
    def entries_are_redacted(self, data: st.DataObject) -> None:
        """What some entries said is taken away for good."""
        case_id = data.draw(st.sampled_from([case_id for case_id in self.living if self.redactable(case_id)]))
        kept = self.kept[case_id]
        numbers = data.draw(st.sets(st.sampled_from(self.redactable(case_id)), min_size=1, max_size=2), label="numbers")
        number = self.store.redact(case_id, numbers, by="records officer", at=self.clock, why="kept too long")
        kept.gone |= numbers
        self.acknowledged(case_id, None, number, None)
        with self.nothing_written(), self.refused(RefusedEntryError):
            self.store.redact(case_id, numbers, by="records officer", at=self.clock, why="once more")

    @precondition(lambda self: len(self.living) > 1)
    @rule(data=st.data())
    def a_case_is_erased(self, data: st.DataObject) -> None:
        """Everything it said is gone; its chain stays, and nothing more can be added."""
        case_id = data.draw(st.sampled_from(self.living))
        kept = self.kept[case_id]
        addition = data.draw(self.additions(kept))
        number = self.store.erase(case_id, by="records officer", at=self.clock, why="retention has run out")
        kept.gone |= {at for at, one in enumerate(kept.additions, start=1) if one is not None}
        kept.erased = True
        self.acknowledged(case_id, None, number, None)
        with self.nothing_written(), self.refused(ErasedCaseError):
            self.store.append(case_id, addition, expected_number=kept.number)

    @precondition(lambda self: self.kept)
    @rule(how=st.sampled_from(("closed", "closed", "closed", "pickled")))
    def the_store_is_opened_anew(self, how: str) -> None:
        """After a restart, or in another process, it is the same store."""
        self.store.close()
        if how == "pickled":
            self.store = pickle.loads(pickle.dumps(self.store))  # noqa: S301 - what was pickled in the same line
        else:
            self.store = CaseStore.open(self.file, rulebook=self.law)

    # What has to hold ------------------------------------------------------------------------------------------------

    @invariant()
    def every_acknowledged_entry_is_there(self) -> None:
        """In its place, with the very text that was kept, unless it was redacted."""
        heads = {head.case_id: head.number for head in self.store.heads()}
        assert {case_id: kept.number for case_id, kept in self.kept.items()} == heads, "a head is not the last entry"
        for case_id, kept in self.kept.items():
            found = self.store.entries(case_id)
            assert list(range(1, kept.number + 1)) == [entry.number for entry in found], "an entry is missing or new"
            for entry, body in zip(found, kept.bodies, strict=True):
                assert (entry.number in kept.gone) is entry.redacted, f"redacted wrongly: entry {entry.number}"
                assert entry.redacted or entry.body == body, f"entry {entry.number} says something else"
            assert kept.erased is (self.store.opening(case_id).header is None), "erased wrongly"

    @invariant()
    def every_case_comes_back(self) -> None:
        """With the events and judgements that stand, and no others."""
        assert set(self.living) == set(self.store.case_ids()), "the store lists other cases"
        for case_id, kept in self.kept.items():
            reference = self.store.case_id_of(kept.opening.header.id)
            assert reference == (None if kept.erased else case_id), "the reference leads elsewhere"
            if kept.erased:
                with self.refused(ErasedCaseError):
                    self.store.load(case_id)
                continue
            case, number = self.store.current(case_id)
            assert number == kept.number, "the case stands at another entry"
            assert kept.opening.header == case.header, "the header is another"
            assert kept.events() == case.record().events, "other events stand"
            assert kept.judged() == case.record().judgements, "other judgements stand"
            if not kept.gone:
                assert list(kept.log().values()) == list(case.log), "the log is another"

    @invariant()
    def whoever_follows_misses_nothing(self) -> None:
        """The stream gives what is new since the last look, each entry once, in the order of position."""
        new = list(self.store.stream(self.followed))
        assert all(one.position < other.position for one, other in pairwise(new)), "the stream is out of order"
        assert all(entry.position > self.followed for entry in new), "the stream gives an entry again"
        self.streamed += [(entry.case_id, entry.number) for entry in new]
        self.followed = new[-1].position if new else self.followed
        told = {(case_id, number) for case_id, kept in self.kept.items() for number in range(1, kept.number + 1)}
        assert len(self.streamed) == len(told), "the stream gives more or less than there is"
        assert set(self.streamed) == told, "the stream gives something else"

    @invariant()
    def the_audit_passes(self) -> None:
        """The whole store is what was written to it, and still has the digest that it gives of itself."""
        report = audit_store(self.file, self.law, expected=self.store.digest())
        assert report.matches, f"the audit says: {report.first}"
        assert report.cases == len(self.kept), f"the audit counts {report.cases} cases"
        assert report.entries == sum(kept.number for kept in self.kept.values()), f"it counts {report.entries} entries"
        assert report.redacted == sum(len(kept.gone) for kept in self.kept.values()), f"{report.redacted} redacted"
        assert report.erased == len(self.kept) - len(self.living), f"the audit counts {report.erased} erased"
        assert report.not_replayed == 0

    # How it is done --------------------------------------------------------------------------------------------------

    def opened(self, reference: str, happened: list[Event]) -> Case:
        """A live case with a history, recorded now."""
        described = Described(("england",), {}, {"sen": "support"}, True)
        record = described.record(self.place, case=reference, pathway="suspension", happened=happened)
        return Case.open(record, self.law, recorded_at=self.clock, recorded_by=BY)

    def additions(self, kept: Kept) -> st.SearchStrategy[Addition]:
        """Whatever fits the case as it stands."""
        self.clock += timedelta(minutes=1)
        now, following = self.clock, len(kept.log()) + 1
        day = now.date()
        happened = st.sampled_from(NAMES).flatmap(lambda name: events(self.edition, name, day=day))
        kinds: list[st.SearchStrategy[Addition]] = [
            happened.map(lambda event: Entry(following, event, now, BY)),
            judgements(self.edition, day=day).map(lambda judgement: JudgementMade(judgement, now, BY)),
        ]
        if stands := [entry.number for entry in kept.standing().values()]:
            which = st.sampled_from(stands)
            said = {entry.number: entry.event for entry in kept.log().values()}
            kinds += [
                st.tuples(which, happened).map(lambda pair: Entry(following, pair[1], now, BY, corrects=pair[0])),
                which.map(lambda number: Entry(following, said[number], now, BY, corrects=number, withdraws=True)),
            ]
        return st.one_of(kinds)

    def acknowledged(self, case_id: str, addition: Addition | None, number: int, key: str | None) -> None:
        """Write down what the store says that it has kept."""
        kept = self.kept[case_id]
        kept.additions.append(addition)
        assert number == kept.number, f"acknowledged as entry {number}, and is {kept.number}"
        kept.bodies.append(self.body(case_id, number))
        if key is not None:
            kept.keys[key] = number
        self.clock += timedelta(minutes=1)

    def body(self, case_id: str, number: int) -> str:
        """What is kept of an entry."""
        return next((entry.body or "" for entry in self.store.entries(case_id) if entry.number == number), "")

    def redactable(self, case_id: str) -> list[int]:
        """The entries of a case that still say something and are no redactions themselves."""
        kept = self.kept[case_id]
        said = (number for number, one in enumerate(kept.additions, start=1) if one is not None)
        return [number for number in said if number not in kept.gone]

    @contextmanager
    def nothing_written(self) -> Iterator[None]:
        """The store is the same afterwards, to the digest."""
        before = self.store.digest(), len(self.store.case_ids(erased=True))
        yield
        assert before == (self.store.digest(), len(self.store.case_ids(erased=True))), "something was written"

    @contextmanager
    def refused(self, kind: type[StoreError]) -> Iterator[None]:
        """The store refuses it, for this reason."""
        try:
            yield
        except kind as error:
            told = str(error)
        else:
            raise AssertionError(f"expected a refusal: {kind.__name__}")
        assert told, "an error that says nothing"

    @staticmethod
    def not_asked(case: Case) -> Any:
        """A caller's way to make an addition, which nobody should ask for."""
        raise AssertionError("asked for an addition that is there")


def machine_in(law: Rulebook, place: Place) -> type[StoreMachine]:
    """Random work on a new store, under a law."""
    return type("LawfulStoreMachine", (StoreMachine,), {"law": law, "place": place})
