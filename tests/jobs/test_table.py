"""What a worker does that meets a database which somebody else keeps busy."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine.jobs import Task, Worker, worker_of
from engine.store import Database, DatabaseBusy, Way
from tests.jobs.conftest import Driver, write_down

pytestmark = pytest.mark.sqlite("it counts what the driver of the table writes")


class BusyDatabase(Database):
    """The same database, busy for the writes that have a `!` in the pattern; after its end, for none."""

    def __init__(self, driver: Driver, pattern: str) -> None:
        super().__init__(str(driver.database.engine.url))
        self._pattern = iter(pattern)

    @contextmanager
    def write(self, way: Way = Way.ALONE) -> Iterator[Session]:
        if next(self._pattern, ".") == "!":
            raise DatabaseBusy
        with super().write(way) as session:
            yield session


@contextmanager
def worker(driver: Driver, pattern: str, attempts: int) -> Iterator[Worker]:
    database = BusyDatabase(driver, pattern)
    yield worker_of(database, driver.clock, [Task("write", write_down, attempts=attempts)])
    database.close()


def test_what_came_of_an_attempt_is_noted_when_the_database_is_free_again(driver: Driver) -> None:
    driver.enqueue("mail")
    # Claimed, then busy: for the handler, and for noting that.
    with worker(driver, ".!!!!", attempts=1) as slow:
        assert slow.work_due() == 1
        driver.clock.advance(timedelta(seconds=1))
        assert slow.work_due() == 1
    assert driver.done() == ["mail"]


@pytest.mark.parametrize(("attempts", "done"), [(1, []), (2, ["mail"])])
def test_what_cannot_be_noted_ends_with_the_lease_and_counts(driver: Driver, attempts: int, done: list[str]) -> None:
    driver.enqueue("mail")
    with worker(driver, "." + "!" * 7, attempts) as slow:
        assert slow.work_due() == 1
        driver.clock.advance(timedelta(seconds=59))
        assert slow.work_due() == 0
        driver.clock.advance(timedelta(seconds=1))
        assert slow.work_due() == 1
    assert driver.done() == done


def test_a_database_too_busy_to_look_into_is_the_callers_to_know(driver: Driver) -> None:
    driver.enqueue("mail")
    with worker(driver, "!", attempts=1) as slow:
        with pytest.raises(DatabaseBusy):
            slow.work_due()
        assert slow.work_due() == 1
    assert driver.done() == ["mail"]
