import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, text
from sqlalchemy.orm import Session

from engine.jobs import Arguments, Jobs, JobStats, Task, Worker, jobs_of, worker_of
from engine.store import Database
from tests import stored
from tests.conftest import ManualClock

PROGRAM = Path(__file__).with_name("worker_process.py")


def write_down(session: Session, arguments: Arguments) -> None:
    """The handler of these tests: what it writes must be there exactly once."""
    session.execute(text("INSERT INTO done (what) VALUES (:what)"), {"what": arguments["what"]})


class WorkerProcess:
    """A process that runs `worker_process.py`."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-W", "error", str(PROGRAM), *arguments]
        self._process = Popen(command, stdin=PIPE, stdout=PIPE, text=True)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n"

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go on\n")
        self._process.stdin.flush()

    def attempts(self) -> int:
        """Wait for its end; return how many attempts it made."""
        return int(self._process.communicate(timeout=120)[0])

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=60)


@dataclass
class Driver:
    """The driver of an empty database. Its clock stands still."""

    database: Database
    clock: ManualClock
    jobs: Jobs

    def worker(self, *tasks: Task, **options: Any) -> Worker:
        return worker_of(self.database, self.clock, tasks, **options)

    def process(self, mode: str) -> "WorkerProcess":
        """Start a worker in a process of its own, at the same standing clock, and wait until it is ready."""
        return WorkerProcess(stored.url(self.database), mode, self.clock.now().isoformat())

    def enqueue(self, what: str, task: str = "write", **options: Any) -> None:
        with self.database.write() as session:
            self.jobs.enqueue(session, task, {"what": what}, **options)

    def do(self, action: Callable[[Session], None]) -> None:
        with self.database.write() as session:
            action(session)

    def done(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(text("SELECT what FROM done ORDER BY number")))

    def stats(self) -> JobStats:
        with self.database.read() as session:
            return self.jobs.stats(session)


@pytest.fixture
def driver(database: Database, clock: ManualClock) -> Driver:
    with database.write() as session:
        # Numbered as they are written, by either database.
        columns = Column("number", Integer, primary_key=True), Column("what", Text, nullable=False)
        done = Table("done", MetaData(), *columns)
        done.create(session.connection())
    return Driver(database, clock, jobs_of(database, clock))
