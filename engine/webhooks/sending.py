"""Sends deliveries, by jobs: outside of every transaction, with a log of each attempt, again until it works.

A delivery is made at least once: when the process dies after the other side has taken it, it is sent again with the
same id. That an attempt fails is no failure of its job: the job ends, and another one is enqueued for the next
attempt (`schedule`), in the transaction that writes the attempt down.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.egress import Answer, Call, retry_after
from engine.errors import IdflowError
from engine.identity import Vault
from engine.identity.vault import bind
from engine.jobs import Arguments, Jobs, Outside, Task
from engine.store.models import Webhook, WebhookAttempt, WebhookDelivery
from engine.webhooks import schedule, signing
from engine.webhooks.payload import Event
from engine.webhooks.records import DeliveryState, OffBecause
from engine.webhooks.switching import switch_off

SEND = "webhook"
"""The task of a job that makes one attempt."""

CRASHES = 10
"""How often a process may die in the middle of one attempt."""

SHOWN_BYTES = 400
"""How much of an answer is kept."""

_MASK = "•••"
_GONE = 410
_MAXIMUM_PROBLEM = 300


class Sender(Protocol):
    """What calls others; see `Egress`."""

    def send(self, call: Call) -> Answer:
        """Make a request."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    event_id: str
    body: bytes
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Later:
    """Everything for the webhook waits."""

    until: datetime


