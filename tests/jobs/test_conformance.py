"""What every driver does: the table on SQLite, Procrastinate on PostgreSQL (`make test-postgres ARGS=tests/jobs`)."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine.errors import Failure
from engine.jobs import Arguments, Backoff, JobNotFound, Outside, Task
from engine.store import DatabaseBusy
from tests.jobs.conftest import Driver, write_down

SECOND = timedelta(seconds=1)
WRITE = Task("write", write_down)

Handler = Callable[[Session, Arguments], None]


class ServiceDown(Failure):
    """The service is down."""

    code = "service-down"


def failing(error: BaseException, times: int = 1000) -> Handler:
    """Return a handler that writes and then fails, so many times."""
    left = [error] * times

    def handler(session: Session, arguments: Arguments) -> None:
        write_down(session, arguments)
        if left:
            raise left.pop()

    return handler


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


class TestOutside:
    """Work that leaves the machine."""

    def test_it_reads_goes_out_and_writes(self, driver: Driver) -> None:
        driver.enqueue("in")
        driver.worker(WRITE).work_due()

        def prepare(session: Session, arguments: Arguments) -> tuple[str, Sequence[str]]:
            return str(arguments["what"]), driver.done()

        def work(prepared: tuple[str, Sequence[str]]) -> str:
            # Nobody is locked out meanwhile.
            driver.do(lambda session: write_down(session, {"what": "meanwhile"}))
            return f"{prepared[0]} after {prepared[1]}"

        def finish(session: Session, arguments: Arguments, result: str) -> None:
            write_down(session, {"what": result})

        driver.enqueue("out", task="outside")
        driver.worker(Task("outside", Outside(prepare, work, finish))).work_due()
        assert driver.done() == ["in", "meanwhile", "out after ['in']"]

    @pytest.mark.parametrize("part", [0, 1, 2])
    def test_a_failure_in_any_part_is_tried_again(self, driver: Driver, part: int) -> None:
        left = [part]

        def step(number: int) -> None:
            if left == [number]:
                left.clear()
                raise ServiceDown

        def finish(session: Session, arguments: Arguments, result: None) -> None:
            write_down(session, arguments)
            step(2)

        driver.enqueue("mail", task="outside")
        outside = Outside(lambda *_: step(0), lambda _: step(1), finish)
        assert driver.worker(Task("outside", outside), random=lambda: 0).work_due() == 2
        assert driver.done() == ["mail"]

    def test_what_a_worker_writes_that_lost_its_claim_is_dropped(self, driver: Driver) -> None:
        sent = []
        inner = driver.worker(Task("outside", write_down))

        def work(_: None) -> None:
            sent.append(1)
            driver.clock.advance(timedelta(minutes=2))
            assert inner.work_due() == 1

        driver.enqueue("mail", task="outside")
        outside = Outside(lambda *_: None, work, lambda session, arguments, _: write_down(session, arguments))
        assert driver.worker(Task("outside", outside)).work_due() == 1
        assert sent == [1]
        assert driver.done() == ["mail"]

    @pytest.mark.parametrize("attempts", [1, 2])
    def test_a_worker_that_lost_its_claim_cannot_say_that_it_failed(self, driver: Driver, attempts: int) -> None:
        def work(_: None) -> None:
            driver.do(lambda session: driver.jobs.cancel(session, "mail"))
            driver.enqueue("second", key="mail", run_at=driver.clock.now() + SECOND)
            raise ServiceDown

        def given_up(session: Session, arguments: Arguments, error: str) -> None:
            write_down(session, {"what": "given up"})

        driver.enqueue("first", task="outside", key="mail")
        outside = Outside(lambda *_: None, work, lambda *_: None)
        worker = driver.worker(WRITE, Task("outside", outside, attempts=attempts, given_up=given_up), random=lambda: 0)
        assert worker.work_due() == 1
        driver.clock.advance(SECOND)
        assert worker.work_due() == 1
        assert driver.done() == ["second"]

    def test_a_job_that_is_cancelled_meanwhile_writes_nothing(self, driver: Driver) -> None:
        def work(_: None) -> None:
            driver.do(lambda session: driver.jobs.cancel(session, "mail"))

        driver.enqueue("mail", task="outside", key="mail")
        outside = Outside(lambda *_: None, work, lambda session, arguments, _: write_down(session, arguments))
        driver.worker(Task("outside", outside)).work_due()
        assert driver.done() == []


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
