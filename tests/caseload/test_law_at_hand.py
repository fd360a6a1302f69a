"""The digest of what decides: the same in every process, and another one as soon as anything of it is another."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from inclusion_rules.caseload.law_at_hand import LawAtHand
from inclusion_rules.casework.case import PackPin
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.errors import UnknownNameError

ENGLAND = ("england",)


def digest(rulebook: Rulebook) -> str:
    """The digest for a case of permanent exclusion under the national pack."""
    return LawAtHand(rulebook).digest(ENGLAND, "permanent_exclusion")


def test_every_process_finds_the_same_digest(rulebook: Rulebook) -> None:
    """In whatever order a process keeps its sets, what it kept yesterday is known again today."""
    asked = (
        "from inclusion_rules.casework.opening import open_rulebook\n"
        "from inclusion_rules.caseload.law_at_hand import LawAtHand\n"
        "print(LawAtHand(open_rulebook()).digest(('england',), 'permanent_exclusion'))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", asked],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert {digest(rulebook)} == found


def test_another_pack_has_another_digest(rulebook: Rulebook) -> None:
    """A pack with other contents may decide otherwise."""
    england = replace(rulebook.packs["england"], digest="sha256:other")
    other = replace(rulebook, packs=MappingProxyType({**rulebook.packs, "england": england}))
    assert digest(rulebook) != digest(other)


def test_another_pathway_has_another_digest(rulebook: Rulebook) -> None:
    """Pathways stand beside the packs and decide the stage, so they count as well."""
    pathway = rulebook.pathways["permanent_exclusion"]
    shorter = replace(pathway, moves=pathway.moves[:-1])
    other = replace(rulebook, pathways=MappingProxyType({**rulebook.pathways, pathway.id: shorter}))
    assert digest(rulebook) != digest(other)


def test_each_pathway_and_each_choice_of_packs_has_its_own(rulebook: Rulebook) -> None:
    """What decides one kind of case does not stand for what decides another."""
    law = LawAtHand(rulebook)
    found = {
        law.digest(ENGLAND, "permanent_exclusion"),
        law.digest(ENGLAND, "suspension"),
        law.digest(("england", "leicestershire"), "suspension"),
    }
    assert 3 == len(found)


@pytest.mark.parametrize(("packs", "pathway"), [(("scotland",), "suspension"), (ENGLAND, "expulsion")])
def test_what_is_not_there_has_no_digest(rulebook: Rulebook, packs: tuple[str, ...], pathway: str) -> None:
    """A case whose law is not at hand cannot be taken for decided."""
    with pytest.raises(UnknownNameError):
        LawAtHand(rulebook).digest(packs, pathway)


def test_the_law_changes_on_known_days(rulebook: Rulebook) -> None:
    """What is decided before the commencement of July 2026 does not hold from that day on."""
    law = LawAtHand(rulebook)
    assert date(2026, 7, 26) == law.turns_after(ENGLAND, date(2026, 7, 25))
    assert date(2026, 7, 26) != law.turns_after(ENGLAND, date(2026, 7, 26))


def test_a_pack_that_is_gone_is_a_difference(rulebook: Rulebook) -> None:
    """A pin that nothing at hand answers to is told with nothing beside it."""
    england = rulebook.packs["england"]
    held = PackPin("england", england.version, england.digest)
    gone = PackPin("scotland", "1", "sha256:1")
    (difference,) = LawAtHand(rulebook).differences((held, gone))
    assert ("scotland", gone, None) == (difference.pack, difference.pinned, difference.at_hand)
