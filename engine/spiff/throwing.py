"""Sending a message or signal (BPMN 2.0.2, 10.5.4)."""

from datetime import timedelta
from typing import Any

from engine import timers
from engine.model import EventDefinition, TimerKind, Trigger
from engine.spiff.catching import text_of
from engine.spiff.thrown import Thrown
from engine.spiff.token import Token


def throw(token: Token, event: EventDefinition) -> None:
    """Send a message or signal that carries the values of the element's input parameters."""
    is_message = event.trigger is Trigger.MESSAGE
    thrown = Thrown(
        element=token.task_spec.element,
        trigger=event.trigger,
        name=text_of(token, event.name),
        key=text_of(token, event.correlation_key) if is_message and event.correlation_key else "",
        time_to_live=_time_to_live(token, event),
        variables=inputs_of(token),
    )
    token.task_spec.keep_outputs(token)
    token.workflow.top_workflow.thrown.append(thrown)


def inputs_of(token: Token, *, lend: bool = False) -> dict[str, Any]:
    """Return the values of the input parameters of the element where `token` is; for `lend` see `evaluate`."""
    inputs = token.task_spec.element.inputs
    return {
        key: token.workflow.evaluate(token, source, lend=lend) for key, source in inputs.items() if source is not None
    }


def _time_to_live(token: Token, event: EventDefinition) -> timedelta:
    if event.time_to_live is None:
        return timedelta()
    environment = token.workflow.top_workflow.environment
    text = token.workflow.evaluate(token, event.time_to_live)
    now = environment.now()
    until = timers.parse(TimerKind.DURATION, str(text), environment.zone).first(now)
    return timedelta() if until is None else until - now
