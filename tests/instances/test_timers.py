"""Timers are jobs in the transaction of the step that asks for them."""

import subprocess
import sys
import threading
from datetime import timedelta
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
        "start s", "user u", "beside a u timer PT90H", "beside b u message M", "beside c u signal S", "end e", "end z",
        "terminate k", "xor x x_e", *("s -> u", "a -> z", "b -> z", "c -> z", "u -> x", "x -> e", "x -> k if kill"),
    )  # fmt: skip
    token = installation.call(lambda app: app.token_office.issue(name="t", definition_key="p", parameters={"key": "k"}))
    instance_id = installation.call(lambda app: app.journeys.begin(token.link, b"b" * 32))
    assert (len(installation.jobs()), len(installation.subscriptions())) == (1, 2)
    match end:
        case "cancelled":
            installation.call(lambda app: app.operations.cancel(instance_id))
        case "expired":
            clock.advance(hours=48)
            installation.call(lambda app: app.expire_due())
        case _:
            installation.call(lambda app: app.operations.change(instance_id, {"kill": end == "terminated"}))
            installation.submit(instance_id)
    assert installation.status(instance_id) == {"terminated": "COMPLETED"}.get(end, end.upper())
    assert (installation.jobs(), installation.subscriptions()) == ([], [])


def test_a_due_timer_loads_only_its_own_instance(
    installation: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.draw(*WAIT)
    due = installation.start()
    clock.advance(minutes=1)
    for _ in range(3):
        installation.start()
    loaded: list[str] = []
    load = Work.load

    def count(tools: Any, session: Any, row: Any) -> Work:
        loaded.append(row.id)
        return load(tools, session, row)

    monkeypatch.setattr(Work, "load", count)
    clock.advance(minutes=4)
    installation.work()
    assert loaded == [due]


def test_after_a_downtime_a_timer_fires_late_and_a_cycle_once(installation: Any, clock: Any) -> None:
    installation.draw(*WAIT)
    installation.draw(
        "start s", "user u", "beside b u timer R/PT1M", "end f", "end e", "s -> u", "u -> e", "b -> f", name="cycle"
    )
    waits, repeats = installation.start(), installation.start("cycle")
    clock.advance(days=2, seconds=30)
    installation.work()
    assert installation.at(waits) == "u"
    assert installation.path(repeats) == ["s", "b", "f"]
    [job] = installation.jobs()
    assert job.run_at - clock.now() == timedelta(seconds=30)


@pytest.mark.parametrize("how", ["suspended", "incident"])
def test_a_timer_waits_while_its_instance_stands_still(installation: Any, clock: Any, how: str) -> None:
    installation.draw(
        "start s", "and f", "wait t timer PT5M", "user u", "work w", "user v", "end e",
        *("s -> f", "f -> t", "f -> u", "u -> w", "w -> v", "v -> e", "t -> e"),
    )  # fmt: skip
    instance_id = installation.start(broken=True)
    if how == "suspended":
        installation.call(lambda app: app.operations.suspend(instance_id))
    else:
        installation.submit(instance_id)
        assert installation.status(instance_id) == "INCIDENT"
    clock.advance(minutes=5)
    installation.work()
    assert "t" not in installation.path(instance_id)
    if how == "suspended":
        installation.call(lambda app: app.operations.resume(instance_id))
    else:
        installation.call(lambda app: app.operations.change(instance_id, {"broken": False}))
        installation.call(lambda app: app.operations.retry(instance_id))
    installation.work()
    assert installation.path(instance_id).count("t") == 1
    assert installation.jobs() == []


def test_a_timer_does_not_fire_in_an_instance_whose_time_is_over(installation: Any, clock: Any) -> None:
    installation.draw("start s", "wait t timer PT90H", "user u", "end e", "s -> t", "t -> u", "u -> e")
    token = installation.call(lambda app: app.token_office.issue(name="t", definition_key="p"))
    instance_id = installation.call(lambda app: app.journeys.begin(token.link, b"b" * 32))
    clock.advance(hours=90)
    installation.work()
    assert installation.path(instance_id) == ["s"]


def test_a_timer_whose_text_cannot_be_read_is_an_incident(installation: Any, clock: Any) -> None:
    installation.draw("start s", "wait t timer =pause", "end e", "s -> t", "t -> e")
    instance_id = installation.start(pause="soon")
    assert installation.show(instance_id).incident.code == "timer-invalid"
    installation.call(lambda app: app.operations.change(instance_id, {"pause": "PT1M"}))
    installation.call(lambda app: app.operations.retry(instance_id))
    clock.advance(minutes=1)
    installation.work()
    assert installation.status(instance_id) == "COMPLETED"


KILLED = """
import gc; gc.disable()  # what is imported is no garbage
import os, sys
from datetime import datetime
from pathlib import Path
from engine.application import Application
from engine.config import Settings
from engine.instances.work import Work
from forms import FormJs
from service_tasks import ACTIVITIES

class Standing:
    def now(self):
        return datetime.fromisoformat(sys.argv[2])

settings = Settings.from_environment({**os.environ, "IDFLOW_DATA": sys.argv[1]})
app = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=Standing())
save = Work.save
Work.save = lambda self: (save(self), os.kill(os.getpid(), 9))
app.work_due()
"""


def test_a_process_killed_while_a_timer_fires_has_it_fire_once(installation: Any, clock: Any) -> None:
    installation.draw(*WAIT)
    instance_id = installation.start()
    clock.advance(minutes=5)
    arguments = [sys.executable, "-c", KILLED, str(installation.settings.data), clock.now().isoformat()]
    killed = subprocess.run(
        arguments, cwd=ROOT, capture_output=True, text=True, check=False, env=installation.environment()
    )
    assert killed.returncode == -9, killed.stderr
    assert installation.path(instance_id) == ["s"]
    assert installation.work() == 0
    clock.advance(seconds=61)
    assert installation.work() == 1
    assert installation.path(instance_id) == ["s", "t"]


def test_two_workers_at_once_fire_each_timer_once(installation: Any, clock: Any) -> None:
    installation.draw(*WAIT)
    begun = [installation.start() for _ in range(12)]
    clock.advance(minutes=5)
    applications = [installation.open() for _ in range(2)]
    barrier = threading.Barrier(2)
    attempts: list[int] = []

    def work(application: Application) -> None:
        barrier.wait()
        attempts.append(application.work_due())

    threads = [threading.Thread(target=work, args=(each,)) for each in applications]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for application in applications:
        application.close()
    installation.work()
    assert sum(attempts) >= 12
    assert [installation.path(each) for each in begun] == [["s", "t"]] * 12
