"""Work that leaves the machine: what an activity asks for in a step, and what it may use when that is done.

The activity's element waits. A job does the work outside of every transaction, and what came of it is taken in the
transaction of another step (`engine.instances.errands`): once by the instance, at least once by the other side.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import orjson

from engine.clock import Clock
from engine.egress import Answer, Call, Limits
from engine.errors import Failure
from engine.named_secrets import NamedSecrets
from engine.variables import SecretReference, SensitiveText

MAXIMUM_BYTES = 128 * 1024
"""How large an errand, and what comes of it, may be, as JSON: it is kept with the state of its instance."""

MAXIMUM_DEPTH = 64
"""How deep contexts and lists may lie in each other in what comes of an errand."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done outside, after the step."""

    what: Mapping[str, Any]
    """JSON values, and no secret among them. It is kept sealed with the instance until it is done."""
    retries: int = 5
    """How often it is tried again after the first attempt."""
    held: bool = False
    """Nobody does it: the element waits until something else happens. For tests."""


class ErrandInvalid(Failure):
    """This cannot be done outside."""

    code = "errand-invalid"


class OutsideNotCalled(Failure):
    """Nothing outside is called here. Set what this step comes to."""

    code = "outside-not-called"


class TryAgain(Failure):
    """It did not work this time, and may work later."""

    code = "try-again"
    retry_helps = True

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after
        """How much patience the other side has asked for."""


class Http(Protocol):
    """Calls others; see `Egress`."""

    def send(self, call: Call, limits: Limits | None = None) -> Answer:
        """Make a request."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What an activity may use outside of every transaction."""

    http: Http
    secrets: NamedSecrets
    clock: Clock
    key: str
    """The same for every attempt at one errand, and another for every other errand: an `Idempotency-Key`."""
    attempt: int
    """Counted from 1."""
    said: dict[str, str | int] = field(default_factory=dict)
    """What the audit trail says of it: no value of a person, and no secret."""


@dataclass(frozen=True, slots=True)
class Site:
    """What a deployment can know of the outside."""

    check_url: Callable[[str], object]
    """Raises `TargetRefused` for an address that is never called."""
    secrets: NamedSecrets


def checked(errand: Errand) -> dict[str, Any]:
    """Return an errand as JSON values.

    Raises:
        ErrandInvalid: when it holds a secret, is not JSON, or is too large.

    """
    if _holds_secret(errand.what):
        raise ErrandInvalid("A secret, or a text that is never stored, cannot be sent.")
    return {"what": fitting(dict(errand.what)), "retries": errand.retries, **({"held": True} if errand.held else {})}


def fitting(value: Any) -> Any:
    """Return a value that can be kept while an instance waits; raises `ErrandInvalid`."""
    if _depth(value) > MAXIMUM_DEPTH:
        raise ErrandInvalid(f"Its contexts and lists lie more than {MAXIMUM_DEPTH} deep in each other.")
    try:
        size = len(orjson.dumps(value))
    except TypeError as error:
        raise ErrandInvalid(f"It cannot be kept: {error}.") from error
    if size > MAXIMUM_BYTES:
        raise ErrandInvalid(f"It takes {size} bytes; {MAXIMUM_BYTES} are allowed.")
    return value


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [
        item
        for each in level
        if isinstance(each, dict | list)
        for item in (each.values() if isinstance(each, dict) else each)
    ]:
        depth += 1
        if depth > MAXIMUM_DEPTH:
            break
    return depth


def _holds_secret(value: Any) -> bool:
    ahead = [value]
    while ahead:
        each = ahead.pop()
        if isinstance(each, SecretReference | SensitiveText):
            return True
        if isinstance(each, Mapping):
            ahead += each.values()
        elif isinstance(each, list | tuple):
            ahead += each
    return False
