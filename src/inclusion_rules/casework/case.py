"""A live case: a pinned header and a log that only grows. What it stands at, owes and awaits is worked out, never kept.

`Case.open` starts one and `Case.after` takes the next event through the pathway's door, which may refuse it;
corrections are entries of their own. A case is a value: every step gives a new one, and any of them can be asked what
the file said on any day to anyone who looked at it on any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from inclusion_rules.casework.deciding import decide, facts_of_the_case
from inclusion_rules.casework.factbook import FactBook
from inclusion_rules.casework.machine import Guards, machine_for
from inclusion_rules.casework.passage import standing_at
from inclusion_rules.casework.timeline import Moment, timeline_of
from inclusion_rules.domain.calendar_layers import CalendarLayer
from inclusion_rules.domain.cases import CaseRecord, Event, Judgement, recorded_by_then
from inclusion_rules.domain.event_log import EventLog, LogError
from inclusion_rules.domain.facts import Known
from inclusion_rules.domain.findings import Decision, Trace, Warning
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.rules import EXCLUSION_EVENTS
from inclusion_rules.domain.school_calendar import SchoolCalendar
from inclusion_rules.domain.wording import condition_in_words, day_in_words
from inclusion_rules.domain.working_days import BankHolidays
from inclusion_rules.engine.evaluation import evaluate
from inclusion_rules.errors import InclusionRulesError
from inclusion_rules.loading.case_data import check_event, check_judgement
from inclusion_rules.vocabulary import words

NO_ENTRIES = EventLog()
_CALENDARS_AT_HAND = 256


@dataclass(frozen=True, slots=True)
class PackPin:
    """The version of a pack under which a case was opened, to the byte."""

    pack: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class CaseHeader:
    """What does not change by events: who and where, the calendar, and the law the case is pinned to."""

    id: str
    pathway: str
    packs: tuple[PackPin, ...]
    calendar: tuple[CalendarLayer, ...]
    school: Mapping[str, Known]
    pupil: Mapping[str, Known]
    history_complete: bool = True


class RefusedEventError(InclusionRulesError):
    """The pathway does not take this event now. `allowed` lists what it would take; `guards` hold the reasons."""

    def __init__(
        self, event: Event, stage: str, allowed: tuple[str, ...], reasons: tuple[str, ...], guards: tuple[Trace, ...]
    ) -> None:
        self.event = event
        self.stage = stage
        self.allowed = allowed
        self.reasons = reasons
        self.guards = guards
        why = "; ".join(reasons) or f"the pathway does not take this step at `{stage}`"
        could = ", ".join(f"`{words(name)}`" for name in allowed) or "nothing"
        super().__init__(
            f"`{words(event.name)}` on {day_in_words(event.date)} is refused: {why}. What could come now: {could}"
        )

    def __reduce__(
        self,
    ) -> tuple[type[RefusedEventError], tuple[Event, str, tuple[str, ...], tuple[str, ...], tuple[Trace, ...]]]:
        return (RefusedEventError, (self.event, self.stage, self.allowed, self.reasons, self.guards))


class PinnedLawError(InclusionRulesError):
    """The rulebook at hand is not the law that a case is pinned to; moving a case to other law is a step of its own."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case file as a value. Facts and duties are asked of it with the rulebook it is pinned to."""

    header: CaseHeader
    bank_holidays: BankHolidays
    log: EventLog = NO_ENTRIES
    judgements: tuple[Judgement, ...] = ()

    @classmethod
    def open(cls, record: CaseRecord, rulebook: Rulebook, *, recorded_at: datetime, recorded_by: str) -> Case:
        """Open a case from a record; events that it already holds are entered as history, which is not refused.

        Raises:
            UnknownNameError: a pack or pathway that the record names is not in the rulebook.
        """
        edition = rulebook.edition(record.packs)
        pins = tuple(PackPin(pack.id, pack.version, pack.digest) for pack in edition.packs)
        header = CaseHeader(
            record.id,
            record.pathway,
            pins,
            record.calendar.layers,
            record.school,
            record.pupil,
            record.history_complete,
        )
        log = EventLog()
        before = [event.recorded_at for event in record.events] + [made.recorded_at for made in record.judgements]
        now = max([recorded_at, *(moment for moment in before if moment is not None)])
        for event in sorted(record.events, key=lambda event: event.recorded_at or now):
            log = log.with_event(event, recorded_at=event.recorded_at or now, recorded_by=recorded_by)
        made = (
            replace(one, recorded_at=one.recorded_at or now, recorded_by=one.recorded_by or recorded_by)
            for one in record.judgements
        )
        return cls(header, record.bank_holidays, log, tuple(made))

    # What the file says ----------------------------------------------------------------------------------------------

    def record(self, *, known_on: datetime | date | None = None) -> CaseRecord:
        """The record as it was known at a time, corrections applied."""
        return CaseRecord(
            id=self.header.id,
            pathway=self.header.pathway,
            packs=tuple(pin.pack for pin in self.header.packs),
            calendar=_laid_out(self.header.calendar, self.bank_holidays),
            bank_holidays=self.bank_holidays,
            school=self.header.school,
            pupil=self.header.pupil,
            events=self.log.events(known_on),
            judgements=tuple(made for made in self.judgements if recorded_by_then(made.recorded_at, known_on)),
            history_complete=self.header.history_complete,
        )

    def decision(
        self, rulebook: Rulebook, *, as_of: date, known_on: datetime | date | None = None, about: date | None = None
    ) -> Decision:
        """What the file said of the case on a day, to someone who looked at it at another time.

        Raises:
            PinnedLawError: the rulebook is not the law that the case is pinned to.
        """
        self.check_law(rulebook)
        decision = decide(self.record(known_on=known_on), rulebook, as_of=as_of, about=about)
        return replace(decision, warnings=(*self.left_aside(known_on), *decision.warnings))

    def left_aside(self, known_on: datetime | date | None) -> tuple[Warning, ...]:
        """A warning of how many entries are no part of what was known at a time; nothing where all of them are."""
        aside = len(self.log) - self.log.known(known_on)
        aside += sum(not recorded_by_then(made.recorded_at, known_on) for made in self.judgements)
        if not aside:
            return ()
        entries = f"{aside} entr{'ies' if aside > 1 else 'y'}"
        return (Warning("later_events", f"{entries} recorded after {known_on} left aside"),)

    def check_law(self, rulebook: Rulebook) -> None:
        """Make sure that a rulebook is the law the case is pinned to.

        Raises:
            PinnedLawError: a pack is missing, or its digest is another.
        """
        for pin in self.header.packs:
            pack = rulebook.packs.get(pin.pack)
            if pack is None or pack.digest != pin.digest:
                found = f"version {pack.version} with other contents" if pack is not None else "no such pack"
                raise PinnedLawError(
                    f"case `{self.header.id}` is pinned to `{pin.pack}` {pin.version}; the rulebook holds {found}. "
                    "Open the rulebook of that version, or move the case to the new one explicitly"
                )

    def timeline(
        self, rulebook: Rulebook, *, as_of: date, known_on: datetime | date | None = None
    ) -> tuple[Moment, ...]:
        """Everything that happened, every judgement, those that a later one replaced too, and every duty's dates."""
        owed = self.decision(rulebook, as_of=as_of, known_on=known_on).obligations
        standing = (entry for _, entry in sorted(self.log.standing(known_on).items()))
        return timeline_of(standing, self.record(known_on=known_on).judgements, owed, as_of=as_of)

    # What comes next -------------------------------------------------------------------------------------------------

    def after(self, event: Event, rulebook: Rulebook, *, recorded_at: datetime, recorded_by: str) -> Case:
        """The case with one more event, if its pathway takes it.

        An event may be recorded late: it takes its place by the day it happened, and everything is worked out anew.

        Raises:
            RefusedEventError: the pathway does not take the event, with what it would take and the guards that said no.
            LogError: it was recorded before the last entry.
            PinnedLawError: the rulebook is not the law that the case is pinned to.
        """
        self.check_law(rulebook)
        self.check_event(event, rulebook)
        log = self.log.with_event(event, recorded_at=recorded_at, recorded_by=recorded_by)
        self._check_after_judgements(recorded_at)
        longer = replace(self, log=log)
        self._check_step(event, longer, rulebook)
        return longer

    def check_event(self, event: Event, rulebook: Rulebook) -> None:
        """Make sure that an event is one that the packs declare, and that the exclusion it may name is in this case.

        Raises:
            InvalidFilesError: it is not; every problem is told.
        """
        edition = rulebook.edition(tuple(pin.pack for pin in self.header.packs))
        born = self.header.pupil.get("date_of_birth")
        # Only exclusions can be named; what else may still name one that was corrected meanwhile is not this event's.
        others = (*(other for other in self.log.events() if other.name in EXCLUSION_EVENTS), event)
        check_event(event, others, edition, born=born if isinstance(born, date) else None)

    def _check_step(self, event: Event, longer: Case, rulebook: Rulebook) -> None:
        day = max([event.date, *(other.date for other in self.log.events())])
        pathway = rulebook.pathways[self.header.pathway]
        odd = Counter(warning.message for warning in standing_at(self.record(), rulebook, as_of=day).warnings)
        now = Counter(warning.message for warning in standing_at(longer.record(), rulebook, as_of=day).warnings)
        own = f"{words(event.name)} on {day_in_words(event.date)}: "
        reasons = [message.removeprefix(own) for message in now - odd]
        # What is said of an exclusion before its day is seen with it; an exclusion is of no other.
        of = None if event.name in EXCLUSION_EVENTS else event.of
        book = facts_of_the_case(self.record(), rulebook, as_of=max(event.date, of or event.date), about=of)
        refusals = [one for one in pathway.refusals if one.event == event.name and book.holds(one.when) is True]
        if not reasons and not refusals:
            return
        before = self.decision(rulebook, as_of=event.date)
        step = machine_for(pathway).step(before.stage, event.name, _guards(book))
        guards = (*step.refused, *(evaluate(refusal.when, book, book.parameter) for refusal in refusals))
        told = [refusal.because for refusal in refusals]
        told += [f"it needs that {condition_in_words(trace.condition)}" for trace in step.refused]
        raise RefusedEventError(event, before.stage, before.next_events, tuple(told or reasons), guards)

    def corrected(
        self, number: int, event: Event, rulebook: Rulebook, *, recorded_at: datetime, recorded_by: str
    ) -> Case:
        """The case with an entry that replaces an earlier one; the earlier one stays in the log.

        Raises:
            InvalidFilesError: the packs do not declare the event, or it names an exclusion that is not in the case.
            LogError: no entry of that number stands.
            PinnedLawError: the rulebook is not the law that the case is pinned to.
        """
        self.check_law(rulebook)
        log = self.log.with_event(event, recorded_at=recorded_at, recorded_by=recorded_by, corrects=number)
        self._check_after_judgements(recorded_at)
        longer = replace(self, log=log)
        longer.check_event(event, rulebook)
        return longer

    def withdrawn(self, number: int, *, recorded_at: datetime, recorded_by: str) -> Case:
        """The case with an entry that says that an earlier one never happened.

        Raises:
            LogError: no entry of that number stands.
        """
        standing = {entry.number: entry for entry in self.log.standing().values()} | self.log.standing()
        if number not in standing:
            raise LogError(f"entry {number} cannot be withdrawn: no entry of that number stands")
        event = standing[number].event
        log = self.log.with_event(
            event, recorded_at=recorded_at, recorded_by=recorded_by, corrects=number, withdraws=True
        )
        self._check_after_judgements(recorded_at)
        return replace(self, log=log)

    def judged(self, judgement: Judgement, rulebook: Rulebook, *, recorded_at: datetime, recorded_by: str) -> Case:
        """The case with one more judgement that a named person has made.

        Of several judgements of one fact the one recorded last holds, from its day on; the others stay in the record.

        Raises:
            InvalidFilesError: it is not one that the packs know, or not for that role to make.
            LogError: it was recorded before the last entry.
            PinnedLawError: the rulebook is not the law that the case is pinned to.
        """
        self.check_law(rulebook)
        if recorded_at.tzinfo is None:
            raise LogError("the instant of recording needs a time zone")
        if len(self.log) and recorded_at < (last := self.log.entries[-1].recorded_at):
            raise _backwards(recorded_at, last)
        self._check_after_judgements(recorded_at)
        check_judgement(judgement, rulebook.edition(tuple(pin.pack for pin in self.header.packs)))
        made = replace(judgement, recorded_at=recorded_at, recorded_by=recorded_by)
        return replace(self, judgements=(*self.judgements, made))

    def _check_after_judgements(self, recorded_at: datetime) -> None:
        for made in self.judgements:
            if made.recorded_at is not None and recorded_at < made.recorded_at:
                raise _backwards(recorded_at, made.recorded_at)

    def moved_to(self, rulebook: Rulebook) -> Case:
        """The case pinned to the packs of another rulebook; what that changes is for the caller to report."""
        edition = rulebook.edition(tuple(pin.pack for pin in self.header.packs))
        pins = tuple(PackPin(pack.id, pack.version, pack.digest) for pack in edition.packs)
        return replace(self, header=replace(self.header, packs=pins))


# Laying out a calendar takes longer than most of what is asked of it, and thousands of cases share a few.
@lru_cache(maxsize=_CALENDARS_AT_HAND)
def _laid_out(layers: tuple[CalendarLayer, ...], bank_holidays: BankHolidays) -> SchoolCalendar:
    """The calendar of some layers, known again by their value. It never changes, so that all threads may share it."""
    return SchoolCalendar.of(layers, bank_holidays)


def _backwards(recorded_at: datetime, last: datetime) -> LogError:
    return LogError(
        f"recorded at {recorded_at.isoformat()}, before the judgement or entry ahead of it ({last.isoformat()}): "
        "a case only grows forward"
    )


def _guards(book: FactBook) -> Guards:
    return lambda condition: evaluate(condition, book, book.parameter)
