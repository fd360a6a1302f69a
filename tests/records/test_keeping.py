"""What is put into a store comes out of it again, and what does not fit never gets in. On both kinds of database."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from tests.records.builders import HISTORY, NOON, Raw, a_case, an_entry, next_entry

from inclusion_rules.casework.case import Case, PinnedLawError
from inclusion_rules.casework.opening import open_case, open_rulebook
from inclusion_rules.domain.cases import Event, Judgement
from inclusion_rules.domain.event_log import Entry
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.loading.trees import shipped
from inclusion_rules.records.appending import Append
from inclusion_rules.records.case_text import Addition, HeaderChanged, JudgementMade
from inclusion_rules.records.failures import (
    CaseExistsError,
    KeyReusedError,
    RefusedEntryError,
    StaleVersionError,
    UnknownCaseError,
)
from inclusion_rules.records.store import CaseStore

EXAMPLES = sorted(path for path in shipped("examples").glob("*.yaml") if not path.stem.endswith("_figures"))
A_JUDGEMENT = Judgement("meeting_not_reasonably_practicable", True, "governing_board", date(2025, 3, 6))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_case_comes_back_as_it_was(path: Path, store: CaseStore, rulebook: Rulebook) -> None:
    """Header, calendar, bank holidays, judgements and every entry of the log are equal to what was handed in."""
    case = Case.open(open_case(path, rulebook), rulebook, recorded_at=NOON, recorded_by="clerk")

    assert case == store.load(store.create(case))


def test_an_id_says_nothing_of_anybody(store: CaseStore) -> None:
    """The id a case is kept under is drawn by lot; the council's reference finds it."""
    case_id = store.create(a_case("LEI-2025-0042"))

    assert 32 == len(case_id)
    assert case_id == store.case_id_of("LEI-2025-0042")
    assert store.case_id_of("LEI-2025-0043") is None


def test_cases_are_listed_in_the_order_of_their_opening(store: CaseStore) -> None:
    """A caller can go through all cases without knowing their references."""
    second = store.create(a_case("B", at=NOON + timedelta(days=1)))
    first = store.create(a_case("A"))

    assert (first, second) == store.case_ids()


def test_an_appended_entry_comes_back(store: CaseStore) -> None:
    """What a case is after an append is what it was with the entry added."""
    case = a_case()
    case_id = store.create(case)
    said: dict[str, Known] = {"by": "school", "starts_on": date(2025, 3, 10), "full_time": True}
    entry = an_entry(4, event=Event("education_arranged", date(2025, 3, 6), said, by="school"))

    assert 4 == store.append(case_id, entry, expected_number=3)
    assert replace(case, log=replace(case.log, entries=(*case.log, entry))) == store.load(case_id)


def test_both_times_of_an_event_come_back(store: CaseStore) -> None:
    """The day, the time of day, the instant of recording, the role and the evidence of an event are all kept."""
    event = Event(
        "parent_informed", date(2025, 3, 3), at=time(9, 5), recorded_at=NOON, by="headteacher", evidence="call.txt"
    )
    case_id = store.create(a_case())
    store.append(case_id, an_entry(4, event=event), expected_number=3)

    assert event == store.load(case_id).log.entries[-1].event


def test_a_judgement_is_kept(store: CaseStore) -> None:
    """A judgement made after the opening is an entry of its own."""
    case = a_case()
    case_id = store.create(case)
    store.append(case_id, JudgementMade(A_JUDGEMENT, NOON, "clerk"), expected_number=3)

    assert case.judged(A_JUDGEMENT, open_rulebook(), recorded_at=NOON, recorded_by="clerk") == store.load(case_id)


def test_a_judgement_of_a_live_case_is_kept_as_it_is(store: CaseStore) -> None:
    """What `Case.judged` gives can be handed to the store, which says when and by whom only once."""
    case_id = store.create(a_case())
    longer = store.load(case_id).judged(A_JUDGEMENT, open_rulebook(), recorded_at=NOON, recorded_by="clerk")
    store.append(case_id, JudgementMade(longer.judgements[-1], NOON, "clerk"), expected_number=3)

    assert longer == store.load(case_id)
    body = store.entries(case_id)[-1].body
    assert body is not None
    assert 1 == body.count("recorded_at")


