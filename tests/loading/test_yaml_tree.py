"""Reading YAML and JSON: what comes out, what is refused, and in which words."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeAlias
from unittest.mock import patch

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.errors import Diagnostic, InvalidFilesError
from inclusion_rules.loading import yaml_tree
from inclusion_rules.loading.yaml_tree import (
    DEEPEST,
    LARGEST_FILE,
    MOST_NODES,
    MOST_PROBLEMS,
    Mapping,
    Node,
    Scalar,
    Sequence,
    TreeFault,
    error_at,
    plain,
    read_source,
    read_yaml,
)
from inclusion_rules.source import Span

Plain: TypeAlias = "str | int | float | bool | date | list[Plain] | dict[str, Plain] | None"

BROKEN = Path(__file__).parent / "broken"
BROKEN_FILES = sorted(path for path in BROKEN.iterdir() if path.suffix != ".txt")
SOMEWHERE = Span("elsewhere.yaml", 1, 1)

either_parser = pytest.mark.parametrize("parser", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])


def the_tree_of(text: str | bytes, *, file: str = "a.yaml") -> object:
    """What a file holds, without places."""
    return plain(read_yaml(text, file=file))


def the_problems_of(text: str | bytes, *, file: str = "a.yaml") -> list[tuple[str, int, int]]:
    """Code, line and column of every problem of a file that must be refused."""
    with pytest.raises(InvalidFilesError) as refused:
        read_yaml(text, file=file)
    return [(problem.code, problem.place.line, problem.place.column) for problem in refused.value.diagnostics]


def the_codes_of(text: str | bytes, *, file: str = "a.yaml") -> set[str]:
    """The kinds of problem of a file that must be refused."""
    return {code for code, _, _ in the_problems_of(text, file=file)}


def mapping(node: Node | None) -> Mapping:
    """The node, which must be a mapping."""
    assert isinstance(node, Mapping)
    return node


# What is read


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("15", 15),
        ("-3", -3),
        ("+3", 3),
        ("0", 0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("2024-02-29", date(2024, 2, 29)),
        ('"15"', "15"),
        ("'true'", "true"),
        ('"2025-03-03"', "2025-03-03"),
        ('""', ""),
        *((word, word) for word in ("yes", "no", "on", "off", "y", "n", "No", "ON", "12:30", "1:30:00")),
        *((word, word) for word in ("03/02/2025", "020 7946 0000", "2025-03-03 09:00", "1.2.3", "+", ".", "٣")),
    ],
)
def test_plain_values_follow_the_core_schema(written: str, value: Plain) -> None:
    """Only the core schema of YAML 1.2 and whole dates change a word into something else."""
    found = mapping(read_yaml(f"it: {written}\n", file="a.yaml")).get("it")
    assert isinstance(found, Scalar)

    assert (type(value), value) == (type(found.value), found.value)


def test_keys_are_words_whatever_they_look_like() -> None:
    """`on`, `15` and a date are good names, and stay as written."""
    assert {"on": 1, "15": 2, "2025-03-03": 3, "007": 4} == the_tree_of("on: 1\n15: 2\n2025-03-03: 3\n007: 4\n")


@pytest.mark.parametrize("indicator", ["|", ">"])
def test_block_text_is_always_text(indicator: str) -> None:
    """A number written as block text is the writer's words."""
    assert {"it": "15\n"} == the_tree_of(f"it: {indicator}\n  15\n")


@either_parser
def test_places_are_exact(parser: type[yaml.SafeLoader]) -> None:
    """Keys, values and blocks know their line, column and width."""
    with patch.object(yaml_tree, "_LOADER", parser):
        root = mapping(read_yaml("# note\nduty:\n  bearer: 'governing board'\n  cites: [é, reg 6]\n", file="a.yaml"))
    duty = mapping(root.get("duty"))
    bearer, cites, key = duty.get("bearer"), duty.get("cites"), duty.key("cites")
    assert isinstance(cites, Sequence)
    assert bearer is not None
    assert key is not None

    assert Span("a.yaml", 3, 11, 17) == bearer.span
    assert Span("a.yaml", 4, 3, 5) == key.span
    assert Span("a.yaml", 4, 10, 10) == cites.span
    assert Span("a.yaml", 4, 14, 5) == cites.items[1].span
    assert Span("a.yaml", 3, 3, 25) == duty.span


