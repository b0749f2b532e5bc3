"""What a run of a process asks of the rest of the engine, in memory."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel
from engine.model import CalledDecision, CalledElement, Element
from engine.spiff import Specification, Variables

Act = Callable[[Element, Mapping[str, Any], Variables], object]


class World:
    """What a run asks of the rest of the engine, in memory."""

    def __init__(self, work: Callable[[str], object], processes: Mapping[str, Specification]) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.settings = feel.Settings(now=self.now)
        self.zone = ZoneInfo("Europe/Berlin")
        self.work = work
        self.act: Act | None = None
        self.processes = processes
        self.inputs: list[Mapping[str, Any]] = []
        self.callers: list[str | None] = []

    def now(self) -> datetime:
        return self.time

    def call(self, element: Element, inputs: Mapping[str, Any], variables: Variables) -> object:
        self.inputs.append(inputs)
        return self.work(element.id) if self.act is None else self.act(element, inputs, variables)

    def came(self, _element: Element, _activity: str, answer: Any, _variables: Variables) -> object:
        return answer

    def decide(self, decision: CalledDecision, definition_id: str | None, context: Mapping[str, Any]) -> object:
        self.callers.append(definition_id)
        return [decision.decision, context.get("n")]

    def called(self, called: CalledElement, process: str, definition_id: str | None) -> str:
        self.callers.append(definition_id)
        return process

    def specification(self, definition_id: str) -> Specification:
        return self.processes[definition_id]
