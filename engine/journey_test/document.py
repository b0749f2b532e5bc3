"""What a journey test says: where a process begins, what is done, and what is expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine.identity import PolicySettings
from engine.throwaway import Result, StoreSettings

SUFFIX = ".journeytest.yaml"
"""How the names of the files end."""

BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""What the clock says at first when the file does not say: a Monday morning."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Submits the form that is open."""

    values: Mapping[str, Any]
    """What is filled in, by the names of the fields; a list where there are several values."""
    left_out: tuple[str, ...] = ()
    """The names of fields whose values are not written down; a reader fills them in."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Moves the clock forward."""

    duration: str
    """ISO 8601: `PT15M`."""


@dataclass(frozen=True, slots=True)
class Message:
    """Publishes a message."""

    name: str
    key: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """Sends a signal."""

    name: str
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mock:
    """Sets what a service task comes to from now on."""

    element: str
    result: Result | None
    """None: its activity runs for real again."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Tries again where the instance stopped."""


@dataclass(frozen=True, slots=True)
class At:
    """Expects that exactly these elements wait for something."""

    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """Expects that these elements were passed, in this order; others may have been between them."""

    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """Expects that it has ended at this end event."""

    element: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Expects that it has stopped with an incident."""

    element: str
    code: str | None = None
    """None: any."""


@dataclass(frozen=True, slots=True)
class Variables:
    """Expects these process variables, by their dotted paths; a secret is its mask."""

    values: Mapping[str, Any]


Verb = Submit | Wait | Message | Signal | Mock | Retry | At | Passed | Ended | Stopped | Variables


@dataclass(frozen=True, slots=True)
class Step:
    """One step."""

    verb: Verb
    line: int = 0


@dataclass(frozen=True, slots=True)
class Given:
    """What is there before the process starts."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = BEGINNING
    stores: Mapping[str, StoreSettings] = field(default_factory=dict)
    """Besides those that the process names."""
    policies: Mapping[str, PolicySettings] = field(default_factory=dict)
    """Besides those that the process names."""
    mocks: Mapping[str, Result] = field(default_factory=dict)
    """By the ids of elements."""


@dataclass(frozen=True, slots=True)
class JourneyTest:
    """One test."""

    name: str
    process: str
    """The id of the process, or the name of its file beside the test."""
    given: Given
    steps: tuple[Step, ...]
    file: str = ""
    line: int = 0
    """Of the file, where it begins."""
