"""The part of a run's report on duties: how many were broken, by whom, how late, and when they fall due.

Words and pictures; nothing is added up here.
"""

from __future__ import annotations

from markupsafe import Markup

from inclusion_rules.reporting.run_drawing import Grid, Panel, Part, Row, Scale, columns_drawn, grids_drawn, rows_drawn
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
    upper_first,
)
from inclusion_rules.simulation.day_histogram import DayCounts
from inclusion_rules.simulation.run_figures import IN_TIME, LATE, MISSED, Duty, DutyCount

LATENESS = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (21, 10_000))
"""How late something was, in school days, as it is grouped."""
_SHOWN_BY_TERM = 6


def duty_sections(at_hand: RunAtHand) -> tuple[Section, ...]:
    """Everything on duties, in order."""
    return (_breaches(at_hand), _lateness(at_hand), _timeline(at_hand), _by_term(at_hand))


# Breaches --------------------------------------------------------------------------------------------------------


def _breaches(at_hand: RunAtHand) -> Section:
    says = [
        "A breach is an obligation met late, or missed. Of the obligations with a last day that were met, or whose "
        "last day passed: the share met late (hatched) and the share missed and still owed when the run ends (solid). "
        "The line with ends is Wilson's 95 % interval of both together.",
    ]
    if at_hand.not_measured:
        says.append(
            f"Left out is whatever nothing in {at_hand.known_from} ever meets: the list below has it. Where such a "
            f"duty is missed, that says something of {at_hand.known_from} and nothing of schools."
        )
    by_duty = {duty: at_hand.standing[duty] for duty in at_hand.measured}
    pictures = []
    if by_duty:
        labels = {duty: at_hand.label_of(duty) for duty in by_duty}
        pictures.append(
            _rates(
                "breaches-by-duty",
                "Share of obligations in breach, by duty",
                [
                    (
                        labels[duty],
                        f"{at_hand.title_of(duty)} ({at_hand.force_of(duty)})",
                        at_hand.bearer_of(duty[1]),
                        count,
                    )
                    for duty, count in by_duty.items()
                ],
            )
        )
        bearers = sorted(at_hand.by_bearer().items(), key=lambda pair: -pair[1].breached / pair[1].decided)
        pictures.append(
            _rates(
                "breaches-by-bearer",
                "Share of obligations in breach, by bearer",
                [
                    (name, "all of these duties", name, count)
                    for name, count in ((upper_first(at_hand.bearer_of(bearer)), count) for bearer, count in bearers)
                ],
            )
        )
    return Section(
        "breaches",
        "Breaches: of what, and by whom",
        tuple(says),
        tuple(pictures),
        tables=_left_out(at_hand),
        folded=_without_a_day(at_hand),
    )


def _rates(id: str, title: str, entries: list[tuple[str, str, str, DutyCount]]) -> Picture:
    rows = []
    cells = []
    for label, duty, bearer, count in entries:
        late, missed = count.dated.get(LATE, 0), count.dated.get(MISSED, 0)
        rate = count.rate
        assert rate is not None
        whisker = (rate.low, rate.high) if rate.low is not None and rate.high is not None else None
        parts = (Part(late / count.decided, "hatched"), Part(missed / count.decided, "solid"))
        rows.append(Row(label, f"{percent(rate.value)} of {number(count.decided)}", parts, whisker))
        cells.append(
            (
                duty,
                bearer,
                number(count.decided),
                number(count.dated.get(IN_TIME, 0)),
                number(late),
                number(missed),
                between(rate, factor=100, unit=" %"),
            )
        )
    told = " ".join(f"{row.label}: {row.says}." for row in rows)
    return Picture(
        id,
        title,
        Markup(
            rows_drawn(
                id,
                title,
                told,
                rows,
                Scale.reaching([0.05, *(row.whisker[1] for row in rows if row.whisker)], percent=True),
                key=(
                    "Hatched: met late. Solid: missed, still owed at the end. Line with ends: 95 % interval of both.",
                ),
            )
        ),
        Table(
            title,
            ("Duty", "Bearer", "Decided", "Met in time", "Met late", "Missed", "In breach (95 % interval)"),
            tuple(cells),
        ),
    )


