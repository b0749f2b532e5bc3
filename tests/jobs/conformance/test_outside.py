from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine.jobs import Arguments, Outside, Task
from tests.jobs.conformance.tasks import SECOND, WRITE, ServiceDown
from tests.jobs.conftest import Driver, write_down


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
