"""The order of files, rules and facts never matters to what a pack says."""

from __future__ import annotations

import json
import random
from copy import copy
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inclusion_rules.casework.deciding import decide
from inclusion_rules.casework.fact_functions import known_functions
from inclusion_rules.casework.opening import open_case, open_rulebook
from inclusion_rules.domain.cases import CaseRecord
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.loading.linking import link_pack
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.pack_folders import pack_documents
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.trees import read_tree, shipped
from inclusion_rules.reporting.case_json import case_as_data

AS_OF = date(2025, 2, 10)
EVENTS = [
    {"date": "2024-11-18", "event": "suspended", "school_days": 2.5, "first_day": "2024-11-18"},
    {"date": "2025-01-13", "event": "permanently_excluded", "session": "morning"},
    {"date": "2025-01-14", "event": "governing_board_notified"},
    {"date": "2025-02-05", "event": "governing_board_met"},
]
CASE = {
    "case": "EXAMPLE-1",
    "pathway": "permanent_exclusion",
    "calendar": "example",
    "school": {"type": "academy", "phase": "secondary", "authority": "leicestershire"},
    "pupil": {"date_of_birth": "2010-11-02", "year_group": 9, "sen": "ehc_plan", "looked_after": True},
    "events": EVENTS,
}


def documents() -> PackDocuments:
    """The national pack as its files say it."""
    read = pack_documents(shipped("rules") / "england", read_tree, Problems(), catalogue=True)
    assert read is not None
    return read


RULEBOOK = open_rulebook([shipped("rules") / "england"])
DOCUMENTS = documents()


@pytest.fixture(scope="module")
def record(tmp_path_factory) -> CaseRecord:
    """A case with much to decide."""
    path = tmp_path_factory.mktemp("case") / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return open_case(path, RULEBOOK)


def shuffled(seed: int) -> Rulebook:
    """The rulebook made from the same documents, each list of them in another order."""
    chance = random.Random(seed)
    problems = Problems()
    mixed = copy(DOCUMENTS)
    for field in fields(DOCUMENTS):
        listed = getattr(DOCUMENTS, field.name)
        if isinstance(listed, list):
            setattr(mixed, field.name, chance.sample(listed, len(listed)))
    pack = link_pack(mixed, below=(), functions=known_functions(), problems=problems)
    assert [] == problems.found
    return replace(RULEBOOK, packs={"england": pack})


@given(seed=st.integers(0, 2**32))
@settings(max_examples=5)
def test_the_order_of_documents_changes_no_decision(record, seed):
    """Files read in any other order make the same findings, obligations and facts."""
    usual, other = (
        case_as_data(decide(record, rulebook, as_of=AS_OF)) for rulebook in (replace(RULEBOOK), shuffled(seed))
    )

    assert usual == other


@given(seed=st.integers(0, 2**32))
@settings(max_examples=3)
def test_the_order_of_documents_changes_no_law(seed):
    """Whatever the order, the pack holds the same facts, parameters, rules and tables."""
    usual = link_pack(DOCUMENTS, below=(), functions=known_functions(), problems=Problems())

    assert usual == shuffled(seed).packs["england"]


@given(order=st.permutations(range(4)))
@settings(max_examples=12)
def test_the_order_of_events_in_a_file_changes_no_decision(tmp_path_factory, order):
    """Events of different days may be listed as they come to hand."""
    path = tmp_path_factory.mktemp("case") / "case.json"
    path.write_text(json.dumps({**CASE, "events": [EVENTS[place] for place in order]}), encoding="utf-8")
    listed = tmp_path_factory.mktemp("case") / "case.json"
    listed.write_text(json.dumps(CASE), encoding="utf-8")

    told = [case_as_data(decide(open_case(each, RULEBOOK), RULEBOOK, as_of=AS_OF)) for each in (path, listed)]

    assert told[0] == told[1]