def _left_out(at_hand: RunAtHand) -> tuple[Table, ...]:
    if not at_hand.not_measured:
        return ()
    rows = []
    for duty in at_hand.not_measured:
        wanted = sorted({meeting.event for rule in at_hand.rules_of(duty) for meeting in rule.met_by})
        happens = {step.event for step in at_hand.plan.steps}
        lacking = [event.replace("_", " ") for event in wanted if event not in happens]
        no_event = f"{at_hand.known_from} {'have' if at_hand.known_from == 'the records' else 'has'} no"
        why = f"{no_event} `{'` or `'.join(lacking)}`" if lacking else "no case of the run ever did it"
        count = at_hand.standing[duty]
        rows.append(
            (at_hand.title_of(duty), at_hand.bearer_of(duty[1]), number(count.decided), number(count.breached), why)
        )
    return (
        Table(
            f"NOT MEASURED: duties that nothing in {at_hand.known_from} meets, so that their breaches mean nothing",
            ("Duty", "Bearer", "Decided", "Breaches on paper", "Why it is left out"),
            tuple(rows),
            frozenset(range(len(rows))),
        ),
    )


def _without_a_day(at_hand: RunAtHand) -> tuple[Table, ...]:
    duties, rights = [], []
    for duty, count in at_hand.standing.items():
        status = count.status
        met = status.get(IN_TIME, 0) + status.get(LATE, 0)
        row = (
            at_hand.title_of(duty),
            at_hand.bearer_of(duty[1]),
            number(count.all),
            number(met),
            number(status.get("open", 0)),
            number(status.get("lapsed", 0)),
        )
        if at_hand.is_right(duty):
            rights.append(row)
        elif not count.decided:
            duties.append(row)
    head = ("Bearer", "All", "Met", "Open at the end", "No longer owed")
    found = []
    if duties:
        found.append(
            Table(
                "Duties without a last day that passed: the law gives no number, or the record cannot show it; never "
                "called a breach",
                ("Duty", *head),
                tuple(duties),
            )
        )
    if rights:
        found.append(Table("Rights: used, still open, or run out", ("Right", *head), tuple(rights)))
    return tuple(found)


# Lateness --------------------------------------------------------------------------------------------------------


def _lateness(at_hand: RunAtHand) -> Section:
    shown = [duty for duty in at_hand.measured if at_hand.standing[duty].dated.get(LATE, 0)]
    if not shown:
        return Section("lateness", "How late", ("Nothing was met late in this run.",))
    names = tuple(_days_from_to(first, last) for first, last in LATENESS)
    panels, rows = [], []
    for duty in shown:
        days = at_hand.figures.late.of(at_hand.figures.place_of(duty))
        shares = tuple(days.between(first, last) / days.total for first, last in LATENESS)
        half = days.quantile(0.5)
        panels.append(
            Panel(_short(at_hand.title_of(duty)), shares, f"{number(days.total)} late; half by {half} or fewer")
        )
        rows.append(
            (
                at_hand.title_of(duty),
                at_hand.bearer_of(duty[1]),
                number(days.total),
                *(number(days.between(first, last)) for first, last in LATENESS),
                str(half),
                str(days.quantile(0.9)),
            )
        )
    title = "By how many school days duties were met late"
    told = " ".join(
        f"{panel.title}: "
        f"{', '.join(f'{name} days {share * 100:.0f} %' for name, share in zip(names, panel.values, strict=True))}."
        for panel in panels
    )
    return Section(
        "lateness",
        "How late",
        (
            "Only what was met in the end; what is still owed when the run ends is as late as the run is long, and "
            "stands apart.",
        ),
        (
            Picture(
                "lateness-by-duty",
                title,
                Markup(
                    columns_drawn(
                        "lateness-by-duty",
                        title,
                        told,
                        panels,
                        names,
                        "School days after the last day; the share of those met late.",
                    )
                ),
                Table(
                    title,
                    ("Duty", "Bearer", "Met late", *(f"{name} days" for name in names), "Half by", "Nine in ten by"),
                    tuple(rows),
                ),
            ),
        ),
        folded=_still_owed(at_hand),
    )


def _still_owed(at_hand: RunAtHand) -> tuple[Table, ...]:
    rows = []
    for duty in at_hand.measured:
        days = at_hand.figures.overdue.of(at_hand.figures.place_of(duty))
        if days.total:
            rows.append(
                (at_hand.title_of(duty), at_hand.bearer_of(duty[1]), number(days.total), str(days.quantile(0.5)))
            )
    if not rows:
        return ()
    caption = "Missed and still owed when the run ends, with how long overdue by then"
    return (Table(caption, ("Duty", "Bearer", "Still owed", "Half overdue by (school days)"), tuple(rows)),)


def _days_from_to(first: int, last: int) -> str:
    if last >= 10_000:
        return f"{first}+"
    return str(first) if first == last else f"{first}–{last}"


# Timeline --------------------------------------------------------------------------------------------------------


