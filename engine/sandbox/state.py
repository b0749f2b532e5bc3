"""What a designer sees of a sandbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.instances import End, HistoryEntry, Incident, Place
from engine.throwaway import Code, Result, SampleUser

WAITS_TO_START = "WAITING"
"""The status of a process that an event has to start."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that would have been sent."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class SandboxState:
    """Where a sandbox stands. Secrets are masked."""

    id: str
    revision: int
    key: str
    status: str
    """An `InstanceStatus`, or `WAITS_TO_START`."""
    clock: datetime
    places: Sequence[Place]
    passed: Sequence[str]
    """The ids of the elements that were passed, in order; one that was passed twice is there twice."""
    history: Sequence[HistoryEntry]
    names: Mapping[str, str]
    """Of elements, by id."""
    variables: Mapping[str, Any]
    incident: Incident | None
    results: Mapping[str, Result]
    mails: Sequence[Mail]
    end: End | None
    users: Sequence[SampleUser]
    codes: Sequence[Code]
    """What the authenticators of the sample users show now."""
    recovery_code: str | None
    """One of the sample users' that was not used yet."""
