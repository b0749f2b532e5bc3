"""Messages, signals and conditions from outside. Each method is one transaction."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.instances.order import Order
from engine.instances.outbox import Outbox
from engine.instances.starts import Starts
from engine.model import Trigger
from engine.store import Way, Write


class Events:
    """Tells instances, and processes that such a thing starts, what has happened."""

    def __init__(self, write: Write, outbox: Outbox, starts: Starts, clock: Clock) -> None:
        self._write = write
        self._outbox = outbox
        self._starts = starts
        self._clock = clock

    def publish(
        self,
        name: str,
        *,
        key: str = "",
        variables: Mapping[str, Any] | None = None,
        time_to_live: timedelta = timedelta(0),
        order: Order | None = None,
    ) -> str:
        """Publish a message for the instances, or processes, that wait for its name and correlation key."""
        with self._write(Way.BESIDE) as session:
            identifier = self._outbox.publish(session, Trigger.MESSAGE, name, key, variables or {}, time_to_live)
            self._note(session, Trigger.MESSAGE, name, order)
            return identifier

    def broadcast(self, name: str, variables: Mapping[str, Any] | None = None, order: Order | None = None) -> str:
        """Send a signal to everybody who waits for it."""
        with self._write(Way.BESIDE) as session:
            identifier = self._outbox.publish(session, Trigger.SIGNAL, name, "", variables or {}, timedelta(0))
            self._note(session, Trigger.SIGNAL, name, order)
            return identifier

    def evaluate_conditions(self, variables: Mapping[str, Any]) -> list[str]:
        """Start every process whose conditional start event holds for `variables`; return the instances."""
        with self._write(Way.BESIDE) as session:
            return self._starts.by_condition(session, variables)

    def _note(self, session: Session, trigger: Trigger, name: str, order: Order | None) -> None:
        said = order.detail() if order else {}
        audit.record(session, self._clock, AuditAction.EVENT_PUBLISHED, trigger=trigger.value, name=name, **said)
