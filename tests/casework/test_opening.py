"""Opening what a caller names, rulebooks, cases and calendars, and the rulebook that is kept between two starts."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.casework.builders import case_text, day

from inclusion_rules.casework.fact_functions import known_functions
from inclusion_rules.casework.opening import example, open_calendar, open_case, open_rulebook, read_case
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import InvalidFilesError, UnknownNameError
from inclusion_rules.loading.compiled import KEPT, kept_rulebook
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.reading import read_rulebook
from inclusion_rules.loading.trees import shipped

EXCLUDED = "2025-03-03 permanently_excluded session: morning"


# Rulebooks -----------------------------------------------------------------------------------------------------------


def test_the_shipped_rulebook_is_opened_once():
    """Shipped law cannot change under a process, so that it is read once and kept."""
    assert open_rulebook() is open_rulebook()


def test_the_shipped_rulebook_holds_packs_pathways_calendars_and_bank_holidays():
    """What a case needs to be decided."""
    rulebook = open_rulebook()

    assert "england" in rulebook.packs
    assert {"permanent_exclusion", "suspension"} <= set(rulebook.pathways)
    assert "example" in rulebook.calendars
    assert day("2025-04-22") == rulebook.bank_holidays.nth_working_day_after(day("2025-04-17"), 1)


def test_the_duty_catalogue_is_read_only_when_asked_for():
    """Deciding a case does not need it."""
    assert not open_rulebook().packs["england"].catalogue
    assert "board_consider_pex" in open_rulebook(catalogue=True).packs["england"].catalogue


def test_a_folder_can_be_opened_instead_of_what_ships():
    """One pack's folder is a rulebook of that pack."""
    assert {"england"} == set(open_rulebook(rules=[shipped("rules") / "england"]).packs)


def test_every_problem_of_a_folder_is_raised_or_gathered(tmp_path: Path):
    """Raised together by default; with `problems` they are gathered, and nothing is raised."""
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "pack.yaml").write_text("pack: broken\nvrsion: 1\nlayr: national\n", encoding="utf-8")

    with pytest.raises(InvalidFilesError) as raised:
        open_rulebook(rules=[tmp_path])
    gathered = Problems()
    open_rulebook(rules=[tmp_path], problems=gathered)

    assert 2 <= len(raised.value.diagnostics)
    assert set(raised.value.diagnostics) <= set(gathered.found)


# Cases and calendars -------------------------------------------------------------------------------------------------


def test_a_case_is_read_from_a_file_or_a_text(tmp_path: Path):
    """The same words give the same record."""
    file = tmp_path / "case.yaml"
    file.write_text(case_text([EXCLUDED]), encoding="utf-8")

    from_file, from_text = open_case(file), read_case(case_text([EXCLUDED]))

    assert (from_file.events, from_file.pupil, from_file.school) == (
        from_text.events,
        from_text.pupil,
        from_text.school,
    )


def test_a_case_may_be_json():
    """JSON is read by the same door."""
    text = (
        '{"case": "J-1", "pathway": "permanent_exclusion", "calendar": "example", "school": {}, "pupil": {}, '
        '"events": [{"date": "2025-03-03", "event": "permanently_excluded"}]}'
    )

    assert ["permanently_excluded"] == [event.name for event in read_case(text).events]


def test_a_calendar_is_looked_for_beside_the_case(tmp_path: Path):
    """A case names its calendar by a file resolved against its own folder."""
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "own.yaml").write_text(
        "calendar: own\nterms: [{name: spring, period: spring, from: 2025-01-06, to: 2025-04-04}]\n", encoding="utf-8"
    )
    file = tmp_path / "case.yaml"
    file.write_text(case_text([EXCLUDED], calendar="calendars/own.yaml"), encoding="utf-8")

    assert "own" == open_case(file).calendar.id
    assert "own" == read_case(case_text([EXCLUDED], calendar="calendars/own.yaml"), beside=tmp_path).calendar.id


