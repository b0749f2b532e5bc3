"""Timers are jobs in the transaction of the step that asks for them."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.application import Application
from engine.instances import StepNotCurrent
from engine.instances.work import Work
from engine.store.models import InstanceStatus

ROOT = Path(__file__).parents[2]
WAIT = ("start s", "wait t timer PT5M", "user u", "end e", "s -> t", "t -> u", "u -> e")
REMIND = ("start s", "user u", "on b u timer PT5M", "user late", "end e", "s -> u", "u -> e", "b -> late", "late -> e")


def test_a_timer_fires_at_its_time_and_not_before(installation: Any, clock: Any) -> None:
    installation.draw(*WAIT)
    instance_id = installation.start()
    [job] = installation.jobs()
    assert job.run_at == clock.now() + timedelta(minutes=5)
    assert installation.step(instance_id).status is InstanceStatus.ACTIVE
    clock.advance(minutes=4, seconds=59)
    assert installation.work() == 0
    assert installation.at(instance_id) is None
    clock.advance(seconds=1)
    assert installation.work() == 1
    assert installation.at(instance_id) == "u"
    assert installation.jobs() == []
    assert [entry.event for entry in installation.show(instance_id).history] == [
        "started",
        "completed",
        "received",
        "completed",
        "waiting",
    ]


def test_each_element_that_waits_has_one_job(installation: Any, clock: Any) -> None:
    installation.draw(
        "start s", "and f", "wait a timer PT1M", "wait b timer PT2M", "user u", "on c u timer PT3M", "and j", "end e",
        *("s -> f", "f -> a", "f -> b", "f -> u", "a -> j", "b -> j", "u -> j", "c -> e", "j -> e"),
    )  # fmt: skip
    installation.start()
    assert [job.run_at - clock.now() for job in installation.jobs()] == [timedelta(minutes=each) for each in (1, 2, 3)]


def test_a_step_that_is_rolled_back_leaves_no_job(installation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    installation.draw("start s", "user u", "wait t timer PT5M", "end e", "s -> u", "u -> t", "t -> e")
    instance_id = installation.start()
    monkeypatch.setattr(Work, "save", failing_after(Work.save))
    with pytest.raises(ZeroDivisionError):
        installation.submit(instance_id)
    monkeypatch.undo()
    assert installation.jobs() == []
    assert installation.at(instance_id) == "u"


def failing_after(save: Any) -> Any:
    def fail(work: Work) -> None:
        save(work)
        assert work.run.events
        raise ZeroDivisionError

    return fail


def test_a_cycle_fires_as_often_as_it_says(installation: Any, clock: Any) -> None:
    installation.draw(
        "start s", "user u", "beside b u timer R3/PT1M", "script r reminders = count + 1", "end f", "end e",
        *("s -> u", "u -> e", "b -> r", "r -> f"),
    )  # fmt: skip
    instance_id = installation.start(count=0)
    for fired in (1, 2, 3):
        clock.advance(minutes=1)
        assert installation.work() == 1
        assert installation.path(instance_id).count("b") == fired
        assert len(installation.jobs()) == (1 if fired < 3 else 0)
    assert installation.at(instance_id) == "u"


def test_a_boundary_timer_takes_the_form_away(installation: Any, clock: Any) -> None:
    installation.draw(*REMIND)
    instance_id = installation.start()
    old = installation.task(instance_id)
    clock.advance(minutes=5)
    installation.work()
    assert installation.at(instance_id) == "late"
    with pytest.raises(StepNotCurrent):
        installation.submit(instance_id, old.id)
    assert installation.at(instance_id) == "late"


def test_a_form_that_is_submitted_in_time_takes_its_timer_away(installation: Any, clock: Any) -> None:
    installation.draw(*REMIND)
    instance_id = installation.start()
    installation.submit(instance_id)
    assert installation.jobs() == []
    clock.advance(hours=1)
    assert installation.work() == 0
    assert installation.status(instance_id) == "COMPLETED"


@pytest.mark.parametrize("end", ["completed", "cancelled", "expired", "terminated"])
def test_an_instance_that_is_over_leaves_nothing_behind(installation: Any, clock: Any, end: str) -> None:
    installation.draw(
        "start s", "and f", "wait t timer PT90H", "receive m M", "wait n signal S", "user u", "user v", "or j",
        "terminate e", "end z",
        *("s -> f", "f -> t", "f -> m", "f -> n", "f -> u", "u -> e", "t -> z", "m -> z", "n -> z", "f -> v", "v -> z"),
    )  # fmt: skip
    token = installation.call(lambda app: app.issue_token(name="t", definition_key="p", parameters={"key": "k"}))
    instance_id = installation.call(lambda app: app.begin(token.link, b"b" * 32))
    assert (len(installation.jobs()), len(installation.subscriptions())) == (1, 2)
    match end:
        case "cancelled":
            installation.call(lambda app: app.cancel(instance_id))
        case "expired":
            clock.advance(hours=48)
            installation.call(lambda app: app.expire_due())
        case "terminated":
            installation.submit(instance_id)
        case "completed":
            installation.call(lambda app: app.move(instance_id, "e", token_id=token_at(installation, instance_id, "v")))
    assert installation.step_status(instance_id) in {"COMPLETED", "CANCELLED", "EXPIRED"}
    assert (installation.jobs(), installation.subscriptions()) == ([], [])
