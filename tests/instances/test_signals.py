"""Signals: to everybody who waits for them at the moment, and to every process that one starts."""

from typing import Any

import pytest

from engine.instances.given import ReservedVariable
from engine.store.models import Message
from tests.spiff.notation import inputs

WAIT = ("start s", "wait n signal S", "user u", "end e", "s -> n", "n -> u", "u -> e")


def send(installation: Any, name: str = "S", **variables: Any) -> None:
    installation.call(lambda app: app.events.broadcast(name, variables))
    installation.work()


def test_a_signal_reaches_every_instance_of_every_process(installation: Any) -> None:
    installation.draw(*WAIT)
    installation.draw(*WAIT, name="q")
    begun = [installation.start("p"), installation.start("p"), installation.start("q")]
    send(installation, "T")
    assert [installation.at(each) for each in begun] == [None] * 3
    send(installation, level=3)
    assert [installation.at(each) for each in begun] == ["u"] * 3
    assert [installation.show(each).variables for each in begun] == [{"level": 3}] * 3
    assert installation.subscriptions() == []


def test_a_signal_is_brought_to_each_instance_in_a_transaction_of_its_own(installation: Any) -> None:
    broken = ("start s", "wait n signal S", "work w", "end e", "s -> n", "n -> w", "w -> e")
    installation.draw(*broken)
    stops, goes_on = installation.start(broken=True), installation.start()
    send(installation)
    assert (installation.status(stops), installation.status(goes_on)) == ("INCIDENT", "COMPLETED")


def test_nobody_hears_a_signal_that_came_before(installation: Any) -> None:
    installation.draw(*WAIT)
    send(installation)
    instance_id = installation.start()
    installation.work()
    assert installation.at(instance_id) is None


@pytest.mark.parametrize("thrower", ["throw t signal S", "end t signal S"])
def test_one_instance_signals_the_others(installation: Any, thrower: str) -> None:
    installation.draw(*WAIT)
    flows = ("s -> t",) if thrower.startswith("end") else ("s -> t", "t -> e", "end e")
    installation.draw("start s", inputs(thrower, level="n + 1"), *flows, name="thrower")
    waiting = installation.start()
    assert installation.status(installation.start("thrower", n=1)) == "COMPLETED"
    installation.work()
    assert installation.at(waiting) == "u"
    assert installation.show(waiting).variables == {"level": 2}


def test_a_signal_reaches_the_instance_that_has_thrown_it_where_it_waited_already(installation: Any) -> None:
    installation.draw(
        "start s", "and f", "wait n signal S", "throw t signal S", "end e", "s -> f", "f -> n", "f -> t", "n -> e",
        "t -> e",
    )  # fmt: skip
    instance_id = installation.start()
    installation.work()
    assert installation.status(instance_id) == "COMPLETED"


def test_a_signal_starts_every_process_that_it_can_start(installation: Any) -> None:
    for name in ("p", "q"):
        installation.draw("start s signal S", "user u", "end e", "s -> u", "u -> e", name=name)
    send(installation, why="drill")
    details = [installation.show(each) for each in installation.instances()]
    assert [(each.record.element_id, each.variables) for each in details] == [("u", {"why": "drill"})] * 2


def test_a_signal_passes_by_an_instance_that_stands_still(installation: Any) -> None:
    installation.draw(*WAIT)
    instance_id = installation.start()
    installation.call(lambda app: app.operations.suspend(instance_id))
    send(installation)
    installation.call(lambda app: app.operations.resume(instance_id))
    installation.work()
    assert installation.at(instance_id) is None
    send(installation)
    assert installation.at(instance_id) == "u"


def test_a_signal_is_forgotten_when_it_has_been_brought_to_everybody(installation: Any, clock: Any) -> None:
    installation.draw(*WAIT)
    installation.start()
    send(installation)
    clock.advance(days=1)
    installation.work()
    assert (installation.rows(Message), installation.jobs()) == ([], [])


def test_a_signal_cannot_set_what_is_idflows_own(installation: Any) -> None:
    with pytest.raises(ReservedVariable):
        send(installation, _identityStore={})
