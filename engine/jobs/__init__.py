"""Jobs: work that is due at a time, enqueued in the transaction of the state that asks for it.

task.py   what a job runs: its handler, its attempts, its back-off     port.py     what every driver does
table.py  the first driver: a table of the same database               worker.py   its worker
lease.py  how a worker takes a job for itself, and lets it go          bell.py     what wakes it
drivers.py  which driver does the jobs of a database
"""

from engine.jobs.drivers import jobs_of, worker_of
from engine.jobs.port import JobNotFound, JobRecord, Jobs, JobStats, UnknownTask, Worker, WorkerStopped
from engine.jobs.table import TableJobs
from engine.jobs.task import Arguments, Backoff, Outside, Task
from engine.jobs.worker import TableWorker

__all__ = [
    "Arguments",
    "Backoff",
    "JobNotFound",
    "JobRecord",
    "JobStats",
    "Jobs",
    "Outside",
    "TableJobs",
    "TableWorker",
    "Task",
    "UnknownTask",
    "Worker",
    "WorkerStopped",
    "jobs_of",
    "worker_of",
]