def test_judgements_of_the_opening_say_when_they_were_recorded(store: CaseStore) -> None:
    """They come back as they were handed in, so that `known_on` applies to them."""
    case = a_case()
    case = case.judged(A_JUDGEMENT, open_rulebook(), recorded_at=NOON + timedelta(hours=1), recorded_by="clerk")

    loaded = store.load(store.create(case))

    assert case == loaded
    assert () == loaded.record(known_on=NOON).judgements
    assert 1 == len(loaded.record(known_on=NOON + timedelta(hours=1)).judgements)


def test_judgements_kept_without_a_time_were_known_at_the_opening(store: CaseStore) -> None:
    """Headers written before judgements had a time of recording are read as ever."""
    case = replace(a_case(), judgements=(A_JUDGEMENT,))
    case_id = store.create(case, opened_at=NOON)

    header = store.opening(case_id).header
    assert header is not None
    assert "recorded_at" not in header
    (made,) = store.load(case_id).judgements
    assert replace(A_JUDGEMENT, recorded_at=NOON) == made


def test_a_longer_calendar_is_an_entry(store: CaseStore, rulebook: Rulebook) -> None:
    """The header of a case that lives on into another year changes by an entry, and the log with it stays."""
    case = a_case()
    other = rulebook.calendars["leicestershire_2024_25"]
    changed = replace(case, header=replace(case.header, calendar=other))
    case_id = store.create(case)
    store.append(case_id, HeaderChanged(changed, NOON, "clerk", "moved school"), expected_number=3)
    store.append(case_id, an_entry(4), expected_number=4)

    loaded = store.load(case_id)
    assert other == loaded.header.calendar
    assert 4 == len(loaded.log)


def test_corrections_come_back(store: CaseStore) -> None:
    """A correction and a withdrawal are entries like any other, and what stands after them is the same."""
    case = a_case()
    case_id = store.create(case)
    longer = case.corrected(
        3, Event("governing_board_notified", date(2025, 3, 5)), open_rulebook(), recorded_at=NOON, recorded_by="a"
    )
    longer = longer.withdrawn(2, recorded_at=NOON, recorded_by="a")
    for number, entry in enumerate(longer.log.entries[3:], start=3):
        store.append(case_id, entry, expected_number=number)

    assert longer == store.load(case_id)


def test_a_step_on_a_case_that_has_moved_on_is_refused(store: CaseStore) -> None:
    """Two workers never build on the same entry: the second is told where the case stands now."""
    case_id = store.create(a_case())
    store.append(case_id, an_entry(4), expected_number=3)

    with pytest.raises(StaleVersionError) as refused:
        store.append(case_id, an_entry(4, by="another"), expected_number=3)
    assert (case_id, 3, 4) == (refused.value.case_id, refused.value.expected, refused.value.found)


def test_a_repeated_append_adds_nothing(store: CaseStore) -> None:
    """A worker that did not hear the answer may simply do it again, however far the case has come."""
    case_id = store.create(a_case())
    first = store.append(case_id, an_entry(4), expected_number=3, key="message 7")
    store.append(case_id, an_entry(5), expected_number=4)

    assert first == store.append(case_id, an_entry(4), expected_number=3, key="message 7")
    assert 5 == store.head(case_id).number


def test_a_key_stands_for_one_entry(store: CaseStore) -> None:
    """The same key with another entry is an error, and the error says which entry has the key."""
    case_id = store.create(a_case())
    store.append(case_id, an_entry(4), expected_number=3, key="message 7")

    with pytest.raises(KeyReusedError) as refused:
        store.append(case_id, an_entry(5, minutes=1), expected_number=4, key="message 7")
    assert (case_id, 4) == (refused.value.case_id, refused.value.number)


