"""Words of a list, such as the codes of a census: a rule may ask for them as they are declared, and as no other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.layers.builders import LAND, finding_of, law, rule

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.vocabulary import Outcome

CODES = """
    codes:
      reasons:
        - {code: DB, means: disruptive behaviour}
        - {code: PP, means: assault on a pupil}
    """
WITH_CODES: Mapping[str, str] = {
    "codes.yaml": CODES,
    "attributes.yaml": LAND["attributes.yaml"].replace("by: role", "by: role\n          reasons: set of reasons"),
    "events.yaml": LAND["events.yaml"].replace("needs: [school_days]", "needs: [school_days], may: [reasons]"),
}
EVENT = "  - {date: 2025-03-03, event: suspended, school_days: 2, reasons: [DB]}"
OPTION = "option: {id: shire look, bearer: headteacher, consider: a look at why}"


def opened(folder: Path, shire: Mapping[str, str]) -> Rulebook:
    """The rulebook of a land with a list of reasons, and of a shire above it."""
    law(folder, shire, land=WITH_CODES)
    return open_rulebook([folder / "rules"], [folder / "pathways"])


def asked(fact: str, when: str) -> Mapping[str, str]:
    """A shire with one fact, and one rule that asks for it."""
    return {"facts.yaml": f"facts:\n  why: {fact}\n", "looks/why.yaml": rule(OPTION, extra=f"when: {when}\n")}


def outcome(rulebook: Rulebook, event: str = EVENT) -> Outcome:
    """What the shire's rule says of a pupil suspended for a reason."""
    head = "case: one\npathway: suspension\npacks: [shire]\ncalendar: open\nschool: {authority: shire}\n"
    record = read_case(f"{head}events:\n{event}\n", rulebook)
    return finding_of(decide(record, rulebook, as_of=record.events[-1].date), "shire_look").outcome


@pytest.mark.parametrize("kind", ["set of reasons", "set of text", '"set of [DB, PP]"'])
@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{why: DB}", Outcome.ENGAGED),
        ("{why: PP}", Outcome.NOT_ENGAGED),
        ("{why: {one of: [PP, DB]}}", Outcome.ENGAGED),
        ("{why: {none of: [DB]}}", Outcome.NOT_ENGAGED),
    ],
)
def test_a_condition_asks_for_a_code_as_it_is_declared(tmp_path, kind, when, expected):
    """Of a fact that holds words of a list, a condition asks for `DB` in the very letters of the list."""
    fact = f"{{kind: {kind}, asks: Why?, derived: {{attribute: reasons, of: suspended}}}}"
    shire = asked(fact, when)

    assert expected is outcome(opened(tmp_path, shire))


@pytest.mark.parametrize(("code", "expected"), [("DB", Outcome.ENGAGED), ("PP", Outcome.NOT_ENGAGED)])
def test_an_event_is_picked_by_a_code(tmp_path, code, expected):
    """`having` picks events by a code of a list."""
    fact = f"{{kind: yes/no, asks: Was it so?, derived: {{recorded: suspended, having: {{reasons: {code}}}}}}}"
    shire = asked(fact, "{why: yes}")

    assert expected is outcome(opened(tmp_path, shire))


@pytest.mark.parametrize(
    "fact",
    [
        "{kind: yes/no, asks: Was it so?, derived: {recorded: suspended, having: {reasons: CODE}}}",
        '{kind: "one of [DB, PP]", asks: Why?, derived: {attribute: reasons, of: suspended, having: {reasons: CODE}}}',
    ],
)
@pytest.mark.parametrize("wrong", ["db", "DBB"])
def test_an_event_is_not_picked_by_a_code_that_nobody_declared(tmp_path, fact, wrong):
    """A slip in a code of `having` is refused with the nearest code."""
    shire = {"facts.yaml": f"facts:\n  why: {fact.replace('CODE', wrong)}\n"}

    with pytest.raises(InvalidFilesError) as refused:
        opened(tmp_path, shire)

    (problem,) = refused.value.diagnostics
    assert (f"`{wrong}` is not a value of `reasons`", "did you mean `DB`?") == (problem.message, problem.help)


@pytest.mark.parametrize("kind", ["set of reasons", '"one of [DB, PP]"'])
@pytest.mark.parametrize("wrong", ["db", "DBB"])
def test_a_code_that_nobody_declared_is_refused_in_a_condition(tmp_path, kind, wrong):
    """A slip in a code of a condition is refused with the nearest code."""
    fact = f"{{kind: {kind}, asks: Why?, judgement: headteacher}}"
    shire = asked(fact, f"{{why: {wrong}}}")

    with pytest.raises(InvalidFilesError) as refused:
        opened(tmp_path, shire)

    (problem,) = refused.value.diagnostics
    assert problem.message.startswith(f"`{wrong}` does not fit")
    assert "did you mean `DB`?" == problem.help


def test_a_list_of_codes_that_nobody_declared_is_no_kind(tmp_path):
    """A fact's kind may name a list of codes; a slip in its name is refused with the nearest."""
    shire = {"facts.yaml": "facts:\n  why: {kind: set of reasonings, asks: Why?, judgement: headteacher}\n"}

    with pytest.raises(InvalidFilesError) as refused:
        opened(tmp_path, shire)

    (problem,) = refused.value.diagnostics
    assert ("`set of reasonings` is not a kind of fact", "did you mean `set of reasons`?") == (
        problem.message, problem.help)  # fmt: skip


def test_an_attribute_of_a_pack_above_takes_words_of_a_list_below(tmp_path):
    """A local event's attribute takes the codes of the national list, and no others."""
    shire = {
        "attributes.yaml": "attributes:\n  noted reasons: set of reasons\n",
        "events.yaml": "after:\n  - {event: reasons_noted, needs: [noted_reasons], means: somebody noted why}\n",
        "facts.yaml": "facts:\n  why: {kind: yes/no, asks: Was it?, scope: case, "
        "derived: {recorded: reasons noted, having: {noted reasons: [DB]}}}\n",
        "looks/why.yaml": rule(OPTION, extra="when: {why: yes}\n"),
    }
    rulebook = opened(tmp_path, shire)

    assert Outcome.ENGAGED is outcome(
        rulebook, f"{EVENT}\n  - {{date: 2025-03-04, event: reasons_noted, noted_reasons: [DB]}}"
    )