def _timeline(at_hand: RunAtHand) -> Section:
    figures = at_hand.figures
    entries: list[tuple[Duty, DayCounts, DayCounts]] = []
    for duty in at_hand.standing:
        due, met = (days.of(figures.place_of(duty)) for days in (figures.due, figures.met))
        if met.total and not at_hand.is_right(duty):
            entries.append((duty, due, met))
    if not entries:
        return Section("timeline", "When duties fall", ("No duty of this run was met.",))
    entries.sort(key=lambda entry: ((entry[1] if entry[1].total else entry[2]).quantile(0.5) or 0, entry[0]))
    rows, cells = [], []
    for duty, due, met in entries:
        low, middle, high = (met.quantile(share) or 0 for share in (0.1, 0.5, 0.9))
        mark = due.quantile(0.5)
        reach = (float(due.quantile(0.1) or 0), float(due.quantile(0.9) or 0)) if mark is not None else None
        said = f"met {middle}" + (f", due {mark}" if mark is not None else ", no number")
        rows.append(
            Row(
                at_hand.label_of(duty),
                said,
                span=(low, middle, high),
                mark=None if mark is None else float(mark),
                reach=reach,
            )
        )
        cells.append(
            (
                at_hand.title_of(duty),
                at_hand.bearer_of(duty[1]),
                "no number" if mark is None else f"{mark} ({due.quantile(0.1)} to {due.quantile(0.9)})",
                f"{middle} ({low} to {high})",
                number(met.total),
            )
        )
    title = "When duties fall due and when they are met, in school days after what each is about"
    told = " ".join(f"{row.label}: {row.says}." for row in rows)
    far = max([1.0, *(row.span[2] for row in rows if row.span), *(row.reach[1] for row in rows if row.reach)])
    return Section(
        "timeline",
        "When duties fall",
        (
            "Counted in school days from what a duty is about: the exclusion for most, and for some something later, "
            "such as an agreement on fair access. A duty that says `without delay` has no number and no diamond.",
        ),
        (
            Picture(
                "timeline-of-duties",
                title,
                Markup(
                    rows_drawn(
                        "timeline-of-duties",
                        title,
                        told,
                        rows,
                        Scale.reaching([far], unit="school days"),
                        key=(
                            "Dot: half are met by this day. Bar: from a tenth to nine tenths of them.",
                            "Diamond: the last day in the middle case; broken line: from a tenth to nine tenths.",
                        ),
                    )
                ),
                Table(
                    title,
                    ("Duty", "Bearer", "Due (tenth to nine tenths)", "Met (tenth to nine tenths)", "Met at all"),
                    tuple(cells),
                ),
            ),
        ),
    )


# Terms -----------------------------------------------------------------------------------------------------------


def _by_term(at_hand: RunAtHand) -> Section:
    figures = at_hand.figures
    terms = sorted(figures.terms, key=_in_order)
    shown = at_hand.measured[:_SHOWN_BY_TERM]
    if len(terms) < 2 or not shown:
        only = listed(terms)
        return Section("terms", "Term by term", (f"All exclusions of this run fall in one term: {only}.",))
    panels, cells = [], []
    for term in terms:
        standing = figures.standing(term=term)
        rows = []
        for duty in shown:
            count = standing.get(duty)
            rate = count.rate if count is not None else None
            label = _short(at_hand.title_of(duty))
            if count is None or rate is None or rate.low is None or rate.high is None:
                rows.append(Row(label, "none"))
                continue
            rows.append(Row(label, percent(rate.value), (Part(rate.value, "hatched"),), (rate.low, rate.high)))
            cells.append((at_hand.title_of(duty), term, number(count.decided), between(rate, factor=100, unit=" %")))
        panels.append(Grid(term, counted(figures.by_term[term], "exclusion"), tuple(rows)))
    title = "Share of obligations in breach, by the term of the exclusion"
    told = " ".join(f"{panel.title}: {'; '.join(f'{row.label} {row.says}' for row in panel.rows)}." for panel in panels)
    far = [row.whisker[1] for panel in panels for row in panel.rows if row.whisker]
    return Section(
        "terms",
        "Term by term",
        ("The duties most often in breach, by the term in which the exclusion falls.",),
        (
            Picture(
                "breaches-by-term",
                title,
                Markup(
                    grids_drawn(
                        "breaches-by-term",
                        title,
                        told,
                        panels,
                        Scale.reaching([0.05, *far], percent=True),
                        foot="Hatched: met late or missed. Line: 95 % interval.",
                    )
                ),
                Table(title, ("Duty", "Term", "Decided", "In breach (95 % interval)"), tuple(sorted(cells))),
            ),
        ),
    )


def _in_order(term: str) -> tuple[str, int]:
    year, _, name = term.partition(" ")
    order = ("autumn", "spring", "summer")
    return year, order.index(name) if name in order else len(order)


def _short(title: str, signs: int = 84) -> str:
    """A title cut between words where a small picture has no room for all of it."""
    if len(title) <= signs:
        return title
    return title[:signs].rsplit(" ", 1)[0] + "…"
