"""Templates reach nothing but what they are given, and whatever is wrong with one is told where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inclusion_rules.documents.templates import Offered, Value, faults_of, filled_in
from inclusion_rules.domain.document_items import TemplateText
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.source import Span

GIVEN = Offered("a value of this test", {"name": Value("Alex", known=True), "blank": Value("[?]", known=False)})
OFFERED: Mapping[str, Mapping[str, object] | None] = {"values": GIVEN, "value": None, "listed": None}
CONTEXT: dict[str, object] = {"values": GIVEN, "value": Value("it", known=True), "listed": ["a", "b"]}
ToldOf = Callable[..., list[str]]


def template(text: str, *, exact: bool = True) -> TemplateText:
    """A template as if it were read from a file."""
    return TemplateText(text, Span("t.txt.j2", 1, 1), tuple(text.split("\n")), exact)


ESCAPES = [
    "{{ values.__class__ }}",
    "{{ values['__class__'] }}",
    "{{ value.__class__.__mro__ }}",
    "{{ value.words.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ values.keys() }}",
    "{{ values.items }}",
    "{{ value.printed }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ range(10) }}",
    "{{ lipsum() }}",
    "{{ cycler('a').next() }}",
    "{{ namespace(a=1) }}",
    "{{ joiner() }}",
    "{{ dict(a=1) }}",
    "{{ config }}",
    "{{ request }}",
    "{{ environment }}",
    "{{ '%999999999d' % 1 }}",
    "{{ 'a' * 999999999 }}",
    "{{ 9 ** 999999 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ 1 + 1 }}",
    "{{ [1, 2] }}",
    "{{ {'a': 1} }}",
    "{{ listed[0:1] }}",
    "{{ values[value] }}",
    "{{ value|attr('__class__') }}",
    "{{ value|safe }}",
    "{{ value|map(attribute='__class__')|list }}",
    "{{ value|format(1) }}",
    "{{ value|center(999999999) }}",
    "{{ value|xmlattr }}",
    "{{ listed|join(', ', '__class__') }}",
    "{{ value is callable }}",
    "{% set a = value %}{{ a }}",
    "{% set a %}x{% endset %}",
    "{% for a in listed recursive %}{{ loop(listed) }}{% endfor %}",
    "{% for a in listed %}{{ loop.__class__ }}{% endfor %}",
    "{% for a in listed %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for value in listed %}{% endfor %}",
    "{% for a, b in listed %}{% endfor %}",
    "{% for a in listed %}" * 4 + "{% endfor %}" * 4,
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends 'letter.txt.j2' %}",
    "{% macro m() %}x{% endmacro %}",
    "{% call m() %}x{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}{{ value }}{% endautoescape %}",
    "{% block b %}x{% endblock %}",
    "{% with a = value %}x{% endwith %}",
    "{% if value == 'it' %}x{% endif %}",
    "{% do value %}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_what_a_template_may_not_do_is_told_before_it_runs(text: str) -> None:
    """Every way out that we know of is refused when the template is read."""
    found = faults_of(template(text), OFFERED)

    assert found
    assert {"t.txt.j2"} == {one.place.file for one in found}
    assert all(one.code in ("D701", "D702", "D703") for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "{{ values.__class__ }}",
        "{{ value.words }}",
        "{{ value.printed }}",
        "{{ values['keys'] }}",
        "{{ listed|join(', ', '__class__') }}",
        "{% for a in listed %}{{ loop.cycle }}{% endfor %}",
        "{% for a in listed %}{{ a.upper }}{% endfor %}",
        "{% for a in listed %}{{ a.__class__ }}{% endfor %}",
        "{{ nothing }}",
        "{% for a in value %}{% endfor %}",
        "{% set a = value %}",
        "{{ values.keys() }}",
        "{% autoescape false %}{{ value }}{% endautoescape %}",
        "{% include 'x' %}",
        "{{ value",
    ],
)
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_template_that_was_never_checked_gets_no_further(text: str, form: str) -> None:
    """The closed list and the sandbox hold by themselves, without the check before."""
    with pytest.raises(InvalidFilesError) as raised:
        filled_in(template(text), CONTEXT, form=form, markup=form == "html")

    assert {"t.txt.j2"} == {one.place.file for one in raised.value.diagnostics}


@given(st.text(alphabet="{}%| .'[]()_abcdefvalues0123\n", max_size=60))
def test_no_text_makes_the_check_or_the_filling_fall_over(text: str) -> None:
    """Whatever is written is either filled in or told in one of our own sentences."""
    codes = {one.code for one in faults_of(template(text), OFFERED)}
    try:
        filled_in(template(text), CONTEXT, form="text")
    except InvalidFilesError as told:
        codes |= {one.code for one in told.diagnostics}

    assert codes <= {"D701", "D702", "D703", "D704"}


def test_a_fault_is_underlined_where_it_stands() -> None:
    """File, line, the words at fault and the nearest right word."""
    (told,) = faults_of(template("Dear parent,\n\n  {{ values.nmae }}\n"), OFFERED)

    assert ("t.txt.j2", 3, 13, 4) == (told.place.file, told.place.line, told.place.column, told.place.width)
    assert "`nmae` is not among `values`" == told.message
    assert "did you mean `name`?" == told.help
    assert "  {{ values.nmae }}" == told.excerpt


def test_folded_words_are_searched_for_the_fault() -> None:
    """Where lines of a YAML file are joined, the place is found by the words themselves."""
    folded = TemplateText(
        "Dear parent, {{ values.nmae }}",
        Span("d.yaml", 2, 12),
        ("item: x", "wording: >-", "  Dear parent,", "  {{ values.nmae }}"),
        exact=False,
    )
    (told,) = faults_of(folded, OFFERED)

    assert (4, 13) == (told.place.line, told.place.column)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a\n{% iff value %}{% endif %}", 2, "`iff` is not a tag of templates"),
        ("a\nb {{ value }", 2, "cannot be read from here on"),
        ("{% if value %}\nx", 2, "cannot be read from here on"),
        ("{{ value|uper }}", 1, "`uper` is not a filter of templates"),
        ("{% if value is knwon %}{% endif %}", 1, "`knwon` is not a question of templates"),
        ("{{ vlaue }}", 1, "`vlaue` is not a name that templates are given"),
        ("\n{{ value() }}", 2, "it calls something"),
        ("{% for a in listed %}{{ loop.frist }}{% endfor %}", 1, "`loop` has no `frist`"),
    ],
)
def test_each_kind_of_fault_has_its_own_sentence(text: str, line: int, says: str) -> None:
    """Whoever wrote it can put it right."""
    told = faults_of(template(text), OFFERED)
    if not told:
        with pytest.raises(InvalidFilesError) as raised:
            filled_in(template(text), CONTEXT, form="text")
        told = raised.value.diagnostics

    assert any(says in one.message and line == one.place.line for one in told)


def test_all_faults_are_told_at_once() -> None:
    """Three slips, three problems."""
    told = faults_of(template("{{ vlaue }}\n{{ values.nmae }}\n{{ value|uper }}"), OFFERED)

    assert [1, 2, 3] == sorted(one.place.line for one in told)


def test_what_goes_wrong_while_filling_in_is_placed_too() -> None:
    """The line of the template, and never a traceback."""
    text = "one\n{% if values.blank %}\nthree\n{% endif %}"
    assert () == faults_of(template(text), OFFERED)
    with pytest.raises(InvalidFilesError, match="whether this is so is not known") as raised:
        filled_in(template(text), CONTEXT, form="text")

    assert 2 == raised.value.diagnostics[0].place.line


def test_not_known_is_never_taken_for_no() -> None:
    """`if` on a blank is refused; `is known` may be asked."""
    assert "no" == filled_in(template("{% if values.blank is known %}yes{% else %}no{% endif %}"), CONTEXT, form="text")


def test_the_words_of_a_wording_are_escaped_on_a_page() -> None:
    """An officer who writes an ampersand or a bracket in a wording writes words, not HTML."""
    words = filled_in(template("<b>Terms & conditions</b> {{ value }}"), CONTEXT, form="html")

    assert "&lt;b&gt;Terms &amp; conditions&lt;/b&gt; it" == words


def test_values_are_escaped_in_a_page_layout() -> None:
    """The layout is HTML, and what it is given is not."""
    context = {"value": Value("<script>alert(1)</script>", known=True), "listed": ["<i>", "b"]}
    shown = filled_in(template("<p>{{ value }}</p>{{ listed|join('<br>') }}"), context, form="html", markup=True)

    assert "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>&lt;i&gt;&lt;br&gt;b" == shown


def test_a_blank_is_marked_on_a_page() -> None:
    """It stands out, its words escaped."""
    context = {"value": Value("[not known: is 1 < 2?]", known=False)}

    assert '<mark class="blank">[not known: is 1 &lt; 2?]</mark>' == filled_in(
        template("{{ value }}"), context, form="html"
    )


def test_a_mistake_in_a_shipped_layout_is_told(told_of: ToldOf) -> None:
    """The file, the line, and the nearest part of the letter."""
    told = told_of("letter.txt.j2", "{{ letter.title }}", "{{ letter.titel }}")

    assert told[0].startswith("letter.txt.j2:1:28: error[D703]: `titel` is not among `letter`")
    assert "did you mean `title`?" in told[0]


def test_a_mistake_in_a_wording_is_told(told_of: ToldOf) -> None:
    """In the YAML file, on its own line."""
    told = told_of("parent_notice.yaml", "{{ facts.last_day_of_exclusion }}", "{{ facts.last_day_of_exclusoin }}")

    assert 1 == len(told)
    assert "error[D703]: `last_day_of_exclusoin` is not among `facts`" in told[0]
    assert "did you mean `last_day_of_exclusion`?" in told[0]
    assert "^^^^^^^^^^^^^^^^^^^^^" in told[0]
