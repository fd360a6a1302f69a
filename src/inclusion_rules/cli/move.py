"""`inclusion-rules move`: stored cases moved to other law, with what that changes for each; only `--write` writes."""

from __future__ import annotations

import getpass
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inclusion_rules.casework.opening import open_rulebook
from inclusion_rules.cli.asking import AsOf, HumanOrJson, Out, Pathways, now, today
from inclusion_rules.cli.errors import Exit, UsageError
from inclusion_rules.cli.named_cases import case_id_in, opened_store
from inclusion_rules.cli.naming_packs import law_of, with_packs
from inclusion_rules.cli.showing import note, show
from inclusion_rules.domain.rulebook import Rulebook
from inclusion_rules.domain.wording import day_in_words

if TYPE_CHECKING:
    from inclusion_rules.casework.case import PackPin
    from inclusion_rules.casework.moving import Difference
    from inclusion_rules.records.moving import StoredMove
    from inclusion_rules.records.store import CaseStore

_LISTED_AT_MOST = 12
_GROUPS = ("moved", "to be moved", "at this law already", "left alone")


@dataclass(frozen=True, slots=True)
class Moves:
    """What became of every case, as of a day. `stopped` says why the work ended early, where it did."""

    as_of: date
    writes: bool
    law: Rulebook
    cases: Sequence[StoredMove]
    stopped: str | None = None

    @property
    def fine(self) -> bool:
        """Whether no case was left alone and the work came to its end."""
        return self.stopped is None and not any(move.why_not for move in self.cases)


def move(
    store: Annotated[str, typer.Argument(metavar="STORE", help="A file, or postgresql+psycopg://USER@HOST/DATABASE.")],
    case: Annotated[
        list[str] | None,
        typer.Option("--case", metavar="ID", help="Only this case, by id or reference; may be repeated."),
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FOLDER", help="The packs to move to, if not those that ship."),
    ] = None,
    pathways: Pathways = None,
    from_: Annotated[
        list[Path] | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Packs that cases are pinned to, if not those that ship; each folder given is a law of its own.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report, as without `--write`.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Move the cases, each by an entry that says so.")] = False,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="Who moves them; the name of your login if left out."),
    ] = None,
    why: Annotated[str | None, typer.Option("--why", metavar="TEXT", help="Why, for the record.")] = None,
    as_of: AsOf = None,
    format: HumanOrJson = "human",
    everything: Annotated[bool, typer.Option("--all", help="List everything that changes for a case.")] = False,
    out: Out = None,
) -> int:
    """Move stored cases to other law, or see what that would change for each; without --write nothing is changed.

    A case whose law is not at hand, or that cannot be decided by both, is told and left alone.

    \b
    Example:
      inclusion-rules move cases.db --rules proposal --as-of 2025-02-10
    """
    if write and dry_run:
        raise typer.BadParameter("`--dry-run` writes nothing and `--write` moves the cases; give one of them")
    if not write and (by is not None or why is not None):
        raise typer.BadParameter("`--by` and `--why` are recorded with the move; they need `--write`")
    to = law_of(rules, pathways)
    laws = [*map(law_in, from_ or ()), open_rulebook()]
    day = as_of or today()
    with opened_store(store, to) as opened:
        wanted = [case_id_in(opened, name) for name in dict.fromkeys(case)] if case else opened.case_ids()
        done = _moves(opened, wanted, to, laws, day, (by or _login(), why) if write else None)
    show(json.dumps(moves_as_data(done), indent=2, ensure_ascii=False) + "\n" if format == "json"
         else in_words(done, everything=everything), out=out)  # fmt: skip
    if done.stopped is not None:
        note(done.stopped)
    return Exit.FINE if done.fine else Exit.COULD_NOT_RUN


def law_in(folder: Path) -> Rulebook:
    """The law in a folder: packs, or `rules` and `pathways` side by side as in a release of this project."""
    rules, pathways = folder / "rules", folder / "pathways"
    if rules.is_dir():
        return with_packs(open_rulebook([rules], [pathways] if pathways.is_dir() else ()), [folder])
    return with_packs(open_rulebook([folder]), [folder])


def _moves(
    store: CaseStore,
    wanted: Sequence[str],
    to: Rulebook,
    laws: Sequence[Rulebook],
    as_of: date,
    signed: tuple[str, str | None] | None,
) -> Moves:
    from inclusion_rules.records.failures import StoreError
    from inclusion_rules.records.moving import Mover, moves

    mover = Mover(signed[0], signed[1] or "moved to other law", now) if signed is not None else None
    found: list[StoredMove] = []
    stopped: str | None = None
    try:
        for each in moves(store, dict.fromkeys(wanted), to=to, laws=laws, as_of=as_of, mover=mover):
            found.append(each)
    except StoreError as error:
        stopped = f"stopped after {len(found):,} of {len(wanted):,} cases: {error}"
    return Moves(as_of, mover is not None, to, found, stopped)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        raise UsageError("nobody is logged in by name here; say who moves the cases with `--by NAME`") from None


