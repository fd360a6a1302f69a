"""Policy experiments: one plan, two arms, and what is changed in each: figures of the plan, or parameters of the law.

Values only. How they are written is `loading.experiment_documents`; running the arms is `simulation.experimenting`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from inclusion_rules.source import Span


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One value of a plan put in the place of another. `place` leads to it, key by key and name by name."""

    place: tuple[str, ...]
    value: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LawChange:
    """One parameter of the law set to another value, in every version of it."""

    parameter: str
    value: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of an experiment: what it is called, and what is changed in it."""

    name: str
    plan: tuple[PlanChange, ...] = ()
    law: tuple[LawChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment: its question, what its answer can and cannot say, and its two arms.

    `plan` is the id of a plan that ships, or a file beside the experiment. The first pair of runs draws with `seed`,
    the next with the seed after it.
    """

    id: str
    title: str
    asks: str
    can_say: str
    cannot_say: str
    plan: str
    cases: int
    seed: int
    replications: int
    first: Arm
    second: Arm
    span: Span | None = field(default=None, compare=False)
