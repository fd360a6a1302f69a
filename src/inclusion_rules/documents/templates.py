"""Templates that officers may edit, and the little they can do: print what they are given, ask, go through lists.

The one place where words and values meet. A template calls nothing, sets nothing and reaches nothing but the values it
is handed; what it may hold is a closed list, checked before it is ever run, and Jinja's own sandbox stands behind that.
Whatever is wrong with a template is told with its place. Knows nothing of what documents say.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from inclusion_rules.domain.document_items import HTML, TemplateText
from inclusion_rules.errors import Diagnostic, InclusionRulesError, InvalidFilesError, nearest_word
from inclusion_rules.source import Span

WIDTH = 78
"""How many characters a line of a plain text document holds."""
DEEPEST_LOOP = 3
LOOP_PARTS = ("index", "first", "last", "length")
TESTS = ("known",)
ARGUMENTS = {"join": 1}
"""How many arguments a filter takes, where it takes any."""
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const,
    nodes.If, nodes.For, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
TAGS = ("if", "elif", "else", "endif", "for", "endfor")
NAMED: tuple[tuple[type, str], ...] = (
    (nodes.Call, "it calls something, and a template calls nothing"),
    (nodes.Assign, "it sets a name, and a template sets nothing"),
    (nodes.AssignBlock, "it sets a name, and a template sets nothing"),
    (nodes.Include, "it takes in another file, and a template stands alone"),
    (nodes.Import, "it takes in another file, and a template stands alone"),
    (nodes.FromImport, "it takes in another file, and a template stands alone"),
    (nodes.Extends, "it takes in another file, and a template stands alone"),
    (nodes.Compare, "it compares, and a comparison belongs in `required when`, where the law is"),
)
ONLY = "a template holds words, `{{ values }}`, `{% if … %}`, `{% for … %}` and the filters " + ", ".join(
    f"`{name}`" for name in ("capitalize", "hanging", "inset", "join", "length", "lower", "trim", "upper", "wrapped")
)


class TemplateProblem(InclusionRulesError):  # noqa: N818 - becomes a diagnostic before anybody sees it
    """Something that a template asked of a value and that the value does not have."""

    def __init__(self, message: str, *, help: str = "", needle: str = "") -> None:
        self.help = help
        self.needle = needle
        super().__init__(message)


class Offered(dict[str, object]):
    """Values offered to a template under names, and what one of them is called in a message."""

    def __init__(self, kind: str, values: Mapping[str, object]) -> None:
        self.kind = kind
        super().__init__(values)


@dataclass(frozen=True, slots=True)
class Value:
    """A value as a template prints it: words, or a marked blank that is never taken for yes or for no."""

    words: str
    known: bool
    truth: bool = True
    printed: Callable[[], None] | None = None

    def __str__(self) -> str:
        """The words; printing a blank is noted."""
        if self.printed is not None:
            self.printed()
        return self.words

    def __html__(self) -> str:
        """The words for a web page, a blank standing out."""
        shown = escape(str(self))
        return shown if self.known else Markup('<mark class="blank">{}</mark>').format(shown)

    def __bool__(self) -> bool:
        """Whether it is so; refuses to guess."""
        if not self.known:
            raise TemplateProblem(
                f"whether this is so is not known: {self.words}",
                help="ask `is known` first, or put the condition into `required when` of the item",
            )
        return self.truth


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja with everything taken out but printing, asking and going through lists."""

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(
            autoescape=autoescape, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=()
        )
        every = self.filters
        self.globals.clear()
        self.filters = {name: every[name] for name in ("capitalize", "join", "length", "lower", "trim", "upper")}
        self.filters |= {"wrapped": _wrapped, "hanging": _hanging, "inset": _inset}
        self.tests = {"known": _is_known}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of a value, and never an attribute of the Python object that stands for it."""
        return self._part(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same, by whatever sign it is asked for."""
        return self._part(obj, argument)

    def _part(self, obj: Any, name: Any) -> Any:
        if isinstance(obj, Offered) and isinstance(name, str):
            if name in obj:
                return obj[name]
            near = nearest_word(name, obj)
            message = f"`{name}` is not {obj.kind}"
            raise TemplateProblem(message, help=f"did you mean `{near}`?" if near else _listed(obj), needle=name)
        if isinstance(obj, LoopContext) and name in LOOP_PARTS:
            return getattr(obj, name)
        if isinstance(obj, LoopContext):
            raise TemplateProblem(f"`loop` has no `{name}`", help=_listed(LOOP_PARTS), needle=str(name))
        raise TemplateProblem(f"this has no part called `{name}`: it is a value to be printed", needle=str(name))