def test_a_calendar_that_is_nowhere_is_refused_with_the_nearest_name():
    """Neither a file nor an id of one that ships."""
    with pytest.raises(InvalidFilesError, match="example"):
        read_case(case_text([EXCLUDED], calendar="exmple"))


def test_a_calendar_is_opened_by_its_id_or_its_file(tmp_path: Path):
    """Both give a calendar that counts."""
    file = tmp_path / "own.yaml"
    file.write_text("calendar: own\nbased_on: example\nclosed: [2025-03-05]\n", encoding="utf-8")

    assert day("2025-03-05") == open_calendar("example").nth_school_day_after(day("2025-03-04"), 1)
    assert day("2025-03-06") == open_calendar(file).nth_school_day_after(day("2025-03-04"), 1)


def test_an_example_is_found_by_its_name():
    """The example that the demonstration decides ships under a fixed name; another name is refused with the nearest."""
    assert open_case(example("leicestershire_permanent_exclusion")).events

    with pytest.raises(UnknownNameError, match="leicestershire_permanent_exclusion"):
        example("leicestershire_permanent_exclusoin")


# The kept rulebook ---------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own for each test."""
    monkeypatch.delenv("INCLUSION_RULES_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "inclusion-rules"


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """A folder with a file of law in it."""
    folder = tmp_path / "law"
    (folder / "topic").mkdir(parents=True)
    (folder / "topic" / "rule.yaml").write_text("title: a rule\n", encoding="utf-8")
    return folder


class Reader:
    """Reads a rulebook, a different one each time, and counts how often it was asked to."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> Rulebook:
        self.asked += 1
        shipped_book = open_rulebook()
        return Rulebook({}, {}, {str(self.asked): ()}, shipped_book.bank_holidays)


@pytest.fixture
def reader() -> Reader:
    """A reader that has not been asked yet."""
    return Reader()


def test_a_rulebook_read_once_is_kept(cache: Path, law: Path, reader: Reader):
    """The second time it is not read again, and it is the same."""
    first = kept_rulebook([law], reader)

    assert (first, 1) == (kept_rulebook([law], reader), reader.asked)
    assert 1 == len(list(cache.glob("*.rulebook")))


def edited(law: Path) -> None:
    """The content of a file changes, its length does not."""
    (law / "topic" / "rule.yaml").write_text("title: b rule\n", encoding="utf-8")


def added(law: Path) -> None:
    """One more file."""
    (law / "topic" / "another.yaml").write_text("title: a rule\n", encoding="utf-8")


def renamed(law: Path) -> None:
    """The same words under another name."""
    (law / "topic" / "rule.yaml").rename(law / "topic" / "other.yaml")


def removed(law: Path) -> None:
    """A file less."""
    (law / "topic" / "rule.yaml").unlink()


def added_json(law: Path) -> None:
    """A list in JSON is law too."""
    (law / "bank_holidays.json").write_text("{}", encoding="utf-8")


@pytest.mark.parametrize("change", [edited, added, renamed, removed, added_json])
def test_any_change_to_a_file_of_the_law_misses(cache: Path, law: Path, reader: Reader, change: Callable[[Path], None]):
    """What is kept fits only the very files it was made from."""
    kept_rulebook([law], reader)
    change(law)

    assert {"2": ()} == kept_rulebook([law], reader).calendars


def test_scenarios_are_no_part_of_the_law(cache: Path, law: Path, reader: Reader):
    """Worked examples beside the rules do not make what is kept unfit."""
    kept_rulebook([law], reader)
    (law / "scenarios").mkdir()
    (law / "scenarios" / "rule.yaml").write_text("scenarios: []\n", encoding="utf-8")

    assert {"1": ()} == kept_rulebook([law], reader).calendars


@pytest.mark.parametrize(
    "content", [b"", b"not a pickle", pickle.dumps("a word"), pickle.dumps({"packs": {}}), b"\x80\x05cos\nnothing\n."]
)
def test_a_kept_file_that_cannot_be_used_is_as_good_as_none(cache: Path, law: Path, reader: Reader, content: bytes):
    """Empty, broken, or something else altogether: the law is read again, and kept again."""
    kept_rulebook([law], reader)
    (kept,) = cache.glob("*.rulebook")
    kept.write_bytes(content)

    assert {"2": ()} == kept_rulebook([law], reader).calendars
    assert {"2": ()} == kept_rulebook([law], reader).calendars


def test_a_kept_file_cut_short_is_as_good_as_none(cache: Path, law: Path, reader: Reader):
    """Half a file is no file."""
    kept_rulebook([law], reader)
    (kept,) = cache.glob("*.rulebook")
    kept.write_bytes(kept.read_bytes()[:-20])

    assert {"2": ()} == kept_rulebook([law], reader).calendars


def test_keeping_can_be_switched_off(cache: Path, law: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch):
    """With `INCLUSION_RULES_CACHE=off` nothing is kept and nothing that is kept is used."""
    kept_rulebook([law], reader)
    monkeypatch.setenv("INCLUSION_RULES_CACHE", "off")

    assert {"2": ()} == kept_rulebook([law], reader).calendars
    assert {"3": ()} == kept_rulebook([law], reader).calendars


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o720])
def test_a_folder_that_others_may_write_to_is_not_trusted(cache: Path, law: Path, reader: Reader, mode: int):
    """Somebody else could have put a file there; it is not read, and none is left there."""
    kept_rulebook([law], reader)
    (kept,) = cache.glob("*.rulebook")
    before = kept.read_bytes()
    cache.chmod(mode)

    assert {"2": ()} == kept_rulebook([law], reader).calendars
    assert before == kept.read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_folder_that_others_may_read_is_trusted(cache: Path, law: Path, reader: Reader):
    """To look does no harm."""
    kept_rulebook([law], reader)
    cache.chmod(0o755)

    assert {"1": ()} == kept_rulebook([law], reader).calendars


def test_where_no_folder_can_be_made_the_law_is_read_each_time(
    law: Path, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A file stands where the folder should be: nothing fails, and nothing is kept."""
    monkeypatch.delenv("INCLUSION_RULES_CACHE", raising=False)
    (tmp_path / "in the way").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "in the way"))

    assert [{"1": ()}, {"2": ()}] == [kept_rulebook([law], reader).calendars for _ in range(2)]


