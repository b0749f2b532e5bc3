"""Errors, escalations and cancellations: who in the process handles one (BPMN 2.0.2, 10.5.6 and 10.5.7)."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import BpmnError, Failure
from engine.model import Trigger
from engine.spiff.scope import Scope
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.catching import Catching


class CancelNotCaught(Failure):
    """A transaction is cancelled that has no cancel boundary event."""

    code = "cancel-not-caught"


_Handler = TypeVar("_Handler", bound="Catching")


def catch(token: Token, trigger: Trigger, code: str, **payload: Any) -> bool:
    """Hand an error or escalation, thrown at `token`, to the innermost event that catches it.

    First the boundary events of the element, then the event sub-processes beside it, then the same for the
    sub-process around it, and so on. Of those in one place, the one with the very code comes before the one that
    catches every code. No event sub-process catches what is thrown inside of it. Returns whether there was one.
    """
    handle = _handler(token, trigger, code)
    if handle is None:
        return False
    handle(payload)
    return True


def catch_error(token: Token, error: BpmnError) -> bool:
    """Hand an error to the innermost event that catches it; see `catch`."""
    more = {} if error.result is None else {"result": dict(error.result)}
    return catch(token, Trigger.ERROR, error.error_code, errorCode=error.error_code, errorMessage=error.message, **more)


def cancelling(transaction: Scope) -> Callable[[], None]:
    """Return what leaves a transaction by its cancel boundary event; of several instances, all are left (10.7).

    Raises:
        CancelNotCaught: when there is no such event.

    """
    name, at = transaction.spec.name, transaction.host
    while at is not None and at.task_spec.name == name:
        boundary = _best(at.task_spec.boundaries, Trigger.CANCEL, "")
        if boundary is not None:
            return partial(boundary.take_over, at, {})
        at = at.workflow.host
    raise CancelNotCaught(f"The transaction {name!r} is cancelled, and has no cancel boundary event.")


def _handler(token: Token, trigger: Trigger, code: str) -> Callable[[dict[str, Any]], None] | None:
    at = token
    while True:
        boundary = _best(at.task_spec.boundaries, trigger, code)
        if boundary is not None:
            return partial(boundary.take_over, at)
        scope = at.workflow
        beside = [handler for handler in scope.spec.event_subprocesses if handler is not at.task_spec]
        inside = None if scope.interrupted else _best(beside, trigger, code)
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
