"""Workers that run in threads. Where a thread must do something, the test waits for it; where it must not, it could."""

from collections.abc import Iterator
from queue import Queue
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from engine.jobs import Arguments, Outside, Task, Worker
from tests.jobs.conftest import Driver, write_down

AT_MOST = 60
"""Seconds after which something has not happened."""
NEVER = 2.0 * AT_MOST


@pytest.fixture
def stopped() -> Iterator[list[Worker]]:
    """Holds the workers that are stopped at the end, so that no thread outlives its test."""
    workers: list[Worker] = []
    yield workers
    for worker in workers:
        worker.stop()


def test_a_notified_worker_looks_at_once(driver: Driver, stopped: list[Worker]) -> None:
    done: Queue[str] = Queue()
    worker = driver.worker(Task("tell", lambda _, arguments: done.put(arguments["what"])), poll=NEVER)
    stopped.append(worker)
    worker.start()
    for number in range(20):
        driver.enqueue(str(number), task="tell")
        worker.notify()
        assert done.get(timeout=AT_MOST) == str(number)


def test_a_worker_that_nobody_notified_looks_now_and_then(driver: Driver, stopped: list[Worker]) -> None:
    done: Queue[str] = Queue()
    worker = driver.worker(Task("tell", lambda _, arguments: done.put(arguments["what"])), poll=0.01)
    stopped.append(worker)
    worker.start()
    for number in range(3):
        driver.enqueue(str(number), task="tell")
        assert done.get(timeout=AT_MOST) == str(number)


def test_threads_go_out_side_by_side(driver: Driver, stopped: list[Worker]) -> None:
    meet = Barrier(3)
    outside = Outside(lambda *_: None, lambda _: meet.wait(AT_MOST), lambda *_: None)
    for _ in range(2):
        driver.enqueue("mail", task="outside")
    worker = driver.worker(Task("outside", outside))
    stopped.append(worker)
    worker.start(threads=2)
    meet.wait(AT_MOST)


def test_a_thread_outlives_what_a_handler_raises(driver: Driver, stopped: list[Worker]) -> None:
    done: Queue[str] = Queue()

    def leave(session: Session, arguments: Arguments) -> None:
        raise SystemExit

    driver.enqueue("leave", task="leave")
    worker = driver.worker(Task("leave", leave), Task("tell", lambda _, arguments: done.put(arguments["what"])))
    stopped.append(worker)
    worker.start()
    driver.enqueue("still here", task="tell")
    worker.notify()
    assert done.get(timeout=AT_MOST) == "still here"


def test_stop_waits_for_the_job_that_runs_and_begins_no_other(driver: Driver) -> None:
    waiting: Queue[bool] = Queue()

    def handler(session: Session, arguments: Arguments) -> None:
        write_down(session, arguments)
        stopper.start()
        stopper.join(0.5)
        waiting.put(stopper.is_alive())

    driver.enqueue("runs", task="slow")
    driver.enqueue("waits", task="slow")
    worker = driver.worker(Task("slow", handler))
    stopper = Thread(target=worker.stop)
    worker.start()
    assert waiting.get(timeout=AT_MOST)
    stopper.join(AT_MOST)
    assert not stopper.is_alive()
    assert driver.done() == ["runs"]
    assert driver.stats().due == 1


def test_a_worker_can_be_started_again_but_not_twice(driver: Driver, stopped: list[Worker]) -> None:
    done: Queue[str] = Queue()
    worker = driver.worker(Task("tell", lambda _, arguments: done.put(arguments["what"])), poll=NEVER)
    stopped.append(worker)
    worker.stop()
    worker.start()
    with pytest.raises(RuntimeError, match="started already"):
        worker.start()
    worker.stop()
    driver.enqueue("again", task="tell")
    worker.start()
    assert done.get(timeout=AT_MOST) == "again"
