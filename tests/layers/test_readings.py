"""Where the sources of the law disagree, a council may choose the cautious reading; nothing changes for the others."""

from __future__ import annotations

from datetime import date

import pytest
from tests.layers.builders import SHIRE, obligation_of

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.opening import open_rulebook, read_case
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.trees import shipped

PARAMETER = "first_day_of_a_permanent_exclusion"
AFTERNOON = "{date: 2025-03-03, event: permanently_excluded, session: afternoon}"


def cautious(folder, word="the day of the decision"):
    """The law of England with a shire that counts the sixth school day from the day of the decision."""
    choice = (
        "title: Day 1 is the day of the decision\nfor: home authority\n"
        f"values: [{{from: 2024-09-01, value: {word}, cites: [Shire protocol]}}]\n"
    )
    files = {
        **SHIRE,
        "pack.yaml": SHIRE["pack.yaml"].replace("[land]", "[england]"),
        f"choices/{PARAMETER}.yaml": choice,
    }
    from textwrap import dedent

    for name, text in files.items():
        path = folder / "shire" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return open_rulebook([shipped("rules") / "england", folder / "shire"], [shipped("pathways")])


def sixth_day(rulebook, event=AFTERNOON, home="shire", packs="shire"):
    """The sixth school day of a permanent exclusion, and the day on which education is due."""
    text = (
        f"case: one\npathway: permanent_exclusion\npacks: [{packs}]\ncalendar: example\n"
        f"school: {{type: academy, phase: secondary, authority: shire}}\n"
        f"pupil: {{date_of_birth: 2010-11-02, home_authority: {home}}}\nevents:\n  - {event}\n"
    )
    decision = decide(read_case(text, rulebook), rulebook, as_of=date(2025, 3, 12))
    return decision.facts["sixth_school_day"], obligation_of(decision, "sixth_day_pex_home_la").due


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory):
    """England with the cautious shire."""
    return cautious(tmp_path_factory.mktemp("law"))


def test_the_answer_is_the_usual_one_where_nobody_chose():
    """An afternoon exclusion begins on the next school day: the sixth is Tuesday of the week after."""
    assert (date(2025, 3, 11), date(2025, 3, 11)) == sixth_day(open_rulebook(), packs="england")


def test_the_cautious_reading_counts_from_the_day_itself(rulebook):
    """One day earlier, for the pupils of the authority that chose it."""
    assert (date(2025, 3, 10), date(2025, 3, 10)) == sixth_day(rulebook)


def test_pupils_of_another_authority_have_the_usual_one(rulebook):
    """The duty is the home authority's, and so is the choice."""
    assert (date(2025, 3, 11), date(2025, 3, 11)) == sixth_day(rulebook, home="elsewhere")


@pytest.mark.parametrize(
    "event",
    [
        "{date: 2025-03-03, event: permanently_excluded, session: morning}",
        "{date: 2025-03-03, event: permanently_excluded, session: afternoon, first_day: 2025-03-03}",
    ],
)
def test_both_readings_agree_where_day_1_is_plain(rulebook, event):
    """A morning exclusion, or a first day that is stated, leaves nothing to choose."""
    assert sixth_day(rulebook, event) == sixth_day(open_rulebook(), event, packs="england")


def test_the_cautious_reading_needs_no_session(rulebook):
    """It dates the sixth day also where nobody has said at what hour the pupil was excluded."""
    event = "{date: 2025-03-03, event: permanently_excluded}"

    assert (date(2025, 3, 10), date(2025, 3, 10)) == sixth_day(rulebook, event)


def test_a_reading_that_is_not_open_is_refused(tmp_path):
    """A later day than the law's cannot be chosen: there is no such word."""
    with pytest.raises(InvalidFilesError, match="the day after"):
        cautious(tmp_path, "the day after the decision")


def test_what_is_cautious_already_is_not_open():
    """Totals over all schools, and reconvening on a recommendation, are the law as it is read: nobody loosens that."""
    parameters = open_rulebook().packs["england"].parameters.values()

    assert [PARAMETER] == [parameter.name for parameter in parameters if parameter.local_choice is not None]
