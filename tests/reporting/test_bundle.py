"""The hearing bundle: complete, closed in itself, and checked by the program that it carries.

The program is run by `node`, and once in a real browser where there is one; those tests are skipped without them.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from inclusion_rules.casework.case import Case
from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.cli import main
from inclusion_rules.cli.demo import as_of_example
from inclusion_rules.domain.cases import CaseRecord, Judgement
from inclusion_rules.domain.certificate_check import complaints_about
from inclusion_rules.domain.deadlines import (
    Deadline,
    certificate_of,
    last_day_beginning_with,
    last_day_within,
    last_school_day_before,
    latest_day_ahead,
    latest_day_leaving,
    school_day_number,
)
from inclusion_rules.reporting.bundle_html import bundle_as_html, words_of_parts
from inclusion_rules.reporting.case_chain import chain_of_record
from inclusion_rules.reporting.hearing_bundle import GROUPS, HearingBundle, hearing_bundle
from inclusion_rules.vocabulary import Status, Unit

CHECKER = Path(__file__).parents[2] / "src/inclusion_rules/reporting/templates/bundle_checker.js"
DEMO = "leicestershire_permanent_exclusion"
EXAMPLES = [DEMO, "academy_review_that_quashes", "cancelled_with_a_social_worker", "suspension_across_a_term_end"]
EMPTY = {"meta", "link", "br", "img", "input", "hr"}
ENOUGH_CONTRAST = 4.5
NODE, BROWSER = shutil.which("node"), shutil.which("chromium")

needs_node = pytest.mark.skipif(NODE is None, reason="needs node to run the program within the page")
needs_browser = pytest.mark.skipif(BROWSER is None, reason="needs chromium to open the page")
every_example = pytest.mark.parametrize("name", EXAMPLES)


@dataclass(frozen=True)
class Copy:
    """What the checker is given of a page: the record, the seals, and the words of each part."""

    record: str
    seals: str
    shown: dict[str, str]

    def altered(self, change: Callable[[Any], None], *, sealed: bool = True) -> Copy:
        """A copy with something in its record changed; `sealed` by whoever changed it, unless said otherwise."""
        record = json.loads(self.record)
        change(record)
        text = json.dumps(record)
        seals = json.loads(self.seals)
        if sealed:
            seals["record"] = hashlib.sha256(text.encode()).hexdigest()
        return Copy(text, json.dumps(seals), self.shown)


class Reader(HTMLParser):
    """Notes every tag with its attributes, the scripts, the words outside them, and tags closed out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self.text: list[str] = []
        self.misplaced: list[str] = []
        self._open: list[str] = []
        self._script: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self._script = dict(attrs).get("id") or "program"
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._script = None
        if not self._open or self._open.pop() != tag:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data
        else:
            self.text.append(data)


