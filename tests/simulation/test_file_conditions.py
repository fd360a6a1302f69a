"""Conditions on the case file alone tell apart the cases for which they come to something different."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.domain.conditions import Comparison, Operator, ParameterReference
from inclusion_rules.domain.rulebook import Edition
from inclusion_rules.simulation.cohort_columns import Coded
from inclusion_rules.simulation.file_conditions import FileConditions


def england_with_a_list(*words: str) -> tuple[Edition, str]:
    """The national law with a parameter that is a list of words, and the name of that parameter."""
    (pack,) = open_rulebook().edition(("england",)).packs
    name, parameter = next(iter(pack.parameters.items()))
    listed = replace(parameter, values=(replace(parameter.values[0], value=words, otherwise=None),))
    return Edition((replace(pack, parameters={**pack.parameters, name: listed}),)), name


def test_words_within_a_list_of_the_law_are_told_from_those_without() -> None:
    """A parameter may be a list; whether the file's word is in it is what counts, and not which word it is."""
    edition, name = england_with_a_list("support", "ehc_plan")
    condition = Comparison("sen", Operator.ONE_OF, ParameterReference(name))
    sen = Coded(np.array([0, 1, 2, -1], dtype=np.int16), ("none", "support", "ehc_plan"))

    none, support, plan, not_known = FileConditions(edition).answered(condition, {"sen": sen}, 4).tolist()

    assert support == plan
    assert 3 == len({none, support, not_known})
