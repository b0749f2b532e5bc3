"""What others see of an instance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.errors import Conflict, Gone, NotFound
from engine.form_versions import FormVersion
from engine.store.models import InstanceStatus


class InstanceNotFound(NotFound):
    """No process instance has this id."""

    code = "instance-not-found"


class OtherBrowser(Gone):
    """This journey was begun in another browser."""

    code = "other-browser"


class InstanceExpired(Gone):
    """This journey took too long and has expired."""

    code = "instance-expired"


class NotStartable(NotFound):
    """Only an event can start this process: it has no none start event."""

    code = "not-startable"


class StepNotCurrent(Conflict):
    """This step is no longer the current one."""

    code = "step-not-current"


class InstanceBusy(Conflict):
    """Another request is working on this journey right now."""

    code = "instance-busy"
    retry_helps = True


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A Custom Data Form that waits for the end user."""

    id: str
    """Of this visit to the form: a submission names it, so that no answer reaches another step."""
    element_id: str
    name: str
    form: FormVersion
    form_data_key: str
    readonly: bool
    hide_buttons: bool
    attempts: int
    """How many submissions were refused so far."""
    max_attempts: int
    earlier: Mapping[str, Any] = field(default_factory=dict)
    """What was answered to it before, under the same form data key."""


@dataclass(frozen=True, slots=True)
class End:
    """The end event at which an instance ended."""

    element_id: str
    name: str
    documentation: str


@dataclass(frozen=True, slots=True)
class Step:
    """Where an instance stands, for the page of its end user."""

    instance_id: str
    process: str
    status: InstanceStatus
    task: OpenTask | None
    """What is to be shown; None when the instance has ended or stopped."""
    variables: Mapping[str, Any]
    end: End | None
    stopped_by: str | None = None
    """The code of what stopped it, while its status is INCIDENT."""

    @property
    def reference(self) -> str:
        """What the end user can quote to the operator."""
        return self.instance_id[:8]


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """An instance in a list."""

    id: str
    process: str
    version: int
    status: InstanceStatus
    element_id: str | None
    message: str | None
    applicant: str | None
    created_at: datetime
    ended_at: datetime | None
    definition_id: str
    definition_key: str
    revision: int
    """Counts its saved steps: it tells whether an instance is as somebody has seen it."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to an instance."""

    seq: int
    at: datetime
    event: str
    element_id: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Incident:
    """What stopped an instance. A retry tries the element again; the other tokens stand as they were."""

    element_id: str | None
    """None when it stopped before its first element."""
    code: str
    """Of a BPMN error that nothing caught, or of one of our own errors."""
    message: str
    variables: tuple[str, ...]
    """The names, never the values, of the variables that the element could see."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token stands."""

    token_id: str
    element_id: str
    name: str
    """Of the element, or its id when it has none."""
    kind: str
    """The BPMN element's local name: `userTask`."""
    called: str | None
    """The id of the process that it is in, if that is a called one."""
    waits_for: str
    """`form`, `timer`, `message`, `signal`, `condition` or `answer`; empty when it waits for none of them."""
    event: str = ""
    """The name of the message or signal."""
    key: str = ""
    """The correlation key of the message."""
    due: datetime | None = None
    """When the timer fires."""
    failed: bool = False
    """Whether its element is the one that failed."""


@dataclass(frozen=True, slots=True)
class InstanceDetail:
    """Everything that an operator may see of an instance; secrets are masked."""

    record: InstanceRecord
    variables: Mapping[str, Any]
    history: tuple[HistoryEntry, ...]
    places: tuple[Place, ...] = ()
    """Where its tokens stand, while it has not ended."""
    called: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The variables of the processes that are called at this moment, by the token of their call activity."""
    incident: Incident | None = None
    """What stopped it, while its status is INCIDENT."""
