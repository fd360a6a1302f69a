"""Councils over the law that ships: what their packs are refused for, and what keeps them within it."""

from __future__ import annotations

from textwrap import dedent

import pytest
from tests.layers.builders import SHIRE, rule

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.errors import InvalidFilesError
from inclusion_rules.loading.trees import shipped

TRIAL = """
    option:
      id: shire trial
      bearer: headteacher
      consider: a managed move with a trial of six weeks
      would record: {event: managed move proposed, having: {trial until: any}}
    """
CHARGE = """
    option:
      id: shire charge
      bearer: local authority
      consider: asking the school for the full cost of the new placement
      would record: {event: excluded pupil payment requested, having: {HAVING}}
    """


def faults(folder, text):
    """What is told of a shire with one rule over the law of England."""
    files = {**SHIRE, "pack.yaml": SHIRE["pack.yaml"].replace("[land]", "[england]"), "local/one.yaml": text}
    for name, content in files.items():
        path = folder / "shire" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content), encoding="utf-8")
    try:
        open_rulebook([shipped("rules") / "england", folder / "shire"], [shipped("pathways")])
    except InvalidFilesError as error:
        return [one.message for one in error.diagnostics]
    return []


def test_a_trial_of_a_managed_move_is_refused_from_26_july_2026(tmp_path):
    """A pack that offers one without an end is not loaded; the day of the guidance is named."""
    (told,) = faults(tmp_path, rule(TRIAL, subject="exclusion considered"))

    assert "`managed_move/no_trial_2026`" in told
    assert "(from 2026-07-26)" in told


def test_a_trial_that_ends_the_day_before_was_lawful(tmp_path):
    """Protocols of before are kept with their dates."""
    ended = "governs: {from: 2021-09-01, until: 2026-07-25}\n"

    assert [] == faults(tmp_path, rule(TRIAL, subject="exclusion considered", extra=ended))


@pytest.mark.parametrize(
    ("having", "stands"),
    [
        ("amount: any", True),
        ("beyond regulations: no", True),
        ("beyond regulations: yes", False),
        ("beyond regulations: any", False),
        ("beyond regulations: yes, agreement: no", False),
        ("beyond regulations: yes, agreement: yes", True),
    ],
)
def test_a_charge_beyond_the_regulations_needs_an_agreement(tmp_path, having, stands):
    """Full cost recovery can be suggested only as something that the school has agreed to."""
    told = faults(tmp_path, rule(CHARGE.replace("HAVING", having), subject="permanent exclusion"))

    assert stands is (told == [])
    assert stands or "`money/no_more_than_regulations`" in told[0]
