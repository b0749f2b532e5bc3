"""Messages: to the one instance that waits for their name and key, now or within their time to live."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import Refused
from engine.instances.given import ReservedVariable
from engine.instances.outbox import MAXIMUM_PAYLOAD, MAXIMUM_TIME_TO_LIVE, EventInvalid, PayloadTooLarge
from engine.store.models import Message
from engine.variables import VariableInvalid
from tests.spiff.notation import inputs, outputs

RECEIVE = ("start s", "wait m message M", "user u", "end e", "s -> m", "m -> u", "u -> e")
HOUR = timedelta(hours=1)


def test_a_message_reaches_the_instance_with_its_name_and_key(installation: Any) -> None:
    installation.draw(*RECEIVE)
    one, two = installation.start(key="1"), installation.start(key="2")
    installation.publish("M", "2", variables={"paid": True})
    assert installation.path(two) == ["s"]
    installation.work()
    assert (installation.at(one), installation.at(two)) == (None, "u")
    assert installation.show(two).variables == {"key": "2", "paid": True}
    assert "paid" not in installation.show(one).variables
    assert [row.correlation_key for row in installation.subscriptions()] == ["1"]
    received = next(entry for entry in installation.show(two).history if entry.event == "received")
    assert (received.element_id, received.detail) == ("m", "message M")


@pytest.mark.parametrize(("name", "key"), [("M", "2"), ("N", "1"), ("M", ""), ("m", "1")])
def test_a_message_for_somebody_else_passes_by(installation: Any, name: str, key: str) -> None:
    installation.draw(*RECEIVE)
    instance_id = installation.start(key="1")
    installation.publish(name, key)
    installation.work()
    assert installation.at(instance_id) is None
    assert installation.rows(Message) == []


def test_a_key_that_is_a_number_is_found_by_its_digits(installation: Any) -> None:
    installation.draw(*RECEIVE)
    instance_id = installation.start(key=4711)
    installation.publish("M", "4711")
    installation.work()
    assert installation.at(instance_id) == "u"


def test_who_has_waited_longest_is_first(installation: Any, clock: Any) -> None:
    installation.draw(*RECEIVE)
    begun = []
    for _ in range(3):
        begun.append(installation.start(key="k"))
        clock.advance(seconds=1)
    for number in (1, 2, 3):
        installation.publish("M", "k", time_to_live=HOUR)
        installation.work()
        assert [installation.at(each) for each in begun] == ["u"] * number + [None] * (3 - number)


def test_a_message_goes_to_one_instance_of_each_process(installation: Any, clock: Any) -> None:
    installation.draw(*RECEIVE)
    installation.draw(*RECEIVE, name="q")
    ones = [installation.start("p", key="k") for _ in range(2)]
    other = installation.start("q", key="k")
    installation.publish("M", "k")
    installation.work()
    assert sorted(str(installation.at(each)) for each in ones) == ["None", "u"]
    assert installation.at(other) == "u"


def test_a_message_waits_for_an_instance_that_comes_in_its_time_to_live(installation: Any, clock: Any) -> None:
    installation.draw(*RECEIVE)
    installation.publish("M", "k", time_to_live=HOUR, variables={"n": 1})
    installation.work()
    clock.advance(minutes=59)
    first = installation.start(key="k")
    clock.advance(seconds=1)
    second = installation.start(key="k")
    installation.work()
    assert [installation.at(first), installation.at(second)] == ["u", None]
    assert installation.show(first).variables["n"] == 1


def test_a_message_whose_time_is_over_is_gone(installation: Any, clock: Any) -> None:
    installation.draw(*RECEIVE)
    installation.publish("M", "k", time_to_live=HOUR)
    installation.work()
    clock.advance(hours=1)
    instance_id = installation.start(key="k")
    installation.work()
    assert installation.at(instance_id) is None
    assert (installation.rows(Message), installation.jobs()) == ([], [])


def test_a_receive_task_and_a_boundary_message_are_reached_too(installation: Any) -> None:
    installation.draw(
        "start s", "receive r M", "user u", "on b u message N", "user late", "end e",
        *("s -> r", "r -> u", "u -> e", "b -> late", "late -> e"),
    )  # fmt: skip
    instance_id = installation.start(key="k")
    installation.publish("M", "k")
    installation.work()
    assert installation.at(instance_id) == "u"
    installation.publish("N", "k")
    installation.work()
    assert installation.at(instance_id) == "late"
    assert installation.subscriptions() == []


def test_a_message_starts_a_process(installation: Any) -> None:
    installation.draw("start s message Order", "user u", "end e", "s -> u", "u -> e")
    installation.publish("Order", "4711", variables={"goods": ["pen"]})
    installation.work()
    [instance_id] = installation.instances()
    detail = installation.show(instance_id)
    assert (detail.record.element_id, detail.variables) == ("u", {"goods": ["pen"]})
    assert detail.history[0].element_id == "s"


def test_a_message_goes_to_who_waits_rather_than_starting_another(installation: Any) -> None:
    installation.draw(
        "start s message M", "wait m message M", "user u", "end e", "s -> m", "m -> u", "u -> e",
        beside='<bpmn:message id="M" name="M"><bpmn:extensionElements>'
        '<zeebe:subscription correlationKey="=string(4711)"/></bpmn:extensionElements></bpmn:message>',
    )  # fmt: skip
    installation.publish("M", "4711")
    installation.work()
    assert len(installation.instances()) == 1
    installation.publish("M", "4711")
    installation.work()
    assert [installation.show(each).record.element_id for each in installation.instances()] == ["u"]


@pytest.mark.parametrize("thrower", ["throw t message M", "send t M", "end t message M"])
def test_one_instance_sends_and_another_receives(installation: Any, thrower: str) -> None:
    installation.draw(*RECEIVE, name="receiver")
    flows = ("s -> t",) if thrower.startswith("end") else ("s -> t", "t -> e", "end e")
    installation.draw("start s", inputs(thrower, total="amount * 2"), *flows, name="sender")
    receiver = installation.start("receiver", key="k")
    sender = installation.start("sender", key="k", amount=21)
    installation.work()
    assert installation.status(sender) == "COMPLETED"
    history = installation.show(sender).history
    assert ("thrown", "t", "message M") in [(each.event, each.element_id, each.detail) for each in history]
    assert [each.seq for each in history] == list(range(1, len(history) + 1))
    assert installation.at(receiver) == "u"
    assert installation.show(receiver).variables == {"key": "k", "total": 42}


def test_an_instance_receives_what_it_has_sent_itself(installation: Any) -> None:
    installation.draw("start s", "throw t message M", "wait m message M", "end e", "s -> t", "t -> m", "m -> e")
    instance_id = installation.start(key="k")
    assert installation.status(instance_id) == "ACTIVE"
    installation.work()
    assert installation.status(instance_id) == "COMPLETED"


def test_an_output_mapping_keeps_what_it_names_and_nothing_else(installation: Any) -> None:
    mapped = outputs("wait m message M", total="amount + 1")
    installation.draw("start s", mapped, "user u", "end e", "s -> m", "m -> u", "u -> e")
    instance_id = installation.start(key="k")
    installation.publish("M", "k", variables={"amount": 1, "token": 1, "source": 2, "self": 3})
    installation.work()
    assert installation.show(instance_id).variables == {"key": "k", "total": 2}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"variables": {"_customFormData": {}}}, ReservedVariable),
        ({"variables": {"_identityStore.users": {}}}, ReservedVariable),
        ({"variables": {"processvar": 1}}, ReservedVariable),
        ({"variables": {"two words": 1}}, VariableInvalid),
        ({"variables": {"set": {1}}}, VariableInvalid),
        ({"variables": {"text": "x" * MAXIMUM_PAYLOAD}}, PayloadTooLarge),
        ({"name": ""}, EventInvalid),
        ({"name": "n" * 256}, EventInvalid),
        ({"key": "k" * 256}, EventInvalid),
        ({"time_to_live": timedelta(seconds=-1)}, EventInvalid),
        ({"time_to_live": MAXIMUM_TIME_TO_LIVE + HOUR}, EventInvalid),
    ],
)
def test_a_message_that_makes_no_sense_is_refused(
    installation: Any, given: dict[str, Any], error: type[Refused]
) -> None:
    with pytest.raises(error):
        installation.publish(**{"name": "M", **given})
    assert (installation.rows(Message), installation.jobs()) == ([], [])


def test_a_message_that_carries_too_much_stops_who_throws_it(installation: Any) -> None:
    installation.draw("start s", inputs("throw t message M", much="words"), "end e", "s -> t", "t -> e")
    instance_id = installation.start(key="k", words="x" * MAXIMUM_PAYLOAD)
    incident = installation.show(instance_id).incident
    assert (incident.element_id, incident.code) == ("t", "payload-too-large")
    assert installation.rows(Message) == []


@pytest.mark.parametrize("how", ["suspended", "incident"])
def test_a_message_waits_for_an_instance_that_stands_still(installation: Any, how: str) -> None:
    installation.draw(
        "start s", "and f", "wait m message M", "user u", "work w", "user v", "end e",
        *("s -> f", "f -> m", "f -> u", "u -> w", "w -> v", "v -> e", "m -> e"),
    )  # fmt: skip
    instance_id = installation.start(broken=True, key="k")
    if how == "suspended":
        installation.call(lambda app: app.operations.suspend(instance_id))
    else:
        installation.submit(instance_id)
    installation.publish("M", "k", time_to_live=HOUR)
    installation.work()
    assert "m" not in installation.path(instance_id)
    if how == "suspended":
        installation.call(lambda app: app.operations.resume(instance_id))
    else:
        installation.call(lambda app: app.operations.change(instance_id, {"broken": False}))
        installation.call(lambda app: app.operations.retry(instance_id))
    installation.work()
    assert installation.path(instance_id).count("m") == 1


def test_standing_still_does_not_cost_the_place_in_the_queue(installation: Any, clock: Any) -> None:
    installation.draw(*RECEIVE)
    first = installation.start(key="k")
    clock.advance(seconds=1)
    second = installation.start(key="k")
    installation.call(lambda app: app.operations.suspend(first))
    clock.advance(seconds=1)
    installation.call(lambda app: app.operations.resume(first))
    installation.publish("M", "k")
    installation.work()
    assert (installation.at(first), installation.at(second)) == ("u", None)


def test_what_a_message_carries_is_sealed(installation: Any) -> None:
    installation.draw(*RECEIVE)
    for to in ("nobody", "k"):
        installation.publish("M", to, variables={"note": "very private words"}, time_to_live=HOUR)
    installation.start(key="k")
    installation.work()
    data: Path = installation.settings.data
    assert not [file for file in data.rglob("*") if file.is_file() and b"very private words" in file.read_bytes()]
    [event, _] = installation.audited("event_published")
    assert event.detail == {"trigger": "message", "name": "M"}
