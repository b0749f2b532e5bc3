"""Who goes on with an instance, how often, and until when."""

import threading
from typing import Any

import pytest

from engine.errors import Conflict, NotFound
from engine.instances import InstanceBusy, InstanceExpired, OtherBrowser, StepNotCurrent
from engine.store.models import InstanceStatus
from tests.instances.conftest import BINDING


def test_another_browser_cannot_go_on(installation: Any) -> None:
    instance_id = installation.begin()
    task = installation.step(instance_id).task
    for other in (b"", b"x" * 32):
        with pytest.raises(OtherBrowser):
            installation.call(lambda app, other=other: app.journeys.step(instance_id, other))
        with pytest.raises(OtherBrowser):
            installation.call(lambda app, other=other: app.journeys.submit(instance_id, other, task.id, {}))
    with pytest.raises(NotFound):
        installation.call(lambda app: app.journeys.step("0" * 24, BINDING))


def test_a_form_is_submitted_once_even_by_eight_at_once(installation: Any) -> None:
    instance_id = installation.begin()
    task = installation.step(instance_id).task
    application = installation.open()
    won: list[int] = []
    lost: list[Exception] = []

    def submit(number: int) -> None:
        try:
            application.journeys.submit(instance_id, BINDING, task.id, {})
            won.append(number)
        except (StepNotCurrent, InstanceBusy, Conflict) as error:
            lost.append(error)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    application.close()
    assert (len(won), len(lost)) == (1, 7)
    detail = installation.call(lambda app: app.views.show(instance_id))
    assert [entry.event for entry in detail.history].count("submitted") == 1


def test_the_same_binding_begins_once_even_by_eight_at_once(installation: Any) -> None:
    application = installation.open()
    begun: list[str] = []
    threads = [
        threading.Thread(target=lambda: begun.append(application.journeys.begin(installation.link, BINDING)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    application.close()
    assert len(begun) == 8
    assert len(set(begun)) == 1


def test_an_instance_expires(installation: Any, clock: Any) -> None:
    instance_id = installation.call(lambda app: app.journeys.begin(installation.link, BINDING))
    task = installation.step(instance_id).task
    clock.advance(hours=47, minutes=59)
    assert installation.step(instance_id).task == task
    clock.advance(minutes=1)
    with pytest.raises(InstanceExpired):
        installation.step(instance_id)
    with pytest.raises(InstanceExpired):
        installation.call(lambda app: app.journeys.submit(instance_id, BINDING, task.id, {}))
    assert installation.call(lambda app: app.expire_due()) == 1
    assert installation.call(lambda app: app.expire_due()) == 0
    detail = installation.call(lambda app: app.views.show(instance_id))
    assert detail.record.status is InstanceStatus.EXPIRED
    assert detail.history[-1].event == "expired"