def read(page: str) -> Reader:
    """The page as a browser takes it apart."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def words_shown(page: str) -> dict[str, str]:
    """The words of each part of a page as a reader sees them, a blank between the cells of a table."""
    return {name: text for name, (_, text) in words_of_parts(page.replace("<", " <")).items()}


def copy_of(page: str) -> Copy:
    """What the program within a page is given."""
    scripts = read(page).scripts
    return Copy(scripts["record"], scripts["seals"], {name: text for name, (_, text) in words_of_parts(page).items()})


@lru_cache(maxsize=8)
def bundled(name: str) -> HearingBundle:
    """The bundle of a shipped example, as of the day it is shown."""
    rulebook = open_rulebook()
    record = open_case(example(name), rulebook)
    return hearing_bundle(record, chain_of_record(record, rulebook), rulebook, as_of=as_of_example(name))


@lru_cache(maxsize=8)
def page_of(name: str) -> str:
    """The page of a shipped example."""
    return bundle_as_html(bundled(name))


def run_in_node(program: str, given: object, folder: Path) -> Any:
    """What a piece of JavaScript answers when it is given something, with the checker at hand."""
    assert NODE is not None
    (folder / "given.json").write_text(json.dumps(given), "utf-8")
    script = (
        f"const checker = require({json.dumps(str(CHECKER))});"
        "const given = JSON.parse(require('fs').readFileSync('given.json', 'utf8'));"
        f"process.stdout.write(JSON.stringify(({program})(given)));"
    )
    done = subprocess.run([NODE, "-e", script], cwd=folder, capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)


def checked(copies: Sequence[Copy], folder: Path) -> list[Any]:
    """What the program says of each copy."""
    given = [[one.record, one.seals, one.shown] for one in copies]
    found: list[Any] = run_in_node("all => all.map(one => checker.check(...one))", given, folder)
    return found


def places(answer: Any) -> list[str]:
    """Where a copy does not agree."""
    return [one["place"] for one in answer["wrong"]]


def flipped(text: str, at: int) -> str:
    """A text with one sign exchanged for another."""
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


# The program -------------------------------------------------------------------------------------------------------


@needs_node
def test_the_program_has_a_sound_sha_256(tmp_path: Path) -> None:
    """Its digests are those of everybody else, for texts of any length and script."""
    texts = ["é" * n for n in range(70)] + ["a" * n for n in range(140)] + ["\U0001f600", "£5 – “so”", "x" * 100_000]

    assert [hashlib.sha256(text.encode()).hexdigest() for text in texts] == run_in_node(
        "texts => texts.map(checker.sha256)", texts, tmp_path
    )


@needs_node
def test_an_honest_bundle_agrees(tmp_path: Path) -> None:
    """Nothing is found against a bundle as it was made, and everything in it was looked at."""
    answers = checked([copy_of(page_of(name)) for name in EXAMPLES], tmp_path)

    assert [[]] * len(EXAMPLES) == [answer["wrong"] for answer in answers]
    for name, answer in zip(EXAMPLES, answers, strict=True):
        bundle = bundled(name)
        workings = [working for duty in bundle.duties if duty.act for working in duty.act.workings]
        assert answer["agrees"]
        assert len(bundle.chain.entries) == answer["counted"]["entries"]
        assert len(workings) == answer["counted"]["deadlines"] > 0
        assert sum(len(working.certificate.lines) for working in workings) == answer["counted"]["days"]


@needs_node
@pytest.mark.parametrize("field", ["body", "body_digest", "chain_hash", "recorded_at", "kind"])
def test_an_altered_entry_is_found_and_located(field: str, tmp_path: Path) -> None:
    """Whichever entry is touched, by a single sign, that entry is named, and no other is blamed for it."""
    honest = copy_of(page_of(DEMO))
    count = len(bundled(DEMO).chain.entries)

    def touch(number: int) -> Callable[[Any], None]:
        def change(record: Any) -> None:
            entry = record["chain"]["entries"][number - 1]
            entry[field] = flipped(entry[field] or "0", 7 % len(entry[field] or "0"))

        return change

    numbers = range(1, count + 1)
    answers = checked([honest.altered(touch(number)) for number in numbers], tmp_path)

    assert [{f"entry {number}"} for number in numbers] == [set(places(answer)) for answer in answers]


@needs_node
def test_an_entry_left_out_or_put_in_is_found(tmp_path: Path) -> None:
    """A record that lacks an entry, or has one twice, does not pass."""
    honest = copy_of(page_of(DEMO))

    left_out, twice, exchanged = checked(
        [
            honest.altered(lambda record: record["chain"]["entries"].pop(4)),
            honest.altered(lambda record: record["chain"]["entries"].insert(4, record["chain"]["entries"][4])),
            honest.altered(lambda record: record["chain"]["entries"].insert(4, record["chain"]["entries"].pop(5))),
        ],
        tmp_path,
    )

    assert "entry 5" in places(left_out)
    assert "entry 6" in places(twice)
    assert {"entry 5", "entry 6"} <= set(places(exchanged))


@needs_node
def test_an_altered_opening_calendar_or_pack_is_found(tmp_path: Path) -> None:
    """What everything else rests on is checked as well."""

    def header(record: Any) -> None:
        record["chain"]["header"] = record["chain"]["header"].replace('"year_group":9', '"year_group":8')

    def first_hash(record: Any) -> None:
        record["chain"]["genesis"] = flipped(record["chain"]["genesis"], 5)

    def calendar(record: Any) -> None:
        shared = record["chain"]["shared"]
        shared[record["calendar"]] = shared[record["calendar"]].replace("2025-02-14", "2025-02-13")

    def pack(record: Any) -> None:
        record["editions"][0]["digest"] = flipped(record["editions"][0]["digest"], 10)

    honest = copy_of(page_of(DEMO))
    answers = checked([honest.altered(change) for change in (header, first_hash, calendar, pack)], tmp_path)

    assert ["the opening of the case", "the opening of the case", "the calendars", "pack england"] == [
        places(answer)[0] for answer in answers
    ]


@needs_node
def test_an_altered_day_of_a_count_is_found_and_located(tmp_path: Path) -> None:
    """Each day of each count is held against the calendar, and the one that is wrong is named with its duty."""
    honest = copy_of(page_of(DEMO))
    deadlines = json.loads(honest.record)["deadlines"]

    def touch(deadline: int, line: int, field: str) -> Callable[[Any], None]:
        def change(record: Any) -> None:
            found = record["deadlines"][deadline]["lines"][line]
            if field == "day":
                found["day"] = flipped(found["day"], 9)
            elif field == "counted":
                found["counted"] = not found["counted"]
            else:
                found["number"] = (found["number"] or 0) + 1

        return change

    altered = [
        (deadline, line, field)
        for deadline, said in enumerate(deadlines)
        for line in range(len(said["lines"]))
        for field in ("day", "counted", "number")
    ]
    answers = checked([honest.altered(touch(*each)) for each in altered], tmp_path)

    for (deadline, line, _), answer in zip(altered, answers, strict=True):
        said = deadlines[deadline]
        day = date.fromisoformat(said["lines"][line]["day"])
        assert 1 == len(answer["wrong"])
        assert said["duty"].replace("_", " ") in places(answer)[0]
        assert f"{day:%a} {day.day} {day:%b %Y}" in places(answer)[0]


@needs_node
def test_a_day_left_out_of_a_count_is_found(tmp_path: Path) -> None:
    """A count cannot be shortened by leaving out its last day, nor stretched."""
    honest = copy_of(page_of(DEMO))

    shorter, longer = checked(
        [
            honest.altered(lambda record: record["deadlines"][0]["lines"].pop()),
            honest.altered(lambda record: record["deadlines"][0]["lines"].append(record["deadlines"][0]["lines"][0])),
        ],
        tmp_path,
    )

    assert ["this day is missing from the working"] == [one["says"] for one in shorter["wrong"]]
    assert ["this day does not belong to the working"] == [one["says"] for one in longer["wrong"]]


@needs_node
def test_how_a_duty_stands_is_held_against_its_dates(tmp_path: Path) -> None:
    """A late duty cannot be passed off as met in time, nor its lateness made smaller, nor its day moved."""
    honest = copy_of(page_of(DEMO))
    obligations = json.loads(honest.record)["obligations"]
    late = next(place for place, owed in enumerate(obligations) if owed["late_by_school_days"])

    def set_to(field: str, value: object) -> Callable[[Any], None]:
        return lambda record: record["obligations"][late].update({field: value})

    answers = checked(
        [
            honest.altered(set_to("status", "met")),
            honest.altered(set_to("late_by_school_days", obligations[late]["late_by_school_days"] + 1)),
            honest.altered(set_to("due", obligations[late]["met_on"])),
        ],
        tmp_path,
    )

    name = obligations[late]["duty"].replace("_", " ")
    assert [True] * 3 == [any(name in place for place in places(answer)) for answer in answers]


@needs_node
def test_words_altered_on_the_page_are_found_and_located(tmp_path: Path) -> None:
    """What a reader sees is sealed too, part by part."""
    page = page_of(DEMO)
    honest = copy_of(page)
    named = {name: place for name, (place, _) in words_of_parts(page).items()}

    altered = [replace(honest, shown=honest.shown | {name: flipped(honest.shown[name], 0)}) for name in named]
    answers = checked(altered, tmp_path)

    assert [[place] for place in named.values()] == [places(answer) for answer in answers]


@needs_node
def test_a_part_taken_off_the_page_or_added_is_found(tmp_path: Path) -> None:
    """A duty cannot be left out of the page that was sealed, nor one put in."""
    honest = copy_of(page_of(DEMO))
    without = {name: text for name, text in honest.shown.items() if name != "duty 1"}

    missing, added = checked(
        [replace(honest, shown=without), replace(honest, shown=honest.shown | {"duty 999": "new"})], tmp_path
    )

    assert ["this part of the page is missing"] == [one["says"] for one in missing["wrong"]]
    assert ["it was added to the page"] == [one["says"] for one in added["wrong"]]


@needs_node
def test_any_other_change_of_the_record_breaks_its_seal(tmp_path: Path) -> None:
    """Whatever is touched in the data of the page, even what no count rests on, it no longer agrees."""
    honest = copy_of(page_of(DEMO))
    text = honest.record
    every = [replace(honest, record=flipped(text, at)) for at in range(3, len(text), len(text) // 60)]

    assert [False] * len(every) == [answer["agrees"] for answer in checked(every, tmp_path)]


def a_record() -> CaseRecord:
    """The record of the demo's case, for its calendars."""
    return open_case(example(DEMO), open_rulebook())


