"""Cases of a store moved to other law: what is told of each, what is written, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.records.builders import NOON, Raw, a_case, an_entry

from inclusion_rules.casework.case import Case, PackPin, PinnedLawError
from inclusion_rules.domain.cases import Judgement
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.records.appending import Append
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.case_text import HeaderChanged, JudgementMade
from inclusion_rules.records.failures import RefusedEntryError, UnknownCaseError
from inclusion_rules.records.moving import Mover, Outcome, StoredMove, moves
from inclusion_rules.records.store import CaseStore

AS_OF = date(2025, 3, 26)
LATER = datetime(2025, 4, 1, 9, tzinfo=UTC)
MOVER = Mover("clerk", "the limit was corrected", lambda: LATER)
JUDGED = Judgement("affects_authority_duties", True, "proprietor", date(2025, 3, 6))


def changed(rulebook: Rulebook, limit: int, *, without_event: str | None = None) -> Rulebook:
    """The same law but for the board's limit, or lacking one event as well."""
    england = rulebook.packs["england"]
    parameter = england.parameters["board_meeting_limit"]
    values = tuple(replace(version, value=limit) for version in parameter.values)
    parameters = {**england.parameters, parameter.name: replace(parameter, values=values)}
    events = {name: event for name, event in england.events.items() if name != without_event}
    pack = replace(
        england, parameters=parameters, events=events, version=f"limit {limit}", digest=f"sha256:{limit}{without_event}"
    )
    return replace(rulebook, packs={**rulebook.packs, "england": pack})


@pytest.fixture(scope="session")
def ten(rulebook: Rulebook) -> Rulebook:
    """The law with ten school days for the board instead of fifteen."""
    return changed(rulebook, 10)


def done(
    store: CaseStore, to: Rulebook, *laws: Rulebook, case_ids: tuple[str, ...] | None = None, mover: Mover | None = None
) -> list[StoredMove]:
    """What becomes of all cases of a store, or of some."""
    return list(moves(store, case_ids or store.case_ids(), to=to, laws=laws, as_of=AS_OF, mover=mover))


def due_told(move: StoredMove) -> list[tuple[str | None, str | None]]:
    """The board's last day, before and after."""
    return [(d.before, d.after) for d in move.differences if (d.duty, d.part) == ("board_consider_pex", "due")]


def test_a_report_tells_what_a_move_would_change_and_writes_nothing(
    store: CaseStore, place: str, rulebook: Rulebook, ten: Rulebook
) -> None:
    """Fifteen school days from 4 March end on the 25th, ten on the 18th."""
    case_id = store.create(a_case())
    before = Raw(place).contents()

    (move,) = done(store, ten, rulebook)

    assert (case_id, "LEI-2025-0042", Outcome.TO_MOVE, None) == (
        move.case_id,
        move.reference,
        move.outcome,
        move.number,
    )
    assert [("Tue 25 Mar 2025", "Tue 18 Mar 2025")] == due_told(move)
    assert before == Raw(place).contents()


