"""Jobs that fail, and what operators do with those that were given up."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.jobs import Arguments, Backoff, JobNotFound, Outside, Task
from engine.store import DatabaseBusy
from tests.jobs.conformance.tasks import SECOND, WRITE, ServiceDown, failing
from tests.jobs.conftest import Driver, write_down


class TestFailure:
    def test_it_is_tried_again_after_longer_and_longer_waits(self, driver: Driver) -> None:
        driver.enqueue("mail", task="fail")
        worker = driver.worker(Task("fail", failing(ServiceDown(), times=2)), random=lambda: 0.5)
        for wait in (0.5 * SECOND, SECOND):
            assert worker.work_due() == 1
            driver.clock.advance(wait - timedelta(microseconds=1))
            assert worker.work_due() == 0
            driver.clock.advance(timedelta(microseconds=1))
        assert driver.done() == []
        assert worker.work_due() == 1
        assert driver.done() == ["mail"]
        assert driver.stats().failed == 0

    def test_the_job_is_given_up_after_the_last_attempt(self, driver: Driver) -> None:
        told = []

        def given_up(session: Session, arguments: Arguments, error: str) -> None:
            write_down(session, {"what": "incident"})
            told.append((arguments, error, driver.jobs.stats(session).failed))

        driver.enqueue("mail", task="fail")
        task = Task("fail", failing(ServiceDown()), attempts=3, given_up=given_up, backoff=Backoff(base=timedelta()))
        assert driver.worker(task).work_due() == 3
        assert driver.done() == ["incident"]
        assert told == [({"what": "mail"}, "ServiceDown: The service is down.", 1)]
        driver.clock.advance(timedelta(days=1))
        assert driver.worker(task).work_due() == 0

    def test_the_text_of_a_foreign_error_is_not_kept(self, driver: Driver) -> None:
        driver.enqueue("mail", task="fail")
        driver.worker(Task("fail", failing(ValueError("hunter2")), attempts=1)).work_due()
        with driver.database.read() as session:
            assert [job.error for job in driver.jobs.failed(session)] == ["ValueError"]

    def test_a_long_text_of_an_error_is_cut(self, driver: Driver) -> None:
        driver.enqueue("mail", task="fail")
        driver.worker(Task("fail", failing(ServiceDown("x" * 5000)), attempts=1)).work_due()
        with driver.database.read() as session:
            assert [len(job.error) for job in driver.jobs.failed(session)] == [2000]

    def test_the_job_is_given_up_even_if_nobody_can_be_told(self, driver: Driver) -> None:
        def given_up(session: Session, arguments: Arguments, error: str) -> None:
            write_down(session, arguments)
            raise RuntimeError

        driver.enqueue("mail", task="fail")
        driver.worker(Task("fail", failing(ServiceDown()), attempts=1, given_up=given_up)).work_due()
        assert (driver.stats().failed, driver.done()) == (1, [])

    def test_an_unknown_task_is_given_up_and_says_so(self, driver: Driver) -> None:
        driver.enqueue("x", task="of-tomorrow")
        driver.enqueue("y")
        assert driver.worker(WRITE).work_due() == 2
        assert driver.done() == ["y"]
        with driver.database.read() as session:
            (job,) = driver.jobs.failed(session)
        assert job.error.startswith("UnknownTask: No task is called 'of-tomorrow'")

    @pytest.mark.parametrize("error", [StaleDataError(), DatabaseBusy()])
    def test_being_in_the_way_is_no_attempt(self, driver: Driver, error: Exception) -> None:
        driver.enqueue("mail", task="fail")
        worker = driver.worker(Task("fail", failing(error, times=3), attempts=1))
        for _ in range(3):
            assert worker.work_due() == 1
            driver.clock.advance(SECOND)
        assert worker.work_due() == 1
        assert driver.done() == ["mail"]


class TestOperator:
    def test_counts_what_there_is(self, driver: Driver) -> None:
        began = driver.clock.now()
        seen = []
        driver.enqueue("later", run_at=began + timedelta(hours=1))
        driver.enqueue("failing", task="fail", run_at=began - 3 * SECOND)
        driver.enqueue("unknown", task="unknown", run_at=began - 2 * SECOND)
        look = Outside(lambda *_: None, lambda _: seen.append(driver.stats()), lambda *_: None)
        driver.enqueue("look", task="look", run_at=began - SECOND)
        driver.enqueue("due")
        assert driver.stats().due == 4
        assert driver.stats().due_since == began - 3 * SECOND
        worker = driver.worker(WRITE, Task("look", look), Task("fail", failing(ServiceDown())), random=lambda: 0.5)
        worker.work_due()
        (stats,) = seen
        assert (stats.due, stats.later, stats.working, stats.failed, stats.due_since) == (1, 2, 1, 1, began)
        stats = driver.stats()
        assert (stats.due, stats.later, stats.working, stats.failed, stats.due_since) == (0, 2, 0, 1, None)

    def test_lists_what_was_given_up_the_latest_first(self, driver: Driver) -> None:
        worker = driver.worker(Task("fail", failing(ServiceDown()), attempts=1))
        enqueued = driver.clock.now()
        for what in ("a", "b", "c"):
            driver.enqueue(what, task="fail", key=what)
        driver.clock.advance(SECOND)
        worker.work_due()
        with driver.database.read() as session:
            jobs = driver.jobs.failed(session, limit=2)
        assert [job.arguments for job in jobs] == [{"what": "c"}, {"what": "b"}]
        assert (jobs[0].task, jobs[0].key, jobs[0].attempts) == ("fail", "c", 1)
        assert (jobs[0].created_at, jobs[0].failed_at) == (enqueued, enqueued + SECOND)

    def test_retries_with_all_attempts_again(self, driver: Driver) -> None:
        driver.enqueue("mail", task="fail")
        task = Task("fail", failing(ServiceDown(), times=5), attempts=3, backoff=Backoff(base=timedelta()))
        worker = driver.worker(task)
        worker.work_due()
        with driver.database.read() as session:
            (job,) = driver.jobs.failed(session)
        driver.do(lambda session: driver.jobs.retry(session, job.id))
        assert worker.work_due() == 3
        assert driver.done() == ["mail"]

    def test_cannot_retry_what_was_not_given_up(self, driver: Driver) -> None:
        driver.enqueue("mail")
        for job_id in (1, 2):
            with pytest.raises(JobNotFound), driver.database.write() as session:
                driver.jobs.retry(session, job_id)
