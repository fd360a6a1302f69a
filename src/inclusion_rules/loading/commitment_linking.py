"""Commitments of a pack, linked: owners, citations, figures, parameters and rules looked up, every problem told.

Knows what a commitment may refer to. Nothing here decides a case, and no figure is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, replace
from datetime import date

from inclusion_rules.domain.commitments import (
    Commitment,
    CommitmentKind,
    CommitmentStatus,
    FigureDefinition,
    Milestone,
)
from inclusion_rules.domain.conditions import Condition, Operator, comparisons, parameters_in
from inclusion_rules.domain.facts import FactKind
from inclusion_rules.domain.law import Parameter, Provision
from inclusion_rules.domain.rules import Role, RulePack
from inclusion_rules.loading.citations import check_citations
from inclusion_rules.loading.commitment_documents import CommitmentDocument, MilestoneEntry, ReachedByFigure
from inclusion_rules.loading.conditions import Names, read_condition
from inclusion_rules.loading.document_reading import child, key_span_at, span_at
from inclusion_rules.loading.figure_linking import link_figures
from inclusion_rules.loading.pack_documents import PackDocuments
from inclusion_rules.loading.problems import Problems
from inclusion_rules.loading.yaml_tree import Node
from inclusion_rules.vocabulary import identifier, words

PROGRAM = "inclusion-rules "


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the commitments of a pack may refer to: what it declares itself and what the packs below it declare."""

    pack: str
    roles: MappingType[str, Role]
    provisions: MappingType[str, Provision]
    parameters: MappingType[str, Parameter]
    rules: frozenset[str]
    figures: MappingType[str, FigureDefinition]
    commitments: frozenset[str]


def with_commitments(
    pack: RulePack, documents: PackDocuments, *, below: Iterable[RulePack], problems: Problems
) -> RulePack:
    """The pack with the commitments that its files declare."""
    seen = (*below, pack)
    around = Surroundings(
        pack=pack.id,
        roles={name: role for each in seen for name, role in each.roles.items()},
        provisions={name: provision for each in seen for name, provision in each.provisions.items()},
        parameters={name: parameter for each in seen for name, parameter in each.parameters.items()},
        rules=frozenset(name for each in seen for name in each.rules) | {name for name, _, _ in documents.rules},
        figures={name: figure for each in seen for name, figure in each.figures.items()},
        commitments=frozenset(name for each in seen for name in each.commitments),
    )
    commitments, figures = link_commitments(documents.commitments, around, problems)
    return replace(pack, commitments=commitments, figures=figures)


def link_commitments(
    documents: list[tuple[CommitmentDocument, Node]], around: Surroundings, problems: Problems
) -> tuple[dict[str, Commitment], dict[str, FigureDefinition]]:
    """Every commitment of a pack by id, and every figure that they declare by name."""
    figures = link_figures(documents, around.figures, problems)
    ids = around.commitments | {identifier(document.id) for document, _ in documents}
    linker = _Linker(around, {**around.figures, **figures}, ids, problems)
    found: dict[str, Commitment] = {}
    for document, node in documents:
        commitment = linker.link(document, node)
        if commitment.id in found or commitment.id in around.commitments:
            problems.add(span_at(node, "id"), "R209", f"the commitment `{document.id}` is declared twice")
            continue
        found[commitment.id] = commitment
    return found, figures


