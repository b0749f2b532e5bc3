"""Brings timers, messages and signals to the instances that wait for them, and starts those that one starts.

Each is a job, so the one who sends never waits for, nor fails with, the one who receives.

A message goes to at most one instance of each process: to the one that waits longest for its name and key, otherwise
it starts one where the process has such a start event. While its time to live is not over, it waits for a process
that has not taken it. A signal goes to every instance that waits for it at the moment, and starts every process that
it can start. An instance that stopped with an incident or was suspended takes nothing: its timers fire when it goes on,
a message waits for it, a signal passes by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from engine.instances.outbox import FORGET, ROUTE, TIMER, Outbox
from engine.instances.steps import Instances, Origin
from engine.jobs import Jobs, Task
from engine.model import Trigger
from engine.store.models import Instance, InstanceStatus, Message, StartSubscription, Subscription

DELIVER = "deliver"
"""The task of a job that brings a signal to one instance."""

START = "start"
"""The task of a job that starts a process by a signal."""

_Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The handlers of the jobs."""

    instances: Instances
    outbox: Outbox
    jobs: Jobs

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What a worker needs to know."""
        return (
            Task(TIMER, self._timer, hold=self._hold),
            Task(ROUTE, self._route),
            Task(DELIVER, self._deliver, hold=self._hold),
            Task(START, self._start),
            Task(FORGET, self._forget),
        )

    def _hold(self, session: Session, arguments: _Arguments) -> None:
        self.instances.find(session, arguments["instance"])

    def _timer(self, session: Session, arguments: _Arguments) -> None:
        self.instances.deliver(session, arguments["instance"], arguments["token"], {})

    def _route(self, session: Session, arguments: _Arguments) -> None:
        message = session.get(Message, arguments["message"])
        if message is None:
            return
        if message.trigger == Trigger.SIGNAL:
            self._broadcast(session, message)
        elif self._correlate(session, message):
            # One instance a transaction; there may be a process that has not taken it.
            self.jobs.enqueue(session, ROUTE, arguments, key=f"{ROUTE}:{message.id}")
            return
        if message.expires_at <= self.instances.clock.now():
            session.delete(message)
        else:
            arguments = {"message": message.id}
            self.jobs.enqueue(session, FORGET, arguments, run_at=message.expires_at, key=f"{FORGET}:{message.id}")

    def _broadcast(self, session: Session, signal: Message) -> None:
        waiting = select(Subscription.id, Subscription.instance_id).where(
            Subscription.trigger == Trigger.SIGNAL.value, Subscription.name == signal.name
        )
        for token_id, instance_id in session.execute(waiting).all():
            arguments = {"message": signal.id, "instance": instance_id, "token": token_id}
            self.jobs.enqueue(session, DELIVER, arguments, key=f"{DELIVER}:{signal.id}:{token_id}")
        for start in self._starts(session, signal):
            arguments = {"message": signal.id, "start": start.id}
            self.jobs.enqueue(session, START, arguments, key=f"{START}:{signal.id}:{start.id}")

    def _correlate(self, session: Session, message: Message) -> bool:
        """Give the message to the next process that has not taken it; return whether there was one."""
        waiting = (
            select(Subscription)
            .join(Instance, Instance.id == Subscription.instance_id)
            .where(
                Subscription.trigger == Trigger.MESSAGE.value,
                Subscription.name == message.name,
                Subscription.correlation_key == message.correlation_key,
                Subscription.definition_key.not_in(message.delivered_to),
                Instance.status == InstanceStatus.ACTIVE.value,
                or_(Instance.due_at.is_(None), Instance.due_at > self.instances.clock.now()),
            )
            .order_by(Subscription.created_at, Subscription.id)
            .limit(1)
        )
        payload = self.outbox.payload(message)
        found = session.scalar(waiting)
        if found is not None:
            message.delivered_to = [*message.delivered_to, found.definition_key]
            self.instances.deliver(session, found.instance_id, found.id, payload)
            return True
        for start in self._starts(session, message):
            if start.definition_key not in message.delivered_to:
                message.delivered_to = [*message.delivered_to, start.definition_key]
                self._begin(session, start, payload)
                return True
        return False

    def _deliver(self, session: Session, arguments: _Arguments) -> None:
        signal = session.get(Message, arguments["message"])
        if signal is not None:
            self.instances.deliver(session, arguments["instance"], arguments["token"], self.outbox.payload(signal))

    def _start(self, session: Session, arguments: _Arguments) -> None:
        signal, start = session.get(Message, arguments["message"]), session.get(StartSubscription, arguments["start"])
        if signal is not None and start is not None:
            self._begin(session, start, self.outbox.payload(signal))

    def _begin(self, session: Session, start: StartSubscription, payload: dict[str, Any]) -> None:
        definition = self.instances.tools.engine.definitions.record(session, start.definition_id)
        self.instances.start(session, definition, {}, Origin(), at=start.element_id, payload=payload)

    def _forget(self, session: Session, arguments: _Arguments) -> None:
        session.execute(delete(Message).where(Message.id == arguments["message"]))

    @staticmethod
    def _starts(session: Session, message: Message) -> list[StartSubscription]:
        starting = select(StartSubscription).where(
            StartSubscription.trigger == message.trigger, StartSubscription.name == message.name
        )
        return list(session.scalars(starting.order_by(StartSubscription.definition_key)))
