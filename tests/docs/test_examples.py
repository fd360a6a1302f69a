"""Every example in the documentation is loaded or run, so that none can go stale unseen.

The words after the fence say what an example is:

* `yaml file`: a whole file, written where its first line (`# path`) says
* `yaml rule`: a rule, or a part of one; what it leaves out is filled in
* `yaml condition`, `yaml facts`, `yaml events`: a condition, entries of a fact dictionary, the events of a case
* `yaml plan`: a part of a plan of a simulation; what it leaves out is filled in
* `python`: run in order, a page at a time; with `>>>` what is printed is compared
* `sh`: commands that end well; `console`: commands after `$` with what they print, `exits=N` where that is not 0
* `text`, `json` and no word at all: shown, not run
"""

from __future__ import annotations

import doctest
import inspect
import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
import typer
import yaml

from inclusion_rules import Rulebook, case_as_data, decide, open_calendar, open_case, open_rulebook
from inclusion_rules.cli import COMMANDS, main
from inclusion_rules.loading.plan_files import parse_plan
from inclusion_rules.loading.trees import shipped
from inclusion_rules.scenarios.reading import open_scenarios
from inclusion_rules.scenarios.running import run_scenario

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
SHOWN_ONLY = {"", "text", "json", "mermaid", "diff"}
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
NOT_OURS = ("./run", "uv", "git", "python", "cd", ".")
"""The first words of commands that set up, publish or move about: shown, and not run by a test of the documentation."""

SHIPPED = [folder.name for folder in (ROOT / "rules").iterdir()]
PACK: dict[str, str] = {
    "pack": "documented",
    "title": "Examples of the documentation",
    "version": "1",
    "layer": "national",  # so that an example of a duty may say `must` without a law that it implements
}
A_RULE = {
    "title": "An example",
    "force": "good practice",
    "cites": ["exclusion guidance"],
    "for each": "exclusion",
}
AN_ACT = {"id": "an example", "bearer": "headteacher", "must": "do as the example says"}
A_PLAN = {
    "plan": "plan: an_example\n",
    "title": "title: An example\n",
    "pathway": "pathway: permanent exclusion\n",
    "calendar": "calendar: example\n",
    "period": "period: {from: 2024-09-02, to: 2024-12-20}\n",
    "until": "until: 2025-07-22\n",
    "cases": "cases: 100\n",
}
A_PLAN_BEGINS = """
  - {event: permanently excluded, in the period: {}}
  - {event: governing board notified, after: permanently excluded}"""
KINDS = {"duty", "expectation", "right", "power", "prohibition", "definition", "option"}


@dataclass(frozen=True)
class Fence:
    """One fenced block: what it is said to be, its text, and the line it begins on."""

    page: Path
    line: int
    info: str
    text: str

    @property
    def kind(self) -> str:
        """The words that decide what is done with it, without its settings."""
        return " ".join(word for word in self.info.split() if "=" not in word)

    @property
    def place(self) -> str:
        """Where it stands, for a message."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def fences(page: Path) -> Iterator[Fence]:
    """The fenced blocks of a page, in order."""
    opened: tuple[int, str] | None = None
    lines: list[str] = []
    for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1):
        if opened is None:
            if line.startswith("```"):
                opened, lines = (number, line[3:].strip()), []
        elif line == "```":
            yield Fence(page, opened[0], opened[1], "\n".join(lines) + "\n")
            opened = None
        else:
            lines.append(line)
    assert opened is None, f"{page}: the block of line {opened} is never closed"


def kinds_of(page: Path) -> set[str]:
    """The kinds of example on a page."""
    return {fence.kind for fence in fences(page)}


def pages_with(*kinds: str) -> list[object]:
    """The pages that hold an example of one of those kinds."""
    return [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in PAGES if kinds_of(page) & set(kinds)]


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder laid out like a checkout, to write files into; what no page touches is only pointed to."""
    for part in ("pathways", "examples"):
        (tmp_path / part).symlink_to(ROOT / part)
    (tmp_path / "rules").mkdir()
    for pack in SHIPPED:
        (tmp_path / "rules" / pack).symlink_to(ROOT / "rules" / pack)
    return tmp_path


