"""`draft` and `check-notice` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from inclusion_rules.casework.opening import example
from inclusion_rules.cli import main

LEICS = example("leicestershire_permanent_exclusion")


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit code, what it showed, and what it told the person at the keyboard."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command as if it had been typed."""

    def typed(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "fault of inclusion-rules" not in captured.err
        return Said(code, captured.out, captured.err)

    return typed


Run = Callable[..., Said]


@pytest.mark.parametrize("name", ["parent_notice", "parent notice", "Parent  Notice"])
def test_a_document_is_named_with_spaces_or_underscores(name: str, run: Run) -> None:
    """As everywhere."""
    said = run("draft", LEICS, name, "--as-of", "2025-01-13")

    assert (0, "") == (said.code, said.err)
    assert said.out.startswith("DRAFT, not sent: Notice of an exclusion\n")


def test_each_form_is_written(run: Run, tmp_path: Path) -> None:
    """Text and a page for people, data for programs, to a file where that is asked for."""
    typed = ("draft", LEICS, "board decision letter", "--as-of", "2025-02-11")
    page = tmp_path / "letter.html"

    assert 0 == run(*typed, "--format", "html", "--out", page).code
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    told = json.loads(run(*typed, "--format", "json").out)
    assert ("LEI-2025-0042", "board_decision_letter", False) == (told["case"], told["document"]["id"], told["complete"])


def test_answers_are_read_from_a_file(run: Run, tmp_path: Path) -> None:
    """What they answer is no longer missing."""
    answers = tmp_path / "answers.yaml"
    answers.write_text("document: parent notice\nanswers:\n  pupil name: Alex Example\n", "utf-8")
    said = run("draft", LEICS, "parent_notice", "--as-of", "2025-01-13", "--answers", answers)

    assert 0 == said.code
    assert "I have decided to exclude Alex Example. The exclusion is permanent." in " ".join(said.out.split())
    assert "What is the pupil's name?" not in said.out


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("answers: {pupl name: Alex}", "did you mean `pupil name`?"),
        ("answers: {remote meeting: yes}", "its words are always the same"),
        ("document: cancellation notice\nanswers: {pupil name: Alex}", "`parent notice` is being drafted"),
        ("answers: {permanent: soon}", "`permanent` is a day such as 2025-03-24"),
        ("answers: {school name: Another School}", "the case file has `Example Academy` for `school name`"),
        ("answer: {pupil name: Alex}", "did you mean `answers`?"),
        ("answers: {pupil name: true}", "`pupil name` is words"),
    ],
)
def test_answers_that_do_not_fit_are_told(content: str, says: str, run: Run, tmp_path: Path) -> None:
    """With their place, and the exit code of an invalid file."""
    answers = tmp_path / "answers.yaml"
    answers.write_text(content + "\n", "utf-8")
    said = run("draft", LEICS, "parent_notice", "--as-of", "2025-01-13", "--answers", answers)

    assert (3, "") == (said.code, said.out)
    assert f"{answers}:" in said.err
    assert says in said.err


def test_the_day_of_sending_gives_the_last_day_to_apply(run: Run, file_of: Callable[[str], Path]) -> None:
    """Typed beside the case, and not written into it."""
    case = file_of("not_reinstated")
    said = run(
        "draft", case, "board_decision_letter", "--as-of", "2025-03-20",
        "--sent-on", "2025-03-21", "--served-by", "first_class_post",
    )  # fmt: skip

    assert 0 == said.code
    assert "The last day to apply is Wednesday 30 April 2025." in " ".join(said.out.split())


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("parent_notise",), 2, "did you mean `parent_notice`"),
        (("partnership_referral",), 2, "The packs of this case have: `board decision letter`"),
        (("cancellation_notice",), 1, "which this case does not record"),
        (("parent_notice", "--about", "2025-01-12"), 2, "2025-01-13"),
        (("parent_notice", "--served-by", "email"), 2, "give that day with `--sent-on`"),
        (("parent_notice", "--sent-on", "2025-01-14"), 2, "records `parent notified in writing` on Mon 13 Jan 2025"),
        (("board_decision_letter", "--sent-on", "2025-02-11", "--served-by", "pigeon"), 2, "`pigeon` is not one of"),
        (("parent_notice", "--format", "pdf"), 2, "`pdf` is not one of"),
        (("parent_notice", "--answers", "nowhere.yaml"), 1, "there is no such file"),
    ],
)
def test_what_cannot_be_drafted_is_told(typed: tuple[str, ...], code: int, says: str, run: Run) -> None:
    """In a sentence, with the nearest right word."""
    said = run("draft", LEICS, *typed, "--as-of", "2025-02-12")

    assert (code, "") == (said.code, said.out)
    assert says in said.err