def every_kind_of_count() -> list[Deadline]:
    """A deadline for every unit and every way of counting."""
    record, day = a_record(), date(2025, 1, 31)
    calendar, holidays = record.calendar, record.bank_holidays
    civil = (Unit.CALENDAR_DAYS, Unit.HOURS, Unit.WEEKS, Unit.MONTHS, Unit.YEARS)
    return [
        *(last_day_within(n, Unit.SCHOOL_DAYS, after=day, calendar=calendar) for n in (0, 1, 15, 30)),
        *(school_day_number(n, from_day=day, calendar=calendar) for n in (1, 6)),
        *(last_day_within(n, Unit.WORKING_DAYS, after=day, bank_holidays=holidays) for n in (1, 2, 60)),
        *(last_day_within(n, unit, after=day) for n in (1, 25) for unit in civil),
        *(last_day_beginning_with(n, unit, first=day) for n in (1, 13) for unit in civil),
        *(latest_day_ahead(n, unit, before=day) for n in (1, 49) for unit in civil),
        *(latest_day_leaving(n, before=day, calendar=calendar) for n in (0, 5)),
        last_school_day_before(date(2025, 2, 24), calendar=calendar),
    ]


@needs_node
def test_the_program_and_the_verifier_of_the_library_agree(tmp_path: Path) -> None:
    """Two checks written apart say the same of every way of counting, of sound workings and of spoilt ones."""
    record = a_record()
    layers = [layer.as_data() for layer in record.calendar.layers]
    bank_holidays = record.bank_holidays
    sound = [
        certificate_of(deadline, calendar=record.calendar, bank_holidays=bank_holidays).as_data()
        for deadline in every_kind_of_count()
    ]
    spoilt: list[dict[str, Any]] = []
    for number, working in enumerate(sound):
        for field, value in (("count", 2), ("due", "2025-02-03"), ("counted_from", "2025-01-30"), ("lines", None)):
            other: dict[str, Any] = deepcopy(working)
            if field == "lines":
                other["lines"].pop(number % len(other["lines"]))
            else:
                other[field] = value
            spoilt.append(other)
    workings = [*sound, *spoilt]
    bundle = json.loads(copy_of(page_of(DEMO)).record)
    given = {
        "chain": bundle["chain"],
        "calendar": bundle["calendar"],
        "bank_holidays": bundle["bank_holidays"],
        "as_of": bundle["as_of"],
        "obligations": [],
        "deadlines": [{"duty": f"{n}", "about": None, "owed": None, **each} for n, each in enumerate(workings)],
    }
    answers = run_in_node(
        "record => { const told = []; checker.checkDeadlines(record, (place) => told.push(place)); return told; }",
        given,
        tmp_path,
    )
    wrong = {match[1] for place in answers if (match := re.match(r"duty (\d+)", place))}

    expected = {
        f"{n}"
        for n, each in enumerate(workings)
        if complaints_about(each, layers=layers, bank_holidays=bank_holidays.as_data())
    }
    assert expected == wrong
    assert not {f"{n}" for n in range(len(sound))} & expected
    assert len(spoilt) // 2 < len(expected)


