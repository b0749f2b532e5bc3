"""What a run tells of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.errors import Conflict
from engine.model import Element, Trigger


class TaskNotCurrent(Conflict):
    """This step is no longer the current one."""

    code = "task-not-current"


@dataclass(frozen=True, slots=True)
class Passed:
    """An element that a token has left."""

    element: Element
    ends: bool = False
    """It is an end event of the process itself."""
    flows: tuple[str, ...] = ()
    """The ids of the sequence flows that were taken from it."""
    choice: bool = False
    """Whether there were others that could have been taken."""
    called: str | None = None
    """The id of the definition that the element is in, if that is a called process."""


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A user task that waits for a person."""

    id: str
    """Of this visit to the element; another visit has another."""
    element: Element
    notes: dict[str, Any]
    """What the engine keeps with the task while it waits; stored with it. JSON values."""
    variables: Mapping[str, Any]
    """What can be seen there: the process variables, and over them the local ones."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A token that waits for a message, a signal or a time."""

    id: str
    element: Element
    """The event, receive task, or event sub-process."""
    trigger: Trigger
    name: str = ""
    key: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """A token whose activity has work to do outside, and waits for what comes of it."""

    id: str
    element: Element
    activity: str
    """The type of the activity that does it."""
    what: Mapping[str, Any]
    retries: int
    held: bool
    """Nobody does it; see `engine.errand.Errand`."""
    answered: bool
    """Whether the answer is there already: it came while the instance stood still."""


@dataclass(frozen=True, slots=True)
class Position:
    """A token, for the operator."""

    id: str
    element: Element
    event: bool
    """It waits for an event, beside whatever else goes on: at a boundary event, an event sub-process or in the flow."""
    called: str | None
    """The id of the definition that it is in, if that is a called process."""
