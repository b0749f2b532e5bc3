"""Activities for tests."""

from typing import Any, ClassVar

from engine.activity import Activity, Context
from engine.declare import parameter
from engine.errors import BpmnError


class Leak(Activity):
    """Keeps what is sensitive where everybody sees it."""

    type: ClassVar[str] = "leak"
    name: ClassVar[str] = "Leak"
    category: ClassVar[str] = "Test"
    icon: ClassVar[str] = "M0 0h24v24H0z"

    pin: str = parameter("PIN", sensitive=True)

    def run(self, context: Context) -> Any:
        context.assign("kept", str(self.pin))


class Declared(BpmnError):
    """It is declared."""


class Other(BpmnError):
    """It is declared, too."""


class Working(Activity):
    """Works."""

    type: ClassVar[str] = "work"
    name: ClassVar[str] = "Work"
    category: ClassVar[str] = "Test"
    icon: ClassVar[str] = "M0 0h24v24H0z"
    errors = (Declared, Other)

    def run(self, context: Context) -> Any:
        """Do nothing."""
