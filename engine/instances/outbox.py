"""What an instance says to the outside in the transaction of its step: timers, subscriptions, messages, signals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import Refused
from engine.identity.vault import Vault, bind
from engine.instances.given import check_names
from engine.jobs import Arguments, Jobs
from engine.model import Trigger
from engine.spiff import Thrown, Waiting
from engine.store.models import Base, Message, Subscription
from engine.store.types import new_id
from engine.variables import VariableInvalid, masked

TIMER = "timer"
"""The task of a job that lets a timer fire."""

ROUTE = "route"
"""The task of a job that brings a message or signal to whoever waits for it."""

ERRAND = "errand"
"""The task of a job that does what an activity has to do outside."""

FORGET = "forget"
"""The task of a job that removes a message or signal whose time is over."""

MAXIMUM_PAYLOAD = 64 * 1024
"""How many bytes the variables of a message or signal may take, as JSON."""

MAXIMUM_TIME_TO_LIVE = timedelta(days=366)
"""How long a message may wait for somebody."""

MAXIMUM_NAME = 255
"""How many characters the name of a message or signal, or a correlation key, may have."""

SIGNAL_LIVES = timedelta(days=1)
"""How long a signal is kept while it is brought to everybody."""

_SUBSCRIPTIONS = Base.metadata.tables[Subscription.__tablename__]
_SUBSCRIBE = insert(_SUBSCRIPTIONS)
_UNSUBSCRIBE = delete(_SUBSCRIPTIONS).where(_SUBSCRIPTIONS.c.id == bindparam("one"))
_UNSUBSCRIBE_ALL = delete(_SUBSCRIPTIONS).where(_SUBSCRIPTIONS.c.instance_id == bindparam("of"))
_BUFFERED = (
    select(Message)
    .where(
        Message.trigger == Trigger.MESSAGE.value,
        Message.name == bindparam("name"),
        Message.correlation_key == bindparam("key"),
        Message.expires_at > bindparam("now"),
    )
    .order_by(Message.created_at, Message.id)
)


class PayloadTooLarge(Refused):
    """A message or signal carries too much."""

    code = "payload-too-large"


class EventInvalid(Refused):
    """A message or signal cannot be sent like this."""

    code = "event-invalid"


@dataclass(frozen=True, slots=True)
class Outbox:
    """Writes what others have to know, with the state that it belongs to."""

    jobs: Jobs
    vault: Vault
    clock: Clock
    asked: Event = field(default_factory=Event)
    """Set when this process has asked for an errand, which threads of their own do: nothing else wakes them."""

    def go(self, session: Session, instance_id: str, token_id: str) -> None:
        """Have the errand of a token done, from its first attempt on."""
        self.attempt(session, {"instance": instance_id, "token": token_id, "attempt": 1}, None)
        self.asked.set()

    def was_asked(self) -> bool:
        """Tell whether this process has asked for an errand since this was called last."""
        asked = self.asked.is_set()
        self.asked.clear()
        return asked

    def attempt(self, session: Session, arguments: Arguments, at: datetime | None) -> None:
        """Have one attempt at an errand made."""
        key = _errand_key(arguments["instance"], arguments["token"])
        self.jobs.enqueue(session, ERRAND, arguments, run_at=at, key=key)

    def call_back(self, session: Session, instance_id: str, token_id: str = "") -> None:
        """Have an errand not done any more, or all of an instance; what is under way comes to nothing."""
        if token_id:
            self.jobs.cancel(session, _errand_key(instance_id, token_id))
        else:
            self.jobs.cancel_all(session, _errand_key(instance_id, ""))

    def wait(self, session: Session, instance_id: str, key: str, waiting: Waiting) -> None:
        """Let an instance of the process `key` be found by the event that one of its tokens waits for."""
        if waiting.trigger is Trigger.TIMER:
            if waiting.due is not None:
                arguments = {"instance": instance_id, "token": waiting.id}
                self.jobs.enqueue(
                    session, TIMER, arguments, run_at=waiting.due, key=_timer_key(instance_id, waiting.id)
                )
            return
        now = self.clock.now()
        row = {"id": waiting.id, "instance_id": instance_id, "definition_key": key, "trigger": waiting.trigger.value}
        place = {"name": waiting.name, "correlation_key": waiting.key, "element_id": waiting.element.id}
        session.execute(_SUBSCRIBE, {**row, **place, "created_at": now})
        self.look(session, key, waiting)

    def look(self, session: Session, key: str, waiting: Waiting) -> None:
        """Have a message brought that was published before a token of the process `key` could take it."""
        if waiting.trigger is not Trigger.MESSAGE:
            return
        values = {"name": waiting.name, "key": waiting.key, "now": self.clock.now()}
        buffered = next((each for each in session.scalars(_BUFFERED, values) if key not in each.delivered_to), None)
        if buffered is not None:
            self._route(session, buffered.id)

    def forget(self, session: Session, instance_id: str, waiting: Waiting) -> None:
        """Take back what `wait` said of a token."""
        if waiting.trigger is Trigger.TIMER:
            self.jobs.cancel(session, _timer_key(instance_id, waiting.id))
        else:
            session.execute(_UNSUBSCRIBE, {"one": waiting.id})

    def forget_all(self, session: Session, instance_id: str) -> None:
        """Take back what was said of an instance, which has ended."""
        self.jobs.cancel_all(session, _timer_key(instance_id, ""))
        session.execute(_UNSUBSCRIBE_ALL, {"of": instance_id})

    def throw(self, session: Session, thrown: Thrown) -> str:
        """Send what an element has thrown, which `check` has passed; return the id of the message or signal.

        A message never waits longer than `MAXIMUM_TIME_TO_LIVE`.
        """
        lives = min(thrown.time_to_live, MAXIMUM_TIME_TO_LIVE)
        return self._send(session, thrown.trigger, thrown.name, thrown.key, thrown.variables, lives)

    @staticmethod
    def check(thrown: Thrown) -> None:
        """Do nothing for what can be sent; raises `PayloadTooLarge`."""
        _payload(thrown.variables)

    def publish(  # noqa: PLR0913, PLR0917 - what a message consists of
        self,
        session: Session,
        trigger: Trigger,
        name: str,
        key: str,
        variables: Mapping[str, Any],
        time_to_live: timedelta,
    ) -> str:
        """Send a message, or broadcast a signal, for somebody outside; return its id.

        Raises:
            EventInvalid: when its name, key or time to live is out of bounds.
            ReservedVariable, VariableInvalid: when it cannot carry one of its variables.
            PayloadTooLarge: when they take more than `MAXIMUM_PAYLOAD` bytes.

        """
        if not 1 <= len(name) <= MAXIMUM_NAME or len(key) > MAXIMUM_NAME:
            raise EventInvalid(f"A {trigger} has a name of 1 to {MAXIMUM_NAME} characters, and a key of no more.")
        if not timedelta() <= time_to_live <= MAXIMUM_TIME_TO_LIVE:
            raise EventInvalid(f"A message can wait from no time to {MAXIMUM_TIME_TO_LIVE.days} days.")
        check_names(variables)
        return self._send(session, trigger, name, key, variables, time_to_live)

    def payload(self, message: Message) -> dict[str, Any]:
        """Return the variables that a message carries."""
        carried: dict[str, Any] = orjson.loads(self.vault.unseal(message.variables, bind("message", message.id)))
        return carried

    def _send(  # noqa: PLR0913, PLR0917 - what a message consists of
        self,
        session: Session,
        trigger: Trigger,
        name: str,
        key: str,
        variables: Mapping[str, Any],
        lives: timedelta,
    ) -> str:
        now, identifier = self.clock.now(), new_id()
        row = Message(
            id=identifier,
            trigger=trigger.value,
            name=name,
            correlation_key=key,
            variables=self.vault.seal(_payload(variables), bind("message", identifier)),
            delivered_to=[],
            created_at=now,
            expires_at=now + (SIGNAL_LIVES if trigger is Trigger.SIGNAL else lives),
        )
        session.add(row)
        session.flush()
        self._route(session, identifier)
        return identifier

    def _route(self, session: Session, message_id: str) -> None:
        self.jobs.enqueue(session, ROUTE, {"message": message_id}, key=f"{ROUTE}:{message_id}")


def _timer_key(instance_id: str, token_id: str) -> str:
    return f"{TIMER}:{instance_id}:{token_id}"


def _errand_key(instance_id: str, token_id: str) -> str:
    return f"{ERRAND}:{instance_id}:{token_id}"


def _payload(variables: Mapping[str, Any]) -> bytes:
    try:
        payload = orjson.dumps(masked(dict(variables)))
    except TypeError as error:
        raise VariableInvalid(f"A variable cannot be sent: {error}.") from error
    if len(payload) > MAXIMUM_PAYLOAD:
        raise PayloadTooLarge(f"The variables take {len(payload)} bytes; {MAXIMUM_PAYLOAD} are allowed.")
    return payload