def test_keys_of_different_cases_do_not_meet(store: CaseStore) -> None:
    """A key is unique within its case only."""
    first, second = store.create(a_case("A")), store.create(a_case("B"))

    assert 4 == store.append(first, an_entry(4), expected_number=3, key="1")
    assert 4 == store.append(second, an_entry(4), expected_number=3, key="1")


def test_the_key_itself_is_not_kept(store: CaseStore, place: str) -> None:
    """A key may name a person, so that only its digest is in the database."""
    case_id = store.create(a_case(), key="letter of Jo Bloggs")
    store.append(case_id, an_entry(4), expected_number=3, key="call from Jo Bloggs")

    assert "Bloggs" not in repr(Raw(place).contents())


def test_a_repeated_opening_gives_the_same_case(store: CaseStore) -> None:
    """A notification that arrives twice opens one case."""
    first = store.create(a_case(), key="notification 1")
    store.append(first, an_entry(4), expected_number=3)

    assert first == store.create(a_case(), key="notification 1")
    assert (first,) == store.case_ids()


def test_an_opening_repeated_later_gives_the_same_case(store: CaseStore) -> None:
    """Sent again an hour later by another worker, with a judgement in it, it is still the same notification."""

    def sent(at: datetime, by: str) -> Case:
        case = a_case(at=at)
        log = replace(case.log, entries=tuple(replace(entry, recorded_by=by) for entry in case.log))
        return replace(case, log=log).judged(A_JUDGEMENT, open_rulebook(), recorded_at=at, recorded_by=by)

    first = store.create(sent(NOON, "the first worker"), key="notification 1")
    again = store.create(sent(NOON + timedelta(hours=1), "the second worker"), key="notification 1")

    assert first == again
    assert sent(NOON, "the first worker") == store.load(first)


@pytest.mark.parametrize(
    "other",
    [
        lambda _: a_case(events=["2025-03-03 permanently_excluded session: afternoon, reasons: [PP]", *HISTORY[1:]]),
        lambda _: a_case(events=[*HISTORY, "2025-03-05 work_set"]),
        lambda case: case.judged(A_JUDGEMENT, open_rulebook(), recorded_at=NOON, recorded_by="clerk"),
        lambda case: replace(case, header=replace(case.header, history_complete=False)),
    ],
    ids=["another event", "one more event", "a judgement", "another header"],
)
def test_an_opening_that_says_something_else_is_no_repetition(other: Callable[[Case], Case], store: CaseStore) -> None:
    """Whatever differs besides the time and the person of recording is told."""
    case_id = store.create(a_case(), key="notification 1")

    with pytest.raises(KeyReusedError) as refused:
        store.create(other(a_case()), key="notification 1")
    assert (case_id, 0) == (refused.value.case_id, refused.value.number)


def test_an_opening_whose_history_was_redacted_is_no_repetition(store: CaseStore) -> None:
    """What is gone cannot be held against what is sent."""
    case_id = store.create(a_case(), key="notification 1")
    store.redact(case_id, [2], by="officer", at=NOON, why="asked for")

    with pytest.raises(KeyReusedError):
        store.create(a_case(), key="notification 1")


def test_an_opening_key_stands_for_one_case(store: CaseStore) -> None:
    """The same key with another case is an error."""
    store.create(a_case("A"), key="notification 1")

    with pytest.raises(KeyReusedError):
        store.create(a_case("B"), key="notification 1")


def test_a_reference_belongs_to_one_case(store: CaseStore) -> None:
    """A case cannot be opened a second time by mistake; the error says where it is."""
    case_id = store.create(a_case("A"))

    with pytest.raises(CaseExistsError) as refused:
        store.create(a_case("A"))
    assert case_id == refused.value.case_id


def test_threads_that_open_one_case_open_it_once(store: CaseStore) -> None:
    """The same notification taken in by eight threads at once gives one case."""
    case = a_case()
    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(lambda _: store.create(case, key="notification 1"), range(8)))

    assert found == set(store.case_ids())
    assert 1 == len(found)


