"""Whole cases decided twice: agreement on all that ships, and a planted difference found and told with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from tests.records.builders import a_case

from inclusion_rules.casework.agreement import Disagreement, DisagreementError
from inclusion_rules.casework.deciding import decide, decide_twice
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.loading.trees import shipped
from inclusion_rules.records.auditing import audit_store
from inclusion_rules.records.deciding_again import DecidedAgain
from inclusion_rules.records.store import CaseStore
from inclusion_rules.scenarios.reading import open_scenarios
from inclusion_rules.second_opinion.opinion import SecondOpinion, durable_rules
from inclusion_rules.second_opinion.questions import Answer, CannotBeAskedError, Moment, NotInstalledError

AS_OF = date(2025, 2, 10)
EXAMPLE = "leicestershire_permanent_exclusion"
EVERY = 7
"""One scenario in so many is decided twice here; `python -m benchmarks.second_opinion` asks far more of both."""


def shipped_cases() -> Iterator[Path]:
    """Every case file that ships."""
    for path in sorted(shipped("examples").glob("*.yaml")):
        if "\ncase:" in f"\n{path.read_text('utf-8')}":
            yield path


class Contrary:
    """Agrees in everything but one answer: that to one rule's own condition, wherever it is asked."""

    name = "a contrary engine"

    def __init__(self, opinion: SecondOpinion, rule: str) -> None:
        self._opinion = opinion
        self._condition = next(one.when for one in open_rulebook().edition().rules if one.id == rule)

    def answers(self, moments: Sequence[Moment]) -> list[list[Answer]]:
        """What the other says, turned round where it matters."""
        return [
            [
                not answer if question.condition is self._condition and answer is not None else answer
                for question, answer in zip(moment.questions, answers, strict=True)
            ]
            for moment, answers in zip(moments, self._opinion.answers(moments), strict=True)
        ]


RULE = "reinstatement/permanent_exclusion"


@pytest.fixture
def contrary(opinion: SecondOpinion) -> Contrary:
    """An engine with one planted fault."""
    return Contrary(opinion, RULE)


@pytest.mark.parametrize("path", list(shipped_cases()), ids=lambda path: path.stem)
@pytest.mark.parametrize("as_of", [date(2025, 7, 1), date(2026, 7, 1)])
def test_both_agree_on_every_case_that_ships(opinion: SecondOpinion, path: Path, as_of: date) -> None:
    """Every rule at every moment of every example, and all that facts, tables and steps rest on."""
    rulebook = open_rulebook()
    _, agreement = decide_twice(open_case(path, rulebook), rulebook, as_of=as_of, engine=opinion)

    assert () == agreement.disagreements
    assert agreement.findings > 100


def test_both_agree_on_the_scenarios(opinion: SecondOpinion) -> None:
    """The worked examples that stand beside the rules were written to reach their edges."""
    collection = open_scenarios()
    compared = 0
    differing = []
    for scenario in collection.scenarios[::EVERY]:
        _, agreement = decide_twice(scenario.record, collection.rulebook, as_of=scenario.expect.as_of, engine=opinion)
        compared += agreement.findings + agreement.conditions
        differing += [f"{scenario.span}: {found.in_words('durable-rules')}" for found in agreement.disagreements]

    assert [] == differing
    assert compared > 10_000


def test_a_disagreement_stops_the_decision(contrary: Contrary) -> None:
    """Nothing is decided, and the first difference is told with its rule, its moment, both answers and the facts."""
    rulebook = open_rulebook()
    record = open_case(example(EXAMPLE), rulebook)

    with pytest.raises(DisagreementError) as stopped:
        decide(record, rulebook, as_of=AS_OF, engine=contrary)
    told = str(stopped.value).splitlines()
    title = rulebook.edition().packs[0].rules[RULE].title
    excluded = day_in_words(date(2025, 1, 13))
    assert [
        "case `LEI-2025-0042` was not decided, because a contrary engine disagrees with the definition:",
        f"rule `{RULE}` of `england` ({title}), about what happened on {excluded}, on {excluded}",
        "  the definition says: engaged",
        "  a contrary engine says: not engaged",
        "  of these facts:",
    ] == told[:5]
    assert "    exclusion cancelled: no" in told
    assert "and " == told[-1][:4]


def test_every_difference_is_found(contrary: Contrary) -> None:
    """The planted fault is found at each of its moments, and nothing else is."""
    rulebook = open_rulebook()
    record = open_case(example(EXAMPLE), rulebook)
    _, agreement = decide_twice(record, rulebook, as_of=AS_OF, engine=contrary)

    assert {RULE} == {found.rule.id if found.rule else None for found in agreement.disagreements}
    assert len({found.day for found in agreement.disagreements}) > 1


