"""Which driver does the jobs of a database: the one place that chooses.

The table does them on SQLite, Procrastinate on PostgreSQL. Another one does what `Jobs` and `Claims` say, is chosen
here by the kind of the database, and passes `tests/jobs/conformance`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from engine.clock import Clock
from engine.jobs.claims import Claims
from engine.jobs.lease import Leases
from engine.jobs.port import Jobs, Worker
from engine.jobs.table import TableJobs
from engine.jobs.task import Task
from engine.jobs.worker import ThreadedWorker
from engine.store import Database


def jobs_of(database: Database, clock: Clock) -> Jobs:
    """Return what enqueues the jobs of a database."""
    if database.is_sqlite:
        return TableJobs(clock)
    # Who is on SQLite need not load it.
    from engine.jobs.procrastinate_jobs import ProcrastinateJobs  # noqa: PLC0415 - see above

    return ProcrastinateJobs(clock)


def worker_of(
    database: Database, clock: Clock, tasks: Iterable[Task], between: Callable[[], bool] = lambda: False, **how: Any
) -> Worker:
    """Return what works them; `between` is called when there is nothing to do, and tells whether it found something.

    For `how` see `ThreadedWorker`.
    """
    return ThreadedWorker(database, clock, _claims_of(database, clock), tasks, between=between, **how)


def _claims_of(database: Database, clock: Clock) -> Claims:
    if database.is_sqlite:
        return Leases(clock)
    from engine.jobs.procrastinate_claims import ProcrastinateClaims  # noqa: PLC0415 - who is on SQLite need not load it

    return ProcrastinateClaims(database, clock)