def test_many_are_added_at_once(store: CaseStore) -> None:
    """A batch over several cases is written in one transaction; entries of one case follow each other."""
    first, second = store.create(a_case("A")), store.create(a_case("B"))
    batch = [Append(first, an_entry(4), 3), Append(second, an_entry(4), 3), Append(first, an_entry(5), 4, "k")]

    assert (4, 4, 5) == store.append_many(batch)
    assert (5, 4) == (len(store.load(first).log), len(store.load(second).log))


def test_a_batch_may_correct_what_it_adds(store: CaseStore) -> None:
    """A correction finds the entry it names among those written with it."""
    case_id = store.create(a_case())
    case = store.load(case_id)
    for day in (5, 6):
        event = Event("work_set", date(2025, 3, day))
        case = case.corrected(4, event, open_rulebook(), recorded_at=NOON, recorded_by="a") if day == 6 else replace(
            case, log=case.log.with_event(event, recorded_at=NOON, recorded_by="a")
        )  # fmt: skip
    store.append_many([Append(case_id, entry, entry.number - 1) for entry in case.log.entries[3:]])

    assert case == store.load(case_id)


def test_a_batch_is_added_whole_or_not_at_all(store: CaseStore, place: str) -> None:
    """One stale entry among good ones leaves the database as it was."""
    first, second = store.create(a_case("A")), store.create(a_case("B"))
    before = Raw(place).contents()

    with pytest.raises(StaleVersionError):
        store.append_many([Append(first, an_entry(4), 3), Append(second, an_entry(4), 2)])
    assert before == Raw(place).contents()


def test_a_worker_builds_on_the_latest(store: CaseStore) -> None:
    """`append_latest` asks again when another was quicker, so that both entries are kept."""
    case_id = store.create(a_case())
    asked: list[int] = []

    def slowly(case: Case) -> Entry:
        if not asked:
            store.append(case_id, next_entry(case, by="the quicker one"), expected_number=3)
        asked.append(len(case.log))
        return next_entry(case)

    assert 5 == store.append_latest(case_id, slowly)
    assert [3, 4] == asked


def test_a_worker_that_was_heard_does_not_ask_again(store: CaseStore) -> None:
    """With a key that has been used, `append_latest` gives its number and makes nothing."""
    case_id = store.create(a_case())
    store.append_latest(case_id, next_entry, key="message 7")

    def never(_: Case) -> Entry:
        raise AssertionError("asked for an entry that is there")

    assert 4 == store.append_latest(case_id, never, key="message 7")


def test_two_workers_with_one_message_add_it_once(store: CaseStore) -> None:
    """Where another worker added the same message in the meantime, its number is given, whoever that was, and when."""
    case_id = store.create(a_case())

    def slowly(case: Case) -> Entry:
        store.append(case_id, next_entry(case, by="the quicker one"), expected_number=3, key="message 7")
        return replace(next_entry(case), recorded_at=NOON + timedelta(minutes=1))

    assert 4 == store.append_latest(case_id, slowly, key="message 7")
    assert ["the quicker one"] == [entry.recorded_by for entry in store.load(case_id).log.entries[3:]]


def test_two_workers_with_one_judgement_add_it_once(store: CaseStore) -> None:
    """The same of what is no event."""
    case_id = store.create(a_case())

    def slowly(_: Case) -> JudgementMade:
        store.append(case_id, JudgementMade(A_JUDGEMENT, NOON, "a"), expected_number=3, key="message 7")
        return JudgementMade(A_JUDGEMENT, NOON + timedelta(minutes=1), "b")

    assert 4 == store.append_latest(case_id, slowly, key="message 7")
    assert 1 == len(store.load(case_id).judgements)