# As data ---------------------------------------------------------------------------------------------------------


def moves_as_data(done: Moves) -> dict[str, Any]:
    """What became of every case, as JSON can hold it."""
    counted = Counter(str(move.outcome) for move in done.cases)
    return {
        "as_of": done.as_of.isoformat(),
        "written": done.writes,
        "law": [_pin(pack.id, pack.version, pack.digest) for pack in done.law.packs.values()],
        "counts": {group.replace(" ", "_"): counted[group] for group in _GROUPS},
        "stopped": done.stopped,
        "cases": [_move_as_data(move) for move in done.cases],
    }


def _move_as_data(move: StoredMove) -> dict[str, Any]:
    return {
        "case_id": move.case_id,
        "reference": move.reference,
        "outcome": str(move.outcome).replace(" ", "_"),
        "from": [_pin(pin.pack, pin.version, pin.digest) for pin in move.before],
        "to": [_pin(pin.pack, pin.version, pin.digest) for pin in move.after],
        "entry": move.number,
        "changes": [
            {
                "duty": found.duty,
                "about": found.about.isoformat() if found.about is not None else None,
                "part": found.part,
                "before": found.before,
                "after": found.after,
            }
            for found in move.differences
        ],
        "why_not": move.why_not,
    }


def _pin(pack: str, version: str, digest: str) -> dict[str, str]:
    return {"pack": pack, "version": version, "digest": digest}


# In words --------------------------------------------------------------------------------------------------------


def in_words(done: Moves, *, everything: bool = False) -> str:
    """What became of every case, for people to read."""
    law = ", ".join(f"{pack.id} {pack.version}" for pack in done.law.packs.values())
    lines = [f"{_counted(len(done.cases))}, compared as of {day_in_words(done.as_of)}", f"the law to move to: {law}"]
    for group in _GROUPS:
        members = [move for move in done.cases if move.outcome == group]
        if members:
            lines += ["", f"{group}: {_counted(len(members))}"]
        if group != "at this law already":
            for move in members:
                lines += _case_in_words(move, everything=everything)
    lines.append("")
    if done.stopped is not None:
        return "\n".join([*lines, done.stopped]) + "\n"
    outcomes = {str(move.outcome) for move in done.cases}
    if "to be moved" in outcomes:
        lines.append("nothing was written; `--write` moves them")
    elif not outcomes - {"at this law already"}:
        lines.append("there is nothing to move")
    return "\n".join(lines) + "\n"


def _case_in_words(move: StoredMove, *, everything: bool) -> Iterator[str]:
    name = f"{move.reference} ({move.case_id})" if move.reference is not None else move.case_id
    entry = f", entry {move.number}" if move.number is not None else ""
    yield f"  {name}{entry}: {_law_in_words(move.before, move.after)}"
    if move.why_not is not None:
        yield from (f"    {line}" for line in move.why_not.splitlines())
        return
    if not move.differences:
        yield "    nothing changes for it"
    shown = move.differences if everything else move.differences[:_LISTED_AT_MOST]
    yield from (f"    {_difference_in_words(found)}" for found in shown)
    if len(shown) < len(move.differences):
        yield f"    … and {len(move.differences) - len(shown):,} more: `--all` lists them"


def _difference_in_words(found: Difference) -> str:
    return f"stage: {found.before} → {found.after}" if found.duty == "stage" else str(found)


def _law_in_words(before: Sequence[PackPin], after: Sequence[PackPin]) -> str:
    new = {pin.pack: pin for pin in after}
    told = [_pack_in_words(pin, new.pop(pin.pack, None)) for pin in before]
    told += [f"{pin.pack} {pin.version} comes in" for pin in new.values()]
    return ", ".join(text for text in told if text) or "the same law"


def _pack_in_words(was: PackPin, now_: PackPin | None) -> str:
    if now_ is None:
        return f"{was.pack} {was.version}"
    if was == now_:
        return ""
    if was.version != now_.version:
        return f"{was.pack} {was.version} → {now_.version}"
    return f"{was.pack} {was.version} → the same version with other contents ({now_.digest[:19]}…)"


def _counted(number: int) -> str:
    return f"{number:,} case{'' if number == 1 else 's'}"
