"""What is known of webhooks and deliveries, as others are handed it; what is wrong with them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.errors import Conflict, NotFound, Refused
from engine.store.models import Webhook, WebhookAttempt, WebhookDelivery
from engine.webhooks.events import PUBLIC, EventType

MAXIMUM_DESCRIPTION = 200
"""In characters."""

MAXIMUM_WEBHOOKS = 50
"""How many webhooks an installation has: every event is looked at for each of them."""


class WebhookNotFound(NotFound):
    """There is no such webhook."""

    code = "webhook-not-found"


class DeliveryNotFound(NotFound):
    """There is no such delivery. It may have been deleted by retention."""

    code = "delivery-not-found"


class WebhookInvalid(Refused):
    """The webhook cannot be like this."""

    code = "webhook-invalid"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        """What is wrong: url, events or description."""


class WebhookChanged(Conflict):
    """Somebody has changed the webhook meanwhile. Look at it again."""

    code = "webhook-changed"


class DeliveryState(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    """For its first attempt, or for the next one."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """It was given up."""
    STOPPED = "stopped"
    """The webhook was switched off before it was delivered."""


class OffBecause(StrEnum):
    """Why a webhook has switched itself off."""

    GONE = "gone"
    """It answered 410."""
    FAILING = "failing"
    """Every attempt of the last days failed."""


@dataclass(frozen=True, slots=True)
class WebhookRecord:
    """A webhook, without its URL and its secret."""

    id: str
    description: str
    origin: str
    """Scheme, host and port of its URL."""
    events: tuple[EventType, ...]
    active: bool
    off_because: OffBecause | None
    failing_since: datetime | None
    held_until: datetime | None
    former_until: datetime | None
    """Until when the secret before the current one signs, too."""
    revision: int
    created_at: datetime

    @classmethod
    def of(cls, row: Webhook) -> "WebhookRecord":
        """Return what may be seen of a row. An event that there is no more is left out."""
        return cls(
            row.id,
            row.description,
            row.origin,
            tuple(each for each in PUBLIC if each.value in row.events),
            row.active,
            None if row.off_because is None else OffBecause(row.off_because),
            row.failing_since,
            row.held_until,
            row.former_until,
            row.revision,
            row.created_at,
        )

    @property
    def name(self) -> str:
        """What lists call it."""
        return self.description or self.origin


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """A webhook with its new secret, which is shown once."""

    record: WebhookRecord
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery."""

    id: str
    webhook_id: str
    event_id: str
    event: str
    state: DeliveryState
    next_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    attempts: int
    status: int | None
    """Of the last answer."""
    problem: str | None
    """Why there was none."""

    @classmethod
    def of(cls, row: WebhookDelivery) -> "DeliveryRecord":
        """Return what lists say of a row."""
        return cls(
            row.id,
            row.webhook_id,
            row.event_id,
            row.event,
            DeliveryState(row.state),
            row.next_at,
            row.created_at,
            row.ended_at,
            row.attempts,
            row.status,
            row.problem,
        )


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt at a delivery."""

    at: datetime
    status: int | None
    problem: str | None
    milliseconds: int
    answer: str | None

    @classmethod
    def of(cls, row: WebhookAttempt) -> "AttemptRecord":
        """Return what a row says."""
        return cls(row.at, row.status, row.problem, row.milliseconds, row.answer)


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """A delivery with what is sent and every attempt, the latest first."""

    delivery: DeliveryRecord
    body: str
    attempts: tuple[AttemptRecord, ...]
