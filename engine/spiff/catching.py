"""Waiting for something outside the process: a message, a signal, a time or a condition (BPMN 2.0.2, 10.5.5)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine import timers
from engine.errors import Failure
from engine.model import EventDefinition, Source, TimerKind, Trigger
from engine.spiff.element import CAUGHT, FAILED, ElementSpec
from engine.spiff.token import Token

WAITS = "waits"
"""The note of a token that waits: for which trigger."""

NAME = "name"
KEY = "key"
DUE = "due"
_TIMER = "timer"
_FIRED = "fired"
_HELD = "held"
RACE = "race"
"""The note of a token behind an event-based gateway: the ids of all that wait there; the first one wins."""

MAXIMUM_KEY_LENGTH = 255
"""How many characters a message name, signal name or correlation key may have."""


_CARRYING = frozenset({Trigger.MESSAGE, Trigger.SIGNAL})
"""What carries variables."""


class NameInvalid(Failure):
    """What names a message, a signal, a correlation key or a called process is not a text."""

    code = "name-invalid"


class Catching(ElementSpec):
    """An element that an event outside the process reaches."""

    @property
    def catches(self) -> EventDefinition | None:
        """What it waits for; None waits for nothing."""
        return self.element.event

    def wait(self, token: Token) -> None:
        """Begin to wait: evaluate what identifies the event, at this moment."""
        event = self.catches
        assert event is not None  # noqa: S101 - an element without one does not wait
        notes: dict[str, Any] = {}
        match event.trigger:
            case Trigger.MESSAGE:
                notes[NAME] = text_of(token, event.name)
                notes[KEY] = text_of(token, event.correlation_key)
            case Trigger.SIGNAL:
                notes[NAME] = text_of(token, event.name)
            case Trigger.TIMER:
                notes[_TIMER] = _timer_text(token, event)
                due = _schedule(token, event, notes[_TIMER]).first(token.workflow.top_workflow.environment.now())
                notes[DUE] = due and due.isoformat()
                notes[_FIRED] = 0
            case Trigger.CONDITION:
                notes[_HELD] = False
                top = token.workflow.top_workflow
                top.conditions[token.id] = top.fresh[token.id] = token
        token.notes |= {WAITS: event.trigger.value, **notes}

    def wait_again(self, token: Token) -> bool:
        """Go on waiting after the event has happened; return whether it can happen again."""
        event = self.catches
        if event is None or event.trigger is not Trigger.TIMER:
            return True
        if event.timer is not TimerKind.CYCLE:
            return False
        schedule = _schedule(token, event, token.notes[_TIMER])
        now, due = token.workflow.top_workflow.environment.now(), datetime.fromisoformat(token.notes[DUE])
        fired = token.notes[_FIRED] + 1
        following = schedule.following(due, fired, now)
        token.notes[_FIRED] = fired + schedule.missed(due, now)
        token.notes[DUE] = following and following.isoformat()
        return following is not None

    def happened(self, token: Token, payload: dict[str, Any]) -> None:
        """Go on: the event that `token` waits for has happened, and carries `payload`."""
        raise NotImplementedError

    def check(self, token: Token) -> None:
        """Look at the condition that `token` waits for: the event happens when it becomes true."""
        event = self.catches
        condition = None if event is None else event.expression
        holds = condition is not None and self.holds(token, condition)
        token.notes.pop(FAILED, None)
        became_true = holds and not token.notes[_HELD]
        token.notes[_HELD] = holds
        if became_true:
            self.happened(token, {})

    def receive(self, token: Token) -> None:
        """Keep what the event carried.

        By the output mapping if there is one, otherwise every variable of a message or signal. Names that begin with
        an underscore are Idflow's own, and no event can set them. What an error or escalation carries can be named in
        the output mapping: `errorCode` and `errorMessage`, `result` where the error has one, `escalationCode`.
        """
        event, payload = self.element.event, token.notes.get(CAUGHT, {})
        self.keep_outputs(token, payload)
        if not self.element.outputs and event is not None and event.trigger in _CARRYING:
            for name, value in payload.items():
                if not name.startswith("_"):
                    token.workflow.assign(token, name, value)
        # Not before, so that it can be tried again.
        token.notes.pop(CAUGHT, None)


class CatchingTask(Catching):
    """An element in the flow that waits: an intermediate catch event or a receive task (BPMN 2.0.2, 10.5.4)."""

    def work(self, token: Token) -> bool:
        """Wait, or take what has come."""
        if CAUGHT in token.notes:
            self.receive(token)
            return True
        if WAITS not in token.notes:
            self.arm(token)
            self.wait(token)
        return False

    def happened(self, token: Token, payload: dict[str, Any]) -> None:
        """Take the event; others behind the same event-based gateway have lost."""
        stop_waiting(token)
        token.notes[CAUGHT] = payload
        resume(token)


def resume(token: Token) -> None:
    """Let a token that waited run on."""
    token._set_state(TaskState.READY)
    token.workflow.top_workflow.queue.append(token)


def stop_waiting(token: Token) -> None:
    """Let a token wait no longer; others behind the same event-based gateway have lost."""
    scope = token.workflow
    for identifier in token.notes.pop(RACE, ()):
        if identifier != token.id.hex:
            scope.discard(identifier)
    token.notes.pop(WAITS, None)
    scope.top_workflow.conditions.pop(token.id, None)


def text_of(token: Token, source: Source | None) -> str:
    """Return the text of a name or correlation key; a number is one, too.

    Raises:
        NameInvalid: when it is null, empty, too long, or something else than a text or number.

    """
    value = "" if source is None else token.workflow.evaluate(token, source)
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal) or not text:
        what = "nothing" if source is None else f"{source.text!r} (line {source.line})"
        raise NameInvalid(f"{what} must give a text or a number: it is a name or correlation key.")
    if len(text) > MAXIMUM_KEY_LENGTH:
        raise NameInvalid(f"A name or correlation key may have {MAXIMUM_KEY_LENGTH} characters.")
    return text


def _timer_text(token: Token, event: EventDefinition) -> str:
    assert event.expression is not None  # noqa: S101 - the deployment rules ask for it
    value = token.workflow.evaluate(token, event.expression)
    if not isinstance(value, str):
        what = f"{event.expression.text!r} (line {event.expression.line})"
        raise timers.TimerInvalid(f"{what} gives {type(value).__name__}.", "Give a date, a duration or a cycle.")
    return value


def _schedule(token: Token, event: EventDefinition, text: str) -> timers.Schedule:
    assert event.timer is not None  # noqa: S101 - a timer has a kind
    return timers.parse(event.timer, text, token.workflow.top_workflow.environment.zone)
