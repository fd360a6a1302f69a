"""The law ledger: what is encoded follows from what cites it, what is left says why, and nothing falls between."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tests.layers.builders import LAND

from inclusion_rules import open_rulebook
from inclusion_rules.analysis.law_ledger import LawLedger, Standing, law_ledger, percentages
from inclusion_rules.cli import main
from inclusion_rules.loading.coverage_linking import document_carriers
from inclusion_rules.loading.trees import shipped
from inclusion_rules.reporting.coverage_page import coverage_page
from inclusion_rules.reporting.coverage_page import main as write_page

ROOT = Path(__file__).parents[2]
RULEBOOK = open_rulebook(catalogue=True)
ENGLAND = law_ledger(
    RULEBOOK.packs["england"], RULEBOOK.edition(("england",)), document_carriers(shipped("rules") / "england")
)
COVERAGE = """
    reread every: 1 year
    instruments:
      - instrument: Land Act
        title: The Act of the land
        paragraphs:
          - s1
          - {paragraph: s2, status: judgement, because: Who is right is for people.}
          - {paragraph: s3, status: out of scope, because: It is about ships.}
          - {paragraph: s4, status: not yet, because: Nobody has read it.}
    """


@pytest.fixture
def land(tmp_path: Path) -> Path:
    """The folder of the law of the land, with a ledger of four paragraphs."""
    folder = tmp_path / "land"
    for name, text in ({**LAND} | {"coverage.yaml": COVERAGE}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text), "utf-8")
    return folder


def ledger_of(folder: Path) -> LawLedger:
    """The ledger of the one pack in a folder."""
    rulebook = open_rulebook([folder])
    return law_ledger(rulebook.packs["land"], rulebook.edition(("land",)))


def test_every_entry_of_the_catalogue_is_a_rule_or_says_why_not() -> None:
    """Nothing of the duty catalogue is left out unsaid."""
    assert [] == [row.duty for row in ENGLAND.duties if not row.rules and not row.because]
    assert len(RULEBOOK.packs["england"].catalogue) == len(ENGLAND.duties) > 190


def test_every_provision_of_the_national_pack_stands_in_a_listed_instrument() -> None:
    """No rule leads to a place that the ledger does not go through."""
    assert () == ENGLAND.unlisted
    assert () == ENGLAND.leading_nowhere


def test_every_paragraph_that_nothing_carries_gives_its_reason() -> None:
    """Whoever asks why something is not there finds a sentence."""
    left = [row for row in ENGLAND.rows if row.standing not in (Standing.ENCODED, Standing.OFF)]
    assert left
    assert [] == [row.citation for row in left if not row.because]


def test_the_two_ways_agree() -> None:
    """A rule that a paragraph names leads back to that paragraph."""
    back = {row.rule: row.paragraphs for row in ENGLAND.rules}
    assert [] == [(row.citation, rule) for row in ENGLAND.rows for rule in row.rules if row.citation not in back[rule]]


def test_the_page_is_current() -> None:
    """What the documentation prints of the law covered is what the packs say now."""
    made = coverage_page(RULEBOOK, rules=shipped("rules"))

    assert made == (ROOT / "docs/reference/law_coverage.md").read_text("utf-8"), (
        "run `python -m inclusion_rules.reporting.coverage_page docs/reference`"
    )


def test_the_page_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    """The command writes the page that the tests compare."""
    write_page([str(tmp_path)])

    assert coverage_page(RULEBOOK, rules=shipped("rules")) == (tmp_path / "law_coverage.md").read_text("utf-8")


def test_what_is_cited_is_encoded_and_the_rest_is_as_stated(land: Path) -> None:
    """Of four paragraphs one is carried and three stand as the file says."""
    rows = {row.citation: row.standing for row in ledger_of(land).rows}

    assert {
        "Land Act s1": Standing.ENCODED,
        "Land Act s2": Standing.JUDGEMENT,
        "Land Act s3": Standing.OUT_OF_SCOPE,
        "Land Act s4": Standing.NOT_YET,
    } == rows


def test_a_paragraph_whose_rules_are_all_off_is_not_called_encoded(land: Path) -> None:
    """A rule that decides nothing does not count as law that is covered; a parameter alone decides nothing either."""
    for path in [*land.glob("board/*.yaml"), *land.glob("moves/*.yaml"), *land.glob("money/*.yaml")]:
        path.write_text(path.read_text("utf-8") + "verified: no\n", "utf-8")
    others = [path for path in land.rglob("*.yaml") if "for each:" in path.read_text("utf-8")]
    for path in others:
        if "verified: no" not in path.read_text("utf-8"):
            path.write_text(path.read_text("utf-8") + "verified: no\n", "utf-8")

    assert Standing.OFF is ledger_of(land).rows[0].standing


def test_coverage_leaves_the_digest_of_a_pack_as_it_is(land: Path) -> None:
    """What is said of the law covered decides no case, so no case has to be moved for it."""
    before = open_rulebook([land]).packs["land"].digest
    (land / "coverage.yaml").write_text("reread every: 2 months\n", "utf-8")

    assert before == open_rulebook([land]).packs["land"].digest


def test_a_pack_without_a_list_is_shown_by_its_provisions() -> None:
    """A local pack lists no instruments; each place that it describes stands with the rules that cite it."""
    pack = RULEBOOK.packs["suffolk"]
    ledger = law_ledger(pack, RULEBOOK.edition(("suffolk",)))

    assert not ledger.listed
    assert set(pack.provisions) == {row.citation for row in ledger.rows}
    assert () == ledger.leading_nowhere


def test_shares_are_of_all_and_round_to_a_place() -> None:
    """Percentages are what an officer would work out by hand."""
    counted = percentages([Standing.ENCODED, Standing.ENCODED, Standing.NOT_YET])

    assert (2, 66.7) == counted[Standing.ENCODED]
    assert (1, 33.3) == counted[Standing.NOT_YET]
    assert (0, 0.0) == counted[Standing.JUDGEMENT]


def test_the_command_shows_both_ways(land: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For people there is every paragraph with what carries it, and the summary last."""
    assert 0 == main(["check", "--ledger", str(land)])
    told = capsys.readouterr().out

    assert "s3: out of scope. It is about ships." in told
    assert "Rules: " in told
    assert told.endswith(
        "4 paragraphs of 1 instrument: encoded 25% (1), judgement 25% (1), out of scope 25% (1), not yet 25% (1)\n"
    )


def test_the_command_gives_programs_everything(land: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON there are instruments, rules and the catalogue, each with its shares."""
    assert 0 == main(["check", "--ledger", str(land), "--format", "json"])
    (told,) = json.loads(capsys.readouterr().out)
    paragraphs: list[dict[str, Any]] = told["instruments"][0]["paragraphs"]

    assert ["encoded", "judgement", "out of scope", "not yet"] == [row["status"] for row in paragraphs]
    assert {"count": 1, "percent": 25.0} == told["paragraphs"]["by_status"]["encoded"]
    assert {"rule", "duty", "runs", "paragraphs", "cites_nothing_listed"} == told["rules"][0].keys()


def test_two_lists_at_once_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Each list is an answer of its own."""
    assert 2 == main(["check", "--ledger", "--stale", "england"])
    assert "give one of them" in capsys.readouterr().err