def test_places_in_json_are_exact() -> None:
    """JSON values know their places as YAML values do."""
    root = mapping(read_yaml('{\n\t"days": [5,\r\n 15.5]\n}', file="a.json"))
    days = root.get("days")
    assert isinstance(days, Sequence)

    assert Span("a.json", 2, 10, 3) == days.span
    assert Span("a.json", 3, 2, 4) == days.items[1].span


def test_equality_ignores_places() -> None:
    """Two trees with the same words are equal wherever they stand."""
    assert read_yaml("a: [1]\n", file="a.yaml") == read_yaml("\n\n  a: [1]\n", file="b.yaml")
    assert Scalar("1", False, SOMEWHERE) != Scalar("1", True, SOMEWHERE)


def test_an_absent_key_has_no_node_and_a_blank_one_is_null() -> None:
    """Absent and blank are told apart."""
    root = mapping(read_yaml("blank:\n", file="a.yaml"))

    assert root.get("absent") is None
    assert root.key("absent") is None
    assert Scalar("", False, SOMEWHERE) == root.get("blank")


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_make_no_difference(ending: str) -> None:
    """A file saved on Windows reads as one saved elsewhere, places included."""
    text = "duty:\n  reading: |\n    one\n    two\n  bearer: board\n"
    ours, theirs = read_source(text, file="a.yaml"), read_source(text.replace("\n", ending), file="a.yaml")

    assert ours == theirs
    assert mapping(ours[0]).entries[0][1].span == mapping(theirs[0]).entries[0][1].span


@pytest.mark.parametrize("file", ["a.yaml", "a.json"])
def test_a_byte_order_mark_is_no_part_of_the_file(file: str) -> None:
    """Notepad's UTF-8 mark is skipped, in bytes and in text."""
    assert {"a": 1} == the_tree_of(b'\xef\xbb\xbf{"a": 1}', file=file)
    assert {"a": 1} == the_tree_of('\ufeff{"a": 1}', file=file)


def test_json_may_hold_what_yaml_refuses() -> None:
    """Tabs between values, escaped pairs and line separators are sound JSON."""
    assert {"a": "😀\u2028"} == the_tree_of('{\t"a":\t"\\ud83d\\ude00\u2028"}', file="A.JSON")


def test_document_marks_are_allowed_around_one_document() -> None:
    """A leading `---`, a version line and a closing `...` change nothing."""
    assert {"a": 1} == the_tree_of("%YAML 1.2\n---\na: 1\n...\n# end\n")


# What is refused, and in which words


@pytest.mark.parametrize("path", BROKEN_FILES, ids=lambda path: path.name)
def test_broken_files_are_explained_as_recorded(path: Path) -> None:
    """Every kind of problem is told at its place, in the recorded words."""
    expected = path.with_name(path.name + ".txt").read_text(encoding="utf-8")

    with pytest.raises(InvalidFilesError) as refused:
        read_yaml(path.read_bytes(), file=path.name)

    assert expected == f"{refused.value}\n"


# The two parsers differ over what an unknown `%` line is worth.
@pytest.mark.parametrize("path", [p for p in BROKEN_FILES if p.stem != "instruction"], ids=lambda path: path.name)
def test_the_pure_parser_gives_the_same_explanations(path: Path) -> None:
    """Where PyYAML has no compiled part, people read the same words."""
    expected = path.with_name(path.name + ".txt").read_text(encoding="utf-8")

    with patch.object(yaml_tree, "_LOADER", yaml.SafeLoader), pytest.raises(InvalidFilesError) as refused:
        read_yaml(path.read_bytes(), file=path.name)

    assert expected == f"{refused.value}\n"


