"""How journeys go, in figures: of those that began in a time, and how they stand now. Nobody is named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store.models import Definition, Instance, InstanceStatus

_ROWS = select(Instance.created_at, Instance.ended_at, Instance.status, Instance.definition_id, Instance.element_id)
_OPEN_INCIDENTS = select(func.count()).where(Instance.status == InstanceStatus.INCIDENT.value)
_KEYS = select(Definition.id, Definition.key)


@dataclass(frozen=True, slots=True)
class Figures:
    """How many journeys began in some time, and what became of them."""

    started: int = 0
    ended: int = 0
    """They reached an end."""
    declined: int = 0
    """They reached an end that says no."""
    incidents: int = 0
    """They are stopped by an incident."""
    given_up: int = 0
    """Nobody went on with them until their time was over."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of a time that ends now."""

    total: Figures
    days: tuple[tuple[date, Figures], ...]
    """Every day of it in UTC, the oldest first."""
    duration: timedelta | None
    """The median of those that reached an end; None without any."""
    open_incidents: int
    """Of all times."""
    given_up: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """How many gave up at an element, the most first, by the keys of processes, those with the most first."""


def statistics(session: Session, now: datetime, days: int) -> Statistics:
    """Return the figures of the last `days` days, today included."""
    first = (now - timedelta(days=days - 1)).date()
    since = datetime(first.year, first.month, first.day, tzinfo=now.tzinfo)
    statuses: dict[date, list[str]] = {first + timedelta(days=number): [] for number in range(days)}
    seconds: list[float] = []
    left: Counter[tuple[str, str]] = Counter()
    for row in session.execute(_ROWS.where(Instance.created_at >= since)):
        statuses.setdefault(row.created_at.date(), []).append(row.status)
        if row.status == InstanceStatus.COMPLETED and row.ended_at is not None:
            seconds.append((row.ended_at - row.created_at).total_seconds())
        elif row.status == InstanceStatus.EXPIRED and row.element_id is not None:
            left[row.definition_id, row.element_id] += 1
    known = _KEYS.where(Definition.id.in_({each for each, _ in left}))
    keys = {row.id: row.key for row in session.execute(known)}
    return Statistics(
        _figures([status for each in statuses.values() for status in each]),
        tuple((day, _figures(found)) for day, found in sorted(statuses.items())),
        timedelta(seconds=median(seconds)) if seconds else None,
        session.scalar(_OPEN_INCIDENTS) or 0,
        _by_process(keys, left),
    )


def _figures(statuses: Sequence[str]) -> Figures:
    found = Counter(statuses)
    return Figures(
        len(statuses),
        found[InstanceStatus.COMPLETED],
        found[InstanceStatus.DECLINED],
        found[InstanceStatus.INCIDENT],
        found[InstanceStatus.EXPIRED],
    )


def _by_process(keys: Mapping[str, str], left: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    processes: dict[str, Counter[str]] = {}
    for (definition_id, element_id), number in left.items():
        processes.setdefault(keys[definition_id], Counter())[element_id] += number
    most = sorted(processes.items(), key=lambda each: -each[1].total())
    return {key: dict(found.most_common()) for key, found in most}
