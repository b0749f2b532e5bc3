"""Times as people read them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from engine.clock import Clock
from webui.devices import device_name

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_DAYS = 30
"""Up to how many days a time is said in days; after that, it is a date."""
_MAXIMUM_DEVICE = 60
"""How many characters are shown of what a browser that is not known says of itself."""


def duration(span: timedelta) -> str:
    """Return a duration in its largest unit, rounded up: `2 minutes`."""
    seconds = max(1, -(-int(span.total_seconds() * 1000) // 1000))
    size, unit = next(each for each in _UNITS if seconds >= each[0])
    return counted(-(-seconds // size), unit)


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return `1 day` or `2 days`; a plural that does not end in `s` alone is given."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def relative(at: datetime, now: datetime) -> str:
    """Return how long ago something was: `5 minutes ago`."""
    past = now - at
    if past >= timedelta(days=_DAYS):
        return f"{at.day} {at:%b %Y}"
    seconds = int(past.total_seconds())
    size, unit = next((each for each in _UNITS[:-1] if seconds >= each[0]), (1, ""))
    return f"{counted(seconds // size, unit)} ago" if unit else "just now"


def action(name: str) -> str:
    """Return the name of an event in words: `TOTP displayed`."""
    return name.replace("_", " ").capitalize().replace("Totp", "TOTP").replace(" totp", " TOTP")


def filters(clock: Clock) -> dict[str, Callable[..., Any]]:
    """Return what templates use: `{{ at | ago }}`."""

    def ago(at: datetime) -> Markup:
        exact = f"{at:%Y-%m-%d %H:%M:%S} UTC"
        shown = relative(at, clock.now())
        return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(), exact, shown)

    def until(at: datetime) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), f"{at.day} {at:%b %Y %H:%M} UTC")

    return {"action": action, "ago": ago, "until": until, "counted": counted, "span": duration, "device": _device}


def _device(said: str) -> str:
    return device_name(said) or said[:_MAXIMUM_DEVICE] or "Unknown device"
