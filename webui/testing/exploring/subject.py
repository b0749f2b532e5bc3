"""The process that is explored: what can start it, and what its service tasks can come to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import BpmnError
from engine.instances import InstanceDetail
from engine.journey_test import Given
from engine.model import Trigger
from engine.throwaway import NEWCOMER, SAMPLE, SetError, SetFailure
from webui.testing.codes import code_fields, of_form
from webui.testing.coverage.parts import Diagram, Part
from webui.testing.exploring.filling import Filler
from webui.testing.exploring.running import Do, Move, Runner
from webui.testing.kit import reached_in
from webui.testing.workshop import Wanted, Workshop

NOBODY = "nobody-knows-this-one"
EXTERNAL_ID = "externalId"


class Subject:
    """One process among files that are deployed together."""

    def __init__(
        self,
        workshop: Workshop,
        wanted: Wanted,
        key: str,
        *,
        variables: Mapping[str, Any] | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> None:
        """Take the process `key`; `variables` at the start instead of those that tokens usually bring.

        `answers` are what fields take, by their names, where that must be known.
        """
        self.beginning = workshop.beginning(wanted, on_disk=False)
        processes = [process for process, _ in self.beginning.processes.values()]
        self.process = next(each for each in processes if each.id == key)
        self.elements = {each.id: each for process in processes for each in process.elements.values()}
        self._activities = workshop.activities(wanted)
        self._variables = variables
        codes = code_fields(processes, self._activities)
        by_form = {each.id: of_form(each, codes) for each in self.elements.values() if each.form is not None}
        conditions = [each.condition.text for process in processes for each in process.flows.values() if each.condition]
        filler = Filler(by_form, answers or {}, conditions)
        self.runner = Runner(workshop, wanted, self.beginning, key, filler)

    def givens(self) -> list[Given]:
        """Return what it can start with: somebody who has everything, somebody new, and somebody unknown."""
        given = Given(self._variables or {}, at=self.runner.wanted.now)
        if self._variables is not None:
            return [given]
        return [replace(given, variables={EXTERNAL_ID: each}) for each in (SAMPLE, NEWCOMER, NOBODY)]

    def starting(self) -> tuple[Move, ...]:
        """Return the events that could start the process."""
        found = []
        for each in self.process.elements.values():
            event = each.event
            if each.kind == "startEvent" and each.scope == self.process.id and event is not None:
                name = event.name.text if event.name else ""
                if event.trigger in {Trigger.MESSAGE, Trigger.SIGNAL}:
                    found.append(Move(Do(event.trigger.value), name=name))
        return tuple(found)

    def results(self, element_id: str, activity: str) -> Iterator[SetError | SetFailure]:
        """Return what the activity of an element can come to besides working."""
        codes = [_code(each) for each in self._activities[activity].errors]
        for each in self.elements.values():
            if each.attached_to == element_id and each.event is not None and each.event.trigger is Trigger.ERROR:
                codes += [each.event.name.text] if each.event.name is not None else []
        yield from (SetError(each) for each in dict.fromkeys(filter(None, codes)))
        yield SetFailure("It was set to fail.")

    def reached(self, details: Sequence[InstanceDetail]) -> Iterator[tuple[Diagram, Counter[str]]]:
        """Return what instances came to, by diagram; `details` say where they have stood."""
        return reached_in(self.beginning.processes, self.runner.trace.by_definition, details)

    def coverage(self, details: Sequence[InstanceDetail]) -> tuple[tuple[Part, ...], int]:
        """Return what no instance came to, and how many parts one did; `details` say where they have stood."""
        there = self.beginning.processes
        hits: dict[str, Counter[str]] = {}
        for diagram, counted in self.reached(details):
            hits.setdefault(diagram.process, Counter()).update(counted)
        unreached, reached = list[Part](), 0
        for process, file in there.values():
            if process.id != self.process.id and process.id not in hits:
                continue
            for part in Diagram.of(file.name, file.content, process).parts:
                if hits.get(process.id, Counter[str]())[part.id]:
                    reached += 1
                else:
                    unreached.append(part)
        return tuple(unreached), reached


def _code(error: type[BpmnError]) -> str:
    return error().error_code
