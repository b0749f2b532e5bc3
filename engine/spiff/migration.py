"""Moving an instance to another version of its process.

The stored state names elements, so moving it is naming others. What is checked first: every token has an element of
the same kind to stand at, in the same place.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from engine.model import Element
from engine.spiff.catching import WAITS
from engine.spiff.element import BOUNDARY
from engine.spiff.events import ATTACHED
from engine.spiff.gateways import VIA
from engine.spiff.scope import DEFINITION
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.specification import Specification
from engine.spiff.state import Saved

_SEVERAL = "*"


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """How the tokens of an instance get to another version."""

    mapping: Mapping[str, str]
    """Where each element goes on that holds a token, by ids; one that is not listed keeps its id."""
    problems: tuple[str, ...] = ()
    """Why it cannot be done, one sentence each."""
    state: Saved = field(default_factory=dict, repr=False)
    """The state in the other version."""


def plan(saved: Saved, old: Specification, new: Specification, mapping: Mapping[str, str]) -> MigrationPlan:
    """Return how a stored state is moved from one version to another, or why it cannot be."""
    state = deepcopy(saved)
    problems: list[str] = []
    hosts: dict[str, tuple[ScopeSpec, ScopeSpec] | None] = {}
    _move(state["process"], (old.scope, new.scope), mapping, hosts, (old, new), problems)
    for host, rows in state["scopes"]:
        # What a call activity runs is another process, and stays as it is.
        if (specs := hosts.get(host)) is not None:
            _move(rows, specs, mapping, hosts, (old, new), problems)
    return MigrationPlan(dict(mapping), tuple(problems), state)


def _move(  # noqa: PLR0913, PLR0917 - both versions of a scope, and what comes of it
    rows: Saved,
    specs: tuple[ScopeSpec, ScopeSpec],
    mapping: Mapping[str, str],
    hosts: dict[str, tuple[ScopeSpec, ScopeSpec] | None],
    versions: tuple[Specification, Specification],
    problems: list[str],
) -> None:
    kept, dropped = [], set()
    for row in rows["tokens"]:
        identifier, name, _, notes, _ = row
        here = specs[0].task_specs[name].element
        target = mapping.get(name, name)
        spec = specs[1].task_specs.get(target)
        if spec is None and (ATTACHED in notes or (here.by_event and WAITS in notes)):
            # The new version waits for this no longer.
            dropped.add(identifier)
            continue
        found = list(_differences(here, None if spec is None else spec.element, target))
        if spec is not None and VIA in notes and notes[VIA] not in spec.incoming:
            found.append(f"the flow {notes[VIA]!r} on which a token waits at {here.label!r} is gone")
        problems += found
        row[1] = target
        kept.append(row)
        inside = _inside(name, target, versions)
        hosts[identifier] = None if DEFINITION in notes or found else inside
    for row in kept:
        notes = row[3]
        if BOUNDARY in notes:
            armed = {mapping.get(name, name): each for name, each in notes[BOUNDARY].items() if each not in dropped}
            notes[BOUNDARY] = armed
    rows["tokens"] = kept
    for record in rows.get("compensations", ()):
        if record["spec"] not in versions[1].scopes or record["handler"] not in versions[1].process.elements:
            problems.append(f"{record['activity']!r} can no longer be compensated")


def _inside(
    name: str, target: str, versions: tuple[Specification, Specification]
) -> tuple[ScopeSpec, ScopeSpec] | None:
    old, new = versions
    for mark in (_SEVERAL, ""):
        if name + mark in old.scopes and target + mark in new.scopes:
            return old.scopes[name + mark], new.scopes[target + mark]
    return None


def _differences(here: Element, there: Element | None, target: str) -> Iterator[str]:
    if there is None:
        yield f"{here.label!r} has no element {target!r} in the same place"
    elif there.kind != here.kind:
        yield f"{here.label!r} is a {here.kind}, {there.label!r} a {there.kind}"
    elif (there.event and there.event.trigger) != (here.event and here.event.trigger):
        yield f"{here.label!r} and {there.label!r} wait for different events"
    elif type(there.loop) is not type(here.loop):
        yield f"{here.label!r} and {there.label!r} repeat in different ways"
    elif there.attached_to is not None and there.interrupting != here.interrupting:
        yield f"only one of {here.label!r} and {there.label!r} interrupts"