class _Linker:
    def __init__(
        self,
        around: Surroundings,
        figures: MappingType[str, FigureDefinition],
        ids: frozenset[str],
        problems: Problems,
    ) -> None:
        self.around, self.figures, self.ids, self.problems = around, figures, ids, problems
        units = {name: parameter.unit for name, parameter in around.parameters.items()}
        self.names = Names({name: figure.type for name, figure in figures.items()}, units, called="figure")

    def link(self, document: CommitmentDocument, node: Node) -> Commitment:
        """One commitment; what cannot be linked in it is left out, with its problem noted."""
        own_id = identifier(document.id)
        if not own_id.startswith(f"{self.around.pack}_"):
            message = f"`{document.id}` does not begin with the name of its pack"
            help = f"write `{words(self.around.pack)} {words(own_id)}`"
            self.problems.add(span_at(node, "id"), "R204", message, help=help)
        check_citations(document.cites, node, self.around.provisions, self.problems)
        if document.until is not None and document.until < document.from_:
            self.problems.add(span_at(node, "until"), "R206", "the time of this commitment ends before it begins")
        self._check_commands(document, node)
        overtaken_by = self._overtaken_by(document, node)
        return Commitment(
            id=own_id,
            pack=self.around.pack,
            title=document.title,
            kind=CommitmentKind(document.kind),
            promised=document.promised,
            owners=tuple(self._owners(document, node)),
            cites=tuple(document.cites),
            first=document.from_,
            last=document.until,
            status=CommitmentStatus(document.status),
            status_on=document.status_on or document.from_,
            overtaken_by=overtaken_by,
            part_of=self._part_of(document, node, own_id),
            milestones=tuple(self._milestones(document, node)),
            figures=tuple(name for name in document.figures if name in self.figures),
            kept_when=self._condition(child(node, "kept_when")),
            alert_when=self._condition(child(node, "alert_when")),
            left_open=tuple(document.left_open),
            rules=tuple(self._rules(document.rules, node, "rules")),
            commands=tuple(document.commands),
            traded=document.traded == "yes",
            note=document.note,
            reading=document.reading,
            alternative=document.alternative,
            span=node.span,
        )

    def _owners(self, document: CommitmentDocument, node: Node) -> Iterator[str]:
        for name, place in _one_or_more(document.owner, node, "owner"):
            role = identifier(name)
            if role in self.around.roles:
                yield role
            else:
                self.problems.unknown(span_at(*place), "a role this pack knows", name, self.around.roles)

    def _overtaken_by(self, document: CommitmentDocument, node: Node) -> tuple[str, ...]:
        named = [name for name, _ in _one_or_more(document.overtaken_by, node, "overtaken_by")]
        is_overtaken = CommitmentStatus(document.status) is CommitmentStatus.OVERTAKEN
        if named and not is_overtaken:
            message = f"its status is `{document.status}`, and something is said to have overtaken it"
            self.problems.add(key_span_at(node, "overtaken_by"), "R204", message, help="write `status: overtaken`")
        if is_overtaken and not named and not document.note:
            message = "this is overtaken, and nothing says by what"
            help = "name the rule under `overtaken by`, or say in a `note` what overtook it"
            self.problems.add(span_at(node, "status"), "R202", message, help=help)
        return tuple(self._rules(named, node, "overtaken_by"))

    def _rules(self, named: list[str], node: Node, key: str) -> Iterator[str]:
        for position, name in enumerate(named):
            if name in self.around.rules:
                yield name
            else:
                place = span_at(node, key, position)
                self.problems.unknown(place, "a rule this pack knows", name, self.around.rules)

    def _part_of(self, document: CommitmentDocument, node: Node, own_id: str) -> str | None:
        if document.part_of is None:
            return None
        whole = identifier(document.part_of)
        if whole not in self.ids:
            place = span_at(node, "part_of")
            self.problems.unknown(place, "a commitment this pack knows", document.part_of, self.ids)
        elif whole == own_id:
            self.problems.add(span_at(node, "part_of"), "R207", "a commitment cannot be a part of itself")
        return whole

    def _check_commands(self, document: CommitmentDocument, node: Node) -> None:
        for position, command in enumerate(document.commands):
            if not command.startswith(PROGRAM):
                message = f"`{command}` is not a command of this program"
                help = f"begin it with `{PROGRAM.strip()}`"
                self.problems.add(span_at(node, "commands", position), "R204", message, help=help)

    def _milestones(self, document: CommitmentDocument, node: Node) -> Iterator[Milestone]:
        seen: set[str] = set()
        for position, entry in enumerate(document.milestones):
            where = child(node, "milestones", position) or node
            name = " ".join(entry.milestone.split())
            if name in seen:
                self.problems.add(span_at(where, "milestone"), "R209", f"the milestone `{name}` stands here twice")
            seen.add(name)
            yield self._milestone(name, entry, where)

    def _milestone(self, name: str, entry: MilestoneEntry, where: Node) -> Milestone:
        by = entry.by if isinstance(entry.by, date) else None
        reached = entry.reached if isinstance(entry.reached, date) else None
        shown_by = self._shown_by(entry.reached, where) if isinstance(entry.reached, ReachedByFigure) else None
        return Milestone(name, by, entry.said, reached, entry.reached == "not yet", shown_by, entry.note)

    def _shown_by(self, entry: ReachedByFigure, where: Node) -> str | None:
        name = identifier(entry.figure)
        place = span_at(where, "reached", "figure")
        figure = self.figures.get(name)
        if figure is None:
            self.problems.unknown(place, "a figure this pack knows", entry.figure, self.figures)
            return None
        if figure.type.kind not in (FactKind.DATE, FactKind.YES_NO):
            message = (
                f"`{entry.figure}` is of the kind {figure.type}; a date or a yes shows that a milestone is reached"
            )
            self.problems.add(place, "R205", message)
            return None
        return name

    def _condition(self, node: Node | None) -> Condition | None:
        condition = read_condition(node, self.names, self.problems) if node is not None else None
        if condition is None:
            return None
        for comparison in comparisons(condition):
            if comparison.operator in (Operator.KNOWN, Operator.NOT_KNOWN) and comparison.span is not None:
                message = f"`{comparison.operator}` asks whether somebody has said so, and not whether it is so"
                help = "what nobody has said is neither kept nor broken: ask for the figure itself"
                self.problems.add(comparison.span, "R204", message, help=help)
        for name in sorted(parameters_in(condition)):
            parameter = self.around.parameters.get(name)
            if parameter is not None and any(version.otherwise_when is not None for version in parameter.values):
                assert node is not None
                message = f"`{words(name)}` has another value for some cases, and a commitment is about no case"
                self.problems.add(node.span, "R205", message, help="hold the figure against a parameter of its own")
        return condition


def _one_or_more(
    named: str | list[str], node: Node, key: str
) -> Iterator[tuple[str, tuple[Node, str] | tuple[Node, str, int]]]:
    """Each of one or more names under a key, with its place."""
    if isinstance(named, str):
        yield named, (node, key)
        return
    yield from ((name, (node, key, position)) for position, name in enumerate(named))
