"""Where an instance stands, and how it got there: enough to go on from there as often as one likes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.instances import InstanceDetail, Place
from engine.journey_test import Given, Verb
from engine.store.models import InstanceStatus
from webui.testing.exploring.secrets import Known

Sign = tuple[object, ...]
"""What tells one place from another: who goes through it, and what waits for what."""

FROM_OUTSIDE = frozenset({"timer", "message", "signal"})
"""What can happen to an instance without its end user."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One state of one instance."""

    given: Given
    verbs: tuple[Verb, ...]
    """What was done since the start."""
    image: bytes
    """The database."""
    now: datetime
    instance_id: str
    binding: bytes
    recovery_codes: tuple[str, ...]
    known: Known
    sign: Sign
    status: InstanceStatus | None
    """None: it waits for the event that starts it."""
    places: tuple[Place, ...]
    form: str = ""
    """The element whose form is open."""
    can_submit: bool = False
    length: int = 0
    """How many things have happened."""
    due: datetime | None = None
    """When something happens by itself."""

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.status in {InstanceStatus.COMPLETED, InstanceStatus.DECLINED}

    @property
    def is_dead(self) -> bool:
        """Whether it waits for what cannot come: no form that can be sent, no time, no message and no signal."""
        waits = {each.waits_for for each in self.places}
        return self.status is InstanceStatus.ACTIVE and not (self.can_submit or waits & FROM_OUTSIDE)

    @property
    def where(self) -> str:
        """The elements at which it stands."""
        return ", ".join(dict.fromkeys(each.element_id for each in self.places))


def sign_of(given: Given, detail: InstanceDetail | None, called: Sequence[str] = ()) -> Sign:
    """Return what tells a place from others."""
    who = tuple(sorted((name, str(value)) for name, value in given.variables.items()))
    if detail is None:
        return (who, "not started", tuple(called))
    stands = tuple(sorted({(each.element_id, each.waits_for, each.failed) for each in detail.places}))
    end = detail.record.element_id if detail.record.ended_at else None
    return (who, detail.record.status.value, end, stands)
