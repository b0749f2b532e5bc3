"""Moving an instance to another version of its process.

The stored state names elements, so moving it is naming others. What is checked first: every token has an element of
the same kind to stand at, in the same place, and what was done can still be undone. A timer, message or signal that is
waited for is waited for as it was; `Run.rearm` lets new ones wait.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from SpiffWorkflow.util.task import TaskState

from engine.model import Element, MultiInstance, Trigger
from engine.spiff import compensation
from engine.spiff.element import BOUNDARY, CAUGHT, ElementSpec
from engine.spiff.events import ATTACHED
from engine.spiff.scope import DEFINITION, VIA
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.specification import Specification
from engine.spiff.state import Saved, upgraded
from engine.spiff.subprocesses import EventSubProcess, SubProcess

_Record = dict[str, Any]


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
    state = deepcopy(upgraded(saved, old))
    move = _Move(old, new, mapping)
    if not state.get("completed"):
        move.scope(state["process"], old.scope, new.scope)
        for host, rows in state["scopes"]:
            inside = move.inside(host)
            if inside is not None:
                move.scope(rows, *inside)
    return MigrationPlan(dict(mapping), tuple(dict.fromkeys(move.problems)), state)


class _Move:
    def __init__(self, old: Specification, new: Specification, mapping: Mapping[str, str]) -> None:
        self._old, self._new, self._mapping = old, new, mapping
        self.problems = [f"there is no element {name!r} in this version" for name in mapping if name not in _names(old)]
        self.problems += [
            f"there is no element {name!r} in the other version" for name in mapping.values() if name not in _names(new)
        ]
        self._stands: dict[str, tuple[_Record, ElementSpec, ElementSpec]] = {}
        """The notes of every token and where it stands in both versions."""

    def scope(self, rows: Saved, here: ScopeSpec, there: ScopeSpec) -> None:
        """Rename what is in one scope."""
        kept, dropped = [], set()
        for row in rows["tokens"]:
            identifier, name, _, notes, _ = row
            spec, target = here.task_specs[name], self._renamed(name)
            found = there.task_specs.get(target)
            if found is None and _waits_beside(spec, notes):
                # The new version waits for this no longer.
                dropped.add(identifier)
                continue
            problems = list(self._differences(spec, found, target))
            if found is not None and VIA in notes and notes[VIA] not in found.incoming:
                problems.append(f"the flow {notes[VIA]!r} on which a token waits at {spec.element.label!r} is gone")
            if found is not None and not problems:
                self._stands[identifier] = notes, spec, found
            self.problems += problems
            self._records(notes.get(compensation.LEFT, ()))
            kept.append([identifier, target, *row[2:]])
        for _, _, _, notes, _ in kept:
            if BOUNDARY in notes:
                waiting = {self._renamed(name): each for name, each in notes[BOUNDARY].items() if each not in dropped}
                notes[BOUNDARY] = waiting
        rows["tokens"] = kept + self._begin_to_wait(rows, here, there)
        rows["pending"] = [self._renamed(name) for name in rows.get("pending", ())]
        gone = [name for name in rows["pending"] if name not in there.task_specs]
        self.problems += [f"{name!r}, which is still to be started, is gone" for name in gone]
        self._records(rows.get("compensations", ()))

    def _renamed(self, name: str) -> str:
        return self._mapping.get(name, name)

    def inside(self, host: str) -> tuple[ScopeSpec, ScopeSpec] | None:
        """Return the scope that the token `host` has open, in both versions, unless nothing is to be moved there.

        What a call activity runs is another process, and stays as it is.
        """
        notes, here, there = self._stands.get(host, ({DEFINITION: ""}, None, None))
        if compensation.NOW in notes:
            handler = notes[compensation.NOW]
            notes[compensation.NOW] = self._renamed(handler)
            found = self._new.scopes.get(compensation.scope_of(notes[compensation.NOW]))
            if found is not None:
                return self._old.scopes[compensation.scope_of(handler)], found
            self.problems.append(f"{handler!r}, which compensates at this moment, is gone")
        elif DEFINITION not in notes and isinstance(here, SubProcess) and isinstance(there, SubProcess):
            return here.inner, there.inner
        return None

    def _begin_to_wait(self, rows: Saved, here: ScopeSpec, there: ScopeSpec) -> list[list[Any]]:
        """Return tokens for the event sub-processes that only the new version has."""
        if rows.get("interrupted") or rows.get("completed"):
            return []
        known = {self._renamed(handler.name) for handler in here.event_subprocesses}
        fresh = [handler for handler in there.event_subprocesses if handler.waits and handler.name not in known]
        return [[uuid4().hex, handler.name, int(TaskState.READY), {}, None] for handler in fresh]

    def _differences(self, here: ElementSpec, there: ElementSpec | None, target: str) -> Iterator[str]:
        """Say what prevents a token from going on at another element."""
        one = here.element
        if there is None:
            yield f"{one.label!r} has no element {target!r} in the same place"
            return
        other = there.element
        if (other.kind, other.by_event) != (one.kind, one.by_event):
            yield f"{one.label!r} is {_kind(one)}, {other.label!r} {_kind(other)}"
        elif _trigger(there) != _trigger(here):
            yield f"{one.label!r} and {other.label!r} wait for different events"
        elif _repeats(one) != _repeats(other):
            yield f"{one.label!r} and {other.label!r} repeat in different ways"
        elif _event(there).interrupting != _event(here).interrupting:
            yield f"only one of {one.label!r} and {other.label!r} interrupts"
        elif one.attached_to is not None and self._renamed(one.attached_to) != other.attached_to:
            yield f"{one.label!r} and {other.label!r} sit on different activities"

    def _records(self, records: Iterable[_Record]) -> None:
        """Rename what can be undone."""
        for record in records:
            handler = self._renamed(record["handler"])
            if compensation.scope_of(handler) not in self._new.scopes:
                self.problems.append(f"{record['activity']!r} can no longer be compensated: {handler!r} is gone")
            record["activity"], record["handler"] = self._renamed(record["activity"]), handler
            self._records(record.get("inside", ()))


def _waits_beside(spec: ElementSpec, notes: _Record) -> bool:
    return ATTACHED in notes or (isinstance(spec, EventSubProcess) and CAUGHT not in notes)


def _names(version: Specification) -> Collection[str]:
    return version.process.elements.keys()


def _kind(element: Element) -> str:
    return "an event sub-process" if element.by_event else f"a {element.kind}"


def _event(spec: ElementSpec) -> Element:
    """Return the element that says what is waited for."""
    return spec.begins.element if isinstance(spec, EventSubProcess) else spec.element


def _trigger(spec: ElementSpec) -> Trigger | None:
    event = _event(spec).event
    return None if event is None else event.trigger


def _repeats(element: Element) -> tuple[type, bool]:
    loop = element.loop
    return type(loop), isinstance(loop, MultiInstance) and loop.sequential
