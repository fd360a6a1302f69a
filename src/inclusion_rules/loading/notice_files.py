"""Reads what a person hands in about a document: answers for a draft, and notices that came in, in data or in words.

Knows which names a document has and what kind of value each takes. It judges no notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from inclusion_rules.domain.document_items import Answers, DocumentDefinition
from inclusion_rules.domain.facts import FactKind, FactType, Known
from inclusion_rules.errors import Diagnostic, InvalidFilesError, nearest_word
from inclusion_rules.loading.conditions import known_value
from inclusion_rules.loading.document_grammar import AnswersDocument, NoticeDocument
from inclusion_rules.loading.document_reading import key_span_at, read_document, span_at
from inclusion_rules.loading.file_text import text_of
from inclusion_rules.loading.problems import Problems, nearest_key
from inclusion_rules.loading.trees import read_tree
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.source import Span
from inclusion_rules.vocabulary import identifier, words

PRESENT, ABSENT = "present", "absent"
AS_DATA = (".yaml", ".yml", ".json")
AS_PAGE = (".html", ".htm")
UNSEEN = frozenset({"script", "style", "template", "head"})
TOO_NEAR = 3
"""A word that differs by so few letters from `present` or `absent` is taken for a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that came in: its words, or what it says item by item (`present`, `absent`, or what it says)."""

    file: str
    document: str | None
    text: str | None = None
    items: Mapping[str, str | date | float] = field(default_factory=dict)


def load_answers(path: Path, definition: DocumentDefinition) -> Answers:
    """The answers that a file gives to what a document asks.

    Raises:
        InvalidFilesError: the file cannot be used as it stands; every problem is told.
    """
    problems = Problems()
    node = read_tree(path, problems)
    document = read_document(AnswersDocument, node, problems) if node is not None else None
    values: dict[str, Known] = {}
    spans: dict[str, Span] = {}
    if document is not None and node is not None:
        if document.document is not None and identifier(document.document) != definition.id:
            message = f"these are answers for `{document.document}`, and `{words(definition.id)}` is being drafted"
            problems.add(span_at(node, "document"), "R204", message)
        for name, value in document.answers.items():
            place = span_at(node, "answers", name)
            item = definition.named(name)
            if item is None:
                place = key_span_at(node, "answers", name)
                known = [one.id for one in definition.fields if one.holds_a_value]
                problems.unknown(place, f"something that `{words(definition.id)}` asks for", words(name), known)
            elif not item.holds_a_value:
                message = f"`{words(name)}` needs no answer: its words are always the same"
                problems.add(place, "R204", message, help="leave it out")
            else:
                found = _answer(value, item.type)
                if found is None:
                    message = f"`{value}` does not fit; `{words(name)}` is {_wanted(item.type)}"
                    problems.add(place, "R204", message, help=nearest_key(str(value), item.type.choices))
                else:
                    values[name], spans[name] = found, place
    problems.raise_if_any()
    return Answers(values, spans)


def load_notice(path: Path) -> Notice:
    """A notice that came in: YAML or JSON item by item, or its words as plain text or a web page.

    Raises:
        InvalidFilesError: the file cannot be used as it stands; every problem is told.
    """
    problems = Problems()
    if path.suffix.lower() in AS_DATA:
        node = read_tree(path, problems)
        document = read_document(NoticeDocument, node, problems) if node is not None else None
        problems.raise_if_any()
        assert node is not None
        assert document is not None
        _refuse_slips(document, node, problems)
        problems.raise_if_any()
        items = {name: _stated(value) for name, value in document.items.items()}
        return Notice(str(path), identifier(document.document), items=items)
    text = _text(path)
    return Notice(str(path), None, text=_words_of_page(text) if path.suffix.lower() in AS_PAGE else text)


def check_names(notice: Notice, path: Path, definition: DocumentDefinition) -> None:
    """Hold the names of a notice in data against the items of its document.

    Raises:
        InvalidFilesError: it names an item that the document does not have.
    """
    problems = Problems()
    known = [item.id for item in definition.items]
    unknown = [name for name in notice.items if name not in known]
    node = read_tree(path, problems) if unknown else None
    for name in unknown:
        assert node is not None
        problems.unknown(key_span_at(node, "items", name), f"an item of `{words(definition.id)}`", words(name), known)
    problems.raise_if_any()


def _answer(value: object, kind: FactType) -> Known | None:
    if kind.kind is FactKind.TEXT:
        return value.strip() or None if isinstance(value, str) else _spelled(value)
    return known_value(value, kind)


def _spelled(value: object) -> str | None:
    """A number or a day where words are asked for, as it was written."""
    return str(value) if isinstance(value, int | float | date) and not isinstance(value, bool) else None


def _wanted(kind: FactType) -> str:
    return {FactKind.DATE: "a day such as 2025-03-24", FactKind.TEXT: "words", FactKind.YES_NO: "yes or no"}.get(
        kind.kind, str(kind)
    )


def _refuse_slips(document: NoticeDocument, node: Node, problems: Problems) -> None:
    for name, value in document.items.items():
        place = span_at(node, "items", name)
        if not isinstance(value, str):
            continue
        word = value.strip().lower()
        if not word:
            message = "nothing stands here"
            problems.add(place, "R202", message, help="write `present`, `absent`, or the words of the notice")
            continue
        near = nearest_word(word, (PRESENT, ABSENT)) if " " not in word and word not in (PRESENT, ABSENT) else None
        if near is not None and abs(len(near) - len(word)) <= TOO_NEAR:
            help = f"did you mean `{near}`? If these are the words of the notice, write more of them"
            problems.add(place, "R204", f"`{value}` is neither `present` nor `absent`", help=help)


def _stated(value: str | date | float) -> str | date | float:
    return value.strip().lower() if isinstance(value, str) and value.strip().lower() in (PRESENT, ABSENT) else value


def _text(path: Path) -> str:
    name = str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or "cannot be read"
        reason = "this is a folder, not a file" if path.is_dir() else reason
        raise InvalidFilesError([Diagnostic(Span(name, 1, 1), "Y100", reason, help="check the path")]) from None
    if b"\0" in content or content.startswith((b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        message = "this is not plain text, so its words cannot be looked through"
        help = "save its words as a .txt or .html file, or list its items in a .yaml file"
        raise InvalidFilesError([Diagnostic(Span(name, 1, 1), "Y107", message, help=help)])
    text, _ = text_of(content, file=name, json=False)  # stray control characters in a letter say nothing about it
    if not text.strip():
        raise InvalidFilesError([Diagnostic(Span(name, 1, 1), "Y108", "the file is empty")])
    return text


class _Words(HTMLParser):
    """Gathers the words of a web page that a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.unseen = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Skip what is not shown; a tag parts words."""
        self.unseen += tag in UNSEEN
        self.found.append(" " if tag in ("b", "i", "em", "strong", "span", "a", "u") else "\n")

    def handle_endtag(self, tag: str) -> None:
        """Come back to what is shown."""
        self.unseen -= tag in UNSEEN and self.unseen > 0
        self.found.append("" if tag in ("b", "i", "em", "strong", "span", "a", "u") else "\n")

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self.unseen:
            self.found.append(data)


def _words_of_page(text: str) -> str:
    reader = _Words()
    reader.feed(text)
    reader.close()
    return "".join(reader.found)
