"""The command `check`, pointed at documents: alone, by their folder, or with their pack."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inclusion_rules.cli.check import Report, checked
from inclusion_rules.loading.trees import shipped


@pytest.fixture
def england(tmp_path: Path) -> Path:
    """A copy of the national pack, to be edited."""
    folder = tmp_path / "england"
    shutil.copytree(shipped("rules") / "england", folder, ignore=shutil.ignore_patterns("scenarios"))
    return folder


def broken(england: Path, file: str, what: str, instead: str) -> Path:
    """A document of the pack with a slip in it."""
    path = england / "documents" / file
    text = path.read_text("utf-8")
    assert what in text
    path.write_text(text.replace(what, instead, 1), "utf-8")
    return path


def told(report: Report) -> list[tuple[str, str, str]]:
    """Of each error: the file's name, the code, and the words at fault."""
    return [
        (
            Path(one.place.file).name,
            one.code,
            one.excerpt[one.place.column - 1 : one.place.column - 1 + one.place.width],
        )
        for one in report.errors
    ]


SLIP = ("parent_notice.yaml", "to: relevant person", "to: relevant persn")
TOLD = [("parent_notice.yaml", "R203", "relevant persn")]


def test_a_broken_document_is_told_with_its_place(england: Path) -> None:
    """Whoever checks a pack learns of a slip in its letters, at the very words."""
    path = broken(england, *SLIP)
    report = checked([england])

    assert TOLD == told(report)
    assert str(path) == report.errors[0].place.file
    assert 3 == report.exit_code


def test_a_broken_template_is_told_with_its_place(england: Path) -> None:
    """What a layout may not do is told before anybody drafts with it."""
    path = england / "documents" / "letter.txt.j2"
    path.write_text(path.read_text("utf-8") + "\n{% set x = 1 %}\n", "utf-8")
    report = checked([england])

    assert {("letter.txt.j2", "D702")} == {each[:2] for each in told(report)}
    assert len(path.read_text("utf-8").splitlines()) == report.errors[0].place.line


@pytest.mark.parametrize("name", ["parent_notice.yaml", "letter.html.j2", "provisions.yaml"])
def test_a_document_can_be_checked_alone(england: Path, name: str) -> None:
    """It is known for what it is, within its pack, and nothing else of the pack is told of."""
    broken(england, "cancellation_notice.yaml", "title:", "titel:")
    report = checked([england / "documents" / name])

    assert () == report.diagnostics
    assert 1 == report.files


def test_a_broken_document_alone_is_told(england: Path) -> None:
    """The same as with its pack."""
    assert TOLD == told(checked([broken(england, *SLIP)]))


@pytest.mark.parametrize("inside", ["documents", "."])
def test_a_document_is_found_from_within_its_pack(england: Path, inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However its path is typed, a slip is not passed over."""
    path = broken(england, *SLIP)
    monkeypatch.chdir(england / inside)

    assert TOLD == told(checked([path.relative_to(england / inside)]))
    assert TOLD == told(checked([Path("..") / "documents" if inside == "documents" else Path()]))


def test_a_folder_of_documents_is_checked(england: Path) -> None:
    """It stands for all that lies in it, the templates included."""
    broken(england, *SLIP)
    folder = england / "documents"
    report = checked([folder])

    assert TOLD == told(report)
    assert len(list(folder.iterdir())) == report.files


def test_a_document_of_a_broken_pack_is_not_called_sound(england: Path) -> None:
    """Where the pack itself cannot be read, that is told."""
    (england / "pack.yaml").write_text("pack: [england\n", "utf-8")
    report = checked([england / "documents" / "parent_notice.yaml"])

    assert {"pack.yaml"} == {each[0] for each in told(report)}


def test_documents_that_would_not_be_found_are_told(england: Path) -> None:
    """A pack whose folder has another name than the pack would never draft a letter."""
    renamed = england.rename(england.with_name("englnd"))
    report = checked([renamed])

    assert [("pack.yaml", "R216")] == [each[:2] for each in told(report)]


def test_a_council_that_leaves_out_what_must_be_said_is_told(england: Path, tmp_path: Path) -> None:
    """A local version is held against the national document."""
    folder = tmp_path / "leicestershire"
    shutil.copytree(shipped("rules") / "leicestershire", folder, ignore=shutil.ignore_patterns("scenarios"))
    text = (england / "documents" / "parent_notice.yaml").read_text("utf-8")
    assert "item: remote meeting" in text
    own = folder / "documents" / "parent_notice.yaml"
    own.write_text(text.replace("item: remote meeting", "item: some other thing"), "utf-8")
    for layout in (england / "documents").glob("letter.*"):
        shutil.copy(layout, folder / "documents")
    report = checked([folder])

    assert ("parent_notice.yaml", "D706") in {each[:2] for each in told(report)}


def test_a_file_that_is_not_there_could_not_be_checked(england: Path) -> None:
    """A path that leads to no document is told, and the exit code is that of what cannot be read."""
    report = checked([england / "documents" / "nothing.yaml"])

    assert ["Y100"] == [one.code for one in report.errors]
    assert 1 == report.exit_code
