"""Processes that work jobs, and how they end."""

from datetime import timedelta

import pytest

from engine.jobs import Task
from tests.jobs.conformance.tasks import WRITE, failing
from tests.jobs.conftest import Driver, write_down


class TestProcess:
    def test_a_job_whose_worker_is_killed_is_done_once(self, driver: Driver) -> None:
        driver.enqueue("mail")
        driver.process("hang").kill()
        worker = driver.worker(WRITE)
        assert worker.work_due() == 0
        driver.clock.advance(timedelta(minutes=2))
        assert worker.work_due() == 1
        assert driver.done() == ["mail"]

    def test_a_job_that_kills_every_worker_is_given_up(self, driver: Driver) -> None:
        driver.enqueue("mail")
        driver.process("hang").kill()
        driver.clock.advance(timedelta(minutes=2))
        assert driver.worker(Task("write", write_down, attempts=1)).work_due() == 1
        assert driver.done() == []
        with driver.database.read() as session:
            (job,) = driver.jobs.failed(session)
        assert job.error.startswith("WorkerStopped: ")

    def test_two_at_once_do_every_job_once(self, driver: Driver) -> None:
        for number in range(200):
            driver.enqueue(str(number))
        processes = [driver.process("drain") for _ in range(2)]
        for process in processes:
            process.go_on()
        assert sum(process.attempts() for process in processes) == 200
        assert sorted(driver.done(), key=int) == [str(number) for number in range(200)]

    @pytest.mark.parametrize("end", [KeyboardInterrupt(), SystemExit()])
    def test_what_ends_the_process_leaves_the_job(self, driver: Driver, end: BaseException) -> None:
        driver.enqueue("mail", task="fail")
        worker = driver.worker(Task("fail", failing(end, times=1), attempts=2))
        with pytest.raises(type(end)):
            worker.work_due()
        driver.clock.advance(timedelta(minutes=2))
        assert worker.work_due() == 1
        assert driver.done() == ["mail"]
