"""What can be done to an instance, each with the reason that is kept."""

from typing import Annotated

from pydantic import Field

from webui.api.models.base import Key, Sent, Shown, Text, Variables, Version

Identity = Annotated[
    bool,
    Field(
        description="Whether steps that say or prove who somebody is may be jumped over; that needs "
        "`instances.skip-identity`."
    ),
]


class Ordered(Sent):
    """Why it is done. The audit trail keeps that."""

    reason: Text = ""


class Skipped(Ordered):
    """Leaves a step as if it had done its work."""

    variables: Annotated[Variables, Field(description="The result of the step.")] = Field(default_factory=dict)
    identity: Identity = False


class Changed(Ordered):
    """Sets variables; the others stay as they are."""

    variables: Annotated[Variables, Field(min_length=1)]


class Moved(Ordered):
    """Puts a token on another element."""

    element: Annotated[Key, Field(description="Where it goes on.")]
    token: Annotated[Key | None, Field(description="Which one; null is the one that failed, or the only one.")] = None
    identity: Identity = False


class Migration(Sent):
    """Another version of the process."""

    version: Annotated[Version | None, Field(description="Null is the newest.")] = None
    mapping: Annotated[
        dict[Key, Key], Field(description="Where tokens go on, by the id of their element, where that has changed.")
    ] = Field(default_factory=dict)
    identity: Identity = False


class Migrated(Migration, Ordered):
    """Lets an instance go on in another version of its process."""


class MigrationPlan(Shown):
    """How an instance would get to another version, and what is against it."""

    possible: bool
    mapping: dict[str, str]
    problems: tuple[str, ...]
