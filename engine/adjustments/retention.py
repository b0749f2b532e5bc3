"""How long what is over is kept: declared once. Each of them can be set by the environment, too."""

from collections.abc import Mapping
from datetime import timedelta

from engine.adjustments.group import Fixed, Group
from engine.config import Retention, Settings
from engine.declare import Declared, parameter
from engine.retention_settings import (
    DEFAULT_DELIVERY_DAYS,
    DEFAULT_MAIL_DAYS,
    DEFAULT_SANDBOX_HOURS,
    MAXIMUM_DAYS,
    MAXIMUM_SANDBOX_HOURS,
    MINIMUM_AUDIT_DAYS,
    VARIABLES,
)

FOR_EVER = "Empty: for ever."


class RetentionSettings(Declared):
    """How long what is over is kept."""

    instances: int | None = parameter(
        "Process instances",
        minimum=1,
        maximum=MAXIMUM_DAYS,
        section="days",
        help=f"Days after they ended, with their history, variables and files. {FOR_EVER}",
    )
    tokens: int | None = parameter(
        "Process tokens",
        minimum=1,
        maximum=MAXIMUM_DAYS,
        section="days",
        help=f"Days after nobody could begin with them any more, and no instance of theirs is kept. {FOR_EVER}",
    )
    audit: int | None = parameter(
        "Audit trail",
        minimum=MINIMUM_AUDIT_DAYS,
        maximum=MAXIMUM_DAYS,
        section="days",
        help=f"Days after it happened; the trail is cut, signed, and can still be verified. {FOR_EVER}",
    )
    mails: int = parameter(
        "Mails",
        default=DEFAULT_MAIL_DAYS,
        minimum=1,
        maximum=MAXIMUM_DAYS,
        section="days",
        help="Days after they were written, sent or not; what they say is kept only until they are sent.",
    )
    deliveries: int = parameter(
        "Deliveries to webhooks",
        default=DEFAULT_DELIVERY_DAYS,
        minimum=1,
        maximum=MAXIMUM_DAYS,
        section="days",
        help="Days after the last attempt, whatever came of it.",
    )
    sandboxes: int = parameter(
        "Sandboxes",
        default=DEFAULT_SANDBOX_HOURS,
        minimum=1,
        maximum=MAXIMUM_SANDBOX_HOURS,
        section="hours",
        help="Hours after somebody has tried something out. Counts for a sandbox when it is used next.",
    )

    def retention(self) -> Retention:
        """Return it for whoever deletes."""
        return Retention(
            instances=_days(self.instances),
            tokens=_days(self.tokens),
            audit=_days(self.audit),
            mails=timedelta(days=self.mails),
            deliveries=timedelta(days=self.deliveries),
            sandboxes=timedelta(hours=self.sandboxes),
        )


def _fixed(settings: Settings) -> Mapping[str, Fixed]:
    kept, usual = settings.retention, Retention()
    given = {name for name in VARIABLES if name in kept.given or getattr(kept, name) != getattr(usual, name)}
    return {name: Fixed(VARIABLES[name], _number(name, getattr(kept, name))) for name in sorted(given)}


def _number(name: str, span: timedelta | None) -> int | None:
    return None if span is None else span // timedelta(**{"hours" if name == "sandboxes" else "days": 1})


def _days(number_of: int | None) -> timedelta | None:
    return None if number_of is None else timedelta(days=number_of)


RETENTION = Group("retention", RetentionSettings, _fixed)
