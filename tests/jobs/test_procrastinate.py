"""What only the driver of PostgreSQL does: heartbeats, notifications, and jobs of a version that is not stopped yet."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from queue import Queue
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.jobs import Arguments, Outside, Task, Worker, worker_of
from engine.jobs import worker as workers
from engine.jobs.procrastinate_claims import HEARTBEAT, STALLED_AFTER
from engine.store import Database, DatabaseUnavailable, Way
from tests import stored
from tests.jobs.conftest import Driver, write_down

AT_MOST = 60
"""Seconds after which something has not happened."""
NEVER = 2.0 * AT_MOST

pytestmark = pytest.mark.usefixtures("postgres_databases")


class CutOff(Database):
    """The same database, which is away from when it is told so."""

    away = False

    @contextmanager
    def write(self, way: Way = Way.ALONE) -> Iterator[Session]:
        if self.away:
            raise DatabaseUnavailable
        with super().write(way) as session:
            yield session


@pytest.fixture
def stopped() -> Iterator[list[Worker]]:
    started: list[Worker] = []
    yield started
    for each in started:
        each.stop()


def rows(driver: Driver, sql: str) -> list[Any]:
    with driver.database.read() as session:
        return [tuple(row) for row in session.execute(text(sql))]


def test_a_job_of_another_process_is_heard_of(driver: Driver, stopped: list[Worker]) -> None:
    """Nobody rings, and nobody looks by itself in time: only the notification can wake the thread."""
    done: Queue[str] = Queue()
    worker = driver.worker(Task("tell", lambda _, arguments: done.put(arguments["what"])), poll=NEVER)
    stopped.append(worker)
    worker.start()
    for number in range(3):
        driver.enqueue(str(number), task="tell")
        assert done.get(timeout=AT_MOST) == str(number)


def test_a_heart_that_beats_keeps_a_job_however_long_it_takes(driver: Driver) -> None:
    """Where a lease would have ended long ago."""
    other = driver.worker(Task("outside", write_down))
    attempts: list[int] = []

    def work(_: None) -> None:
        for _beat in range(30):
            driver.clock.advance(HEARTBEAT)
            slow.beat()
            attempts.append(other.work_due())

    driver.enqueue("mail", task="outside")
    outside = Outside(lambda *_: None, work, lambda session, arguments, _: write_down(session, arguments))
    slow = Beating(driver, Task("outside", outside))
    assert slow.worker.work_due() == 1
    assert (attempts, driver.done()) == ([0] * 30, ["mail"])


class Beating:
    """A worker whose heart somebody else lets beat, as its ears do while its threads are busy."""

    def __init__(self, driver: Driver, task: Task) -> None:
        made = driver.worker(task)
        assert isinstance(made, workers.ThreadedWorker)
        self.worker: workers.ThreadedWorker = made
        self.beat: Callable[[], None] = made._claims.ready


def test_a_worker_that_was_taken_for_dead_registers_again(driver: Driver) -> None:
    asleep, other = driver.worker(Task("write", write_down)), driver.worker(Task("write", write_down))
    assert asleep.work_due() == 0
    driver.clock.advance(STALLED_AFTER + timedelta(seconds=1))
    assert other.work_due() == 0
    assert len(rows(driver, "SELECT id FROM procrastinate_workers")) == 1
    driver.enqueue("mail")
    assert asleep.work_due() == 1
    assert driver.done() == ["mail"]
    for each in (asleep, other):
        each.stop()
    assert rows(driver, "SELECT id FROM procrastinate_workers") == []


def test_what_could_not_be_noted_while_the_database_was_away_is_taken_back(driver: Driver) -> None:
    """The worker lives on, so that nobody else would take its job back."""
    database = CutOff(stored.url(driver.database))

    def cut(session: Session, arguments: Arguments) -> None:
        write_down(session, arguments)
        if not driver.done():
            database.away = not seen
            seen.append(1)
            if database.away:
                raise DatabaseUnavailable

    seen: list[int] = []
    worker = worker_of(database, driver.clock, [Task("cut", cut)])
    driver.enqueue("mail", task="cut")
    assert worker.work_due(1) == 1
    database.away = False
    assert driver.stats().working == 1
    assert worker.work_due() == 0
    driver.clock.advance(HEARTBEAT)
    assert worker.work_due() == 1
    assert driver.done() == ["mail"]
    worker.stop()
    database.close()


def test_a_job_that_an_older_version_enqueues_is_done(driver: Driver) -> None:
    """It runs beside this one while an installation is upgraded; what its own workers have, they keep."""
    at = driver.clock.now()
    insert = text(
        "INSERT INTO jobs (task, arguments, key, run_at, attempt, worker, created_at)"
        " VALUES ('write', :arguments, :key, :at, 0, :worker, :at)"
    )
    with driver.database.write() as session:
        for key, by, wait in (("a", None, 0), ("b", "old", 60)):
            values = {"arguments": f'{{"what": "{key}"}}'.encode(), "key": key, "worker": by}
            session.execute(insert, {**values, "at": at + timedelta(seconds=wait)})
    worker = driver.worker(Task("write", write_down))
    assert worker.work_due() == 1
    driver.clock.advance(timedelta(seconds=60))
    assert worker.work_due() == 1
    assert driver.done() == ["a", "b"]


def test_a_thousand_timers_of_tomorrow_are_not_looked_at_to_find_one_of_today(driver: Driver) -> None:
    """What is due is found by an index, at its beginning: a job that is not due is never read."""
    tomorrow = driver.clock.now() + timedelta(days=1)
    with driver.database.write() as session:
        for number in range(1000):
            driver.jobs.enqueue(session, "write", {"what": str(number)}, run_at=tomorrow, key=f"timer:{number}")
        driver.jobs.enqueue(session, "write", {"what": "today"})
    with driver.database.write() as session:
        session.execute(text("ANALYZE procrastinate_jobs"))
    sql = (
        "EXPLAIN (ANALYZE, FORMAT JSON) SELECT id FROM procrastinate_jobs WHERE status = 'todo'"
        " AND scheduled_at <= coalesce(CAST(:now AS timestamptz), now())"
        " ORDER BY scheduled_at, id LIMIT 1 FOR UPDATE SKIP LOCKED"
    )
    with driver.database.write() as session:
        plan = str(session.execute(text(sql), {"now": driver.clock.now()}).scalar_one())
    assert "idflow_jobs_due" in plan
    assert not re.search(r"Rows Removed by \w+': [1-9]", plan)
    worker = driver.worker(Task("write", write_down))
    assert worker.work_due() == 1
    assert driver.done() == ["today"]
    worker.stop()
