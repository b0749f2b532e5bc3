"""The process that is explored: what can start it, and what its service tasks can come to."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.errors import BpmnError
from engine.journey_test import Given
from engine.model import Trigger
from engine.throwaway import NEWCOMER, SAMPLE, SetError, SetFailure
from webui.testing.codes import code_fields, of_form
from webui.testing.exploring.filling import Filler
from webui.testing.exploring.running import Do, Move, Runner
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
        self._elements = {each.id: each for process in processes for each in process.elements.values()}
        self._activities = workshop.activities(wanted)
        self._variables = variables
        codes = code_fields(processes, self._activities)
        by_form = {each.id: of_form(each, codes) for each in self._elements.values() if each.form is not None}
        self.runner = Runner(workshop, wanted, self.beginning, key, Filler(by_form, answers or {}))

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
        for each in self._elements.values():
            if each.attached_to == element_id and each.event is not None and each.event.trigger is Trigger.ERROR:
                codes += [each.event.name.text] if each.event.name is not None else []
        yield from (SetError(each) for each in dict.fromkeys(filter(None, codes)))
        yield SetFailure("It was set to fail.")


def _code(error: type[BpmnError]) -> str:
    return error().error_code
