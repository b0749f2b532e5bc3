"""Process instances, as an operator may see them: no secret is in them."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from engine.instances.by_parameter import Parameter
from engine.instances.timeline import Outcome
from engine.store.models import InstanceStatus
from webui.api.models.base import (
    Asked,
    Id,
    Key,
    Masked,
    Moment,
    Of,
    Order,
    Paged,
    Sent,
    Shown,
    Text,
    Variables,
    Version,
)


def _parameter(text: str) -> str:
    if Parameter.read(text) is None:
        raise ValueError("Write `name=value`, or `name=val*` for how the value begins.")
    return text


ByParameter = Annotated[Text, AfterValidator(_parameter)]
"""Names a parameter and its value."""


class InstanceNamed(Asked):
    """Names an instance."""

    instance_id: Id


class InstancesAsked(Paged):
    """Looks for instances."""

    definition: Annotated[Key | None, Field(description="The key of their process.")] = None
    version: Version | None = None
    status: InstanceStatus | None = None
    created_from: Moment | None = None
    created_before: Moment | None = None
    q: Annotated[
        Text,
        Field(
            max_length=200,
            description="The beginning of any parameter that it was started with, or of the id of an instance.",
        ),
    ] = ""
    parameter: Annotated[
        ByParameter | None,
        Field(
            description="A parameter that it was started with: `name=value`, or `name=val*` for how the value begins."
        ),
    ] = None
    sort: Order = Order.NEWEST


class InstanceSummary(Shown):
    """An instance in a list."""

    id: Id
    definition: Annotated[str, Of("definition_key")]
    version: int
    process: Annotated[str, Field(description="The name of its process.")]
    status: InstanceStatus
    element: Annotated[str | None, Of("element_id"), Field(description="Where it waits, stopped or ended.")]
    message: Annotated[str | None, Field(description="What stopped it, in a sentence.")]
    applicant: Annotated[str | None, Field(description="Who it is about: an external ID.")]
    created_at: Moment
    ended_at: Moment | None
    revision: Annotated[int, Field(description="Counts its saved steps.")]


class TokenPlace(Shown):
    """Where a token of an instance stands. It has nothing to do with process tokens."""

    token: Annotated[str, Of("token_id")]
    element: Annotated[str, Of("element_id")]
    name: str
    kind: Annotated[str, Field(description="The BPMN element: `userTask`.")]
    called_process: Annotated[str | None, Of("called")]
    waits_for: Annotated[
        str,
        Field(
            description="`form`, `timer`, `message`, `signal`, `condition` or `answer`, of a call outside; empty when "
            "for none of them."
        ),
    ]
    event: Annotated[str, Field(description="The name of the message or signal.")]
    key: Annotated[str, Field(description="The correlation key of the message.")]
    due: Moment | None
    failed: bool


class Incident(Shown):
    """What stopped an instance."""

    element: Annotated[str | None, Of("element_id")]
    code: str
    message: str
    variables: Annotated[tuple[str, ...], Field(description="The names of the variables that the element could see.")]


class Instance(InstanceSummary):
    """Everything that an operator may see of an instance."""

    variables: Masked
    called_variables: Annotated[
        dict[str, Masked], Field(description="Of the processes that are called, by the token of their call.")
    ]
    tokens: tuple[TokenPlace, ...]
    incident: Incident | None


class HistoryEvent(Shown):
    """One thing that happened."""

    at: Moment
    event: str
    detail: str | None


class Stage(Shown):
    """One visit of an element, or one thing that happened to the whole instance."""

    element: Annotated[str | None, Of("element_id")]
    begun_at: Moment
    ended_at: Moment | None
    outcome: Outcome
    events: Annotated[tuple[HistoryEvent, ...], Of("entries")]


class Happened(HistoryEvent):
    """One thing that happened, and where."""

    element: Annotated[str | None, Of("element_id")]


class Timeline(Shown):
    """What an instance has done, from its beginning."""

    stages: tuple[Stage, ...]
    history: Annotated[tuple[Happened, ...], Field(description="The same as it happened, one thing after the other.")]


class NewInstance(Sent):
    """An instance that is to be started."""

    definition: Annotated[Key, Field(description="The key of a process.")]
    version: Annotated[Version | None, Field(description="Null is the newest.")] = None
    variables: Annotated[Variables, Field(description="Process variables; `externalId` says whom it is about.")] = (
        Field(default_factory=dict)
    )
    maximum_duration: Annotated[int, Field(ge=1, le=366 * 86_400, description="How many seconds it may take.")] = (
        48 * 3600
    )


class StartedInstance(Shown):
    """An instance that was just started. Its link is shown now and never again."""

    id: Id
    link: Annotated[
        str,
        Field(
            description="The whole URL, for its end user: the first browser that opens it and begins gets the "
            "instance. Treat it like a password."
        ),
    ]


class Export(Shown):
    """What is known of an instance; docs/operating.md says what is in it."""

    model_config = Shown.model_config | {"extra": "allow"}

    format: str
    exported_at: Any
    id: Id
