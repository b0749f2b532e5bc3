"""The events that webhooks can be told of: a closed list, declared once. docs/webhooks.md has the same table.

Each is made from an event of the audit trail. What it says (`data`) are ids and names that designers and operators
have chosen, of processes, elements and policies: never a secret, never a process variable, and nothing of a person but
the id. Whoever needs more asks for it by the id, where permissions count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.audit import AuditAction
from engine.store.models import InstanceStatus


class EventType(StrEnum):
    """What is public of what happens."""

    INSTANCE_STARTED = "instance.started"
    INSTANCE_COMPLETED = "instance.completed"
    INSTANCE_DECLINED = "instance.declined"
    INSTANCE_INCIDENT = "instance.incident"
    INSTANCE_EXPIRED = "instance.expired"
    INSTANCE_CANCELED = "instance.canceled"
    INSTANCE_SUSPENDED = "instance.suspended"
    INSTANCE_RESUMED = "instance.resumed"
    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    USER_LOCKED = "user.locked"
    USER_UNLOCKED = "user.unlocked"
    USER_DELETED = "user.deleted"
    CREDENTIAL_REGISTERED = "credential.registered"
    CREDENTIAL_DISPLAYED = "credential.displayed"
    CREDENTIAL_REVOKED = "credential.revoked"
    AUTHENTICATION_SUCCEEDED = "authentication.succeeded"
    AUTHENTICATION_FAILED = "authentication.failed"
    RECOVERY_USED = "recovery.used"
    TOKEN_CREATED = "token.created"  # noqa: S105 - the name of an event
    TOKEN_REDEEMED = "token.redeemed"  # noqa: S105 - an event, not a password
    TEST = "webhook.test"
    """Sent by hand only; nobody subscribes to it."""


_INSTANCE = ("instance", "process", "version")
_USER = ("user", "instance")
_CREDENTIAL = ("user", "credential", "policy", "instance")
_TOKEN = ("token", "process")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an event says."""

    text: str
    data: tuple[str, ...]
    """The names in `data`: all of them are there, null where there is nothing to say."""
    actions: tuple[AuditAction, ...]
    """What it is made from."""
    status: str | None = None
    """Which status the audit trail says, where that makes the difference."""


def _of(text: str, data: tuple[str, ...], *actions: AuditAction, status: str | None = None) -> Meaning:
    return Meaning(text, data, actions, status)


_A, _T = AuditAction, EventType

MEANINGS: Mapping[EventType, Meaning] = {
    _T.INSTANCE_STARTED: _of("A process instance has begun.", (*_INSTANCE, "token"), _A.INSTANCE_STARTED),
    _T.INSTANCE_COMPLETED: _of(
        "It has reached its end.", _INSTANCE, _A.INSTANCE_ENDED, status=InstanceStatus.COMPLETED.value
    ),
    _T.INSTANCE_DECLINED: _of(
        "It has ended at an error end event.", _INSTANCE, _A.INSTANCE_ENDED, status=InstanceStatus.DECLINED.value
    ),
    _T.INSTANCE_INCIDENT: _of(
        "It stands still: a step could not be carried out. `code` says why.",
        (*_INSTANCE, "element", "code"),
        _A.INSTANCE_INCIDENT,
    ),
    _T.INSTANCE_EXPIRED: _of("Its maximum duration has passed.", _INSTANCE, _A.INSTANCE_EXPIRED),
    _T.INSTANCE_CANCELED: _of("Somebody has ended it.", _INSTANCE, _A.INSTANCE_CANCELLED),
    _T.INSTANCE_SUSPENDED: _of("Somebody lets it stand still.", _INSTANCE, _A.INSTANCE_SUSPENDED),
    _T.INSTANCE_RESUMED: _of("Somebody lets it go on.", _INSTANCE, _A.INSTANCE_RESUMED),
    _T.USER_CREATED: _of("A user was made.", _USER, _A.USER_CREATED),
    _T.USER_CHANGED: _of(
        "A user was changed, enabled or disabled. `status` is the new one, where that has changed.",
        (*_USER, "status"),
        _A.USER_CHANGED,
    ),
    _T.USER_LOCKED: _of("A user was locked, by hand or after wrong codes.", _USER, _A.USER_LOCKED),
    _T.USER_UNLOCKED: _of("Somebody has ended the lock of a user.", _USER, _A.USER_UNLOCKED),
    _T.USER_DELETED: _of("A user was deleted, with every credential.", _USER, _A.USER_DELETED),
    _T.CREDENTIAL_REGISTERED: _of(
        "A TOTP registration was completed, or a secret imported.",
        _CREDENTIAL,
        _A.TOTP_REGISTERED,
        _A.TOTP_REGISTRATION_COMPLETED,
        _A.TOTP_IMPORTED,
    ),
    _T.CREDENTIAL_DISPLAYED: _of("A registered secret was shown again.", _CREDENTIAL, _A.TOTP_DISPLAYED),
    _T.CREDENTIAL_REVOKED: _of("A TOTP registration was ended.", _CREDENTIAL, _A.TOTP_DEREGISTERED),
    _T.AUTHENTICATION_SUCCEEDED: _of("A one-time code was right.", _CREDENTIAL, _A.TOTP_AUTHENTICATION_SUCCEEDED),
    _T.AUTHENTICATION_FAILED: _of(
        "A one-time code was wrong, used before, or not looked at because of a lock.",
        _CREDENTIAL,
        _A.TOTP_AUTHENTICATION_FAILED,
        _A.TOTP_AUTHENTICATION_REPLAYED,
        _A.TOTP_AUTHENTICATION_LOCKED,
    ),
    _T.RECOVERY_USED: _of("A recovery code was used.", _USER, _A.RECOVERY_USED),
    _T.TOKEN_CREATED: _of("A process token was made.", _TOKEN, _A.TOKEN_CREATED),
    _T.TOKEN_REDEEMED: _of("Somebody has begun with a process token.", _TOKEN, _A.TOKEN_REDEEMED),
    _T.TEST: _of("Somebody tries a webhook out.", ("webhook",)),
}
"""Every event."""

PUBLIC: tuple[EventType, ...] = tuple(each for each in EventType if MEANINGS[each].actions)
"""What a webhook can subscribe to."""


def actions_of(events: tuple[EventType, ...]) -> list[str]:
    """Return the events of the audit trail that these are made from."""
    return sorted({action.value for each in events for action in MEANINGS[each].actions})


def type_of(action: str, status: object, wanted: tuple[EventType, ...]) -> EventType | None:
    """Return which of the wanted events an event of the audit trail is; None is none of them."""
    for each in wanted:
        meaning = MEANINGS[each]
        if action in meaning.actions and meaning.status in {None, status}:
            return each
    return None
