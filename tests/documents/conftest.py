"""What the document tests share: drafting a document for a case, and the outputs expected of them.

To write the expected outputs anew after a change that was meant: WRITE_GOLDEN=1 pytest tests/documents, then read the
difference before committing it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from inclusion_rules.casework.opening import example, open_case, open_rulebook
from inclusion_rules.documents.drafting import Draft, draft_document
from inclusion_rules.documents.items import Held, held_against
from inclusion_rules.documents.laying_out import draft_as_text
from inclusion_rules.documents.opening import open_documents
from inclusion_rules.documents.sending import Sending
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.document_items import Answers, DocumentDefinition
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import shipped

HERE = Path(__file__).parent


@lru_cache(maxsize=8)
def documents_of(*packs: str) -> dict[str, DocumentDefinition]:
    """The shipped documents of packs."""
    return open_documents(open_rulebook(), packs)


def case_called(name: str) -> Path:
    """A case of these tests, or an example that ships."""
    own = HERE / "cases" / f"{name}.yaml"
    return own if own.is_file() else example(name)


@lru_cache(maxsize=16)
def record_of(name: str) -> CaseRecord:
    """A case, read."""
    return open_case(case_called(name), open_rulebook())


def drafted(
    document: str,
    case: str,
    as_of: str,
    *,
    about: str | None = None,
    answers: dict[str, object] | None = None,
    sent_on: str | None = None,
    served_by: str | None = None,
    record: CaseRecord | None = None,
) -> Draft:
    """A document drafted for a case as of a day."""
    record = record or record_of(case)
    return draft_document(
        documents_of(*record.packs)[document],
        record,
        open_rulebook(),
        as_of=date.fromisoformat(as_of),
        about=date.fromisoformat(about) if about else None,
        answers=Answers(answers) if answers else None,  # type: ignore[arg-type]
        sending=Sending(date.fromisoformat(sent_on), served_by) if sent_on else None,
    )


def held(document: str, case: str, as_of: str, *, about: str | None = None) -> Held:
    """A document held against a case as of a day."""
    record = record_of(case)
    return held_against(
        documents_of(*record.packs)[document],
        record,
        open_rulebook(),
        as_of=date.fromisoformat(as_of),
        about=date.fromisoformat(about) if about else None,
    )


def letter(text: str) -> str:
    """The letter itself in a draft as text, without what is said about it, on one line."""
    return " ".join(text.split("-" * 78)[1].split())


@pytest.fixture(scope="session")
def draft_of() -> Callable[..., Draft]:
    """Drafts a document for a case."""
    return drafted


@pytest.fixture(scope="session")
def held_of() -> Callable[..., Held]:
    """Holds a document against a case."""
    return held


@pytest.fixture(scope="session")
def record_called() -> Callable[[str], CaseRecord]:
    """Reads a case of these tests, or an example."""
    return record_of


@pytest.fixture(scope="session")
def file_of() -> Callable[[str], Path]:
    """Where a case of these tests, or an example, lies."""
    return case_called


@pytest.fixture(scope="session")
def shipped_documents() -> Callable[..., dict[str, DocumentDefinition]]:
    """The shipped documents of packs."""
    return documents_of


@pytest.fixture(scope="session")
def words_of_letter() -> Callable[[Draft], str]:
    """The letter itself in a draft, on one line."""
    return lambda draft: letter(draft_as_text(draft))


@pytest.fixture
def expected() -> Callable[[str, str], str]:
    """The expected output of that name; given the present one, so that it can be written where that is asked for."""

    def read(name: str, present: str) -> str:
        path = HERE / "golden" / name
        if os.environ.get("WRITE_GOLDEN"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(present, "utf-8")
        return path.read_text("utf-8")

    return read


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the national pack's documents, to be edited."""
    folder = tmp_path / "england"
    shutil.copytree(shipped("rules") / "england" / "documents", folder / "documents")
    shutil.copy(shipped("rules") / "england" / "pack.yaml", folder / "pack.yaml")
    return folder


@pytest.fixture
def told_of(pack: Path) -> Callable[..., list[str]]:
    """Edits a file of the pack's documents and tells what is then said of it, each problem in full."""

    def edit(file: str, what: str, instead: str, *, packs: tuple[str, ...] = ("england",)) -> list[str]:
        path = pack / "documents" / file
        text = path.read_text("utf-8")
        assert what in text
        path.write_text(text.replace(what, instead, 1), "utf-8")
        problems = Problems()
        open_documents(open_rulebook(), packs, rules=[pack], problems=problems)
        return [one.rendered().replace(f"{pack}/documents/", "") for one in problems.found]

    return edit