@needs_browser
@pytest.mark.parametrize("spoilt", [False, True], ids=["honest", "spoilt"])
def test_a_browser_opens_the_page_and_says_whether_it_agrees(spoilt: bool, tmp_path: Path) -> None:
    """The program runs from a file, under the page's own ban on everything else, and reads what is on the page."""
    page = page_of(DEMO)
    before, after = "governing board met</strong>", "governing board sat</strong>"
    assert before in page
    path = tmp_path / "bundle.html"
    path.write_text(page.replace(before, after) if spoilt else page, "utf-8")
    assert BROWSER is not None
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile", "--dump-dom"]
    done = subprocess.run([BROWSER, *options, path.as_uri()], capture_output=True, timeout=100, check=True)
    shown = re.search(r'id="checked".*?</div>', done.stdout.decode("utf-8"), flags=re.S)

    assert shown is not None
    if spoilt:
        assert "Does not agree at entry 14, in the chronology" in shown[0]
    else:
        assert "<strong>Agrees.</strong>" in shown[0]


# The page ----------------------------------------------------------------------------------------------------------


@every_example
def test_tags_are_closed_in_their_turn(name: str) -> None:
    """The page is well formed."""
    assert [] == read(page_of(name)).misplaced


def test_the_page_asks_for_nothing_else() -> None:
    """It opens without a network, and tells nobody that it was opened."""
    reader = read(page_of(DEMO))

    assert not {"link", "img", "iframe", "object", "form"} & {tag for tag, _ in reader.tags}
    assert not [attributes for _, attributes in reader.tags if "src" in attributes]
    assert [] == [value for _, given in reader.tags if (value := given.get("href")) and not value.startswith("#")]
    without_data = re.sub(r'id="record">.*?</script>', "", page_of(DEMO))
    assert [] == re.findall(r"url\(|@import|fetch\(|XMLHttpRequest|import\(", without_data)