def test_the_command_decides_by_both(opinion: SecondOpinion, capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown is what the definition alone would show."""
    del opinion
    typed = ["case", str(example(EXAMPLE)), "--as-of", AS_OF.isoformat()]
    alone = (main(typed), capsys.readouterr().out)

    assert alone == (main([*typed, "--engine", "durable-rules"]), capsys.readouterr().out)
    assert 0 == alone[0]


def test_a_replaced_process_is_told(
    opinion: SecondOpinion, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision stands, and that another process had to give the answers is said."""
    del opinion
    monkeypatch.setattr(durable_rules(), "restarts", 1)

    assert 0 == main(["case", str(example(EXAMPLE)), "--as-of", AS_OF.isoformat(), "--engine", "durable-rules"])
    assert "the process of durable-rules ended once" in capsys.readouterr().err


def test_the_command_stops_at_a_disagreement(
    contrary: Contrary, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is shown, the exit code is that of what did not match, and the place is told."""
    monkeypatch.setattr("inclusion_rules.cli.case.second_opinion", lambda: contrary)

    assert 5 == main(["case", str(example(EXAMPLE)), "--as-of", AS_OF.isoformat(), "--engine", "durable-rules"])
    said = capsys.readouterr()
    assert "" == said.out
    assert f"rule `{RULE}`" in said.err


def test_a_missing_engine_is_told_by_the_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each says what is missing before it does any work, and that it could not run."""

    def missing() -> None:
        raise NotInstalledError("the second opinion needs durable-rules, which is not installed")

    monkeypatch.setattr(durable_rules(), "begin", missing)
    with CaseStore.open(tmp_path / "cases.db"):
        pass
    typed = (
        ["case", str(example(EXAMPLE)), "--engine", "durable-rules"],
        ["audit", str(tmp_path / "cases.db"), "--second-opinion"],
    )

    for command in typed:
        assert 1 == main(command)
        assert "needs durable-rules, which is not installed" in capsys.readouterr().err


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A store with two cases."""
    found = str(tmp_path / "cases.db")
    with CaseStore.open(found) as store:
        store.create(a_case())
        store.create(a_case("LEI-2025-0043"))
    return found


def test_an_audit_tells_how_much_was_compared(
    opinion: SecondOpinion, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Agreement is told with its numbers, in words and as data."""
    del opinion
    assert 0 == main(["audit", place, "--second-opinion", "--as-of", "2025-05-01"])
    words = capsys.readouterr().out
    assert 0 == main(["audit", place, "--second-opinion", "--as-of", "2025-05-01", "--format", "json"])
    told = json.loads(capsys.readouterr().out)["second_opinion"]

    assert ("durable-rules", "2025-05-01", True, 2, 0, None, []) == tuple(
        told[key]
        for key in ("engine", "as_of", "agrees", "cases", "disagreements", "first_disagreement", "not_compared")
    )
    assert f"durable-rules decided 2 cases as of 2025-05-01, {told['moments']:,} moments, " in words
    assert f"{told['findings']:,} findings and {told['conditions']:,} other conditions" in words
    assert "agrees with the definition in all of them" in words


def test_an_audit_tells_the_first_disagreement(
    contrary: Contrary, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its case and its place; the store itself is as it was written, and yet the audit did not match."""
    again = DecidedAgain(contrary, date(2025, 5, 1))
    monkeypatch.setattr("inclusion_rules.cli.audit.decided_again", lambda _: again)

    assert 5 == main(["audit", place, "--second-opinion", "--as-of", "2025-05-01", "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    first = told["second_opinion"]["first_disagreement"]
    assert True is told["matches"]
    assert (2, RULE, "2025-03-03") == (told["second_opinion"]["disagreeing_cases"], first["rule"], first["day"])
    assert ("engaged", "not engaged") == (first["definition"], first["a contrary engine"])
    assert first["facts"]


def test_a_disagreement_is_told_in_words(
    contrary: Contrary, place: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for people to read."""
    again = DecidedAgain(contrary, date(2025, 5, 1))
    monkeypatch.setattr("inclusion_rules.cli.audit.decided_again", lambda _: again)

    assert 5 == main(["audit", place, "--second-opinion"])
    told = capsys.readouterr().out
    assert "everything is as it was written" in told
    assert "and DISAGREES in " in told
    assert f"    rule `{RULE}` of `england`" in told


def test_a_case_that_cannot_be_compared_is_no_agreement(place: str) -> None:
    """It is named with the reason, and the audit does not match."""

    class Refuses:
        name = "an engine that refuses"

        def answers(self, moments: Sequence[Moment]) -> list[list[Answer]]:
            del moments
            raise CannotBeAskedError("too many digits")

    again = DecidedAgain(Refuses(), date(2025, 5, 1))
    report = audit_store(place, open_rulebook(), again=again)

    assert report.matches
    assert not again.agrees
    assert ["too many digits"] * 2 == [why for _, why in again.without]


def test_a_day_without_a_second_opinion_is_wrong_usage(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An audit of the chain looks at no day, and does not pretend to."""
    assert 2 == main(["audit", place, "--as-of", "2025-05-01"])
    assert "`--second-opinion`" in capsys.readouterr().err


def test_a_disagreement_on_a_condition_names_its_place() -> None:
    """Where no rule was asked, the condition is told by its file, line and words."""
    rule = open_rulebook().edition().packs[0].rules[RULE]
    found = Disagreement(None, rule.when, None, AS_OF, "it holds", "it is not known", {})
    told = found.in_words("durable-rules").splitlines()

    assert f"the condition {rule.when.span}: " in told[0]
    assert told[0].endswith(f", about the case, on {day_in_words(AS_OF)}")
    assert [
        "  the definition says: it holds",
        "  durable-rules says: it is not known",
        "  without looking at any fact",
    ] == told[1:]
