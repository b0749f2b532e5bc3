"""Multi-instance activities."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.model import Element
from engine.spiff import Variables
from engine.spiff.loops import MAXIMUM_INSTANCES, CollectionInvalid
from engine.variables import MAXIMUM_BYTES
from tests.spiff.notation import each, inputs, inside, on_event, outputs, times
from tests.spiff.player import Play, fails

AROUND = ("start s", "s -> m", "m -> last", "user last")
BOTH = pytest.mark.parametrize("sequential", [True, False], ids=["sequential", "parallel"])


@pytest.mark.bpmn("Multi-instance activity", "Runs once for each item, all at once or one after the other.")
@BOTH
def test_an_activity_runs_for_each_item(play: Play, *, sequential: bool) -> None:
    player = play(*AROUND, each("user m", "items", sequential=sequential), items=["a", "b", "c"])
    for left in (3, 2, 1):
        assert player.at == ["m"] * (1 if sequential else left)
        assert player.task("m").variables["item"] == "abc"[3 - left]
        assert player.task("m").variables["loopCounter"] == 4 - left
        player.submit("m")
    assert player.at == ["last"]
    assert player.variables == {"items": ["a", "b", "c"]}


@pytest.mark.bpmn(
    "Multi-instance activity",
    "Collects what each instance gives, in the order of the items. When that is a variable, each instance has its own.",
)
@BOTH
def test_results_are_in_the_order_of_the_items(play: Play, *, sequential: bool) -> None:
    several = each("user m", "items", out="results = result", sequential=sequential)
    player = play(*AROUND, several, items=[1, 2, 3])
    while player.at != ["last"]:
        task = player.run.waiting[-1]
        player.complete(task.id, result=task.variables["item"])
    assert player.variables == {"items": [1, 2, 3], "results": [1, 2, 3]}


@pytest.mark.bpmn(
    "Multi-instance activity", "Tasks of every kind, sub-processes and call activities can run several times."
)
@BOTH
@pytest.mark.parametrize(
    "activity",
    [
        outputs("work m", r="result * 2"),
        "script m r = item * 2",
        outputs("task m", r="item * 2"),
        outputs("manual m", r="item * 2"),
        inside("m", "start is", "is -> t", "script t r = item * 2"),
        outputs(inputs(inside("m", "start is", "is -> t", "script t x = x * 2"), x="item"), r="x"),
    ],
)
def test_every_kind_of_activity_runs_several_times(play: Play, activity: str, *, sequential: bool) -> None:
    numbers = iter([1, 2, 3])
    several = each(activity, "[1, 2, 3]", out="results = r", sequential=sequential)
    player = play(*AROUND, several, work=lambda _: next(numbers))
    assert player.at == ["last"]
    assert player.variables["results"] == [2, 4, 6]
    assert "r" not in player.variables
    assert "item" not in player.variables


@BOTH
def test_an_activity_is_given_the_item(play: Play, *, sequential: bool) -> None:
    def act(_: Element, _inputs: Mapping[str, Any], variables: Variables) -> object:
        seen.append((variables.visible()["item"], variables.visible()["loopCounter"]))
        variables.assign("item", 0)
        variables.assign("sum", variables.visible()["sum"] + 1)
        return None

    seen: list[object] = []
    player = play(*AROUND, each("work m", "[7, 8]", sequential=sequential), act=act, sum=0)
    assert seen == [(7, 1), (8, 2)]
    assert player.variables == {"sum": 2}


@BOTH
def test_messages_are_received_several_times(play: Play, *, sequential: bool) -> None:
    several = each(outputs("receive m M", got="x"), "[1, 2]", out="results = got", sequential=sequential)
    player = play(*AROUND, several)
    assert len(player.for_events) == (1 if sequential else 2)
    assert player.message("M", x="a").message("M", x="b").at == ["last"]
    assert player.variables == {"results": ["a", "b"]}


@BOTH
def test_each_instance_waits_for_a_key_of_its_own(play: Play, *, sequential: bool) -> None:
    beside = (
        '<bpmn:message id="M" name="M"><bpmn:extensionElements><zeebe:subscription correlationKey="=item"/>'
        "</bpmn:extensionElements></bpmn:message>"
    )
    player = play(*AROUND, each("receive m M", '["a", "b"]', sequential=sequential), beside=beside)
    assert [waiting.key for waiting in player.for_events] == (["a"] if sequential else ["a", "b"])
    assert player.message("M", "a").message("M", "b").at == ["last"]


@pytest.mark.bpmn("Multi-instance activity", "An empty collection is passed at once, with an empty result.")
@BOTH
@pytest.mark.parametrize("collection", ["[]", "items"])
def test_nothing_to_run_is_passed(play: Play, collection: str, *, sequential: bool) -> None:
    player = play(*AROUND, each("user m", collection, out="results = item", sequential=sequential), items=[])
    assert player.at == ["last"]
    assert player.variables["results"] == []


@pytest.mark.bpmn(
    "Multi-instance activity", "Null, or anything that is no list, is an incident; so are more than 5,000 items."
)
@pytest.mark.parametrize("items", [None, "abc", 3, {"a": 1}, [0] * (MAXIMUM_INSTANCES + 1)])
def test_what_is_no_collection_is_an_incident(stop: Play, items: object) -> None:
    player = stop(*AROUND, each("user m", "items"), items=items)
    failure = fails(player.again)
    assert isinstance(failure.cause, CollectionInvalid)
    assert failure.element_id == "m"
    assert player.change(items=[1]).at == ["m"]


@pytest.mark.bpmn("Multi-instance activity", "A cardinality is how often it runs.")
@BOTH
@pytest.mark.parametrize(("count", "left"), [(0, 0), (3, 3)])
def test_a_cardinality_says_how_often(play: Play, count: int, left: int, *, sequential: bool) -> None:
    player = play(*AROUND, times("user m", "count", sequential=sequential), count=count)
    for number in range(1, left + 1):
        assert player.task("m").variables["loopCounter"] == number
        player.submit("m")
    assert player.at == ["last"]


def test_results_are_limited_in_size_before_they_are_all_there(play: Play) -> None:
    several = each("work m", "for i in 1..100 return i", out="results = [text]")
    failure = fails(lambda: play(*AROUND, several, text="x" * (MAXIMUM_BYTES // 10)))
    assert isinstance(failure.cause, CollectionInvalid)
    assert failure.element_id == "m"


@pytest.mark.parametrize("count", [None, -1, 1.5, True, "3", [1], MAXIMUM_INSTANCES + 1])
def test_what_is_no_number_is_an_incident(play: Play, count: object) -> None:
    failure = fails(lambda: play(*AROUND, times("user m", "count"), count=count))
    assert isinstance(failure.cause, CollectionInvalid)


@pytest.mark.bpmn(
    "Multi-instance activity",
    "Ends when its completion condition is true after an instance; it can name numberOfInstances, "
    "numberOfActiveInstances, numberOfCompletedInstances and numberOfTerminatedInstances.",
)
@BOTH
@pytest.mark.parametrize(
    "until",
    [
        "numberOfCompletedInstances = 2",
        "numberOfCompletedInstances / numberOfInstances >= 0.4",
        'result = "stop"',
        "loopCounter = 2",
    ],
)
def test_a_completion_condition_ends_it(play: Play, until: str, *, sequential: bool) -> None:
    player = play(*AROUND, each("user m", "[1, 2, 3, 4]", out="results = result", until=until, sequential=sequential))
    player.submit("m", result="go")
    assert player.at == ["m"] * (1 if sequential else 3)
    player.submit("m", result="stop")
    assert player.at == ["last"]
    assert player.variables["results"] == ["go", "stop", None, None]
    assert player.standing == ["last"]


@pytest.mark.parametrize(
    ("until", "left"), [("numberOfActiveInstances = 1", 1), ("numberOfTerminatedInstances > 0", 0)]
)
def test_the_number_of_active_instances_is_that_of_the_others(play: Play, until: str, left: int) -> None:
    player = play(*AROUND, each("user m", "[1, 2, 3]", until=until))
    for _ in range(3 - left):
        assert player.at != ["last"]
        player.submit("m")
    assert player.at == ["last"]


@BOTH
def test_what_an_instance_gives_is_computed_again_when_that_failed(play: Play, *, sequential: bool) -> None:
    done: list[str] = []
    several = each("work m", "[1, 2]", until="if date(x) = null then false else error", sequential=sequential)
    player = play(*AROUND, several, work=done.append, x="2026-01-01")
    assert player.at == ["last"]
    assert done == ["m", "m"]


@pytest.mark.bpmn("Multi-instance activity", "Can be nested; each has its own item and counter.")
def test_instances_in_instances(play: Play) -> None:
    inner = each("script t r = item + row.n + loopCounter", "row.items", out="cells = r")
    outer = each(inside("m", "start is", "is -> t", inner), "rows", item="row", out="table = cells")
    player = play(
        *AROUND, outer, rows=[{"n": 100, "items": [10, 20]}, {"n": 200, "items": []}, {"n": 300, "items": [30]}]
    )
    assert player.variables["table"] == [[111, 122], [], [331]]
    assert "cells" not in player.variables


@pytest.mark.bpmn("Multi-instance activity", "Boundary events are those of the activity as a whole.")
@BOTH
def test_a_boundary_event_ends_all_instances(play: Play, *, sequential: bool) -> None:
    player = play(
        *AROUND, each("user m", "[1, 2]", sequential=sequential), "on t m timer PT1H", "t -> late", "user late"
    )
    assert len(player.for_events) == 1
    assert player.submit("m").sleep(hours=1).at == ["late"]
    assert player.standing == ["late"]


@BOTH
def test_an_event_beside_it_happens_once_for_all_instances(play: Play, *, sequential: bool) -> None:
    player = play(*AROUND, each("user m", "[1, 2]", sequential=sequential), "beside b m message M", "b -> x", "user x")
    assert player.message("M").at == (["m", "x"] if sequential else ["m", "m", "x"])
    assert player.submit("m").submit("m").at == ["last", "x"]


@pytest.mark.bpmn("Multi-instance activity", "Default and conditional flows leave it once, after the last instance.")
def test_flows_leave_it_once(play: Play) -> None:
    task = '<bpmn:task id="m" default="m_else"/>'
    player = play(
        "start s", "s -> m", each(task, "[1, 2]"), "m -> one if n = 1", "m -> else", "user one", "user else", n=0
    )
    assert player.at == ["else"]


def test_local_variables_do_not_leak_between_instances(play: Play) -> None:
    handler = on_event("h", "beside hs message M", "hs -> ht", "script ht x = x + 1")
    sub = inputs(
        inside("m", "start is", "is -> u", "user u", "u -> t", "script t x = x + item", handler), x="item * 10"
    )
    player = play(*AROUND, each(sub, "[1, 2]", out="results = x", item="item"))
    player.message("M").submit("u").submit("u")
    assert player.variables == {"results": [12, 22]}


def test_the_result_of_an_instance_is_its_own_until_all_are_there(play: Play) -> None:
    body = outputs(inside("m", "start is", "is -> u", "user u"), r="answer")
    several = each(body, "[1, 2]", out="results = r")
    player = play(*AROUND, several)
    player.submit("u", answer="first")
    assert player.variables == {"answer": "first"}
    assert player.submit("u", answer="second").variables["results"] == ["first", "second"]


@pytest.mark.parametrize("every", [False])
@pytest.mark.bpmn("Multi-instance activity", "A thousand instances are no problem.")
@BOTH
@pytest.mark.parametrize(
    "body", ["user m", outputs("work m", r="result"), outputs(inside("m", "start is", "is -> w", "work w"), r="item")]
)
def test_a_thousand_instances(play: Play, body: str, *, sequential: bool) -> None:
    numbers = iter(range(1000))
    several = each(body, "for i in 0..999 return i", out="results = r", sequential=sequential)
    player = play(*AROUND, several, work=lambda _: next(numbers))
    if body == "user m":
        for number in range(1000) if sequential else ():
            player.submit("m", r=number)
        while not sequential and "m" in player.at:
            # All in one go: what is slow here is storing a thousand of them a thousand times.
            for waiting in player.run.waiting:
                player.run.submit(waiting.id, {"r": waiting.variables["item"]})
    assert player.at == ["last"]
    assert player.variables["results"] == list(range(1000))


@BOTH
def test_a_result_inside_of_a_context_is_local_too(play: Play, *, sequential: bool) -> None:
    several = each(outputs("user m", **{"r.x": "answer"}), "[1, 2]", out="results = r.x", sequential=sequential)
    player = play(*AROUND, several)
    player.submit("m", answer="a").submit("m", answer="b")
    assert player.variables == {"answer": "b", "results": ["a", "b"]}
