"""What a run asks of the rest of the engine."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from engine import feel
from engine.model import CalledDecision, CalledElement, Element

if TYPE_CHECKING:
    from engine.spiff.specification import Specification


class Variables(Protocol):
    """The variables that an element sees."""

    def visible(self) -> Mapping[str, Any]:
        """Return every variable by name."""

    def assign(self, path: str, value: object) -> None:
        """Set the value at a dotted path; raises `VariableInvalid`."""


class Environment(Protocol):
    """Runs what is outside of the process itself."""

    @property
    def settings(self) -> feel.Settings:
        """Where expressions take the time and chance from."""

    @property
    def zone(self) -> ZoneInfo:
        """Where a date without a time zone and a cron expression are."""

    def call(self, element: Element, inputs: Mapping[str, Any], variables: Variables) -> object:
        """Run the activity of an element with its evaluated inputs and return its result, or its errand."""

    def came(self, element: Element, activity: str, answer: Any, variables: Variables) -> object:
        """Take what came of an errand of an activity, by its type, and return the activity's result."""

    def decide(self, decision: CalledDecision, definition_id: str | None, context: Mapping[str, Any]) -> object:
        """Make a decision; `definition_id` is the process that asks, for its deployment."""

    def called(self, called: CalledElement, process: str, definition_id: str | None) -> str:
        """Return the id of the definition that a call activity of the process `definition_id` runs."""

    def specification(self, definition_id: str) -> "Specification":
        """Return a definition, ready to run."""

    def now(self) -> datetime:
        """Return the time, aware."""
