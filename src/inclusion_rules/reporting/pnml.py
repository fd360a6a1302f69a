"""A Petri net as PNML (ISO/IEC 15909-2), as a place/transition net that other tools read and draw.

Silent steps carry the mark that ProM and others know them by. Positions are a plain row of places with their
transitions below; conditions stand beside their transitions as words for people. The same net gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

from inclusion_rules.domain.pathways import Pathway
from inclusion_rules.domain.wording import condition_in_words
from inclusion_rules.reporting.petri_net import Net, Transition, net_of
from inclusion_rules.reporting.xes import quoted

_TYPE = "http://www.pnml.org/version-2009/grammar/ptnet"
_ACROSS, _DOWN = 180, 70


def pathway_as_pnml(pathway: Pathway) -> str:
    """A pathway as one file."""
    return net_as_pnml(net_of(pathway))


def net_as_pnml(net: Net) -> str:
    """The net as one file."""
    return "\n".join(_lines(net)) + "\n"


def _lines(net: Net) -> Iterator[str]:
    places = {name: f"p{number}" for number, name in enumerate(net.places, start=1)}
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<pnml xmlns="http://www.pnml.org/version-2009/grammar/pnml">'
    yield f'  <net id={quoted(net.id)} type="{_TYPE}">'
    yield f"    <name><text>{_text(net.title)}</text></name>"
    yield '    <page id="page">'
    for number, (name, key) in enumerate(places.items()):
        yield f'      <place id="{key}">'
        yield f"        <name><text>{_text(name)}</text></name>"
        yield f"        {_position(number * _ACROSS, 0)}"
        if name == net.begins:
            yield "        <initialMarking><text>1</text></initialMarking>"
        yield "      </place>"
    below = dict.fromkeys(net.places, 0)
    for step in net.transitions:
        below[step.source] += 1
        at = net.places.index(step.source) * _ACROSS + _ACROSS // 2, below[step.source] * _DOWN
        yield from (f"      {line}" for line in _transition(step, at))
    for step in net.transitions:
        for kind, source, target in (("i", places[step.source], step.id), ("o", step.id, places[step.target])):
            yield f'      <arc id="{kind}_{step.id}" source="{source}" target="{target}"/>'
    yield "    </page>"
    yield "  </net>"
    yield "</pnml>"


def _transition(step: Transition, at: tuple[int, int]) -> Iterator[str]:
    yield f'<transition id="{step.id}">'
    yield f"  <name><text>{_text(step.label or _silently(step))}</text></name>"
    yield f"  {_position(*at)}"
    if step.label is None:
        yield f'  <toolspecific tool="ProM" version="6.4" activity="$invisible$" localNodeID="{step.id}"/>'
    if step.move is not None and step.move.when is not None:
        said = quoted(condition_in_words(step.move.when))
        yield f'  <toolspecific tool="inclusion-rules" version="1"><when words={said}/></toolspecific>'
    yield "</transition>"


def _silently(step: Transition) -> str:
    return f"time: {step.source} to {step.target}" if step.move is not None else f"seen at {step.source}"


def _position(x: int, y: int) -> str:
    return f'<graphics><position x="{x}" y="{y}"/></graphics>'


def _text(words: str) -> str:
    return quoted(words)[1:-1]