def files_of(page: Path) -> Iterator[tuple[str, str]]:
    """The whole files that a page prints: where each lies, and its text."""
    for fence in fences(page):
        if fence.kind == "yaml file":
            named = re.match(r"# (\S+)\n", fence.text)
            assert named is not None, f"{fence.place}: the first line of a file says where it lies, as `# path`"
            yield named[1], fence.text


def written(page: Path, workplace: Path) -> list[Path]:
    """The files that a page prints, as they lie in the workplace."""
    return [workplace / name for name, _ in files_of(page)]


def set_up(page: Path, workplace: Path) -> list[Path]:
    """Write the files of a page; the folders of the packs that it adds to or changes."""
    touched: dict[Path, None] = {}
    for name, text in files_of(page):
        path = workplace / name
        if name.startswith("rules/"):
            pack = workplace.joinpath(*Path(name).parts[:2])
            if pack.is_symlink():
                shipped_pack = pack.resolve()
                pack.unlink()
                shutil.copytree(shipped_pack, pack)
            touched[pack] = None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return list(touched)


def fragment(fence: Fence, pack: Path, number: int) -> None:
    """Write an example that is a part of a file as a whole one."""
    parsed = yaml.load(fence.text, Loader=yaml.BaseLoader)  # noqa: S506 - this loader makes nothing but text
    if fence.kind == "yaml facts":
        place, whole = pack / "facts" / f"example_{number}.yaml", {"facts": parsed}
    else:
        part = {"when": parsed} if fence.kind == "yaml condition" else parsed
        act = {} if KINDS & part.keys() else {"duty": {**AN_ACT, "id": f"example {number}"}}
        for kind in KINDS & part.keys():
            if isinstance(part[kind], dict) and "id" not in part[kind]:
                spoken = {"must", "should", "should not", "expected", "may", "must not", "means", "consider"}
                said = {} if spoken & part[kind].keys() else {"must": AN_ACT["must"]}
                part = {**part, kind: {"id": f"example {number}", "bearer": "headteacher", **said, **part[kind]}}
        place, whole = pack / "examples" / f"example_{number}.yaml", {**A_RULE, **part, **act}
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(yaml.safe_dump(whole, sort_keys=False, allow_unicode=True), "utf-8")


def case_with(events: str, workplace: Path) -> Path:
    """A case that holds the events of an example."""
    head = "case: EXAMPLE\npathway: suspension\ncalendar: example\npupil: {date_of_birth: 2010-11-02}\nevents:\n"
    path = workplace / "events.yaml"
    path.write_text(head + events, "utf-8")
    return path


def test_every_fence_says_what_it_is() -> None:
    """An example whose kind is misspelt would never be tried."""
    known = SHOWN_ONLY | {"yaml file", "yaml rule", "yaml condition", "yaml facts", "yaml events"}
    known |= {"yaml plan", "python", "sh", "console"}
    assert [] == [f"{fence.place}: {fence.info}" for page in PAGES for fence in fences(page) if fence.kind not in known]


def rulebook_of(page: Path, workplace: Path) -> Rulebook:
    """The law as a page changes it: its files laid over the shipped ones, its fragments made whole."""
    folders = set_up(page, workplace)
    parts = [fence for fence in fences(page) if fence.kind in ("yaml rule", "yaml condition", "yaml facts")]
    own = [folder for folder in folders if folder.name not in SHIPPED]
    if parts:
        examples = workplace / "rules" / PACK["pack"]
        examples.mkdir()
        whole = {**PACK, "extends": ["england", *(folder.name for folder in own)]}
        (examples / "pack.yaml").write_text(yaml.safe_dump(whole), "utf-8")
        for number, fence in enumerate(parts, start=1):
            fragment(fence, own[0] if own and fence.kind == "yaml facts" else examples, number)
        own.append(examples)
    england = workplace / "rules" / "england"
    return open_rulebook(dict.fromkeys([england, *folders, *own]), [workplace / "pathways"], catalogue=True)