def test_own_templates_are_used_and_their_mistakes_told(run: Run, tmp_path: Path) -> None:
    """A school's own layout, and the line in it that cannot be."""
    layout = tmp_path / "letter.txt.j2"
    layout.write_text(
        "{{ letter.title }}\n{% for section in sections %}\n{{ section.heading }}\n{% endfor %}\n", "utf-8"
    )
    typed = ("draft", LEICS, "parent_notice", "--as-of", "2025-01-13", "--templates", tmp_path)

    assert "Notice of an exclusion\nThe decision\n" == run(*typed).out[: len("Notice of an exclusion\nThe decision\n")]
    layout.write_text("ok\n{% for section in sections %}\n{{ section.headnig }}\n{% endfor %}\n", "utf-8")
    said = run(*typed)
    assert 3 == said.code
    assert f"{layout}:3:12: error[D704]: `headnig` is not a part of this section" in said.err
    assert "did you mean `heading`?" in said.err


def test_what_people_write_is_escaped_on_the_page(run: Run, tmp_path: Path) -> None:
    """Neither the case file nor an answer can put a script into a page."""
    case, answers = tmp_path / "case.yaml", tmp_path / "answers.yaml"
    case.write_text(LEICS.read_text("utf-8").replace("Example Academy", "'<img src=x onerror=alert(1)>'"), "utf-8")
    answers.write_text(
        'answers: {reasons: \'<script>alert(1)</script> & "more"\', pupil name: "O\'<b>Brien"}\n', "utf-8"
    )
    page = run("draft", case, "parent_notice", "--as-of", "2025-01-13", "--format", "html", "--answers", answers).out

    assert "<script" not in page
    assert "<img" not in page
    assert "<b>Brien" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;more&#34;" in page


def test_a_page_needs_nothing_from_elsewhere(run: Run) -> None:
    """It opens offline and runs nothing."""
    page = run("draft", LEICS, "parent_notice", "--as-of", "2025-01-13", "--format", "html").out

    assert "default-src 'none'" in page
    assert not any(part in page for part in ("src=", "<link", "<script", "@import", "url("))


# check-notice --------------------------------------------------------------------------------------------------------


def test_a_lacking_notice_is_a_finding_and_no_error(run: Run, tmp_path: Path) -> None:
    """It ends well, and says what is not there and by which law it should be."""
    letter = tmp_path / "letter.txt"
    letter.write_text("Alex is permanently excluded. The reason is fighting.\n", "utf-8")
    said = run("check-notice", LEICS, letter, "--as-of", "2025-01-14")

    assert (0, "") == (said.code, said.err)
    assert "NOT RECOGNISED" in said.out
    assert "SI 2012/1033 reg 5(3)(b)(iv)" in said.out
    assert "A notice that lacks items is still a notice." in " ".join(said.out.split())


def test_a_checked_notice_as_data(run: Run, tmp_path: Path) -> None:
    """For other programs."""
    notice = tmp_path / "notice.json"
    notice.write_text(json.dumps({"document": "parent_notice", "items": {"reasons": "absent"}}), "utf-8")
    told = json.loads(run("check-notice", LEICS, notice, "--as-of", "2025-01-14", "--format", "json").out)

    assert "items" == told["read_as"]
    assert 0 == told["score"]["has"]
    reasons = next(one for one in told["items"] if one["id"] == "reasons")
    assert ("absent", True, "must") == (reasons["found"], reasons["needed"], reasons["force"])


@pytest.mark.parametrize(
    ("name", "content", "typed", "code", "says"),
    [
        ("n.yaml", "document: parnt notice\nitems: {reasons: present}", (), 2, "did you mean `parent_notice`"),
        ("n.yaml", "document: parent notice\nitems: {reason: present}", (), 3, "did you mean `reasons`?"),
        ("n.yaml", "document: parent notice\nitems: {}", ("--document", "cancellation notice"), 2, "the file says"),
        ("n.txt", "words", ("--document", "cancellation notice"), 1, "which this case does not record"),
        ("n.txt", "words", ("--about", "2024-11-17"), 2, "2025-01-13"),
        ("n.txt", "", (), 3, "the file is empty"),
    ],
)  # fmt: skip
def test_a_notice_that_cannot_be_checked_is_told(
    name: str, content: str, typed: tuple[str, ...], code: int, says: str, run: Run, tmp_path: Path
) -> None:
    """With the exit code of the contract."""
    path = tmp_path / name
    path.write_text(content, "utf-8")
    said = run("check-notice", LEICS, path, "--as-of", "2025-02-12", *typed)

    assert (code, "") == (said.code, said.out)
    assert says in said.err


@pytest.mark.parametrize("command", ["draft", "check-notice"])
def test_each_command_explains_itself_with_an_example(command: str, run: Run) -> None:
    """And is listed."""
    assert f"inclusion-rules {command} " in run(command, "--help").out.split("Example", 1)[1]
    assert f"  {command} " in run("--help").out
