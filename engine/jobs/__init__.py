"""Jobs: work that is due at a time, enqueued in the transaction of the state that asks for it.

task.py   what a job runs: its handler, its attempts, its back-off     port.py     what every driver does
claims.py how a worker takes a job for itself, and lets it go          worker.py   the worker
bell.py   what wakes it                                                drivers.py  which driver a database has
stored.py what the drivers do alike

The driver of SQLite: table.py, and lease.py, its claims. That of PostgreSQL, on the tables of Procrastinate:
procrastinate_jobs.py, and procrastinate_claims.py, with heartbeats, and procrastinate_ears.py, which hear `NOTIFY`.
"""

from engine.jobs.drivers import jobs_of, worker_of
from engine.jobs.port import JobNotFound, JobRecord, Jobs, JobStats, QueuedJob, UnknownTask, Worker, WorkerStopped
from engine.jobs.task import Arguments, Backoff, Outside, Task

__all__ = [
    "Arguments",
    "Backoff",
    "JobNotFound",
    "JobRecord",
    "JobStats",
    "Jobs",
    "Outside",
    "QueuedJob",
    "Task",
    "UnknownTask",
    "Worker",
    "WorkerStopped",
    "jobs_of",
    "worker_of",
]