def test_a_key_used_at_the_same_moment_for_something_else_is_told(store: CaseStore) -> None:
    """Two messages that carry one key are a fault somewhere, and the second is not taken for the first."""
    case_id = store.create(a_case())
    told = Event("parent_informed", date(2025, 3, 5))

    def slowly(case: Case) -> Entry:
        store.append(case_id, next_entry(case), expected_number=3, key="message 7")
        return next_entry(case, event=told)

    with pytest.raises(KeyReusedError) as refused:
        store.append_latest(case_id, slowly, key="message 7")
    assert (case_id, 4) == (refused.value.case_id, refused.value.number)


def test_a_key_whose_entry_is_gone_is_told(store: CaseStore) -> None:
    """Whether a redacted entry said the same cannot be known any more."""
    case_id = store.create(a_case())

    def slowly(case: Case) -> Entry:
        store.append(case_id, next_entry(case), expected_number=3, key="message 7")
        store.redact(case_id, [4], by="officer", at=NOON, why="asked for")
        return next_entry(case)

    with pytest.raises(KeyReusedError):
        store.append_latest(case_id, slowly, key="message 7")


def test_threads_with_one_message_add_it_once(store: CaseStore) -> None:
    """Eight workers that take in the same message at once, each by its own clock."""
    case_id = store.create(a_case())

    def taken_in(number: int) -> int:
        def entry(case: Case) -> Entry:
            return replace(next_entry(case, by=f"worker {number}"), recorded_at=NOON + timedelta(seconds=number))

        return store.append_latest(case_id, entry, key="message 7")

    with ThreadPoolExecutor(8) as threads:
        assert {4} == set(threads.map(taken_in, range(8)))
    assert 4 == store.head(case_id).number


def test_a_worker_gives_up_in_the_end(store: CaseStore) -> None:
    """When others are quicker every time, the worker is told so."""
    case_id = store.create(a_case())

    def too_late(case: Case) -> Entry:
        store.append(case_id, next_entry(case), expected_number=len(case.log))
        return next_entry(case)

    with pytest.raises(StaleVersionError):
        store.append_latest(case_id, too_late, attempts=3)


BAD_ENTRIES: dict[str, Addition] = {
    "unknown event": an_entry(4, event=Event("govening_board_met", date(2025, 3, 5))),
    "unknown attribute": an_entry(4, event=Event("work_set", date(2025, 3, 5), {"colour": "red"})),
    "missing attribute": an_entry(4, event=Event("suspended", date(2025, 3, 5))),
    "value that does not fit": an_entry(4, event=Event("suspended", date(2025, 3, 5), {"school_days": -1})),
    "seconds": an_entry(4, event=Event("work_set", date(2025, 3, 5), at=time(9, 0, 30))),
    "no text": an_entry(4, event=Event("work_set", date(2025, 3, 5), evidence="\udcff")),
    "out of turn": an_entry(6),
    "time running backwards": an_entry(4, minutes=-1),
    "no time zone": replace(an_entry(4), recorded_at=datetime(2025, 4, 1, 9)),
    "nobody": an_entry(4, by=" "),
    "correction of nothing": replace(an_entry(4), corrects=9),
    "withdrawal of nothing": replace(an_entry(4), withdraws=True),
    "judgement of another role": JudgementMade(replace(A_JUDGEMENT, by="headteacher"), NOON, "clerk"),
    "unknown judgement": JudgementMade(replace(A_JUDGEMENT, fact="meeting_practical"), NOON, "clerk"),
    "judgement of another time": JudgementMade(
        replace(A_JUDGEMENT, recorded_at=NOON - timedelta(days=1)), NOON, "clerk"
    ),
    "judgement recorded by another": JudgementMade(replace(A_JUDGEMENT, recorded_by="head"), NOON, "clerk"),
}


@pytest.mark.parametrize("entry", BAD_ENTRIES.values(), ids=BAD_ENTRIES.keys())
def test_what_does_not_fit_is_refused_and_nothing_is_written(entry: Addition, store: CaseStore, place: str) -> None:
    """An entry that could not be given back, or does not follow from the log, leaves the database as it was."""
    case_id = store.create(a_case())
    before = Raw(place).contents()

    with pytest.raises(InclusionRulesError):
        store.append(case_id, entry, expected_number=3)
    assert before == Raw(place).contents()


