"""Where people give up: what happened at each element of a version of a process, in figures. Nobody is named.

Of many instances a sample is looked at: their ids are random, so that the first of them in order are any of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import ceil
from operator import itemgetter
from statistics import median
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.definitions import Definitions
from engine.errors import Failure
from engine.instances.heat_count import EVENTS, Count, Counting, Entry, Head
from engine.model import Process
from engine.store import Database
from engine.store.models import Definition, HistoryRow, Instance

MAXIMUM_INSTANCES = 10_000
"""How many instances are looked at; of more, so many of them."""

QUIET = timedelta(days=7)
"""Whoever leaves a form open for so long without a sign of life has given up."""

_BATCH = 500
"""How many histories are asked for at once."""

_NINE_TENTHS = 0.9

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Span:
    """Instances that began in some time; None is any."""

    since: datetime | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What happened at an element."""

    element_id: str
    name: str
    reached: int
    left: int
    given_up: int
    """The instance expired or was cancelled while it waited here, or nobody gave a sign of life for `QUIET`."""
    refused: int
    """Answers that were wrong."""
    errors: int
    incidents: int
    median: timedelta | None = None
    """How long people who went on had the form before them; None: it is no form, or nobody went on."""
    most: timedelta | None = None
    """Nine of ten of them took no longer."""

    @property
    def share(self) -> float:
        """How many of those who came here gave up here, from 0 to 1."""
        return min(1.0, self.given_up / self.reached) if self.reached else 0.0


@dataclass(frozen=True, slots=True)
class Way:
    """A sequence flow, and how often it was taken."""

    flow_id: str
    name: str
    taken: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The figures of one version."""

    key: str
    name: str
    version: int
    versions: tuple[int, ...]
    """All there are, the newest first."""
    content: bytes
    """The file, as it was deployed."""
    instances: int
    """How many began in that time."""
    looked_at: int
    places: tuple[Place, ...]
    """Those that somebody reached, where most gave up first."""
    ways: tuple[Way, ...]

    @property
    def sampled(self) -> bool:
        """Whether some were left out."""
        return self.looked_at < self.instances


@dataclass(frozen=True, slots=True)
class HeatMaps:
    """Makes them, each in a transaction of its own."""

    database: Database
    definitions: Definitions
    clock: Clock

    def of(self, key: str, version: int | None = None, span: Span = Span()) -> HeatMap:
        """Return the figures of a version; without one, of the newest that had instances in that time.

        Raises:
            DefinitionNotFound: when there is no such process or version.

        """
        with self.database.read() as session:
            versions = self._versions(session, key)
            if version is None:
                used = (each for each, definition_id in versions.items() if _any(session, definition_id, span))
                version = next(used, None)
            record = self.definitions.find(session, key, version)
            process: Process | None = None
            # A release can become too strict for it: what was written down can still be counted.
            with suppress(Failure):
                process = self.definitions.get(session, record.id).process
            counting = Counting(process, self.clock.now() - QUIET)
            heads = _heads(session, record.id, span)
            for each, history in _histories(session, heads):
                counting.add(each, history)
            return HeatMap(
                key,
                record.name,
                record.version,
                tuple(versions),
                session.get_one(Definition, record.id).content,
                session.scalar(select(func.count()).select_from(Instance).where(*_within(record.id, span))) or 0,
                len(heads),
                _places(process, counting.counts),
                _ways(process, counting),
            )

    @staticmethod
    def _versions(session: Session, key: str) -> dict[int, str]:
        known = select(Definition.version, Definition.id).where(Definition.key == key)
        return {row.version: row.id for row in session.execute(known.order_by(Definition.version.desc()))}


def _within(definition_id: str, span: Span) -> list[ColumnElement[bool]]:
    found = [Instance.definition_id == definition_id]
    if span.since is not None:
        found.append(Instance.created_at >= span.since)
    if span.before is not None:
        found.append(Instance.created_at < span.before)
    return found


def _any(session: Session, definition_id: str, span: Span) -> bool:
    return session.scalar(select(Instance.id).where(*_within(definition_id, span)).limit(1)) is not None


def _heads(session: Session, definition_id: str, span: Span) -> list[Head]:
    # Ids are found in the index alone; only the rows that are looked at are read.
    sample = select(Instance.id).where(*_within(definition_id, span)).order_by(Instance.id).limit(MAXIMUM_INSTANCES)
    found = []
    for ids in _batches(session.scalars(sample).all()):
        rows = select(Instance.id, Instance.status, Instance.element_id).where(Instance.id.in_(ids))
        found += [Head(*row) for row in session.execute(rows)]
    return found


def _histories(session: Session, heads: Sequence[Head]) -> Iterator[tuple[Head, Iterator[Entry]]]:
    row = HistoryRow
    columns = row.instance_id, row.at, row.event, row.element_id, row.detail
    for some in _batches(heads):
        known = {each.id: each for each in some}
        query = select(*columns).where(row.instance_id.in_(known)).order_by(row.instance_id, row.seq)
        for instance_id, entries in groupby(session.execute(query), itemgetter(0)):
            head = known[instance_id]
            yield head, ((at, what, here, said) for _, at, what, here, said in entries if here and what in EVENTS)


def _batches(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))


def _places(process: Process | None, counts: Mapping[str, Count]) -> tuple[Place, ...]:
    elements = process.elements if process else {}
    names = {each.id: each.label for each in elements.values()}
    found = [_place(each, names.get(each, each), count) for each, count in counts.items()]
    place = {each: number for number, each in enumerate(elements)}
    return tuple(
        sorted(found, key=lambda each: (-each.given_up, -each.share, place.get(each.element_id, 0), each.element_id))
    )


def _place(element_id: str, name: str, count: Count) -> Place:
    stays = sorted(count.stays)
    return Place(
        element_id,
        name,
        count.reached,
        count.left,
        count.given_up,
        count.refused,
        count.errors,
        count.incidents,
        timedelta(seconds=median(stays)) if stays else None,
        timedelta(seconds=stays[ceil(len(stays) * _NINE_TENTHS) - 1]) if stays else None,
    )


def _ways(process: Process | None, counting: Counting) -> tuple[Way, ...]:
    if process is None:
        return ()
    names = {each.id: each.label for each in process.elements.values()}
    taken = counting.taken(process)
    return tuple(
        Way(each.id, f"{names.get(each.source, each.source)} → {names.get(each.target, each.target)}", taken[each.id])
        for each in process.flows.values()
    )
