"""What one operation of the API is, declared once.

From a declaration come the route, what is checked before it, the permission that it needs and its part of the OpenAPI
document. What it takes and gives is in the annotations of the function that does it:

    def get(call: Call[TokenNamed, Nothing, Nothing]) -> Token: ...

There are frameworks that read such annotations. None of them lets our own access and our own errors decide before it
has read the request, and the part that is left is this file and the two beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from http import HTTPStatus
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from pydantic import BaseModel

from engine.accounts import Permission, SignedIn
from engine.application import Application
from engine.errors import IdflowError
from engine.identity import Cause
from engine.instances.order import InstanceChanged, Order
from webui.api.models.base import Nothing

P = TypeVar("P", bound=BaseModel)
Q = TypeVar("Q", bound=BaseModel)
B = TypeVar("B", bound=BaseModel)


class Match(StrEnum):
    """What becomes of `If-Match` (RFC 9110, 13.1.1)."""

    IGNORED = "ignored"
    TAKEN = "taken"
    """Nothing is done when it names another revision than there is."""
    REQUIRED = "required"
    """The same, and without it nothing is done either (RFC 6585, 3)."""


@dataclass(frozen=True, slots=True)
class Call(Generic[P, Q, B]):
    """One request to an operation, read and checked."""

    application: Application
    who: SignedIn
    path: P
    query: Q
    body: B
    seen: str | None = None
    """The revision that whoever calls has seen, by `If-Match`."""

    @property
    def by(self) -> str:
        """The account that it is done for."""
        return self.who.account.name

    @property
    def key(self) -> str | None:
        """The name of the API key that it is done with."""
        return self.who.key.name if self.who.key else None

    def cause(self, reason: str = "") -> Cause:
        """Return what the audit trail keeps of who does it."""
        return Cause(self.by, reason, self.key)

    def order(self, reason: str = "", *, identity: bool = False) -> Order:
        """Return the same for an instance, with the revision that was seen."""
        return Order(**self.ordered(reason, identity=identity))

    def ordered(self, reason: str = "", *, identity: bool = False) -> dict[str, Any]:
        """Return the parts of `order`, as the application takes them.

        Raises:
            InstanceChanged: when what was seen is no revision of an instance.

        """
        if self.seen is not None and not self.seen.isdecimal():
            raise InstanceChanged
        seen = None if self.seen is None else int(self.seen)
        return {"reason": reason, "by": self.by, "key": self.key, "revision": seen, "identity": identity}


@dataclass(frozen=True, slots=True)
class Content:
    """A body that is no JSON of ours, as it stands."""

    data: bytes = field(repr=False)
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One operation."""

    run: Callable[[Any], Any]
    """Does it; its name is the operation's, too."""
    method: str
    path: str
    """Below the prefix: `/tokens/{token_id}`."""
    summary: str
    needs: Permission | None
    """None: everybody may do it."""
    errors: tuple[type[IdflowError], ...] = ()
    """Which of our errors it may answer with, besides those that every operation may."""
    status: HTTPStatus = HTTPStatus.OK
    made: str = ""
    """Where what was made can be found: a path whose places are filled with what the answer, or the own path, says."""
    match: Match = Match.IGNORED
    media: str = "application/json"
    """Of the answer."""
    files: bool = False
    """Whether the body may be `multipart/form-data` with files, too."""
    limit: int | None = None
    """How large a request may be, in bytes, where it may be larger than usual."""
    text: str = ""
    """What there is to know besides."""
    tag: str = ""
    """The group of operations that it is in."""

    @property
    def name(self) -> str:
        """Its id in the document, and in the names of our routes."""
        return self.run.__name__

    @cached_property
    def _types(self) -> tuple[Any, Any, Any, Any]:
        hints = get_type_hints(self.run)
        return (*get_args(hints["call"]), hints["return"])

    @property
    def place(self) -> type[BaseModel]:
        """What its path holds."""
        model: type[BaseModel] = self._types[0]
        return model

    @property
    def query(self) -> type[BaseModel]:
        """What its address may say besides."""
        model: type[BaseModel] = self._types[1]
        return model

    @property
    def body(self) -> type[BaseModel] | None:
        """What its body is; None when it has none."""
        return None if self._types[2] is Nothing else self._types[2]

    @property
    def answer(self) -> type[BaseModel] | None:
        """What it answers with; None when that is no JSON of ours."""
        found = self._types[3]
        return found if isinstance(found, type) and issubclass(found, BaseModel) else None

    @property
    def replayed(self) -> bool:
        """Whether an `Idempotency-Key` is taken."""
        return self.method == "POST" and self.needs is not None and not self.looks

    looks: bool = False
    """Whether it changes nothing but the audit trail, though its method is POST."""