def test_a_misspelt_event_is_told_with_the_nearest_word(store: CaseStore) -> None:
    """Whoever made the slip reads what they wrote and what it could be."""
    case_id = store.create(a_case())

    with pytest.raises(RefusedEntryError, match=r"`govening_board_met`.*\n(.*\n)*.*did you mean `governing_board_met`"):
        store.append(case_id, BAD_ENTRIES["unknown event"], expected_number=3)


@pytest.mark.parametrize("key", ["", "  ", "k" * 501])
def test_a_key_that_is_no_key_is_refused(key: str, store: CaseStore) -> None:
    """An empty key would make every append a repetition of the first."""
    case_id = store.create(a_case())

    with pytest.raises(RefusedEntryError, match="idempotency key"):
        store.append(case_id, an_entry(4), expected_number=3, key=key)


def test_a_case_without_events_says_when_it_was_opened(store: CaseStore) -> None:
    """No clock is looked at: where the log does not give the time, the caller does."""
    empty = a_case(events=())

    with pytest.raises(RefusedEntryError, match="opened_at"):
        store.create(empty)
    assert empty == store.load(store.create(empty, opened_at=NOON))


def test_a_case_pinned_to_other_law_is_refused(store: CaseStore, place: str) -> None:
    """Only the law a case is pinned to can say whether what is recorded makes sense."""
    case = a_case()
    pins = tuple(replace(pin, digest="sha256:another") for pin in case.header.packs)
    before = Raw(place).contents()

    with pytest.raises(PinnedLawError):
        store.create(replace(case, header=replace(case.header, packs=pins)))
    assert before == Raw(place).contents()


def test_an_unknown_case_is_told(store: CaseStore) -> None:
    """Whatever is asked of a case that is not there ends in the same clear error."""
    for ask in (
        store.load,
        store.entries,
        store.opening,
        store.head,
        lambda case_id: store.append(case_id, an_entry(1), expected_number=0),
    ):
        with pytest.raises(UnknownCaseError, match="`nobody`"):
            ask("nobody")


def test_text_of_any_kind_comes_back(store: CaseStore) -> None:
    """Quotes, line ends, other scripts and signs outside the first plane are kept as they are."""
    said = 'a "quoted"\nline, \\ and Δ 😀 \u2028 \x00 :name %s'
    case_id = store.create(a_case())
    store.append(case_id, an_entry(4, by=said), expected_number=3)

    assert said == store.load(case_id).log.entries[-1].recorded_by


def test_a_store_can_be_handed_to_another_process(store: CaseStore) -> None:
    """A pickled store opens the same database again."""
    case_id = store.create(a_case())

    with pickle.loads(pickle.dumps(store)) as again:  # noqa: S301 - our own bytes
        assert a_case() == again.load(case_id)


def test_errors_survive_a_process_boundary(store: CaseStore) -> None:
    """A worker's refusal reaches whoever started the worker with its values."""
    for error in (
        StaleVersionError("c", 3, 4),
        KeyReusedError("c", 2),
        UnknownCaseError("c"),
        CaseExistsError("r", "c"),
    ):
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert (type(error), vars(error)) == (type(again), vars(again))


def test_a_store_survives_being_closed(place: str) -> None:
    """What was added is there when the store is opened again."""
    with CaseStore.open(place) as first:
        case_id = first.create(a_case())
    with CaseStore.open(place) as second:
        assert a_case() == second.load(case_id)


def test_no_error_repeats_what_a_case_says(store: CaseStore) -> None:
    """An error may end up in a log file; the pupil's data must not."""
    case_id = store.create(a_case())

    with pytest.raises(InclusionRulesError) as refused:
        store.append(case_id, an_entry(4), expected_number=0)
    assert "2010-11-02" not in repr(refused.value)
