"""What the deployment rules ask of an activity; classes that derive from `engine.activity.Activity` answer it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from engine.declare import Parameter
from engine.errors import BpmnError, Problem
from engine.model import Element

_Errors = tuple[type[BpmnError], ...]


class DeclaredActivity(Protocol):
    """An activity as a diagram can use it."""

    @property
    def type(self) -> str:
        """What a diagram calls it: `get-totp`."""

    @property
    def name(self) -> str:
        """What people call it: `Get TOTP`."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be set."""

    @property
    def errors(self) -> _Errors:
        """The BPMN errors that it raises, each by the name of its class."""

    def check(self, element: Element) -> Sequence[Problem]:
        """Return what else is wrong with the parameters as they are drawn."""


Activities = Mapping[str, DeclaredActivity]
"""The activities of an installation by their type."""
