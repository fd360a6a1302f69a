"""The columns of a run: one row an event, one an obligation, one a case, in the order of cases and then of each ledger.

Puts decided blocks into Arrow tables and gives them their schemas; writes no file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.rules import CASE, Rule, RuleKey
from inclusion_rules.simulation.cohort_columns import ABSENT, NOT_KNOWN, Coded, CohortBlock, Days, kinds_of
from inclusion_rules.simulation.cohort_decisions import GroupAnswers
from inclusion_rules.simulation.walking import Walk

EPOCH = date(1970, 1, 1).toordinal()
ENTERED = "entered."
"""What the columns of the days begin with on which a case came to stand at a stage."""
Rows = NDArray[np.intp]

EVENTS = pa.schema(
    [
        ("case_id", pa.string()),
        ("event", pa.string()),
        ("happened_on", pa.date32()),
        ("stage_before", pa.string()),
        ("stage_after", pa.string()),
        ("attributes", pa.string()),
    ]
)
OBLIGATIONS = pa.schema(
    [
        ("case_id", pa.string()),
        ("duty", pa.string()),
        ("bearer", pa.string()),
        ("arose_on", pa.date32()),
        ("due", pa.date32()),
        ("met_on", pa.date32()),
        ("status", pa.string()),
        ("late_by_school_days", pa.int32()),
        ("about", pa.date32()),
        ("occurrence", pa.int32()),
        ("pack", pa.string()),
        ("rule", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Counted:
    """School days by calendar day, so that days of lateness can be read off for a whole column at once."""

    first: int
    until: NDArray[np.int32]

    def between(self, after: Days, until: Days) -> NDArray[np.int32]:
        """The school days after one day up to and including another."""
        last = len(self.until) - 1
        return self.until[np.clip(until - self.first, 0, last)] - self.until[np.clip(after - self.first, 0, last)]

    @classmethod
    def of(cls, block: CohortBlock) -> Counted:
        """The count for a block's calendar."""
        calendar = block.calendar
        first, last = calendar.covers_from.toordinal(), calendar.covers_to.toordinal()
        opened = np.zeros(last - first + 1, dtype=np.int32)
        for day in calendar.school_days(calendar.covers_from, calendar.covers_to):
            opened[day.toordinal() - first] = 1
        return cls(first, np.cumsum(opened, dtype=np.int32))


