"""The copy itself. The target has everything or, whatever happens meanwhile, no row."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.audit.verification import Verification
from engine.clock import Clock
from engine.config import Settings
from engine.database_copy import tables
from engine.database_copy.ends import Ends, opened
from engine.database_copy.errors import CopyDiffers, RowsRefused, SourceNotUpgraded, SourceTrailBroken
from engine.database_copy.tables import Sum
from engine.jobs import QueuedJob, jobs_of
from engine.store import Database
from engine.store.backend import ValueRefused
from engine.store.models import Job

JOBS = "jobs"
"""What stands for the jobs, whatever table they are in."""

Told = Callable[[str, int], None]
"""Is told of a table that was copied, and of how many rows it has."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, or would be."""

    rows: dict[str, int]
    """How many, by table."""
    events: int
    """How many of them are of the audit trail, which is whole unless `breaks` says otherwise."""
    breaks: int


def look(settings: Settings, clock: Clock, *, back: bool = False, force: bool = False) -> Copied:
    """Do everything that comes before the copy, and count what there is; nothing changes. Raises as `copy`."""
    with opened(settings, clock, back=back, only_looks=True) as ends:
        trail = _trail(ends, force=force)
        rows = {each.name: tables.count(each, ends.session) for each in tables.tables()}
        rows[JOBS] = sum(1 for _ in _jobs(ends.source, ends.session, clock))
        return Copied(rows, trail.count, len(trail.breaks))


def copy(settings: Settings, clock: Clock, told: Told, *, back: bool = False, force: bool = False) -> Copied:
    """Copy an installation from SQLite to PostgreSQL, or `back`; `told` hears of every table.

    The tables are made in a transaction of their own, when there are none. All rows are written in the next one, read
    again in it, and compared; the audit trail is gone through.

    Raises:
        SourceTrailBroken: when the audit trail is not what was signed; `force` copies it as it is.
        SourceNotUpgraded: when an older version has left jobs on PostgreSQL.
        RowsRefused: when the target cannot keep something.
        CopyDiffers: when it does not have what was written.
        DatabaseUnavailable: when a server is gone; nothing was copied.
        Refused: see `opened`.

    """
    with opened(settings, clock, back=back) as ends:
        trail = _trail(ends, force=force)
        ends.target.migrate()
        with ends.target.write() as session:
            # Somebody may have been faster.
            tables.check_unoccupied(session)
            rows = {}
            for name, total in _written(ends, session, clock):
                rows[name] = total.rows
                told(name, total.rows)
            if ends.verify(session) != trail:
                raise CopyDiffers("The audit trail is not the same in the target.")
            origin = "sqlite" if ends.source.is_sqlite else "postgresql"
            audit.record(session, clock, AuditAction.DATABASE_COPIED, origin=origin, rows=sum(rows.values()))
            ends.signing.make(session)
        return Copied(rows, trail.count, len(trail.breaks))


def _trail(ends: Ends, *, force: bool) -> Verification:
    """Go through the audit trail of the source."""
    found = ends.verify(ends.session)
    if found.breaks and not force:
        raise SourceTrailBroken
    return found


def _written(ends: Ends, session: Session, clock: Clock) -> Iterator[tuple[str, Sum]]:
    """Copy table by table; yield what each comes to when it was read again."""
    for each in tables.tables():
        with _refusals(each.name):
            total = tables.copied(each, ends.session, session)
        if tables.summed(each, session) != total:
            raise CopyDiffers(f"The table {each.name} is not the same in the target.")
        if not ends.target.is_sqlite:
            tables.go_on_numbering(each, session)
        yield each.name, total
    total, jobs = Sum(), jobs_of(ends.target, clock)
    with _refusals(JOBS):
        tables.in_batches(
            _jobs(ends.source, ends.session, clock),
            lambda job: total.add(_row(job)),
            lambda batch: jobs.put(session, batch),
        )
    written = Sum()
    for job in jobs.every(session):
        written.add(_row(job))
    if written != total:
        raise CopyDiffers("The jobs are not the same in the target.")
    yield JOBS, total


def _jobs(database: Database, session: Session, clock: Clock) -> Iterator[QueuedJob]:
    if not database.is_sqlite and session.scalar(select(func.count()).select_from(Job)):
        raise SourceNotUpgraded
    return jobs_of(database, clock).every(session)


def _row(job: QueuedJob) -> tables.Row:
    arguments = orjson.dumps(job.arguments, option=orjson.OPT_SORT_KEYS)
    what = (job.id, job.task, arguments, job.key, job.run_at)
    return (*what, job.attempts, job.error, job.created_at, job.failed_at)


@contextmanager
def _refusals(name: str) -> Iterator[None]:
    """Say which table it is whose rows the target refuses."""
    try:
        yield
    except (ValueRefused, IntegrityError) as error:
        cause = error.__cause__ or error
        # Further lines of what the server says would have what is in the row.
        why = str(cause.orig if isinstance(cause, IntegrityError) else cause).partition("\n")[0]
        raise RowsRefused(f"The target cannot keep what is in the table {name}: {why}. Nothing was copied.") from error
