"""`inclusion-rules explain`: why one rule or duty applies to a case or does not, with its law and its working."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from inclusion_rules.cli.asking import About, AsOf, HumanOrJson, KnownOn, Pathways, Rules, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.named_cases import CaseFileOrStore, CaseOfStore, named_case
from inclusion_rules.cli.naming_packs import law_of
from inclusion_rules.cli.showing import show, width
from inclusion_rules.errors import UnknownNameError
from inclusion_rules.reporting.explanation import explanation_of
from inclusion_rules.reporting.explanation_text import explanation_as_text


def explain(
    place: CaseFileOrStore,
    name: Annotated[str, typer.Argument(metavar="RULE_OR_DUTY", help="A duty, or the path of a rule.")],
    case: CaseOfStore = None,
    as_of: AsOf = None,
    about: About = None,
    known_on: KnownOn = None,
    rules: Rules = None,
    pathways: Pathways = None,
    format: HumanOrJson = "human",
) -> int:
    """Explain why a rule applies to a case or does not: working, facts, deadline, law, and what would alter it.

    \b
    Example:
      inclusion-rules explain examples/leicestershire_permanent_exclusion.yaml "board consider pex" --as-of 2025-02-10
    """
    rulebook = law_of(rules, pathways)
    named = named_case(place, case, rulebook, known_on=known_on)
    try:
        explanation = explanation_of(named.known, rulebook, name, as_of=as_of or today(), about=about)
    except UnknownNameError as error:
        raise UsageError(str(error)) from None
    if format == "json":
        show(json.dumps(explanation.as_data(), indent=2, ensure_ascii=False) + "\n")
    else:
        show(explanation_as_text(explanation, width=width()))
    return Exit.FINE
