"""How long what is over is kept, from the environment (`IDFLOW_KEEP_…`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from engine.setting import number

MAXIMUM_DAYS = 36_500
"""A hundred years."""

MINIMUM_AUDIT_DAYS = 30
"""An audit trail that is shorter says too little about what went wrong."""

MAXIMUM_SANDBOX_HOURS = 24 * 7
DEFAULT_MAIL_DAYS = 7
DEFAULT_DELIVERY_DAYS = 30
DEFAULT_SANDBOX_HOURS = 2

VARIABLES: Mapping[str, str] = {
    name: f"IDFLOW_KEEP_{name.upper()}" for name in ("instances", "tokens", "audit", "mails", "deliveries", "sandboxes")
}
"""What the environment calls each of them."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is over is kept; None keeps it for ever."""

    instances: timedelta | None = None
    """`IDFLOW_KEEP_INSTANCES`: process instances, with their history and files, in days after they ended."""
    tokens: timedelta | None = None
    """`IDFLOW_KEEP_TOKENS`: process tokens, in days after nobody could begin with them any more."""
    audit: timedelta | None = None
    """`IDFLOW_KEEP_AUDIT`: events of the audit trail, in days."""
    mails: timedelta = timedelta(days=DEFAULT_MAIL_DAYS)
    """`IDFLOW_KEEP_MAILS`: mails, sent or not, in days."""
    deliveries: timedelta = timedelta(days=DEFAULT_DELIVERY_DAYS)
    """`IDFLOW_KEEP_DELIVERIES`: what was delivered to webhooks, or could not be, in days after the last attempt."""
    sandboxes: timedelta = timedelta(hours=DEFAULT_SANDBOX_HOURS)
    """`IDFLOW_KEEP_SANDBOXES`: sandboxes, in hours after they were used last."""
    given: frozenset[str] = field(default=frozenset(), compare=False)
    """Which of them the environment has set; nobody can change these in the browser."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; those that are absent or empty keep their defaults.

        Raises:
            SettingInvalid: when one is no number, or too small or large.

        """

        def whole(name: str, minimum: int, maximum: int) -> int | None:
            name = f"IDFLOW_KEEP_{name}"
            return number(name, environment.get(name, "").strip(), minimum, maximum)

        instances, tokens = whole("INSTANCES", 1, MAXIMUM_DAYS), whole("TOKENS", 1, MAXIMUM_DAYS)
        trail = whole("AUDIT", MINIMUM_AUDIT_DAYS, MAXIMUM_DAYS)
        mails, sandboxes = whole("MAILS", 1, MAXIMUM_DAYS), whole("SANDBOXES", 1, MAXIMUM_SANDBOX_HOURS)
        deliveries = whole("DELIVERIES", 1, MAXIMUM_DAYS)
        return cls(
            instances=_days(instances),
            tokens=_days(tokens),
            audit=_days(trail),
            mails=_days(mails) or timedelta(days=DEFAULT_MAIL_DAYS),
            deliveries=_days(deliveries) or timedelta(days=DEFAULT_DELIVERY_DAYS),
            sandboxes=timedelta(hours=sandboxes or DEFAULT_SANDBOX_HOURS),
            given=frozenset(name for name in VARIABLES if environment.get(VARIABLES[name], "").strip()),
        )


def _days(number_of: int | None) -> timedelta | None:
    return None if number_of is None else timedelta(days=number_of)