@pytest.mark.parametrize("page", pages_with("yaml file", "yaml rule", "yaml condition", "yaml facts"))
def test_the_rules_of_a_page_load(page: Path, workplace: Path) -> None:
    """Every rule, fact, parameter and condition that the documentation prints is one that the loader takes."""
    packs = rulebook_of(page, workplace).packs.values()
    parts = [fence for fence in fences(page) if fence.kind in ("yaml rule", "yaml condition")]
    assert len(parts) == len([rule for pack in packs for rule in pack.rules if rule.startswith("examples/")])


@pytest.mark.parametrize("page", pages_with("yaml file"))
def test_the_scenarios_of_a_page_come_out(page: Path, workplace: Path) -> None:
    """Every worked example that the documentation prints has the answers it states."""
    rulebook_of(page, workplace)
    files = [path for path in written(page, workplace) if "scenarios" in path.parts]
    if not files:
        return
    collection = open_scenarios(files)
    results = [run_scenario(scenario, collection.rulebook) for scenario in collection.scenarios]
    assert [] == [mismatch for result in results for mismatch in result.mismatches]
    assert results


@pytest.mark.parametrize("page", pages_with("yaml file", "yaml events"))
def test_the_cases_and_calendars_of_a_page_can_be_used(page: Path, workplace: Path) -> None:
    """Every case file, event and calendar that the documentation prints is read, and each case decided."""
    rulebook = rulebook_of(page, workplace)
    for path in written(page, workplace):
        if path.parent == workplace / "calendars":
            calendar = open_calendar(path, rulebook)
            assert calendar.covers_from < calendar.covers_to
    records = [open_case(path, rulebook) for path in written(page, workplace) if path.parent == workplace / "cases"]
    records += [open_case(case_with(f.text, workplace), rulebook) for f in fences(page) if f.kind == "yaml events"]
    decisions = [decide(record, rulebook, as_of=max(event.date for event in record.events)) for record in records]
    assert [record.id for record in records] == [decision.case for decision in decisions]


@pytest.mark.parametrize("page", pages_with("yaml plan"))
def test_the_plans_of_a_page_can_be_read(page: Path) -> None:
    """Every part of a plan that the documentation prints is one that the loader takes."""
    law = open_rulebook()
    plans = [parse_plan(plan_with(f.text), law, name=f.place) for f in fences(page) if f.kind == "yaml plan"]

    assert all(plan.steps for plan in plans)


def plan_with(text: str) -> str:
    """A plan that holds an example, with everything that the example leaves out."""
    parts = {part.partition(":")[0]: part for part in re.split(r"^(?=\S)", text, flags=re.MULTILINE) if part.strip()}
    happens = parts.pop("what happens", "what happens:\n")
    begins = "" if "in the period:" in happens else A_PLAN_BEGINS
    head = "".join(line for key, line in A_PLAN.items() if key not in parts)
    return f"{head}{''.join(parts.values())}{happens.replace('what happens:', 'what happens:' + begins, 1)}"


