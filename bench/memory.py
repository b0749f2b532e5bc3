"""What a run asks of the rest of the engine, with nothing behind it: for what the engine alone costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel
from engine.model import CalledDecision, CalledElement, Element
from engine.spiff import Specification, Variables


@dataclass(frozen=True, slots=True)
class Memory:
    """An `engine.spiff.Environment`: activities do nothing, nothing is called or decided."""

    settings: feel.Settings = feel.Settings()
    zone: ZoneInfo = ZoneInfo("UTC")

    def call(self, element: Element, inputs: Mapping[str, Any], variables: Variables) -> object:
        return None

    def decide(self, decision: CalledDecision, definition_id: str | None, context: Mapping[str, Any]) -> object:
        return None

    def called(self, called: CalledElement, process: str, definition_id: str | None) -> str:
        raise NotImplementedError("No process calls another here.")

    def specification(self, definition_id: str) -> Specification:
        raise NotImplementedError("No process calls another here.")

    def now(self) -> datetime:
        return datetime.now(UTC)
