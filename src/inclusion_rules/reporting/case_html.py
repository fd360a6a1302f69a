"""A decided case as one web page that stands alone: no other file, no network, no script; readable on paper.

Knows what the template is given. The order of things is `case_page`; the look is the template.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from inclusion_rules.domain.findings import Obligation
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.reporting.case_page import CasePage, about_in_words
from inclusion_rules.reporting.certificates import certificate_for, complaints, counting_in_words
from inclusion_rules.vocabulary import words


def case_as_html(page: CasePage) -> str:
    """The page, complete."""
    shown: str = _template().render(page=page, decision=page.decision, working_of=lambda entry: _working(entry, page))
    return shown


@lru_cache(maxsize=1)
def _template() -> Any:
    environment = Environment(
        loader=PackageLoader("inclusion_rules.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day_in_words, "words": words, "about": about_in_words}
    return environment.get_template("case.html.j2")


def _working(obligation: Obligation, page: CasePage) -> Mapping[str, object] | None:
    """The days of a deadline, and whether the separate verifier agrees; None where nothing was counted."""
    if obligation.deadline is None:
        return None
    record = page.record
    try:
        certificate = certificate_for(obligation.deadline, record)
    except InclusionRulesError:
        return None
    wrong = complaints(certificate, calendar=record.calendar, bank_holidays=record.bank_holidays)
    return {
        "counting": counting_in_words(obligation.deadline),
        "calendar": obligation.deadline.calendar,
        "lines": certificate.lines,
        "wrong": wrong,
    }
