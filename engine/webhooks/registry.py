"""Webhooks as people keep them: made, changed, switched, given a new secret, deleted. Each is in the audit trail."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.egress import TargetRefused
from engine.identity import Cause, Vault
from engine.identity.cause import detail
from engine.identity.vault import bind
from engine.jobs import Jobs
from engine.store.models import AuditEvent, Webhook
from engine.store.types import new_id
from engine.webhooks import signing
from engine.webhooks.events import PUBLIC
from engine.webhooks.following import Follower
from engine.webhooks.records import (
    MAXIMUM_DESCRIPTION,
    MAXIMUM_WEBHOOKS,
    IssuedWebhook,
    WebhookChanged,
    WebhookInvalid,
    WebhookNotFound,
    WebhookRecord,
)
from engine.webhooks.switching import switch_off

FORMER_SIGNS = timedelta(hours=24)
"""How long the secret before a new one signs, too."""

_HEAD = select(func.max(AuditEvent.id))


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """What somebody says of a webhook."""

    url: str
    events: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """Keeps the webhooks. Everything happens in the caller's transaction."""

    jobs: Jobs
    vault: Vault
    clock: Clock
    follower: Follower
    check: Callable[[str], object]
    """Raises `TargetRefused` for a URL that is not called."""
    random: Callable[[int], bytes]

    def create(self, session: Session, given: WebhookSettings, cause: Cause | None) -> IssuedWebhook:
        """Make a webhook; it is told of what happens from now on.

        Raises:
            WebhookInvalid: when it cannot be like this, or there are too many.

        """
        events = self._checked(given)
        if (session.scalar(select(func.count()).select_from(Webhook)) or 0) >= MAXIMUM_WEBHOOKS:
            raise WebhookInvalid("url", f"There are {MAXIMUM_WEBHOOKS} webhooks already. Delete one first.")
        identifier, secret = new_id(), signing.new_secret(self.random)
        row = Webhook(
            id=identifier,
            description=given.description,
            url=self._sealed_url(identifier, given.url),
            origin=origin(given.url),
            events=events,
            active=True,
            secret=self._sealed_secret(identifier, secret),
            position=0,
            failures=0,
            revision=1,
            created_at=self.clock.now(),
        )
        session.add(row)
        said = {"webhook": row.id, "origin": row.origin, "events": " ".join(events)[: audit.MAXIMUM_TEXT]}
        audit.record(session, self.clock, AuditAction.WEBHOOK_CREATED, **said, **detail(cause))
        row.position = session.scalar(_HEAD) or 0
        session.flush()
        return IssuedWebhook(WebhookRecord.of(row), secret)

    def change(
        self, session: Session, webhook_id: str, given: WebhookSettings, revision: int, cause: Cause | None
    ) -> bool:
        """Change a webhook that was seen in a revision; return whether anything was different.

        Other events count from now on: what has happened before is sent as it was asked for then.

        Raises:
            WebhookNotFound, WebhookChanged, WebhookInvalid: when that cannot be done.

        """
        row = self._seen(session, webhook_id, revision)
        events = self._checked(given)
        changed = []
        if events != row.events:
            self._catch_up(session, row)
            row.events = events
            changed.append("events")
        if given.url != self.url(row):
            row.url, row.origin = self._sealed_url(row.id, given.url), origin(given.url)
            # What was wrong with the other address says nothing of this one.
            row.failures, row.failing_since, row.held_until = 0, None, None
            changed.append("url")
        if given.description != row.description:
            row.description = given.description
            changed.append("description")
        if changed:
            said = {"webhook": row.id, "origin": row.origin, "changed": ", ".join(changed)}
            if "events" in changed:
                said["events"] = " ".join(events)[: audit.MAXIMUM_TEXT]
            self._note(session, row, AuditAction.WEBHOOK_CHANGED, cause, **said)
        return bool(changed)

    def switch(self, session: Session, webhook_id: str, active: bool, revision: int, cause: Cause | None) -> None:
        """Switch a webhook on, for what happens from now on, or off, which stops what waits for it.

        Raises:
            WebhookNotFound, WebhookChanged: when that cannot be done.

        """
        row = self._seen(session, webhook_id, revision)
        if active is row.active:
            return
        if active:
            row.active, row.off_because = True, None
            row.failures, row.failing_since, row.held_until = 0, None, None
        else:
            switch_off(session, self.jobs, self.clock, row, None)
        self._note(session, row, AuditAction.WEBHOOK_SWITCHED, cause, webhook=row.id, active=active)
        if active:
            row.position = session.scalar(_HEAD) or 0
            session.flush()

    def rotate(self, session: Session, webhook_id: str, revision: int, cause: Cause | None) -> IssuedWebhook:
        """Give a webhook a new secret; the former one signs, too, for `FORMER_SIGNS`.

        Raises:
            WebhookNotFound, WebhookChanged: when that cannot be done.

        """
        row = self._seen(session, webhook_id, revision)
        secret = signing.new_secret(self.random)
        row.former, row.former_until = row.secret, self.clock.now() + FORMER_SIGNS
        row.secret = self._sealed_secret(row.id, secret)
        self._note(session, row, AuditAction.WEBHOOK_SECRET_ROTATED, cause, webhook=row.id)
        return IssuedWebhook(WebhookRecord.of(row), secret)

    def delete(self, session: Session, webhook_id: str, revision: int, cause: Cause | None) -> None:
        """Delete a webhook with all its deliveries.

        Raises:
            WebhookNotFound, WebhookChanged: when that cannot be done.

        """
        row = self._seen(session, webhook_id, revision)
        self.jobs.cancel_all(session, f"webhook:{row.id}:")
        session.delete(row)
        session.flush()
        said = {"webhook": row.id, "origin": row.origin, **detail(cause)}
        audit.record(session, self.clock, AuditAction.WEBHOOK_DELETED, **said)

    def url(self, row: Webhook) -> str:
        """Return the whole URL."""
        return self.vault.unseal(row.url, bind("webhook-url-1", row.id)).decode()

    def _catch_up(self, session: Session, row: Webhook) -> None:
        head = session.scalar(_HEAD) or 0
        while row.active and row.position < head:
            self.follower.take(session, row)

    def _note(self, session: Session, row: Webhook, action: AuditAction, cause: Cause | None, **said: Any) -> None:
        row.revision += 1
        session.flush()
        audit.record(session, self.clock, action, **said, **detail(cause))

    def _seen(self, session: Session, webhook_id: str, revision: int) -> Webhook:
        row = session.get(Webhook, webhook_id, with_for_update=True)
        if row is None:
            raise WebhookNotFound
        if row.revision != revision:
            raise WebhookChanged
        return row

    def _sealed_url(self, identifier: str, url: str) -> bytes:
        return self.vault.seal(url.encode(), bind("webhook-url-1", identifier))

    def _sealed_secret(self, identifier: str, secret: str) -> bytes:
        return self.vault.seal(secret.encode(), bind("webhook-secret-1", identifier))

    def _checked(self, given: WebhookSettings) -> list[str]:
        """Return the events, in the usual order."""
        try:
            self.check(given.url)
        except TargetRefused as refused:
            raise WebhookInvalid("url", refused.message) from None
        if len(given.description) > MAXIMUM_DESCRIPTION or not (given.description + " ").isprintable():
            raise WebhookInvalid("description", f"A description is one line of up to {MAXIMUM_DESCRIPTION} characters.")
        events: list[str] = [each.value for each in PUBLIC if each.value in given.events]
        if not events or len(events) != len(set(given.events)):
            raise WebhookInvalid("events", "Choose one event or more, of those in the list.")
        return events


def origin(url: str) -> str:
    """Return scheme, host and port of a URL: what may be shown of it."""
    parts: Iterable[str] = urlsplit(url)[:2]
    return "://".join(parts)