def test_every_code_has_a_recorded_example() -> None:
    """The gallery of broken files shows each kind of problem."""
    recorded = "".join(path.read_text(encoding="utf-8") for path in BROKEN.glob("*.txt"))

    assert [] == [fault for fault in TreeFault if f"error[{fault}]" not in recorded]


def test_every_recorded_explanation_has_its_file() -> None:
    """No expected text outlives the file it explains."""
    assert {path.name + ".txt" for path in BROKEN_FILES} == {path.name for path in BROKEN.glob("*.txt")}


def test_the_same_key_written_two_ways_is_a_duplicate() -> None:
    """`15` and `"15"` name the same thing to whoever looks it up."""
    assert [("Y102", 2, 1)] == the_problems_of('15: a\n"15": b\n')


def test_the_same_key_in_two_blocks_is_no_duplicate() -> None:
    """Each block has its own names."""
    assert {"a": {"x": 1}, "b": {"x": 2}} == the_tree_of("a: {x: 1}\nb: {x: 2}\n")


def test_quotation_marks_settle_every_doubt() -> None:
    """What is refused bare is text in quotation marks."""
    doubtful = ["007", "2025-02-30", "0o17", "1_000", ".nan", "1e999", "9" * 200]

    assert doubtful == the_tree_of(json.dumps(doubtful))
    assert len(doubtful) == len(the_problems_of("".join(f"- {word}\n" for word in doubtful)))


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    """The size limit counts bytes, not characters."""
    filler = LARGEST_FILE - len(b"a: 1 #")

    assert {"a": 1} == the_tree_of("a: 1 #" + "x" * filler)
    assert {"Y106"} == the_codes_of("a: 1 #" + "x" * (filler + 1))
    assert {"Y106"} == the_codes_of("a: 1 #" + "é" * (filler // 2 + 1))


@pytest.mark.parametrize("file", ["a.yaml", "a.json"])
def test_the_depth_limit_is_exact(file: str) -> None:
    """As many blocks as the limit may nest; one more is refused at its bracket."""
    assert the_tree_of("[" * DEEPEST + "]" * DEEPEST, file=file) is not None
    assert [("Y106", 1, DEEPEST + 1)] == the_problems_of("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), file=file)


@either_parser
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_monstrous_nesting_is_refused_and_not_suffered(opening: str, parser: type[yaml.SafeLoader]) -> None:
    """Nesting that would bring down the compiled composer is an ordinary problem here."""
    with patch.object(yaml_tree, "_LOADER", parser):
        assert "Y106" in the_codes_of(opening * 100_000)


@pytest.mark.parametrize("file", ["a.yaml", "a.json"])
def test_a_file_of_too_many_values_is_refused(file: str) -> None:
    """The number of values is bounded, whatever their size."""
    assert {"Y106"} == the_codes_of("[" + "1," * MOST_NODES + "1]", file=file)


def test_only_so_many_problems_are_told() -> None:
    """A file wrong from end to end is told in bounded length, and says that there may be more."""
    problems = the_problems_of("".join("- 007\n" for _ in range(5000)))

    assert MOST_PROBLEMS + 1 == len(problems)
    assert ("Y106", MOST_PROBLEMS, 3) in problems


def test_utf_16_and_utf_32_are_named() -> None:
    """The help can only be followed if the encoding is recognised."""
    for encoding, name in (("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("utf-32-le", "UTF-32")):
        with pytest.raises(InvalidFilesError, match=f"saved as {name}"):
            read_yaml("\ufeffa: 1".encode(encoding), file="a.yaml")


@either_parser
def test_half_a_character_is_refused(parser: type[yaml.SafeLoader]) -> None:
    """No surrogate reaches a tree, raw or escaped."""
    with patch.object(yaml_tree, "_LOADER", parser):
        assert the_codes_of('a: "\\ud83d"') <= {"Y101", "Y107"}
        assert {"Y107"} == the_codes_of("a: \ud83d")
        assert {"Y107"} == the_codes_of('{"a": "\\ud83d"}', file="a.json")


def test_excerpts_carry_no_character_that_commands_a_screen() -> None:
    """An escape sequence in a file is never sent on to the reader's terminal."""
    with pytest.raises(InvalidFilesError) as refused:
        read_yaml('a: \x1b[2J\nb: 1\n"b\\e[2J": 007\n"b\\e[2J": 1\n', file="a.yaml")

    assert "\x1b" not in str(refused.value)
    assert {"Y102", "Y105", "Y107"} == {problem.code for problem in refused.value.diagnostics}


def test_a_source_quotes_the_line_at_fault() -> None:
    """Later modules can point into a file they never read themselves."""
    root, source = read_source("duty:\n  bearer: govening board\n", file="a.yaml")
    bearer = mapping(mapping(root).get("duty")).get("bearer")
    assert bearer is not None

    problem = source.diagnostic(bearer.span, "R203", "`govening board` is not known", help="look again")

    assert problem == error_at(bearer, "R203", "`govening board` is not known", help="look again", lines=source.lines)
    assert problem.rendered().splitlines()[1:] == [
        "    2 |   bearer: govening board",
        "      |           ^^^^^^^^^^^^^^",
        "   help: look again",
    ]


def test_a_place_beyond_the_file_has_no_excerpt() -> None:
    """A span from elsewhere is told without a wrong line beside it."""
    _, source = read_source("a: 1\n", file="a.yaml")

    assert "" == source.diagnostic(Span("a.yaml", 9, 1), "R203", "not here").excerpt


def test_a_large_pack_is_read_whole() -> None:
    """A quarter of a megabyte meets none of the limits, and its last rule stands where it was written."""
    rule = "  title: The board considers reinstatement\n  cites: [regulations 2012]\n  when: {days: {more than: 15}}\n"
    text = "".join(f"rule {n}:\n{rule}" for n in range(2300))

    tree = read_yaml(text, file="a.yaml")

    assert len(text) > 240_000
    assert isinstance(tree, Mapping)
    assert 2300 == len(tree.entries)
    last, _ = tree.entries[-1]
    assert ("rule 2299", 4 * 2299 + 1, 1) == (last.text, last.span.line, last.span.column)


# Claims about every file

finite = st.floats(allow_nan=False, allow_infinity=False)
whole = st.integers(min_value=-(10**90), max_value=10**90)


def data_of(words: st.SearchStrategy[str]) -> st.SearchStrategy[Plain]:
    """Any data that JSON can hold, made of the given words."""
    leaves: st.SearchStrategy[Plain] = st.none() | st.booleans() | whole | finite | words
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(words, inner, max_size=5), max_leaves=25
    )


# Refused raw in YAML, so not part of this claim: they are written as they are, not escaped.
yaml_words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"], exclude_characters="\ufeff")
    | st.sampled_from("\n\t\r\0"),
    max_size=20,
).filter(lambda words: not any("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069" for c in words))


@given(data_of(st.text(max_size=20)), st.sampled_from([None, 2, "\t"]), st.booleans())
def test_reading_undoes_the_writing_of_json(data: Plain, indent: int | str | None, escaped: bool) -> None:
    """What any program writes as JSON comes back unchanged, kinds of number included."""
    written = json.dumps(data, indent=indent, ensure_ascii=escaped)

    assert repr(data) == repr(the_tree_of(written, file="a.json"))


@either_parser
@given(data=data_of(yaml_words), indent=st.sampled_from([None, 2]))
def test_json_is_yaml(parser: type[yaml.SafeLoader], data: Plain, indent: int | None) -> None:
    """The same holds when JSON is read as YAML."""
    with patch.object(yaml_tree, "_LOADER", parser):
        assert repr(data) == repr(the_tree_of(json.dumps(data, indent=indent, ensure_ascii=False)))


bare_words = st.lists(
    st.text(string.ascii_letters, min_size=1, max_size=8), min_size=1, max_size=4
).map(" ".join).filter(lambda words: words.lower() not in ("null", "true", "false"))  # fmt: skip
block_data: st.SearchStrategy[Plain] = st.dictionaries(
    bare_words,
    st.recursive(
        st.none() | st.booleans() | whole | st.dates() | bare_words | st.sampled_from(["yes", "no", "on", "12:30"]),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=4) | st.dictionaries(bare_words, inner, min_size=1, max_size=4)
        ),
        max_leaves=20,
    ),
    min_size=1,
)


def in_blocks(data: Plain, *, indent: int = 0) -> str:
    """`data` as an officer would write it: indented blocks, words without quotation marks."""
    margin = "\n" + " " * indent
    if isinstance(data, dict):
        return "".join(f"{margin}{name}:{in_blocks(value, indent=indent + 2)}" for name, value in data.items())
    if isinstance(data, list):
        return "".join(f"{margin}-{in_blocks(item, indent=indent + 2)}" for item in data)
    written: dict[object, str] = {None: "", True: "true", False: "false"}
    is_word = data is None or isinstance(data, bool)
    return f" {written[data] if is_word else data}  # a comment"


@either_parser
@given(data=block_data)
def test_reading_undoes_the_writing_of_blocks(parser: type[yaml.SafeLoader], data: Plain) -> None:
    """Blocks, comments, bare words and dates come back as they were meant."""
    with patch.object(yaml_tree, "_LOADER", parser):
        assert repr(data) == repr(the_tree_of(in_blocks(data)))


def tree_or_problems(contents: str | bytes, *, file: str) -> Node | tuple[Diagnostic, ...]:
    """Whichever of the two a file gives."""
    try:
        return read_yaml(contents, file=file)
    except InvalidFilesError as refused:
        return refused.diagnostics


yaml_like = st.text("ab:-{}[],.\n\t '\"&*!|>%@#?\\0172_u~<=\r\x00\u00a0\u2028\ud800", max_size=60)
any_contents = (
    st.binary(max_size=200) | st.text(max_size=200) | yaml_like | yaml_like.map(lambda s: s.encode("utf-8", "replace"))
)


@either_parser
@pytest.mark.parametrize("file", ["a.yaml", "a.json"])
@given(contents=any_contents)
@settings(max_examples=300)
def test_any_contents_give_a_tree_or_places_within_the_file(
    parser: type[yaml.SafeLoader], file: str, contents: str | bytes
) -> None:
    """No file brings the reader down, and every problem points into the file (or just past its end)."""
    text = contents.decode("utf-8", "replace") if isinstance(contents, bytes) else contents
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    with patch.object(yaml_tree, "_LOADER", parser):
        found = tree_or_problems(contents, file=file)

    assert found
    for problem in found if isinstance(found, tuple) else ():
        assert problem.message
        assert problem.code in set(TreeFault)
        assert 1 <= problem.place.line <= len(lines) + 1
        assert 1 <= problem.place.column <= max(map(len, lines)) + 1
        assert set(problem.rendered().replace("\n", "")).isdisjoint("\0\r\u2028\ud800")


@either_parser
@given(contents=yaml_like)
@settings(max_examples=300)
def test_what_is_read_as_a_value_agrees_with_its_place(parser: type[yaml.SafeLoader], contents: str) -> None:
    """A bare value on one line is found in the file exactly where its span says."""
    with patch.object(yaml_tree, "_LOADER", parser):
        try:
            root, source = read_source(contents, file="a.yaml")
        except InvalidFilesError:
            return
    each_scalar(root, lambda scalar: check_place(scalar, source.lines))


def each_scalar(node: Node, look: Callable[[Scalar], None]) -> None:
    """Look at every key and value of a tree."""
    if isinstance(node, Scalar):
        look(node)
    elif isinstance(node, Sequence):
        for item in node.items:
            each_scalar(item, look)
    else:
        for key, value in node.entries:
            each_scalar(key, look)
            each_scalar(value, look)


def check_place(scalar: Scalar, lines: tuple[str, ...]) -> None:
    """A bare value begins where its span begins, with the words that the span covers."""
    if scalar.text and not scalar.quoted:
        start = scalar.span.column - 1
        written = lines[scalar.span.line - 1][start : start + scalar.span.width]
        assert scalar.text.startswith(written.split(" #")[0].rstrip())
