"""Jobs that are enqueued, under a key or without, and cancelled."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine.jobs import Arguments, Task
from tests.jobs.conformance.tasks import SECOND, WRITE, ServiceDown, failing
from tests.jobs.conftest import Driver, write_down


def test_what_is_enqueued_is_done_once_when_it_is_committed(driver: Driver) -> None:
    driver.enqueue("mail")
    worker = driver.worker(WRITE)
    assert driver.done() == []
    assert (worker.work_due(), worker.work_due()) == (1, 0)
    assert driver.done() == ["mail"]


def test_a_rollback_leaves_no_job(driver: Driver) -> None:
    def enqueue_and_fail(session: Session) -> None:
        driver.jobs.enqueue(session, "write", {"what": "never"})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        driver.do(enqueue_and_fail)
    assert driver.worker(WRITE).work_due() == 0


def test_a_job_waits_for_its_time(driver: Driver) -> None:
    driver.enqueue("timer", run_at=driver.clock.now() + 10 * SECOND)
    worker = driver.worker(WRITE)
    driver.clock.advance(10 * SECOND - timedelta(microseconds=1))
    assert worker.work_due() == 0
    driver.clock.advance(timedelta(microseconds=1))
    assert worker.work_due() == 1


def test_a_time_without_zone_is_refused(driver: Driver) -> None:
    with pytest.raises(Exception, match="no time zone"):
        driver.enqueue("timer", run_at=driver.clock.now().replace(tzinfo=None))


def test_jobs_run_in_the_order_of_their_times(driver: Driver) -> None:
    now = driver.clock.now()
    for what, wait in (("third", 2), ("first", 0), ("fourth", 2), ("second", 1)):
        driver.enqueue(what, run_at=now + wait * SECOND)
    driver.clock.advance(2 * SECOND)
    driver.worker(WRITE).work_due()
    assert driver.done() == ["first", "second", "third", "fourth"]


def test_a_handler_can_enqueue_what_is_due_at_once(driver: Driver) -> None:
    def handler(session: Session, arguments: Arguments) -> None:
        driver.jobs.enqueue(session, "write", arguments)

    driver.enqueue("two", task="one")
    assert driver.worker(WRITE, Task("one", handler)).work_due() == 2
    assert driver.done() == ["two"]


class TestKey:
    def test_a_second_job_with_the_same_key_is_not_enqueued(self, driver: Driver) -> None:
        driver.enqueue("first", key="timer:1")
        driver.enqueue("second", key="timer:1")
        driver.enqueue("other", key="timer:2")
        driver.worker(WRITE).work_due()
        assert driver.done() == ["first", "other"]

    def test_it_is_free_again_when_the_job_is_done(self, driver: Driver) -> None:
        for what in ("first", "second"):
            driver.enqueue(what, key="timer:1")
            driver.worker(WRITE).work_due()
        assert driver.done() == ["first", "second"]

    def test_the_handler_can_enqueue_its_own_again(self, driver: Driver) -> None:
        def cycle(session: Session, arguments: Arguments) -> None:
            write_down(session, arguments)
            driver.jobs.enqueue(session, "cycle", arguments, run_at=driver.clock.now() + SECOND, key="timer:1")

        driver.enqueue("tick", task="cycle", key="timer:1")
        worker = driver.worker(Task("cycle", cycle))
        assert worker.work_due() == 1
        driver.clock.advance(SECOND)
        assert worker.work_due() == 1
        assert driver.done() == ["tick", "tick"]

    def test_a_job_that_was_given_up_is_replaced(self, driver: Driver) -> None:
        driver.enqueue("old", task="fail", key="timer:1")
        driver.worker(Task("fail", failing(ServiceDown()), attempts=1)).work_due()
        driver.enqueue("new", key="timer:1")
        assert driver.stats().failed == 0
        driver.worker(WRITE).work_due()
        assert driver.done() == ["new"]


class TestCancel:
    def test_the_job_with_the_key_is_not_done(self, driver: Driver) -> None:
        for key in ("timer:1", "timer:11"):
            driver.enqueue(key, key=key)
        driver.do(lambda session: driver.jobs.cancel(session, "timer:1"))
        driver.worker(WRITE).work_due()
        assert driver.done() == ["timer:11"]

    def test_all_whose_key_begins_alike_are_not_done(self, driver: Driver) -> None:
        others = ["timer:2:a", "timer:", "mail", "TIMER:1:a", "timer%1:a"]
        for key in ("timer:1:a", "timer:1:Ω😀", "timer:1:", *others):
            driver.enqueue(key, key=key)
        driver.enqueue("no key")
        driver.do(lambda session: driver.jobs.cancel_all(session, "timer:1:"))
        driver.worker(WRITE).work_due()
        assert driver.done() == [*others, "no key"]

    def test_nothing_to_cancel_is_no_error(self, driver: Driver) -> None:
        driver.do(lambda session: driver.jobs.cancel(session, "timer:1"))

    def test_it_is_rolled_back_with_its_transaction(self, driver: Driver) -> None:
        def cancel_and_fail(session: Session) -> None:
            driver.jobs.cancel(session, "timer:1")
            raise RuntimeError

        driver.enqueue("timer", key="timer:1")
        with pytest.raises(RuntimeError):
            driver.do(cancel_and_fail)
        assert driver.worker(WRITE).work_due() == 1

    def test_what_was_given_up_goes_too(self, driver: Driver) -> None:
        driver.enqueue("x", task="unknown", key="timer:1")
        driver.worker().work_due()
        driver.do(lambda session: driver.jobs.cancel(session, "timer:1"))
        assert driver.stats().failed == 0