def test_only_the_program_of_the_page_may_run() -> None:
    """The page allows one script by its digest, and nothing from anywhere else."""
    reader = read(page_of(DEMO))
    policy = next(given["content"] for tag, given in reader.tags if tag == "meta" and "http-equiv" in given)
    program = reader.scripts["program"]
    digest = b64encode(hashlib.sha256(program.encode()).digest()).decode()

    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" == policy
    assert CHECKER.read_text("utf-8") in program


def test_every_link_within_the_page_leads_somewhere() -> None:
    """The contents take a reader to each section."""
    tags = read(page_of(DEMO)).tags
    ids = {given["id"] for _, given in tags if "id" in given}

    assert {f"#{name}" for name in ids} >= {given["href"] for tag, given in tags if tag == "a"}


@every_example
def test_headings_come_in_order(name: str) -> None:
    """One main heading, and no level skipped."""
    levels = [int(tag[1]) for tag, _ in read(page_of(name)).tags if re.fullmatch(r"h[1-6]", tag)]

    assert 1 == levels[0]
    assert 1 not in levels[1:]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_heading_of_a_table_says_what_it_heads() -> None:
    """Each `th` has its scope."""
    headings = [given for tag, given in read(page_of(DEMO)).tags if tag == "th"]

    assert {"col", "row"} == {given.get("scope") for given in headings}