@dataclass(frozen=True, slots=True)
class _Outcome:
    at: datetime
    milliseconds: int
    status: int | None = None
    problem: str | None = None
    answer: str | None = None
    retry_after: timedelta | None = None

    @property
    def delivered(self) -> bool:
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 - RFC 9110, 15.3


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Queues deliveries and makes the attempts at them."""

    jobs: Jobs
    vault: Vault
    clock: Clock
    sender: Sender
    random: Callable[[], float] = SystemRandom().random
    timer: Callable[[], float] = time.perf_counter

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What the worker does for it."""
        work = Outside(self._prepare, self._send, self._finish)
        return (Task(SEND, work, CRASHES, given_up=self._given_up, apart=True),)

    def queue(self, session: Session, webhook: Webhook, event: Event, *, once: bool = False) -> str:
        """Write a delivery and the job of its first attempt; return its id."""
        now = self.clock.now()
        row = WebhookDelivery(
            webhook_id=webhook.id,
            event_id=event.id,
            event=event.type.value,
            body=event.body,
            state=DeliveryState.WAITING.value,
            tries=0,
            attempts=0,
            once=once,
            next_at=now,
            created_at=now,
            queued_at=now,
        )
        session.add(row)
        session.flush()
        self._enqueue(session, row, now)
        return row.id

    def again(self, session: Session, row: WebhookDelivery, *, once: bool) -> None:
        """Begin anew with a delivery, at once. While it waits for an attempt, that is made now."""
        now = self.clock.now()
        row.state, row.tries, row.once = DeliveryState.WAITING.value, 0, once
        row.next_at, row.queued_at, row.ended_at = now, now, None
        self.jobs.cancel(session, _key(row))
        self._enqueue(session, row, now)

    def _enqueue(self, session: Session, row: WebhookDelivery, at: datetime) -> None:
        self.jobs.enqueue(session, SEND, {"delivery": row.id}, run_at=at, key=_key(row))

    def _prepare(self, session: Session, arguments: Arguments) -> _Prepared | _Later | None:
        row = session.get(WebhookDelivery, arguments["delivery"])
        if row is None or row.state != DeliveryState.WAITING:
            return None
        webhook, now = session.get_one(Webhook, row.webhook_id), self.clock.now()
        if webhook.held_until is not None and webhook.held_until > now and not row.once:
            return _Later(webhook.held_until)
        url = self.vault.unseal(webhook.url, bind("webhook-url-1", webhook.id)).decode()
        sealed = [webhook.secret]
        if webhook.former is not None and webhook.former_until is not None and webhook.former_until > now:
            sealed.append(webhook.former)
        secrets = tuple(self.vault.unseal(each, bind("webhook-secret-1", webhook.id)).decode() for each in sealed)
        return _Prepared(row.event_id, row.body, url, secrets)

    def _send(self, prepared: _Prepared | _Later | None) -> _Outcome | _Later | None:
        if not isinstance(prepared, _Prepared):
            return prepared
        at = self.clock.now()
        signed = signing.headers(prepared.event_id, int(at.timestamp()), prepared.body, prepared.secrets)
        call = Call("POST", prepared.url, {"Content-Type": "application/json", **signed}, prepared.body)
        began = self.timer()
        try:
            answer = self.sender.send(call)
        except IdflowError as error:
            return _Outcome(at, self._since(began), problem=error.message[:_MAXIMUM_PROBLEM])
        return _Outcome(
            at,
            self._since(began),
            answer.status,
            answer=_shown(answer.body, (*prepared.secrets, signed["webhook-signature"], prepared.url)),
            retry_after=retry_after(answer.headers.get("retry-after"), at),
        )

    def _since(self, began: float) -> int:
        return round((self.timer() - began) * 1000)

    def _finish(self, session: Session, arguments: Arguments, outcome: _Outcome | _Later | None) -> None:
        found = None if outcome is None else self._waiting(session, arguments)
        if outcome is None or found is None:
            return
        webhook, row = found
        if isinstance(outcome, _Later):
            self._postpone(session, row, outcome.until)
            return
        row.tries, row.attempts, row.status, row.problem = (
            row.tries + 1,
            row.attempts + 1,
            outcome.status,
            outcome.problem,
        )
        session.add(
            WebhookAttempt(
                delivery_id=row.id,
                at=outcome.at,
                status=outcome.status,
                problem=outcome.problem,
                milliseconds=outcome.milliseconds,
                answer=outcome.answer,
            )
        )
        if outcome.delivered:
            self._end(row, DeliveryState.DELIVERED)
            webhook.failures, webhook.failing_since, webhook.held_until = 0, None, None
        elif row.once:
            # Somebody watches: it says nothing of how the others go.
            self._end(row, DeliveryState.FAILED)
        else:
            self._failed(session, webhook, row, outcome)

    def _failed(self, session: Session, webhook: Webhook, row: WebhookDelivery, outcome: _Outcome) -> None:
        now = self.clock.now()
        webhook.failures += 1
        webhook.failing_since = webhook.failing_since or outcome.at
        pause = max(filter(None, (schedule.hold(webhook.failures), outcome.retry_after)), default=None)
        webhook.held_until = None if pause is None else now + pause
        wait = schedule.wait(row.tries, outcome.retry_after, self.random)
        if wait is None or now + wait > row.queued_at + schedule.GIVEN_UP_AFTER:
            self._end(row, DeliveryState.FAILED)
        else:
            row.next_at = now + wait
            self._enqueue(session, row, row.next_at)
        because = None
        if outcome.status == _GONE:
            because = OffBecause.GONE
        elif now - webhook.failing_since >= schedule.OFF_AFTER:
            because = OffBecause.FAILING
        if because is not None and webhook.active:
            self._end(row, DeliveryState.FAILED)
            switch_off(session, self.jobs, self.clock, webhook, because)
            audit.record(
                session,
                self.clock,
                AuditAction.WEBHOOK_SWITCHED,
                webhook=webhook.id,
                active=False,
                because=because.value,
            )

    def _waiting(self, session: Session, arguments: Arguments) -> tuple[Webhook, WebhookDelivery] | None:
        """Return a delivery that is still to be made; the webhook is locked first, as by everybody."""
        owner = select(WebhookDelivery.webhook_id).where(WebhookDelivery.id == arguments["delivery"])
        webhook = session.get(Webhook, session.scalar(owner), with_for_update=True)
        row = session.get(WebhookDelivery, arguments["delivery"])
        if webhook is None or row is None or row.state != DeliveryState.WAITING:
            return None
        return webhook, row

    def _given_up(self, session: Session, arguments: Arguments, why: str) -> None:
        found = self._waiting(session, arguments)
        if found is not None:
            found[1].problem = why[:_MAXIMUM_PROBLEM]
            self._end(found[1], DeliveryState.FAILED)

    def _postpone(self, session: Session, row: WebhookDelivery, until: datetime) -> None:
        """Wait with the others, which are not to come back all at once; no attempt was made."""
        at = until + schedule.HOLD * self.random()
        if at > row.queued_at + schedule.GIVEN_UP_AFTER:
            row.problem = row.problem or "The webhook did not answer for days."
            self._end(row, DeliveryState.FAILED)
        else:
            row.next_at = at
            self._enqueue(session, row, at)

    def _end(self, row: WebhookDelivery, state: DeliveryState) -> None:
        row.state, row.next_at, row.ended_at = state.value, None, self.clock.now()


def _key(row: WebhookDelivery) -> str:
    return f"{SEND}:{row.webhook_id}:{row.id}"


def _shown(body: bytes, secrets: tuple[str, ...]) -> str:
    """Return how an answer begins, without what we have sent, should it say that again, and without odd characters."""
    text = body.decode("utf-8", "replace")
    for secret in secrets:
        for part in {secret, *secret.split(), secret.partition("?")[2]} - {""}:
            text = text.replace(part, _MASK)
    return "".join(each if each.isprintable() or each in "\n\t" else "�" for each in text[:SHOWN_BYTES])