def obligations_table(
    block: CohortBlock,
    ids: pa.Array,
    decided: Iterable[tuple[int | None, GroupAnswers]],
    rules: Mapping[RuleKey, Rule],
    order_of: Mapping[str, Mapping[RuleKey, int]],
    *,
    as_of: date,
    counted: Counted,
) -> pa.Table:
    """Every obligation of a block.

    `decided` gives the place of the subject (None: the case) beside each answer; `order_of` the order of the rules
    about each kind of subject.
    """
    rows: list[Rows] = []
    keys: list[NDArray[np.int64]] = []
    rule_at: list[RuleKey] = []
    status_at: list[str] = []
    occurrence_at: list[int | None] = []
    days: list[tuple[Days, Days, Days, Days]] = []
    sizes: list[int] = []
    for subject, found in decided:
        answers, group = found.answers, found.group
        if not len(found.rows):
            continue
        by_shape = np.argsort(answers.shapes, kind="stable")
        shapes, starts = np.unique(answers.shapes[by_shape], return_index=True)
        ends = np.append(starts[1:], len(by_shape))
        for shape, start, end in zip(shapes.tolist(), starts.tolist(), ends.tolist(), strict=True):
            alike = by_shape[start:end]
            slot = 0
            for place, entry in enumerate(group.entries(shape)):
                given: list[Days] = []
                for has in entry.has:
                    given.append(answers.days[slot][alike] if has else np.full(len(alike), ABSENT, dtype=np.int32))
                    slot += has
                own = found.rows[alike]
                about = (
                    np.full(len(alike), ABSENT, dtype=np.int32) if subject is None else block.events[subject].days[own]
                )
                number = order_of[CASE if subject is None else block.events[subject].name][entry.rule]
                rows.append(own)
                # Cases in order; in each the case's own obligations, then those of each event in turn; then as ruled.
                keys.append(
                    (about.astype(np.int64) + 1) << np.int64(28)
                    | np.int64(((0 if subject is None else subject + 1) << 20) | (number << 8) | min(place, 255))
                )
                rule_at.append(entry.rule)
                status_at.append(entry.status)
                occurrence_at.append(entry.occurrence)
                days.append((given[0], given[1], given[2], about))
                sizes.append(len(alike))
    if not rows:
        return OBLIGATIONS.empty_table()
    row = np.concatenate(rows)
    order = np.lexsort((np.concatenate(keys), row))
    counts = np.asarray(sizes)

    def spread(values: Sequence[object], kind: pa.DataType) -> pa.Array:
        # In an order of their own, since shapes of answers are numbered as they come.
        words = sorted(dict.fromkeys(values), key=str)
        places = {word: place for place, word in enumerate(words)}
        codes = np.repeat(np.array([places[value] for value in values], dtype=np.int32), counts)[order]
        return pa.array(words, kind).take(pa.array(codes)) if kind != pa.string() else _dictionary(codes, words)

    arose, due, met, about = (np.concatenate([entry[slot] for entry in days])[order] for slot in range(4))
    statuses = np.repeat(np.array([status in ("met_late", "missed") for status in status_at]), counts)[order]
    until = np.where(met >= 0, met, np.int32(as_of.toordinal())).astype(np.int32)
    late = np.where(statuses & (due >= 0), counted.between(due, until), 0)
    return pa.table(
        {
            "case_id": _case_ids(ids, row[order]),
            "duty": spread([rules[key].duty for key in rule_at], pa.string()),
            "bearer": spread([rules[key].bearer for key in rule_at], pa.string()),
            "arose_on": _dates(arose),
            "due": _dates(due),
            "met_on": _dates(met),
            "status": spread(status_at, pa.string()),
            "late_by_school_days": pa.array(late.astype(np.int32), mask=~(statuses & (due >= 0))),
            "about": _dates(about),
            "occurrence": spread(occurrence_at, pa.int32()),
            "pack": spread([key[0] for key in rule_at], pa.string()),
            "rule": spread([key[1] for key in rule_at], pa.string()),
        }
    )


def events_table(block: CohortBlock, ids: pa.Array, walk: Walk, pathway: Pathway) -> pa.Table:
    """Every event of a block, in the order in which each case lists them."""
    stages = [stage.name for stage in pathway.stages]
    rows: list[Rows] = []
    days: list[Days] = []
    places: list[NDArray[np.int32]] = []
    before: list[NDArray[np.int16]] = []
    after: list[NDArray[np.int16]] = []
    texts: list[NDArray[np.int32]] = []
    words: list[str] = []
    for place, column in enumerate(block.events):
        own = np.flatnonzero(column.days != ABSENT)
        if len(own) == 0:
            continue
        codes, said = _attributes(block, place, own)
        texts.append(codes + len(words))
        words += said
        rows.append(own)
        days.append(column.days[own])
        places.append(np.full(len(own), place, dtype=np.int32))
        before.append(walk.before[place][own])
        after.append(walk.after[place][own])
    if not rows:
        return EVENTS.empty_table()
    row, day, place_of = np.concatenate(rows), np.concatenate(days), np.concatenate(places)
    order = np.lexsort((place_of, day, row))
    return pa.table(
        {
            "case_id": _case_ids(ids, row[order]),
            "event": _dictionary(place_of[order], [column.name for column in block.events]),
            "happened_on": _dates(day[order]),
            "stage_before": _dictionary(np.concatenate(before)[order].astype(np.int32), stages),
            "stage_after": _dictionary(np.concatenate(after)[order].astype(np.int32), stages),
            "attributes": _dictionary(np.concatenate(texts)[order], words),
        }
    )


