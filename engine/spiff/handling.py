"""Errors, escalations and cancellations: who in the process handles one (BPMN 2.0.2, 10.5.6 and 10.5.7)."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from engine.model import Trigger
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.catching import Catching

_Handler = TypeVar("_Handler", bound="Catching")


def catch(token: Token, trigger: Trigger, code: str, **payload: Any) -> bool:
    """Hand an error or escalation, thrown at `token`, to the innermost event that catches it.

    First the boundary events of the element, then the event sub-processes beside it, then the same for the
    sub-process around it, and so on. Of those in one place, the one with the very code comes before the one that
    catches every code. Returns whether there was one.
    """
    handle = _handler(token, trigger, code)
    if handle is None:
        return False
    handle(payload)
    return True


def finds(token: Token, trigger: Trigger, code: str) -> bool:
    """Tell whether something would catch an error or escalation thrown at `token`."""
    return _handler(token, trigger, code) is not None


def cancel_transaction(host: Token) -> None:
    """Leave a transaction by its cancel boundary event, after everything in it was compensated (10.7)."""
    boundary = _best(host.task_spec.boundaries, Trigger.CANCEL, "")
    assert boundary is not None  # noqa: S101 - the deployment rules ask for one
    boundary.take_over(host, {})


def _handler(token: Token, trigger: Trigger, code: str) -> Callable[[dict[str, Any]], None] | None:
    at = token
    while True:
        boundary = _best(at.task_spec.boundaries, trigger, code)
        if boundary is not None:
            return partial(boundary.take_over, at)
        scope = at.workflow
        inside = None if scope.interrupted else _best(scope.spec.event_subprocesses, trigger, code)
        if inside is not None:
            return partial(inside.begin, scope)
        if scope.host is None:
            return None
        at = scope.host


def _best(handlers: Iterable[_Handler], trigger: Trigger, code: str) -> _Handler | None:
    catching = [
        handler
        for handler in handlers
        if (event := handler.catches) is not None and event.trigger is trigger and event.code in {None, code}
    ]
    return min(catching, key=_catches_all, default=None)


def _catches_all(handler: "Catching") -> bool:
    return handler.catches is not None and handler.catches.code is None
