from collections.abc import Callable
from typing import Any

import pytest

from engine.spiff import Run, Specification, StepFailed, TaskNotCurrent
from engine.spiff.expressions import ExpressionFailed, Expressions, SecretNotReadable
from engine.spiff.loop import TooManySteps
from engine.spiff.state import StateUnreadable
from engine.variables import SecretReference
from tests.spiff.notation import element
from tests.spiff.world import World

Play = Callable[..., Any]
Specify = Callable[..., Specification]
TWO_FORMS = ("start s", "s -> a", "user a", "a -> b", "user b", "b -> e", "end e")


def with_output(source: str, target: str) -> str:
    output = f'<zeebe:ioMapping><zeebe:output source="{source}" target="{target}"/></zeebe:ioMapping>'
    return element("work w").replace("</bpmn:extensionElements>", f"{output}</bpmn:extensionElements>")


def test_a_step_can_be_submitted_once(play: Play) -> None:
    player = play(*TWO_FORMS)
    first = player.task("a").id
    player.submit("a")
    with pytest.raises(TaskNotCurrent):
        player.run.submit(first)
    assert player.at == ["b"]


def test_no_step_can_be_skipped(play: Play) -> None:
    player = play(*TWO_FORMS)
    ids = [row[0] for row in player.run.save()["process"]["tokens"]]
    ahead = [task_id for task_id in ids if task_id != player.task("a").id]
    for task_id in [*ahead, "", "x", "0" * 32]:
        with pytest.raises(TaskNotCurrent):
            player.run.submit(task_id)
    assert player.at == ["a"]
    assert player.path == ["s"]


def test_a_loop_of_many_visits_keeps_the_state_small_and_gives_each_visit_its_own_id(play: Play) -> None:
    player = play(
        "start s", "s -> u", "user u", "u -> g", "xor g g_e", "g -> u if again", "g -> e", "end e", again=True
    )
    seen = set()
    for _ in range(300):
        seen.add(player.task("u").id)
        player.submit("u")
    assert len(seen) == 300
    assert player.largest < 1500
    player.variables["again"] = False
    assert player.submit("u").run.completed


@pytest.mark.parametrize("every", [False])
def test_a_loop_without_a_wait_state_is_stopped(play: Play) -> None:
    with pytest.raises(StepFailed) as failure:
        play(
            "start s",
            "s -> g0",
            "xor g0",
            "g0 -> w",
            "work w",
            "w -> g",
            "xor g g_e",
            "g -> g0 if true",
            "g -> e",
            "end e",
        )
    assert isinstance(failure.value.cause, TooManySteps)


def test_a_long_automatic_loop_within_the_budget_ends(play: Play) -> None:
    answers = iter([True] * 400 + [False])
    elements = (
        "start s",
        "s -> g0",
        "xor g0",
        "g0 -> w",
        with_output("=result.go", "go"),
        "w -> g",
        "xor g g_e",
        "g -> g0 if go",
        "g -> e",
        "end e",
    )
    player = play(*elements, work=lambda _: {"go": next(answers)})
    assert player.run.completed
    assert player.path.count("w") == 401


def test_script_tasks_are_feel(play: Play) -> None:
    player = play("start s", "s -> t", "script t result.ok = n > 3", "t -> u", "user u", "u -> e", "end e", n=4)
    assert player.variables["result"] == {"ok": True}


def test_an_output_mapping_reads_the_result_of_the_activity(play: Play) -> None:
    task = with_output("=result.id", "user.id")
    player = play("start s", "s -> w", task, "w -> u", "user u", "u -> e", "end e", work=lambda _: {"id": "42"})
    assert player.variables == {"user": {"id": "42"}}


def test_an_expression_can_compare_a_secret_with_null_and_nothing_else(play: Play) -> None:
    totp = {"secret": SecretReference("totp-secret", "1", "2")}
    form = ("t -> u", "user u", "u -> e", "end e")
    player = play("start s", "s -> t", "script t has = totp.secret != null", *form, totp=totp)
    assert player.variables["has"] is True
    for stolen in ("totp.secret", "totp"):
        with pytest.raises(StepFailed) as failure:
            play("start s", "s -> t", f"script t copy = {stolen}", *form, totp=totp)
        assert isinstance(failure.value.cause, SecretNotReadable)


def test_no_python_can_be_run(specification: Specify) -> None:
    run = Run.start(specification(*TWO_FORMS), {}, World(lambda _: None, {}))
    run.advance()
    loaded = Run.load(specification(*TWO_FORMS), run.save(), {}, World(lambda _: None, {}))
    for each in (run, loaded):
        engine = each._workflow.script_engine
        assert type(engine) is Expressions
        for door in (engine.execute, engine.call_service, engine.validate, engine.environment.execute):
            with pytest.raises(ExpressionFailed):
                door("1 + 1")
        with pytest.raises(ExpressionFailed):
            engine.evaluate(None, "__import__('os')")


def test_a_state_that_does_not_fit_its_definition_is_refused(specification: Specify) -> None:
    run = Run.start(specification(*TWO_FORMS), {}, World(lambda _: None, {}))
    run.advance()
    other = specification("start s", "s -> z", "user z", "z -> e", "end e")
    with pytest.raises(StateUnreadable, match="'a'"):
        Run.load(other, run.save(), {}, World(lambda _: None, {}))
    with pytest.raises(StateUnreadable, match="99"):
        Run.load(other, {**run.save(), "version": 99}, {}, World(lambda _: None, {}))


def test_text_around_expressions_of_camunda_7_is_filled_in(play: Play) -> None:
    output = '<camunda:outputParameter name="greeting">Dear ${user.name}, ${n + 1} left.</camunda:outputParameter>'
    task = (
        '<bpmn:serviceTask id="w" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:type="external" '
        f'camunda:topic="work"><bpmn:extensionElements><camunda:inputOutput>{output}</camunda:inputOutput>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
    )
    player = play("start s", "s -> w", task, "w -> u", "user u", "u -> e", "end e", user={"name": "Ada"}, n=2)
    assert player.variables["greeting"] == "Dear Ada, 3 left."


@pytest.mark.parametrize("name", ["n", "processvar.n", "processVar.n"])
def test_a_variable_has_three_names(play: Play, name: str) -> None:
    player = play("start s", "s -> t", f"script t m = {name} * 2", "t -> u", "user u", "u -> e", "end e", n=21)
    assert player.variables["m"] == 42


def test_a_date_is_kept_as_text(play: Play) -> None:
    script = 'script t due = date("2026-01-31") + duration("P1M")'
    player = play("start s", "s -> t", script, "t -> u", "user u", "u -> e", "end e")
    assert player.variables["due"] == "2026-02-28"
