"""What is said of webhooks and deliveries: each a word with its colour."""

from collections.abc import Mapping

from engine.webhooks import MEANINGS, PUBLIC, DeliveryRecord, DeliveryState, EventType, OffBecause, WebhookRecord

Said = tuple[str, str]

_OFF: Mapping[OffBecause | None, Said] = {
    None: ("Switched off", "neutral"),
    OffBecause.GONE: ("Off: answered 410 Gone", "danger"),
    OffBecause.FAILING: ("Off: failed for days", "danger"),
}

STATES: Mapping[DeliveryState, Said] = {
    DeliveryState.WAITING: ("Waiting", "warning"),
    DeliveryState.DELIVERED: ("Delivered", "success"),
    DeliveryState.FAILED: ("Failed", "danger"),
    DeliveryState.STOPPED: ("Stopped", "neutral"),
}

_GROUPS: Mapping[str, str] = {
    "instance": "Process instances",
    "user": "Users",
    "credential": "Registrations",
    "authentication": "Authentication",
    "recovery": "Recovery codes",
    "token": "Process tokens",
}


def state_of(webhook: WebhookRecord) -> Said:
    """Return how a webhook stands."""
    if not webhook.active:
        return _OFF[webhook.off_because]
    return ("Failing", "warning") if webhook.failing_since is not None else ("Active", "success")


def outcome(delivery: DeliveryRecord) -> str:
    """Return what the last attempt came to."""
    if delivery.status is not None:
        return f"answered {delivery.status}"
    return delivery.problem or ("" if delivery.attempts else "not tried yet")


def choices() -> dict[str, dict[EventType, str]]:
    """Return what can be subscribed to, with its meaning, by what it is about."""
    found: dict[str, dict[EventType, str]] = {label: {} for label in _GROUPS.values()}
    for each in PUBLIC:
        found[_GROUPS[each.partition(".")[0]]][each] = MEANINGS[each].text.replace("`", "")
    return found