def cases_table(
    block: CohortBlock,
    ids: pa.Array,
    walk: Walk,
    pathway: Pathway,
    *,
    subject: int | None,
    places: Mapping[str, str],
) -> pa.Table:
    """Every case of a block: what its file says of school and pupil, the day of its exclusion, and where it stands.

    `subject` is the column of what the pathway follows; a case without it is about the day on which its pathway began.
    `places` gives the key of a case file that each fact is taken from, such as `school.type`; these name the columns.
    """
    rows = len(block)
    about = _begun(block, pathway)
    if subject is not None:
        followed = block.events[subject].days
        about = np.where(followed == ABSENT, about, followed).astype(np.int32)
    columns: dict[str, pa.Array] = {
        "case_id": _case_ids(ids, np.arange(rows)),
        "pathway": _dictionary(np.zeros(rows, dtype=np.int32), [block.pathway]),
        "packs": _dictionary(np.zeros(rows, dtype=np.int32), [",".join(block.packs)]),
        "calendar": _dictionary(np.zeros(rows, dtype=np.int32), [block.calendar.id]),
        "about": _dates(about),
        "stage": _dictionary(walk.final.astype(np.int32), [stage.name for stage in pathway.stages]),
    }
    for name, coded in sorted({**block.school, **block.pupil}.items()):
        columns[places[name]] = _said(coded)
    for name, (coded, by) in sorted(block.judgements.items()):
        columns[f"judgement.{name}.{by}"] = _said(coded)
    for stage, entered in zip(pathway.stages, walk.entered, strict=True):
        columns[f"{ENTERED}{stage.name}"] = _dates(entered)
    return pa.table(columns)


def _begun(block: CohortBlock, pathway: Pathway) -> Days:
    """The day on which each case began on its pathway; ABSENT where it has not."""
    later = np.iinfo(np.int32).max
    begun = np.full(len(block), later, dtype=np.int32)
    for column in block.events:
        if column.name in pathway.begins_with and not column.history:
            begun = np.minimum(begun, np.where(column.days == ABSENT, np.int32(later), column.days))
    return np.where(begun == later, np.int32(ABSENT), begun).astype(np.int32)


def _said(coded: Coded) -> pa.Array:
    """Values as the words that a case file would use; null where a case does not say."""
    return _dictionary(coded.codes.astype(np.int32), [in_file_words(value) for value in coded.values])


def in_file_words(value: Known) -> str:
    """A value as JSON text without quotes round plain words."""
    plain = plain_value(value)
    return plain if isinstance(plain, str) else json.dumps(plain)


def plain_value(value: Known) -> object:
    """A value as JSON has it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _attributes(block: CohortBlock, place: int, own: Rows) -> tuple[NDArray[np.int32], list[str]]:
    """What the events of one column say, as canonical JSON, each text once."""
    column = block.events[place]
    said: dict[str, tuple[NDArray[np.int64], Mapping[int, str]]] = {}
    for name, coded in column.attributes.items():
        texts = {code: f'"{name}":{_json(plain_value(value))}' for code, value in enumerate(coded.values)}
        said[name] = (coded.codes[own].astype(np.int64), {NOT_KNOWN: "", **texts})
    days = {**column.dates, **({} if column.of is None else {"of": block.events[column.of].days})}
    for name, others in days.items():
        stated = others[own].astype(np.int64)
        texts = {day: f'"{name}":"{date.fromordinal(day)}"' for day in set(stated.tolist()) - {ABSENT}}
        said[name] = (stated, {ABSENT: "", **texts})
    if column.by is not None:
        said["by"] = (np.zeros(len(own), dtype=np.int64), {0: f'"by":{_json(column.by)}'})
    parts = [said[name] for name in sorted(said)]
    if not parts:
        return np.zeros(len(own), dtype=np.int32), ["{}"]
    first, codes = kinds_of([values for values, _ in parts])
    members = [[texts[value] for value in values[first].tolist()] for values, texts in parts]
    return codes.astype(np.int32), ["{" + ",".join(filter(None, kind)) + "}" for kind in zip(*members, strict=True)]


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _case_ids(ids: pa.Array, rows: Rows) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(rows.astype(np.int32)), ids)


def _dictionary(codes: NDArray[np.int32], words: Sequence[object]) -> pa.Array:
    """Words by their codes, none where a code is negative; each word once, in the order of its first use."""
    places = {word: place for place, word in enumerate(dict.fromkeys(words))}
    if len(places) < len(words):
        again = np.array([places[word] for word in words], dtype=np.int32)
        codes = np.where(codes < 0, codes, again[codes]).astype(np.int32)
        words = list(places)
    mask = codes < 0
    indices = pa.array(codes, mask=mask) if mask.any() else pa.array(codes)
    return pa.DictionaryArray.from_arrays(indices, pa.array([str(word) for word in words], pa.string()))


def _dates(days: Days) -> pa.Array:
    return pa.array((days - EPOCH).astype(np.int32), pa.int32(), mask=days < 0).cast(pa.date32())
