"""Messages and signals."""

from typing import Annotated

from pydantic import Field

from webui.api.models.base import Id, Key, Sent, Shown, Text, Variables

MAXIMUM_TIME_TO_LIVE = 366 * 86_400


class Message(Sent):
    """A message for the instances, or processes, that wait for its name and key."""

    name: Key
    key: Annotated[Text, Field(max_length=255, description="The correlation key.")] = ""
    variables: Variables = Field(default_factory=dict)
    time_to_live: Annotated[
        int, Field(ge=0, le=MAXIMUM_TIME_TO_LIVE, description="How many seconds it waits for somebody who takes it.")
    ] = 0


class Signal(Sent):
    """A signal for everybody who waits for it."""

    name: Key
    variables: Variables = Field(default_factory=dict)


class Published(Shown):
    """What was sent. It reaches whoever waits for it a moment later."""

    id: Id
