"""Forms that wait for somebody, and the answers to them."""

from typing import Annotated

from pydantic import Field, JsonValue

from engine.store.models import InstanceStatus
from webui.api.models.base import Id, Key, Masked, Of, Sent, Shown, Text
from webui.api.models.instances import InstanceNamed

Chosen = str | int | float | bool
Answer = Chosen | None | tuple[Chosen, ...]
"""A list where several things are chosen."""


class TaskNamed(InstanceNamed):
    """Names a form that waits in an instance."""

    task_id: Annotated[Key, Field(description="Of this visit to the form.")]


class Task(Shown):
    """A form that waits."""

    id: Annotated[str, Field(description="Of this visit to the form: a submission names it.")]
    element: Annotated[str, Of("element_id")]
    name: str
    form: Annotated[str, Field(description="The data form name.")]
    form_version: int
    document: Annotated[dict[str, JsonValue], Field(description="The form, in the schema of form-js.")]
    form_data_key: Annotated[str, Field(description="Under which the answers are kept.")]
    readonly: bool
    attempts: Annotated[int, Field(description="How many submissions were refused so far.")]
    max_attempts: int
    variables: Masked
    submittable: Annotated[
        bool, Field(description="Whether a program may submit it: it may not once a browser has the instance.")
    ]


class Tasks(Shown):
    """The forms of an instance that wait."""

    items: tuple[Task, ...]


class Answers(Sent):
    """What is filled in."""

    answers: Annotated[
        dict[Key, Answer],
        Field(description="By the names of the fields, as the page of the form has them: `email`, `people[0].name`."),
    ] = Field(default_factory=dict)
    reason: Text = ""


class Submitted(Shown):
    """Where the instance is now."""

    instance: Id
    status: InstanceStatus
    element: str | None
