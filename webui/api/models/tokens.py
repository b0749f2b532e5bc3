"""Process tokens: links by which people begin a process."""

from typing import Annotated

from pydantic import Field

from engine.store.models import TokenStatus, TokenType
from engine.tokens import WhetherOpened
from engine.tokens.openings import KEPT
from webui.api.models.base import Asked, Id, Key, Moment, Of, Paged, Sent, Shown, Text, Version

Parameter = str | int | float | bool
"""What a parameter of a token may be."""


class TokenNamed(Asked):
    """Names a token."""

    token_id: Id


class TokensAsked(Paged):
    """Looks for tokens."""

    q: Annotated[Text, Field(description="Is in the name of the token, or in the key or name of its process.")] = ""
    opened: Annotated[
        WhetherOpened | None,
        Field(description="Whether its link was opened; `unbegun` is opened, but nobody has begun yet."),
    ] = None


class Token(Shown):
    """A process token, without its link."""

    id: Id
    name: str
    definition: Annotated[str, Of("definition_key"), Field(description="The key of its process.")]
    version: Annotated[int | None, Of("definition_version"), Field(description="Null is always the newest.")]
    type: TokenType
    status: TokenStatus
    limit: Annotated[int | None, Field(description="How many instances it may start, when it is count limited.")]
    uses: int
    not_before: Moment | None
    not_after: Moment | None
    maximum_duration: Annotated[int, Field(description="How many seconds an instance may take.")]
    parameters: Annotated[dict[str, Parameter], Field(description="They become process variables.")]
    created_at: Moment
    opened_at: Annotated[Moment | None, Field(description="When its link was opened first.")]
    revision: Annotated[str, Of("version"), Field(description="Changes as soon as the token is switched or used.")]


class Opening(Shown):
    """Somebody opened the link of a token: their browser showed the page behind it, or they began from it."""

    number: Annotated[int, Field(description="Counts the openings of the token from 1.")]
    at: Moment
    device: Annotated[str, Field(description="In words: `Firefox on Android`; empty when nothing is known.")]
    begun: Annotated[bool, Field(description="Whether they began from there; otherwise they looked at it.")]


class Opened(Shown):
    """The openings of a token."""

    count: Annotated[int, Field(description="How many there have been.")]
    entries: Annotated[tuple[Opening, ...], Field(description=f"The newest {KEPT} and the first, the newest first.")]


class NewToken(Sent):
    """A token that is to be made."""

    definition: Annotated[Key, Field(description="The key of a process.")]
    version: Annotated[Version | None, Field(description="Null is always the newest.")] = None
    name: Annotated[Text | None, Field(description="Without one it gets a random name.")] = None
    type: TokenType = TokenType.COUNT
    limit: Annotated[int, Field(description="How many instances it may start; counts for count limited ones.")] = 1
    not_before: Moment | None = None
    not_after: Moment | None = None
    maximum_duration: Annotated[
        int, Field(ge=1, le=366 * 86_400, description="How many seconds an instance may take.")
    ] = 48 * 3600
    parameters: Annotated[
        dict[str, Parameter], Field(description="They become process variables; `externalId` says who it is for.")
    ] = Field(default_factory=dict)


class TokenLink(Shown):
    """A token that was just made or renewed. Its link is shown now and never again."""

    id: Id
    name: str
    link: Annotated[str, Field(description="The whole URL, for people. Treat it like a password.")]


class TokenSwitch(Sent):
    """Whether a token can be used."""

    status: TokenStatus