def test_the_oldest_of_many_kept_rulebooks_goes(cache: Path, law: Path, reader: Reader):
    """So many are kept and no more."""
    for number in range(KEPT + 3):
        (law / "topic" / "rule.yaml").write_text(f"title: rule {number}\n", encoding="utf-8")
        kept_rulebook([law], reader)

    assert KEPT == len(list(cache.iterdir()))
    assert {str(KEPT + 3): ()} == kept_rulebook([law], reader).calendars


def test_the_shipped_rulebook_comes_out_of_the_cache_as_it_went_in(cache: Path):
    """Read, kept and fetched, it is equal to the one read afresh, and decides with the same editions."""
    fresh = read_rulebook(functions=known_functions())
    folders = (shipped("rules"), shipped("pathways"))

    kept_rulebook(folders, lambda: fresh)
    fetched = kept_rulebook(folders, Reader())

    assert fresh == fetched
    assert fresh.edition().rules == fetched.edition().rules


def test_a_table_with_a_gap_is_refused_when_the_law_is_opened(tmp_path: Path) -> None:
    """`exactly one` is proved before any case is decided; the case that no row answers is named."""
    law = tmp_path / "england"
    shutil.copytree(shipped("rules") / "england", law)
    table = law / "tables" / "board_duty.yaml"
    lines = table.read_text(encoding="utf-8").splitlines()
    last_row = max(number for number, line in enumerate(lines) if line.strip().startswith("- ["))
    table.write_text("\n".join(lines[:last_row] + lines[last_row + 1 :]) + "\n", encoding="utf-8")

    with pytest.raises(InvalidFilesError, match="no row answers for"):
        open_rulebook([law], [shipped("pathways")])