def luminance(colour: str) -> float:
    """How bright a colour is, as WCAG 2 defines it."""
    full = colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:])
    parts = [int(full[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ink", ["ink", "quiet", "late", "fine"])
@pytest.mark.parametrize("behind", ["paper", "band"])
def test_text_stands_out_enough(ink: str, behind: str) -> None:
    """Every colour of text reaches the contrast of WCAG AA on every colour behind it."""
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]+)", page_of(DEMO)))
    bright, dark = sorted((luminance(colours[ink]), luminance(colours[behind])), reverse=True)

    assert ENOUGH_CONTRAST <= (bright + 0.05) / (dark + 0.05)


@every_example
def test_the_cover_says_what_is_shown(name: str) -> None:
    """Case, stage, day, and up to when the record was known stand first."""
    decision = bundled(name).page.decision
    cover = words_shown(page_of(name))["cover"]

    assert decision.case in cover
    assert f"Stage {decision.stage.replace('_', ' ')}" in cover
    assert f"As of {decision.as_of:%a} {decision.as_of.day} {decision.as_of:%b %Y}" in cover
    assert "Known on everything that is in the record" in cover
    assert bundled(name).chain.head in cover


@every_example
def test_every_duty_is_in_the_bundle_once(name: str) -> None:
    """Nothing that is owed, was met, missed or lapsed is left out."""
    bundle = bundled(name)

    assert sorted(range(len(bundle.page.decision.obligations))) == sorted(duty.owed for duty in bundle.duties)
    for title, duties in bundle.groups:
        statuses = {duty.entry.obligation.status for duty in duties}
        named = {GROUPS["missed"]: Status.MISSED, GROUPS["met late"]: Status.MET_LATE, GROUPS["met"]: Status.MET}
        assert {named.get(title)} == statuses or not statuses & set(named.values())


@every_example
def test_every_duty_has_its_paragraphs(name: str) -> None:
    """Each citation stands with what the provision says and how far that was confirmed."""
    parts = words_shown(page_of(name))
    edition = open_rulebook().edition(a_record().packs)

    for duty in bundled(name).duties:
        shown = parts[duty.part]
        for citation in duty.entry.obligation.rule.cites:
            provision = edition.provisions[citation]
            assert f"{citation} {' '.join(provision.says.split())}" in shown
        assert all(f"[{paragraph.certainty}" in shown for paragraph in duty.paragraphs)
        assert " ".join(duty.entry.obligation.rule.reading.split()) in shown
        assert " ".join(duty.entry.obligation.rule.alternative.split()) in shown


@every_example
def test_every_deadline_has_its_count_day_by_day(name: str) -> None:
    """Whoever doubts a date can count along, skipped days and all."""
    parts = words_shown(page_of(name))

    for duty in bundled(name).duties:
        if duty.entry.obligation.deadline is not None:
            assert duty.act is not None
            (working,) = [one for one in duty.act.workings if one.shows == "the last lawful day"]
            for line in working.certificate.lines:
                number = line.number if line.counted else "not counted"
                assert f"{line.day:%a} {line.day.day} {line.day:%b %Y} {number} {line.why}" in parts[duty.part]


def test_what_is_not_known_and_what_to_beware_of_is_told() -> None:
    """Open questions and warnings of the decision all stand in the bundle."""
    page, parts = bundled(DEMO).page, words_shown(page_of(DEMO))

    assert page.questions
    assert all(" ".join(question.asks.split()) in parts["questions"] for question in page.questions)
    assert page.warnings
    assert all(warning.message in parts["warnings"] for warning in page.warnings)


def test_the_versions_of_the_law_are_named_to_the_byte() -> None:
    """Whoever has the packs can see that they are the ones that decided."""
    shown = words_shown(page_of(DEMO))["packs"]

    assert all(edition.version in shown and edition.digest in shown for edition in bundled(DEMO).page.decision.editions)


def test_every_entry_stands_with_what_its_hashes_are_taken_of() -> None:
    """Body, digest and hash can be read, and worked out by hand."""
    parts = words_shown(page_of(DEMO))

    for entry in bundled(DEMO).chain.entries:
        shown = parts[f"record of entry {entry.number}"]
        assert entry.body is not None
        assert entry.body in shown
        assert f"Digest of the body {entry.body_digest}" in shown
        assert f"Hash {entry.chain_hash}" in shown


def test_the_same_case_gives_the_same_bytes() -> None:
    """Two bundles of one case can be compared."""
    rulebook = open_rulebook()
    record = open_case(example(DEMO), rulebook)
    again = hearing_bundle(record, chain_of_record(record, rulebook), rulebook, as_of=as_of_example(DEMO))

    assert page_of(DEMO) == bundle_as_html(again)


def page_of_text(text: str, tmp_path: Path, *, known_on: date | datetime | None = None) -> str:
    """The page of a case written out in a test."""
    path = tmp_path / "case.yaml"
    path.write_text(text, "utf-8")
    rulebook = open_rulebook()
    record = open_case(path, rulebook)
    chain = chain_of_record(record, rulebook)
    return bundle_as_html(hearing_bundle(record, chain, rulebook, as_of=date(2025, 3, 17), known_on=known_on))


def test_text_from_a_case_stays_text(tmp_path: Path) -> None:
    """Nothing that somebody types into a case becomes part of the page's code, nor of its data's frame."""
    case = '"</script><script>alert(1)</script><!-- @@SEALS@@ é"'
    page = page_of_text(example(DEMO).read_text("utf-8").replace("LEI-2025-0042", case), tmp_path)

    assert 3 == page.count("<script")
    assert 3 == page.count("</script>")
    assert json.loads(read(page).scripts["record"])["case"] == json.loads(case)
    assert "parts" in json.loads(read(page).scripts["seals"])


@needs_node
def test_what_was_recorded_later_is_left_aside_and_said_to_be(tmp_path: Path) -> None:
    """A bundle of what was known at a time names the entries that came after it, keeps their digests, and agrees."""
    text = example(DEMO).read_text("utf-8")
    written = "event: governing_board_met,"
    assert written in text
    text = text.replace(written, "event: governing_board_met, recorded_at: 2025-02-20T09:00:00Z,")
    page = page_of_text(text, tmp_path, known_on=date(2025, 2, 19))
    later = page_of_text(text, tmp_path, known_on=date(2025, 2, 20))

    entry = next(one for one in json.loads(copy_of(page).record)["chain"]["entries"] if one["left_out"])
    shown = words_shown(page)[f"entry {entry['number']}"]
    assert "recorded after the time at which the record is shown here" in shown
    assert "Thu 20 Feb 2025, 09:00:00 UTC" in shown
    assert entry["body"] is None
    assert "governing_board_met" not in words_shown(page)[f"record of entry {entry['number']}"]
    assert "what was recorded by the end of Wed 19 Feb 2025" in words_shown(page)["cover"]
    assert [[], []] == [answer["wrong"] for answer in checked([copy_of(page), copy_of(later)], tmp_path)]
    assert not [one for one in json.loads(copy_of(later).record)["chain"]["entries"] if one["left_out"]]


def test_a_judgement_recorded_later_is_no_part_of_what_was_known(tmp_path: Path) -> None:
    """Of the judgements of a case file the page tells those that had been recorded, with the time of it."""
    made = "judgement: affects_authority_duties, value: yes, by: proprietor, recorded_at: 2025-02-20T09:00:00Z"
    text = example(DEMO).read_text("utf-8") + f"judgements:\n  - {{{made}}}\n"
    before = "".join(read(page_of_text(text, tmp_path, known_on=date(2025, 2, 19))).text)
    after = "".join(read(page_of_text(text, tmp_path, known_on=date(2025, 2, 20))).text)

    told = "Judgement: affects authority duties"
    assert told not in before
    assert told in after
    assert "Thu 20 Feb 2025, 09:00:00 UTC" in after


# Cases of a store --------------------------------------------------------------------------------------------------


NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one case in which an entry was corrected, one withdrawn, and one redacted."""
    pytest.importorskip("sqlalchemy", reason="a store needs its libraries")
    pytest.importorskip("alembic", reason="a store needs its libraries")
    from inclusion_rules.records.store import CaseStore

    path = tmp_path_factory.mktemp("store") / "cases.db"
    rulebook = open_rulebook()
    case = Case.open(a_record(), rulebook, recorded_at=NOON, recorded_by="clerk")
    met = next(entry for entry in case.log if entry.event.name == "governing_board_met")
    told = next(entry for entry in case.log if entry.event.name == "work_set")
    with CaseStore.open(path, rulebook=rulebook) as opened:
        case_id = opened.create(case)
        for step in (
            lambda c: c.corrected(
                met.number,
                replace(met.event, date=date(2025, 2, 4)),
                rulebook,
                recorded_at=NOON.replace(day=2),
                recorded_by="é",
            ),
            lambda c: c.withdrawn(told.number, recorded_at=NOON.replace(day=3), recorded_by="clerk"),
        ):
            opened.append_latest(case_id, lambda c, step=step: step(c).log.entries[-1])  # type: ignore[misc]
        opened.redact(case_id, [1], by="data protection officer", at=NOON.replace(day=4), why="asked for")
    return path


@pytest.fixture
def stored_page(store: Path, tmp_path: Path) -> str:
    """The page of the stored case, as the command makes it."""
    out = tmp_path / "bundle.html"
    assert 0 == main(["bundle", str(store), "--as-of", "2025-03-17", "--out", str(out)])
    return out.read_text("utf-8")


def shown_of(page: str, event: str) -> list[str]:
    """The rows of the chronology that tell of an event."""
    return [text for name, text in words_shown(page).items() if re.fullmatch(r"entry \d+", name) and event in text]


@needs_node
def test_a_stored_case_agrees_with_its_redaction(stored_page: str, tmp_path: Path) -> None:
    """Taking away what an entry said leaves a bundle that can be checked from end to end."""
    (answer,) = checked([copy_of(stored_page)], tmp_path)

    assert [] == answer["wrong"]
    assert len(a_record().events) + 3 == answer["counted"]["entries"]


def test_a_correction_is_shown_as_such(stored_page: str) -> None:
    """Both entries stand in the chronology, each naming the other, each with both its times."""
    corrected = next(row for row in shown_of(stored_page, "governing board met") if "corrected by" in row)
    correcting = next(row for row in shown_of(stored_page, "governing board met") if "corrects entry" in row)

    assert corrected.startswith("Wed 5 Feb 2025")
    assert "Sat 1 Mar 2025, 12:00:00 UTC, by clerk" in corrected
    assert correcting.startswith("Tue 4 Feb 2025")
    assert "Sun 2 Mar 2025, 12:00:00 UTC, by é" in correcting


def test_a_withdrawal_is_shown_as_such(stored_page: str) -> None:
    """An event that never happened stays to be seen, with what withdrew it."""
    rows = shown_of(stored_page, "work set")

    assert 2 == len(rows)
    assert any("withdrawn by entry" in row for row in rows)
    assert any("it never happened" in row for row in rows)


def test_a_redacted_entry_is_shown_with_its_digests(stored_page: str) -> None:
    """What is gone is said to be gone, by which entry, and its digest and hash remain."""
    parts = words_shown(stored_page)
    entry = json.loads(copy_of(stored_page).record)["chain"]["entries"][0]

    assert "redacted by entry" in parts["entry 1"]
    assert "redacted: what it said was taken away" in parts["record of entry 1"]
    assert entry["body_digest"] in parts["record of entry 1"]
    assert entry["chain_hash"] in parts["record of entry 1"]
    assert "suspended" not in parts["entry 1"]


@needs_node
def test_a_stored_case_as_it_was_known_before_its_correction(store: Path, tmp_path: Path) -> None:
    """What the file said on that day is shown, the later entries are named and left aside, and the copy agrees."""
    out = tmp_path / "bundle.html"
    days = ["--as-of", "2025-03-17", "--known-on", "2025-03-01"]
    assert 0 == main(["bundle", str(store), *days, "--out", str(out)])
    page = out.read_text("utf-8")

    (met,) = shown_of(page, "governing board met")
    assert met.startswith("Wed 5 Feb 2025")
    assert "corrected" not in met
    assert 2 == sum("left aside" in row for row in shown_of(page, "event recorded later"))
    (answer,) = checked([copy_of(page)], tmp_path)
    assert [] == answer["wrong"]


@needs_node
def test_a_stored_judgement_recorded_later_is_left_aside(tmp_path: Path) -> None:
    """Its entry is named, what it said is not shown, and the copy agrees."""
    pytest.importorskip("sqlalchemy", reason="a store needs its libraries")
    from inclusion_rules.records.case_text import JudgementMade
    from inclusion_rules.records.store import CaseStore

    place, out, rulebook = tmp_path / "cases.db", tmp_path / "bundle.html", open_rulebook()
    judged = Judgement("affects_authority_duties", value=True, by="proprietor")
    with CaseStore.open(place, rulebook=rulebook) as opened:
        case_id = opened.create(Case.open(a_record(), rulebook, recorded_at=NOON, recorded_by="clerk"))
        opened.append_latest(case_id, lambda _: JudgementMade(judged, NOON.replace(day=5), "clerk"))
    days = ["--as-of", "2025-03-17", "--known-on", "2025-03-04"]
    assert 0 == main(["bundle", str(place), *days, "--out", str(out)])

    page = out.read_text("utf-8")
    assert shown_of(page, "judgement recorded later")
    assert "affects authority duties" not in "".join(shown_of(page, ""))
    (answer,) = checked([copy_of(page)], tmp_path)
    assert [] == answer["wrong"]


@needs_node
def test_an_altered_salt_or_redaction_is_found(stored_page: str, tmp_path: Path) -> None:
    """Nothing that keeps the proof of a stored case can be exchanged."""
    honest = copy_of(stored_page)

    def salt(record: Any) -> None:
        record["chain"]["entries"][4]["salt"] = flipped(record["chain"]["entries"][4]["salt"], 3)

    def unredacted(record: Any) -> None:
        record["chain"]["entries"][-1]["body"] = None

    answers = checked([honest.altered(salt), honest.altered(unredacted)], tmp_path)

    assert ["entry 5"] == places(answers[0])
    assert "entry 1" in places(answers[1])


def test_which_case_of_a_store_can_be_said(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By the council's reference or by id; one that is not there is named."""
    out = tmp_path / "bundle.html"

    assert 0 == main(["bundle", str(store), "--case", a_record().id, "--as-of", "2025-03-17", "--out", str(out)])
    assert 1 == main(["bundle", str(store), "--case", "nobody", "--out", str(out)])
    assert "nobody" in capsys.readouterr().err


# The command -------------------------------------------------------------------------------------------------------


def test_the_command_makes_the_bundle_of_a_case_file(tmp_path: Path) -> None:
    """What it writes is one page that says which library made it."""
    out = tmp_path / "bundle.html"

    assert 0 == main(["bundle", str(example(DEMO)), "--as-of", "2025-03-17", "--out", str(out)])
    assert "Made with inclusion-rules" in words_shown(out.read_text("utf-8"))["packs"]
    assert "which keeps no hashes" in words_shown(out.read_text("utf-8"))["cover"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.yaml"], 1, "there is no such file"),
        (["nowhere.db"], 1, "nowhere.db"),
        ([str(example(DEMO)), "--case", "x"], 2, "holds one case"),
        ([str(example(DEMO)), "--as-of", "17 March"], 2, "is not a day"),
    ],
)
def test_wrong_use_is_told(
    arguments: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nothing is written where there is nothing to write."""
    out = tmp_path / "bundle.html"

    assert code == main(["bundle", *arguments, "--out", str(out)])
    assert says in capsys.readouterr().err
    assert not out.exists()