def test_a_moved_case_is_pinned_to_the_new_law_by_an_entry(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """The entry says when, by whom and why; the new law decides the case from then on, and the old one no longer."""
    case_id = store.create(a_case())

    (move,) = done(store, ten, rulebook, mover=MOVER)

    assert (Outcome.MOVED, 4) == (move.outcome, move.number)
    entry = store.entries(case_id)[-1]
    assert ("header", LATER) == (entry.kind, entry.recorded_at)
    assert entry.body is not None
    assert '"why":"the limit was corrected"' in entry.body
    assert (PackPin("england", "limit 10", "sha256:10None"),) == store.pinned(case_id) == move.after
    case = store.under(ten).load(case_id)
    board = [o for o in case.decision(ten, as_of=AS_OF).obligations if o.rule.duty == "board_consider_pex"]
    assert [date(2025, 3, 18)] == [entry.due for entry in board]
    with pytest.raises(PinnedLawError):
        case.decision(rulebook, as_of=AS_OF)


def test_nothing_of_a_moved_case_is_lost(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """Log, judgements, school, pupil and calendar are the same, and more can be recorded by the new law."""
    case_id = store.create(a_case())
    store.append(case_id, JudgementMade(JUDGED, NOON, "clerk"), expected_number=3)
    before = store.load(case_id)
    done(store, ten, rulebook, mover=MOVER)

    after = store.under(ten).load(case_id)
    assert replace(before, header=replace(before.header, packs=after.header.packs)) == after
    entry = replace(an_entry(4), recorded_at=LATER)
    assert 6 == store.under(ten).append(case_id, entry, expected_number=5)
    with pytest.raises(PinnedLawError):
        store.append(case_id, replace(an_entry(5), recorded_at=LATER), expected_number=6)


def test_a_second_move_does_nothing(store: CaseStore, place: str, rulebook: Rulebook, ten: Rulebook) -> None:
    """Done again, there is nothing to be done."""
    store.create(a_case())
    done(store, ten, rulebook, mover=MOVER)
    before = Raw(place).contents()

    (again,) = done(store, ten, rulebook, mover=MOVER)
    assert (Outcome.AT_IT, None, ()) == (again.outcome, again.number, again.differences)
    assert before == Raw(place).contents()


def test_a_case_can_be_moved_back(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """A move is one more entry, in either direction."""
    case_id = store.create(a_case())
    done(store, ten, rulebook, mover=MOVER)
    (back,) = done(store, rulebook, ten, mover=MOVER)

    assert [("Tue 18 Mar 2025", "Tue 25 Mar 2025")] == due_told(back)
    assert (Outcome.MOVED, 5) == (back.outcome, back.number)
    assert a_case() == store.load(case_id)


def test_moved_cases_still_verify(store: CaseStore, place: str, rulebook: Rulebook, ten: Rulebook) -> None:
    """The chain holds, and each law replays the cases that are pinned to it."""
    first, _ = (store.create(a_case(reference)) for reference in "AB")
    done(store, ten, rulebook, case_ids=(first,), mover=MOVER)

    for law in (rulebook, ten):
        report = audit_store(place, law)
        assert (True, 2, 1) == (report.matches, report.cases, report.not_replayed)


def test_cases_pinned_to_several_laws_are_moved_together(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """Each is compared with the law that it is pinned to."""
    store.create(a_case("A"))
    second = store.create(a_case("B", at=NOON + timedelta(days=1)))
    done(store, ten, rulebook, case_ids=(second,), mover=MOVER)
    twenty = changed(rulebook, 20)

    found = done(store, twenty, ten, rulebook)

    assert [[("Tue 25 Mar 2025", "Tue 1 Apr 2025")], [("Tue 18 Mar 2025", "Tue 1 Apr 2025")]] == list(
        map(due_told, found)
    )


def test_a_case_whose_law_is_not_at_hand_is_left_alone(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """The others are moved, and the one is told with the law that is missing."""
    first = store.create(a_case("A"))
    store.create(a_case("B", at=NOON + timedelta(days=1)))
    done(store, ten, rulebook, case_ids=(first,), mover=MOVER)

    left, moved = done(store, changed(rulebook, 20), rulebook, mover=MOVER)

    assert (Outcome.LEFT_ALONE, Outcome.MOVED) == (left.outcome, moved.outcome)
    assert left.why_not == "the law it is pinned to is not at hand: `england` limit 10 (sha256:10None)"


def test_a_case_that_the_new_law_cannot_read_is_left_alone(store: CaseStore, place: str, rulebook: Rulebook) -> None:
    """The new law lacks an event that the case records; the other case is moved."""
    law = changed(rulebook, 10, without_event="work_set")
    first = store.create(a_case("A"))
    store.create(a_case("B", at=NOON + timedelta(days=1)))
    store.append(first, an_entry(4), expected_number=3)

    left, moved = done(store, law, rulebook, mover=MOVER)

    assert (Outcome.LEFT_ALONE, Outcome.MOVED) == (left.outcome, moved.outcome)
    assert left.why_not is not None
    assert "because of entry 4: nothing is called 'work_set'" in left.why_not
    assert audit_store(place, rulebook).matches
    assert 4 == len(store.load(first).log)


def test_a_case_that_cannot_be_decided_is_left_alone(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """A pathway that the new law lacks is told, not stumbled over."""
    store.create(a_case())
    lacking = replace(ten, pathways={name: ten.pathways[name] for name in ("suspension",)})

    (left,) = done(store, lacking, rulebook, mover=MOVER)

    assert Outcome.LEFT_ALONE == left.outcome
    assert left.why_not is not None
    assert "permanent_exclusion" in left.why_not


def test_a_pack_that_the_new_law_lacks_is_told(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """So is a pack."""
    store.create(a_case())

    (left,) = done(store, replace(ten, packs={}), rulebook)

    assert Outcome.LEFT_ALONE == left.outcome
    assert left.why_not is not None
    assert "england" in left.why_not


def test_erased_unknown_and_damaged_cases_are_left_alone(
    store: CaseStore, place: str, rulebook: Rulebook, ten: Rulebook
) -> None:
    """None of them stops the others."""
    erased, damaged, sound = (
        store.create(a_case(name, at=NOON + timedelta(days=days))) for days, name in enumerate("ABC")
    )
    store.erase(erased, by="officer", at=NOON, why="asked for")
    Raw(place).run(f"UPDATE entries SET body = '{{}}' WHERE case_id = '{damaged}' AND number = 1", guarded=False)

    found = done(store, ten, rulebook, case_ids=(erased, "nobody", damaged, sound), mover=MOVER)

    assert [Outcome.LEFT_ALONE] * 3 + [Outcome.MOVED] == [move.outcome for move in found]
    told = [move.why_not or "" for move in found]
    assert ["has been erased" in told[0], "no case `nobody`" in told[1], "was altered" in told[2]] == [True] * 3


def test_a_move_before_the_last_entry_is_left_alone(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """Where a clock is behind, the case stays as it is and the reason is told."""
    case_id = store.create(a_case())
    behind = replace(MOVER, now=lambda: NOON - timedelta(days=1))

    (left,) = done(store, ten, rulebook, mover=behind)

    assert Outcome.LEFT_ALONE == left.outcome
    assert left.why_not is not None
    assert "a log only grows forward" in left.why_not
    assert a_case() == store.load(case_id)


# Others at work --------------------------------------------------------------------------------------------------


def test_what_others_add_meanwhile_is_taken_into_account(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """The move is worked out again on the case as it then stands, and nothing of theirs is lost."""
    case_id = store.create(a_case())
    added: list[int] = []

    def now() -> datetime:
        if not added:
            added.append(store.append(case_id, an_entry(4), expected_number=3))
        return LATER

    (move,) = done(store, ten, rulebook, mover=replace(MOVER, now=now))

    assert (Outcome.MOVED, 5) == (move.outcome, move.number)
    assert 4 == len(store.under(ten).load(case_id).log)


def test_a_case_that_another_moves_just_then_is_found_moved(
    store: CaseStore, rulebook: Rulebook, ten: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at its pins and that at its entries somebody else moves it; it is not left alone for that."""
    case_id, as_it_is = store.create(a_case()), CaseStore.pinned
    looks: list[tuple[PackPin, ...]] = []

    def pinned(self: CaseStore, name: str) -> tuple[PackPin, ...]:
        found = as_it_is(self, name)
        looks.append(found)
        if len(looks) == 2:
            assert [Outcome.MOVED] == [move.outcome for move in done(store, ten, rulebook, mover=MOVER)]
        return found

    monkeypatch.setattr(CaseStore, "pinned", pinned)
    (move,) = done(store, ten, rulebook, mover=MOVER)

    assert (Outcome.AT_IT, None) == (move.outcome, move.why_not)
    assert 4 == store.head(case_id).number


def test_two_who_move_at_once_move_once(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """Four at once over the same cases: each case is moved by one of them and found moved by the others."""
    case_ids = tuple(store.create(a_case(f"CASE-{number}")) for number in range(3))

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: done(store, ten, rulebook, case_ids=case_ids, mover=MOVER), range(4)))

    for each in zip(*found, strict=True):
        assert sorted([Outcome.MOVED, *[Outcome.AT_IT] * 3]) == sorted(move.outcome for move in each)
    assert {4} == {store.head(case_id).number for case_id in case_ids}


def test_whoever_keeps_adding_is_not_waited_for_for_ever(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """The case is left alone in the end, with what to do."""
    case_id = store.create(a_case())

    def now() -> datetime:
        number = store.head(case_id).number
        store.append(case_id, an_entry(number + 1), expected_number=number)
        return LATER

    (left,) = done(store, ten, rulebook, mover=replace(MOVER, now=now))

    assert Outcome.LEFT_ALONE == left.outcome
    assert left.why_not is not None
    assert left.why_not.endswith("try again")
    assert 3 < store.head(case_id).number


# The header change itself ----------------------------------------------------------------------------------------


def a_move(case: Case, to: Rulebook) -> HeaderChanged:
    """The entry that moves a case."""
    return HeaderChanged(case.moved_to(to), LATER, "clerk", "moved")


def test_a_header_of_law_that_is_not_at_hand_is_refused(store: CaseStore, place: str, ten: Rulebook) -> None:
    """A store of the old law cannot write it: it could not say whether the case still makes sense."""
    case_id = store.create(a_case())
    before = Raw(place).contents()

    with pytest.raises(RefusedEntryError, match="does not hold"):
        store.append(case_id, a_move(a_case(), ten), expected_number=3)
    assert before == Raw(place).contents()


def test_a_header_of_law_that_cannot_read_the_case_is_refused(store: CaseStore, place: str, rulebook: Rulebook) -> None:
    """Nobody could open the case afterwards."""
    law = changed(rulebook, 10, without_event="work_set")
    case_id = store.create(a_case())
    store.append(case_id, an_entry(4), expected_number=3)
    before = Raw(place).contents()

    with pytest.raises(RefusedEntryError, match="the law of the new header could not read the case"):
        store.under(law).append(case_id, a_move(a_case(), law), expected_number=4)
    assert before == Raw(place).contents()


def test_a_move_and_what_follows_it_may_be_written_at_once(store: CaseStore, ten: Rulebook) -> None:
    """In one batch: the entries after the move are those of the new law."""
    case_id = store.create(a_case())
    entry = replace(an_entry(4), recorded_at=LATER)
    by_ten = store.under(ten)

    assert (4, 5) == by_ten.append_many([Append(case_id, a_move(a_case(), ten), 3), Append(case_id, entry, 4)])
    assert 4 == len(by_ten.load(case_id).log)


def test_a_header_holds_no_copy_of_a_judgement(store: CaseStore, place: str, rulebook: Rulebook, ten: Rulebook) -> None:
    """What is redacted is gone, also where the case was moved in between."""
    case_id = store.create(a_case())
    store.append(case_id, JudgementMade(JUDGED, NOON, "clerk"), expected_number=3)
    done(store, ten, rulebook, mover=MOVER)
    store.redact(case_id, [4], by="officer", at=LATER, why="asked for")

    assert "affects_authority_duties" not in repr(Raw(place).contents())
    assert () == store.under(ten).load(case_id).judgements


def test_judgements_of_the_opening_outlive_a_move(store: CaseStore, rulebook: Rulebook, ten: Rulebook) -> None:
    """They stand in the first header, which stays."""
    case_id = store.create(a_case().judged(JUDGED, rulebook, recorded_at=NOON, recorded_by="clerk"))
    done(store, ten, rulebook, mover=MOVER)

    assert [JUDGED.fact] == [made.fact for made in store.under(ten).load(case_id).judgements]


@pytest.mark.parametrize("ask", [CaseStore.pinned, CaseStore.case_id_named])
def test_an_unknown_case_is_told(ask: Callable[[CaseStore, str], object], store: CaseStore) -> None:
    """By its name."""
    with pytest.raises(UnknownCaseError, match="`nobody`"):
        ask(store, "nobody")