def _wrapped(text: object) -> str:
    """Words broken into lines that fit a page, paragraph by paragraph."""
    paragraphs = str(text).split("\n\n")
    filled = (textwrap.fill(one, WIDTH, break_long_words=False, break_on_hyphens=False) for one in paragraphs)
    return "\n\n".join(filled)


def _hanging(text: object) -> str:
    """An entry of a list, the lines after its first set in."""
    return textwrap.fill(str(text), WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)


def _inset(text: object) -> str:
    """A paragraph set in on the left."""
    side = "     "
    return textwrap.fill(
        str(text), WIDTH, initial_indent=side, subsequent_indent=side, break_long_words=False, break_on_hyphens=False
    )


def _is_known(value: object) -> bool:
    """The test `is known`."""
    return not isinstance(value, Value) or value.known


@lru_cache(maxsize=2)
def _sandbox(form: str) -> _Sandbox:
    return _Sandbox(autoescape=form == HTML)


def _listed(names: Iterable[str]) -> str:
    shown = sorted(names)[:12]
    return "it can be " + ", ".join(f"`{name}`" for name in shown) if shown else ""


# Checking -----------------------------------------------------------------------------------------------------------


def faults_of(template: TemplateText, offered: Mapping[str, Mapping[str, object] | None]) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a template before it is run, each with its place.

    Args:
        offered: the names it may use, each with the parts that it has, or None where it is a value or a list.
    """
    sandbox = _sandbox("text")
    try:
        tree = sandbox.parse(template.text)
    except TemplateSyntaxError as error:
        return (_unreadable(error, template),)
    except RecursionError:
        return (_diagnostic(template, 1, "D701", "the template is nested too deep to be read"),)
    found: list[Diagnostic] = []
    for node, depth, line in _walked(tree):
        if not isinstance(node, ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
            why = next((says for kind, says in NAMED if isinstance(node, kind)), "it asks for more than that")
            found.append(_diagnostic(template, line, "D702", f"a template may not do this: {why}", help=ONLY))
        elif isinstance(node, nodes.For) and depth > DEEPEST_LOOP:
            message = f"this list stands {depth} lists deep; {DEEPEST_LOOP} is the most"
            found.append(_diagnostic(template, line, "D702", message, needle="for"))
        elif isinstance(node, nodes.Filter):
            found += _unknown(template, line, "a filter of templates", node.name, sandbox.filters)
            if len(node.args) > ARGUMENTS.get(node.name, 0):
                message = f"a template may not do this: `{node.name}` is asked for more than it does"
                found.append(_diagnostic(template, line, "D702", message, help=ONLY, needle=node.name))
        elif isinstance(node, nodes.Test):
            found += _unknown(template, line, "a question of templates", node.name, TESTS)
        elif isinstance(node, nodes.Getattr | nodes.Getitem):
            found += _unknown_part(template, node, offered)
    return tuple(dict.fromkeys([*found, *_unknown_names(template, tree, offered)]))


def _walked(tree: nodes.Template) -> Iterator[tuple[nodes.Node, int, int]]:
    """Every part of a template that stands in no forbidden one, the number of lists it stands in, and its line."""
    waiting: list[tuple[nodes.Node, int, int]] = [(tree, 0, 1)]
    while waiting:
        node, depth, line = waiting.pop()
        depth += isinstance(node, nodes.For)
        line = getattr(node, "lineno", None) or line  # some parts that Jinja makes up itself stand on no line
        yield node, depth, line
        if isinstance(node, ALLOWED):
            waiting += [(child, depth, line) for child in node.iter_child_nodes()]


def _unknown_part(
    template: TemplateText, node: nodes.Getattr | nodes.Getitem, offered: Mapping[str, Mapping[str, object] | None]
) -> list[Diagnostic]:
    if isinstance(node, nodes.Getattr):
        part: object = node.attr
    elif isinstance(node.arg, nodes.Const):
        part = node.arg.value
    else:
        message = "a template may not do this: what stands in the brackets is not written out"
        return [_diagnostic(template, node.lineno, "D702", message, help="write `values.name`")]
    if isinstance(part, str) and part.startswith("_"):
        message = f"a template may not do this: `{part}` is not for templates"
        return [_diagnostic(template, node.lineno, "D702", message, help=ONLY, needle=part)]
    if not isinstance(node.node, nodes.Name):
        return []
    name = node.node.name
    if name in offered and offered[name] is None:
        message = f"`{name}` has no part called `{part}`: it is a value to be printed, or a list to go through"
        return [_diagnostic(template, node.lineno, "D703", message, needle=str(part))]
    parts = offered.get(name)
    if parts is None:
        return []
    return _unknown(template, node.lineno, f"among `{name}`", str(part), parts)


def _unknown_names(
    template: TemplateText, tree: nodes.Template, offered: Mapping[str, Mapping[str, object] | None]
) -> Iterator[Diagnostic]:
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "store"}
    known = {*offered, *own, *({"loop"} if own else ())}
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load":
            yield from _unknown(template, name.lineno, "a name that templates are given", name.name, known)
        elif name.name in offered:
            message = f"`{name.name}` is a name that templates are given, so a list cannot go under it"
            yield _diagnostic(template, name.lineno, "D702", message, help="choose another", needle=name.name)


def _unknown(template: TemplateText, line: int, kind: str, name: str, known: Iterable[str]) -> list[Diagnostic]:
    listed = list(known)
    if name in listed:
        return []
    near = nearest_word(name, listed)
    help = f"did you mean `{near}`?" if near else _listed(listed)
    return [_diagnostic(template, line, "D703", f"`{name}` is not {kind}", help=help, needle=name)]


def _unreadable(error: TemplateSyntaxError, template: TemplateText) -> Diagnostic:
    said = (error.message or "").split(". ")[0].rstrip(".")
    tag = next(iter(said.split("'")[1::2]), "") if "unknown tag" in said else ""
    if tag:
        near = nearest_word(tag, TAGS)
        message, help = f"`{tag}` is not a tag of templates", f"did you mean `{near}`?" if near else ONLY
    else:
        message = f"the template cannot be read from here on: {said[:1].lower()}{said[1:]}"
        help = (
            "a value is written `{{ value }}`; `{% if … %}` ends with `{% endif %}`, `{% for … %}` with `{% endfor %}`"
        )
    return _diagnostic(template, error.lineno, "D701", message, help=help, needle=tag)


def _diagnostic(
    template: TemplateText, line: int, code: str, message: str, *, help: str = "", needle: str = ""
) -> Diagnostic:
    """A problem at a line of a template, on the words at fault where they can be found."""
    first, lines = template.span.line, template.lines
    candidates = [first + line - 1] if template.exact else list(range(first, min(first + 60, len(lines) + 1)))
    for number in candidates:
        text = lines[number - 1] if number <= len(lines) else ""
        at = text.find(needle) if needle else -1
        if at >= 0:
            return Diagnostic(Span(template.span.file, number, at + 1, len(needle)), code, message, text, help)
    number = min(candidates[0], len(lines)) if template.exact else first
    text = lines[number - 1] if number <= len(lines) else ""
    column = len(text) - len(text.lstrip()) + 1
    width = max(1, len(text.strip()))
    return Diagnostic(Span(template.span.file, number, column, width), code, message, text, help)


# Filling in -----------------------------------------------------------------------------------------------------------


def filled_in(template: TemplateText, values: Mapping[str, object], *, form: str, markup: bool = False) -> str:
    """The template with its values in it; for a web page everything is escaped.

    Args:
        form: `text` or `html`.
        markup: the template itself is HTML, as a page layout is. Otherwise its own words are escaped as values are.

    Raises:
        InvalidFilesError: something in the template cannot be done; its place is told.
    """
    try:
        return _compiled(template, form, markup).render(values)
    except InvalidFilesError:
        raise
    except Exception as error:  # whatever goes wrong in a template is a problem of that template
        raise InvalidFilesError([_broken(error, template)]) from None


@lru_cache(maxsize=256)
def _compiled(template: TemplateText, form: str, markup: bool) -> Template:
    sandbox = _sandbox(form)
    try:
        tree = sandbox.parse(template.text)
    except TemplateSyntaxError as error:
        raise InvalidFilesError([_unreadable(error, template)]) from None
    forbidden = [line for node, _, line in _walked(tree) if not isinstance(node, ALLOWED)]
    if forbidden:
        message = "a template may not do this"
        raise InvalidFilesError([_diagnostic(template, forbidden[0], "D702", message, help=ONLY)])
    if form == HTML and not markup:
        for data in tree.find_all(nodes.TemplateData):
            data.data = str(escape(data.data))
    code = sandbox.compile(tree, filename=_name_of(template))
    return Template.from_code(sandbox, code, {})


def _name_of(template: TemplateText) -> str:
    return f"<template {template.span}>"


def _broken(error: Exception, template: TemplateText) -> Diagnostic:
    line = _line_of(error.__traceback__, _name_of(template))
    if isinstance(error, TemplateProblem):
        return _diagnostic(template, line, "D704", str(error), help=error.help, needle=error.needle)
    return _diagnostic(template, line, "D704", f"this cannot be filled in: {error}", help=ONLY)


def _line_of(trace: TracebackType | None, file: str) -> int:
    """The line of the template that was being filled in."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