@pytest.mark.parametrize("page", pages_with("python", "sh", "console"))
def test_the_code_and_commands_of_a_page_run(
    page: Path, workplace: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Code runs in the order in which a reader meets it, and commands print what the page says that they print."""
    set_up(page, workplace)
    monkeypatch.chdir(workplace)
    names: dict[str, object] = {"__name__": "documentation"}
    for fence in fences(page):
        if fence.kind == "python":
            run_python(fence, names)
        elif fence.kind in ("sh", "console"):
            for command, expected in commands(fence):
                run_command(fence, command, expected, capsysbinary)


def run_python(fence: Fence, names: dict[str, object]) -> None:
    """Run one block with the names that earlier ones made."""
    if not fence.text.startswith(">>>"):
        exec(compile(fence.text, fence.place, "exec"), names)  # noqa: S102 - our own documentation
        return
    test = doctest.DocTestParser().get_doctest(fence.text, names, fence.place, str(fence.page), fence.line)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=told.append, clear_globs=False)
    names.update(test.globs)
    assert 0 == result.failed, "".join(told)


def commands(fence: Fence) -> Iterator[tuple[str, str | None]]:
    """The commands of a block, each with what it is said to print, where something is."""
    text = re.sub(r" *\\\n *", " ", fence.text)
    if fence.kind == "sh":
        yield from ((line, None) for line in text.splitlines() if line.strip() and not line.startswith("#"))
        return
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed or None


def run_command(fence: Fence, command: str, expected: str | None, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Run one command of ours and compare what it prints."""
    words = shlex.split(command, comments=True)
    if words[0] in NOT_OURS:
        return
    assert words[0] == "inclusion-rules", f"{fence.place}: `{words[0]}` is no command of ours"
    wanted: Mapping[str, str] = dict(word.split("=", 1) for word in fence.info.split() if "=" in word)
    code = main(words[1:])
    printed = b"".join(capsysbinary.readouterr()).decode("utf-8")
    assert int(wanted.get("exits", "0")) == code, f"{fence.place}: `{command}` ended with {code}\n{printed}"
    if expected is not None:
        agrees = doctest.OutputChecker().check_output(expected, printed, OPTIONS)
        assert agrees, f"{fence.place}: `{command}` printed\n{printed}\nand the page says\n{expected}"


def test_the_shipped_rules_are_those_of_the_checkout() -> None:
    """The pages are tried with the rules that stand beside them."""
    assert ROOT / "rules" == shipped("rules")


def test_every_command_has_its_section() -> None:
    """The page of commands has a section for each command there is, with the example and the options of its help."""
    text = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    sections = dict(re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL))
    there = {name for name in COMMANDS if (ROOT / "src/inclusion_rules/cli" / f"{module_of(name)}.py").is_file()}
    assert there == sections.keys()
    for name in there:
        function = getattr(import_module(f"inclusion_rules.cli.{module_of(name)}"), module_of(name))
        examples = re.findall(r"^ *(inclusion-rules .+)$", inspect.getdoc(function) or "", flags=re.MULTILINE)
        assert examples, f"the help of `{name}` gives no example"
        assert any(example in sections[name] for example in examples), (
            f"docs/reference/commands.md lacks the example of `{name}`"
        )
        options = {word for each in options_of(function) for word in each}
        assert options <= set(re.findall(r"--[\w-]+", sections[name]))


def module_of(command: str) -> str:
    """The module of a command, and the function in it."""
    return command.replace("-", "_")


def options_of(function: Callable[..., object]) -> Iterator[tuple[str, ...]]:
    """The options of a command, as they are typed."""
    for name, hint in get_type_hints(function, include_extras=True).items():
        for known in getattr(hint, "__metadata__", ()):
            if isinstance(known, typer.models.OptionInfo):
                declared = [known.default, *(known.param_decls or ())]
                typed = [word for word in declared if isinstance(word, str)] or [f"--{name.replace('_', '-')}"]
                yield tuple(word for each in typed for word in each.split("/"))


def test_every_code_is_listed() -> None:
    """A code that a message shows can be looked up, and no code is listed that is never shown."""
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    listed = re.findall(
        r"^\| ([A-Z][0-9]{3}) \|", (ROOT / "docs/reference/diagnostics.md").read_text("utf-8"), flags=re.M
    )
    assert sorted(set(re.findall(r"\"([CDKMPRSY][0-9]{3})\"", source))) == sorted(listed)


def test_every_field_of_a_decision_is_listed() -> None:
    """The page of the JSON names every field that is printed."""
    rulebook = open_rulebook()
    record = open_case(ROOT / "examples" / "leicestershire_permanent_exclusion.yaml", rulebook)
    decided = case_as_data(decide(record, rulebook, as_of=date(2025, 2, 10)), certificates_from=record)
    entries = [*decided["findings"], *decided["obligations"], *decided["editions"]]
    fields = {*decided, *(name for entry in entries for name in entry)}
    text = (ROOT / "docs" / "reference" / "case_json.md").read_text("utf-8")
    assert set() == fields - set(re.findall(r"`(\w+)`", text))
