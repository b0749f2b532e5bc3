"""Tasks."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.model import Element
from engine.spiff import Variables
from engine.spiff.expressions import SecretNotReadable
from engine.variables import SecretReference
from tests.spiff.notation import outputs
from tests.spiff.player import Play, fails


@pytest.mark.bpmn("User task", "Shows its form to the end user and waits until it is submitted; keeps outputs.")
def test_a_user_task_waits_for_a_person(play: Play) -> None:
    player = play("start s", "s -> u", outputs("user u", twice="2 * n"), "u -> v", "user v")
    assert player.at == ["u"]
    assert player.again().at == ["u"]
    assert player.submit("u", n=4).at == ["v"]
    assert player.variables == {"n": 4, "twice": 8}


@pytest.mark.bpmn("Service task", "Runs an activity with its input parameters; its output mapping can name `result`.")
def test_a_service_task_runs_an_activity(play: Play) -> None:
    def act(element: Element, given: Mapping[str, Any], variables: Variables) -> object:
        seen.append((element.id, dict(given), dict(variables.visible())))
        variables.assign("user.name", "Ada")
        return {"id": 7}

    seen: list[object] = []
    player = play(
        "start s",
        "s -> w",
        outputs("work w", **{"user.id": "result.id", "name": "user.name"}),
        "w -> u",
        "user u",
        act=act,
    )
    assert seen == [("w", {}, {})]
    assert player.variables == {"user": {"name": "Ada", "id": 7}, "name": "Ada"}


@pytest.mark.bpmn("Script task", "Evaluates FEEL, never another language, and keeps the value in its result variable.")
def test_a_script_task_is_feel(play: Play) -> None:
    player = play("start s", "s -> t", outputs("script t x.y = n + 1", z="result * 10"), "t -> u", "user u", n=1)
    assert player.variables == {"n": 1, "x": {"y": 2}, "z": 20}


def test_a_script_that_cannot_be_evaluated_is_an_incident(stop: Play) -> None:
    player = stop("start s", "s -> t", "script t x = n", "t -> u", "user u", n=SecretReference("totp-secret", "1", "2"))
    assert isinstance(fails(player.again).cause, SecretNotReadable)
    assert player.change(n=1).variables == {"n": 1, "x": 1}


@pytest.mark.bpmn("Business rule task", "Makes a DMN decision, or runs an activity; keeps the result.")
def test_a_business_rule_task_decides(play: Play) -> None:
    player = play("start s", "s -> r", outputs("rule r risk", high="result[1]"), "r -> u", "user u", n=3)
    assert player.variables["r"] == ["risk", 3]
    assert player.variables["high"] == "risk"
    assert player.world.callers == [None]


def test_a_decision_of_a_called_process_is_that_of_its_deployment(play: Play) -> None:
    player = play("start s", "s -> c", "call c other", calls={"other": ("start os", "os -> r", "rule r risk")})
    assert player.world.callers == [None, "other"]


@pytest.mark.bpmn("Task", "Without a type it is passed at once; keeps outputs.")
@pytest.mark.bpmn("Manual task", "Is passed at once, because nobody can say that it was done; keeps outputs.")
@pytest.mark.bpmn("None intermediate throw event", "Is passed at once; keeps outputs.")
@pytest.mark.parametrize("kind", ["task t", "manual t", "throw t"])
def test_what_does_nothing_is_passed(play: Play, kind: str) -> None:
    player = play("start s", "s -> t", outputs(kind, x="n + 1"), "t -> u", "user u", n=1)
    assert player.path == ["s", "t"]
    assert player.variables == {"n": 1, "x": 2}


@pytest.mark.bpmn("Pool, lane, group, annotation, data object", "Documentation: they change nothing.")
def test_documentation_changes_nothing(play: Play) -> None:
    drawn = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l"><bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
        '<bpmn:textAnnotation id="n"><bpmn:text>Hello</bpmn:text></bpmn:textAnnotation>',
        '<bpmn:association id="a" sourceRef="u" targetRef="n"/>',
        '<bpmn:group id="g"/>',
        '<bpmn:dataObject id="d"/><bpmn:dataObjectReference id="dr" dataObjectRef="d" name="Order"/>',
    )
    beside = '<bpmn:collaboration id="c"><bpmn:participant id="p" processRef="test"/></bpmn:collaboration>'
    player = play(drawn[0], "start s", "s -> u", "user u", *drawn[1:], beside=beside)
    assert player.submit("u").ended
