"""The part of a run's report on the course of cases: stages, moves, time, new schools, waiting for room, and costs.

Words and pictures; nothing is added up here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from markupsafe import Markup

from inclusion_rules.domain.pathways import Move
from inclusion_rules.domain.simulation_plans import CostUnit, EventUnit, ObligationUnit, SchoolDayUnit
from inclusion_rules.domain.wording import day_in_words
from inclusion_rules.reporting.pathway_diagram import stage_in_words, steps_of
from inclusion_rules.reporting.pathway_drawing import Traffic, pathway_as_svg
from inclusion_rules.reporting.run_drawing import Curve, Part, Row, Scale, curves_drawn, rows_drawn
from inclusion_rules.reporting.run_page import (
    Picture,
    RunAtHand,
    Section,
    Table,
    between,
    counted,
    listed,
    number,
    percent,
)
from inclusion_rules.simulation.queue_lengths import Queue
from inclusion_rules.simulation.run_figures import TAKEN_BACK, Moved
from inclusion_rules.simulation.survival import Survival
from inclusion_rules.vocabulary import words

_SEEN = 0.02
"""How wide an interval has to be for a picture to show it apart from its line."""
_MARKED_DAYS = (20, 60, 100, 150, 200)
"""The school days for which the table of waiting gives the share, if the run is as long."""


# Stages ----------------------------------------------------------------------------------------------------------


def funnel(at_hand: RunAtHand) -> Section:
    """How many cases ever stood at each stage, and where they end."""
    figures, stages = at_hand.figures, at_hand.pathway.stages
    rows, cells = [], []
    for stage in stages:
        reached, final = figures.reached.get(stage.name, 0), figures.final.get(stage.name, 0)
        there = Part(final / figures.cases, "solid"), Part((reached - final) / figures.cases, "pale")
        label = f"{stage_in_words(stage.name)}{' (an end)' if stage.is_end else ''}"
        rows.append(Row(label, f"{number(reached)}: {percent(reached / figures.cases)}", there))
        cells.append((label, number(reached), percent(reached / figures.cases), number(final)))
    title = "Cases that ever stood at each stage"
    told = " ".join(f"{row.label}: {row.says}." for row in rows)
    return Section(
        "funnel",
        "Through the stages",
        (
            f"Of {counted(figures.cases, 'case')}. A case that time alone took through a stage "
            f"{'within a day' if figures.dated else 'between two events'} may be missing from it.",
        ),
        (
            Picture(
                "funnel-of-stages",
                title,
                Markup(
                    rows_drawn(
                        "funnel-of-stages",
                        title,
                        told,
                        rows,
                        Scale(0, 1, percent=True),
                        key=("Whole bar: ever there. Solid: still there, or ended there, when the run ends.",),
                    )
                ),
                Table(title, ("Stage", "Ever there", "Share of cases", "There at the end"), tuple(cells)),
            ),
        ),
    )


def pathway_map(at_hand: RunAtHand) -> Section:
    """The pathway as it runs, with counts on its stages and moves."""
    figures, pathway = at_hand.figures, at_hand.pathway

    def times(move: Move) -> int:
        return sum(figures.moves.get(Moved(move.event or "", source, move.target), 0) for source in move.sources)

    made = [move for move in pathway.moves if times(move)]
    never = [step for step in steps_of(pathway) if not times(step.move)]
    there = tuple(stage for stage in pathway.stages if figures.reached.get(stage.name, 0))
    names = {stage.name for stage in there}
    shown = replace(
        pathway,
        stages=there,
        moves=tuple(replace(move, sources=tuple(one for one in move.sources if one in names)) for move in made),
    )
    cells = [
        (step.happens, step.between, step.guard or "–", number(times(step.move)))
        for step in steps_of(pathway)
        if times(step.move)
    ]
    traffic = Traffic(figures.cases, figures.reached, times)
    title = f"{pathway.title}: how often each move was made"
    says = ["A line is the wider the more often the move was made. Under each stage, how many cases ever stood there."]
    if never:
        says.append(
            f"Never made in this run, and left out: {'; '.join(f'{one.happens} {one.between}' for one in never)}."
        )
    return Section(
        "map",
        "Map of the pathway",
        tuple(says),
        (
            Picture(
                "pathway",
                title,
                Markup(pathway_as_svg(shown, traffic=traffic)),
                Table(title, ("What happens", "From and to", "When", "Times"), tuple(cells)),
                wide=True,
            ),
        ),
    )


def time_in_stages(at_hand: RunAtHand) -> Section:
    """School days in each stage, and which share of all of them."""
    figures, pathway = at_hand.figures, at_hand.pathway
    names = sorted(figures.stretches, key=lambda name: tuple(pathway.rank(stage) for stage in name.split(", then ")))
    total = sum(
        figures.stretch_days.of(figures.stretches[name]).mean * figures.stretch_days.of(figures.stretches[name]).total
        for name in names
    )
    rows, cells = [], []
    for name in names:
        days = figures.stretch_days.of(figures.stretches[name])
        low, middle, high = (days.quantile(share) or 0 for share in (0.1, 0.5, 0.9))
        share = days.mean * days.total / total if total else 0.0
        label = stage_in_words(name)
        rows.append(Row(label, f"half by {middle}; {percent(share, places=0)}", span=(low, middle, high)))
        cells.append((label, number(days.total), str(middle), f"{low} to {high}", f"{days.mean:.1f}", percent(share)))
    title = "School days in each stage"
    told = " ".join(f"{row.label}: {row.says} of all days." for row in rows)
    far = max([1.0, *(row.span[2] for row in rows if row.span)])
    return Section(
        "time",
        "Where time goes",
        (f"From the exclusion to an end, or to the end of the run.{_told_together(at_hand)}",),
        (
            Picture(
                "days-in-stages",
                title,
                Markup(
                    rows_drawn(
                        "days-in-stages",
                        title,
                        told,
                        rows,
                        Scale.reaching([far], unit="school days"),
                        key=(
                            "Dot: half the cases are through by then. Bar: a tenth to nine tenths of them.",
                            "The percentage is the stage's share of all school days of all cases.",
                        ),
                    )
                ),
                Table(
                    title,
                    ("Stage", "Cases", "Half by", "A tenth to nine tenths", "Mean", "Share of all days"),
                    tuple(cells),
                ),
            ),
        ),
    )


def _told_together(at_hand: RunAtHand) -> str:
    """What to say where the days of two stages could not be told apart."""
    if not at_hand.figures.dated:
        return (
            " Where time alone moves a case on between two recorded events, the run does not say on which day, and the "
            "days of both stages are told together."
        )
    if any(", then " in name for name in at_hand.figures.stretches):
        return (
            " A stage to which time alone brought a case more than once is dated by the last time; the days before "
            "that are told together with those of the stage before it."
        )
    return ""


# New schools -----------------------------------------------------------------------------------------------------


def new_schools(at_hand: RunAtHand) -> Section:
    """How long until a pupil starts at a new school."""
    figures = at_hand.figures
    survival = figures.survival()
    if survival is None:
        return Section(
            "survival",
            "Until a new school",
            ("Nobody in this run starts at a new school, so there is no waiting to show.",),
        )
    last = survival.steps[-1].day
    points = ((0.0, 1.0), *((float(step.day), step.share.value) for step in survival.steps))
    ends = [step for step in survival.steps if step.share.low is not None and step.share.high is not None]
    low = ((0.0, 1.0), *((float(step.day), step.share.low or 0.0) for step in ends))
    high = ((0.0, 1.0), *((float(step.day), step.share.high or 0.0) for step in ends))
    wide = max((step.share.high or 0.0) - (step.share.low or 0.0) for step in ends) if ends else 0.0
    band = (Curve(low, dash="3 3", width=1.2, steps=True), Curve(high, dash="3 3", width=1.2, steps=True))
    shown = (*(band if wide > _SEEN else ()), Curve(points, steps=True))
    key = (
        "Dotted: 95 % interval"
        if wide > _SEEN
        else f"The 95 % interval, at most {percent(wide)} wide, is too narrow to draw"
    )
    median = survival.median
    marks = ((float(median), survival.on(median).value, f"half by day {median}"),) if median is not None else ()
    title = "Share of pupils who have not yet started at a new school"
    said = _waiting_in_words(survival)
    cells = tuple(
        (str(day), percent(survival.on(day).value), _ends(survival, day), number(_at_risk(survival, day)))
        for day in sorted({*(day for day in _MARKED_DAYS if day <= last), last})
    )
    lost = sum(step.lost for step in survival.steps)
    return Section(
        "survival",
        "Until a new school",
        (
            said,
            "Kaplan-Meier, from the exclusion, in school days. Left out: exclusions that ended "
            f"{listed(_in_words(TAKEN_BACK))}. "
            f"{counted(lost, 'pupil')} had no new school when the run ended and count as waiting up to that day, no "
            "longer.",
        ),
        (
            Picture(
                "survival-to-a-new-school",
                title,
                Markup(
                    curves_drawn(
                        "survival-to-a-new-school",
                        title,
                        said,
                        shown,
                        Scale.reaching([float(last)], unit="school days"),
                        Scale(0, 1, "still without a new school", percent=True),
                        marks=marks,
                        key=(f"Solid: the estimate. {key} (Greenwood, log-log).",),
                    )
                ),
                Table(
                    title,
                    ("School days after the exclusion", "Still waiting", "95 % interval", "Seen that long"),
                    cells,
                ),
            ),
        ),
        folded=_by_term(at_hand),
    )


def _waiting_in_words(survival: Survival) -> str:
    last = survival.steps[-1].day
    if survival.median is None:
        return f"After {last} school days {percent(survival.on(last).value)} still wait; half was never reached."
    return (
        f"Half have started at a new school by school day {survival.median}; after {last} school days "
        f"{percent(survival.on(last).value)} still wait."
    )


def _ends(survival: Survival, day: int) -> str:
    share = survival.on(day)
    return f"{percent(share.low or 0.0)} to {percent(share.high if share.high is not None else 1.0)}"


def _at_risk(survival: Survival, day: int) -> int:
    """How many were still in sight and waiting at the end of a day."""
    return sum(step.happened + step.lost for step in survival.steps if step.day > day)


def _by_term(at_hand: RunAtHand) -> tuple[Table, ...]:
    rows = []
    for term in sorted(at_hand.figures.terms):
        found = at_hand.figures.survival(term=term)
        if found is not None:
            half = str(found.median) if found.median is not None else "not reached"
            rows.append((term, half, *(percent(found.on(day).value) for day in _MARKED_DAYS[:3])))
    if len(rows) < 2:
        return ()
    head = ("Term of the exclusion", "Half by (school days)", *(f"Waiting after {day}" for day in _MARKED_DAYS[:3]))
    return (Table("The same by the term of the exclusion", head, tuple(rows)),)


def _in_words(stages: tuple[str, ...]) -> list[str]:
    return [f"`{stage_in_words(stage)}`" for stage in stages]


# Room ------------------------------------------------------------------------------------------------------------


def waiting_for_room(queues: tuple[Queue, ...]) -> Section | None:
    """Who waited for what there is not room enough for; None where the plan has no such room."""
    if not queues:
        return None
    pictures, says = [], []
    for queue in queues:
        name = words(queue.capacity.name)
        room = f"{counted(queue.room, 'case')} a sitting" if queue.capacity.a_sitting else counted(queue.room, "place")
        longest = int(queue.waits.max()) if len(queue.waits) else 0
        most = int(queue.waiting.max()) if len(queue.waiting) else 0
        if not most and not longest:
            says.append(f"{name.capitalize()} ({room}): nobody waited; {number(queue.asked)} asked.")
            continue
        mean = float(queue.waits.mean())
        said = (
            f"{name.capitalize()} ({room}): {number(queue.asked)} asked, waited {mean:.1f} school days on average "
            f"and {longest} at "
            f"most; {most} waited at once; {queue.unserved} were never reached."
        )
        says.append(said)
        pictures.append(_queue_drawn(queue, name, said))
    says.append("Room grows and shrinks with the number of cases, so that a smaller run waits as long as a larger one.")
    return Section("queues", "Waiting for room", tuple(says), tuple(pictures))


def _queue_drawn(queue: Queue, name: str, said: str) -> Picture:
    first = int(queue.weeks[0])
    points = tuple(
        ((int(week) - first) / 7 + 1, float(count)) for week, count in zip(queue.weeks, queue.waiting, strict=True)
    )
    id = f"queue-{queue.step.name.replace(' ', '-').replace('_', '-')}"
    title = f"How many waited for {name} at the end of each week"
    cells = tuple(
        (day_in_words(date.fromordinal(int(week))), number(int(count)), number(int(served)))
        for week, count, served in zip(queue.weeks, queue.waiting, queue.served, strict=True)
    )
    return Picture(
        id,
        title,
        Markup(
            curves_drawn(
                id,
                title,
                said,
                (Curve(points, steps=True),),
                Scale.reaching([points[-1][0]], unit="weeks"),
                Scale.reaching([count for _, count in points], unit="cases waiting"),
            )
        ),
        Table(title, ("Week that ends on", "Waiting", "Served so far"), cells),
    )


# Costs -----------------------------------------------------------------------------------------------------------


def costs(at_hand: RunAtHand) -> Section:
    """What the plan's costs come to."""
    plan, figures = at_hand.plan, at_hand.figures
    if not plan.costs:
        return Section("costs", "Costs", ("The plan gives no costs.",))
    rows, total = [], 0.0
    for position, cost in enumerate(plan.costs):
        whole, each = figures.cost(position)
        total += whole
        by = _counted_by(cost.unit)
        rows.append((cost.name, f"£{cost.amount:,.2f}", by, f"£{whole:,.0f}", between(each, shown=",.2f")))
    rows.append(("All of these", "", "", f"£{total:,.0f}", f"{total / figures.cases:,.2f}"))
    return Section(
        "costs",
        "Costs",
        ("By the plan's own amounts, which are placeholders until you put yours in their place.",),
        tables=(
            Table(
                "What the run costs",
                ("Cost", "Amount", "Counted by", "Whole run", "Pounds a case (95 % interval)"),
                tuple(rows),
            ),
        ),
    )


def _counted_by(unit: CostUnit) -> str:
    match unit:
        case EventUnit(event):
            return f"each `{words(event)}`"
        case ObligationUnit(duty, statuses):
            those = f" that is {' or '.join(map(words, statuses))}" if statuses else ""
            return f"each obligation `{words(duty)}`{those}"
        case SchoolDayUnit(first, last):
            return f"each school day from `{words(first)}` to `{words(last)}`, or to the end of the run"
