"""Which driver does the jobs of a database: the one place that chooses.

There is one, the table, on SQLite and on PostgreSQL. Another one does what `Jobs` and `Worker` say, is chosen here by
the kind of the database, and is one more parameter of the fixture in `tests/jobs/conftest.py`, whose tests it passes.
"""

from collections.abc import Callable, Iterable

from engine.clock import Clock
from engine.jobs.port import Jobs, Worker
from engine.jobs.table import TableJobs
from engine.jobs.task import Task
from engine.jobs.worker import TableWorker
from engine.store import Database


def jobs_of(_database: Database, clock: Clock) -> Jobs:
    """Return what enqueues the jobs of a database."""
    return TableJobs(clock)


def worker_of(database: Database, clock: Clock, tasks: Iterable[Task], between: Callable[[], bool]) -> Worker:
    """Return what works them; `between` is called when there is nothing to do, and tells whether it found something."""
    return TableWorker(database, clock, tasks, between=between)
