"""States that the first version of the engine stored, beside the diagrams they belong to."""

from pathlib import Path

import orjson
import pytest

from engine.dialect import read
from engine.errors import BpmnError
from engine.spiff import Run, Specification
from tests.spiff.specifying import Work
from tests.spiff.world import World

FOLDER = Path(__file__).with_name("state_1")


def run(name: str) -> Run:
    process = read((FOLDER / f"{name}.bpmn").read_bytes(), name, {"work": Work}).process
    assert process is not None
    saved = orjson.loads((FOLDER / f"{name}.json").read_bytes())
    return Run.load(Specification.of(process), saved, {}, World(lambda _: None, {}))


def at(run: Run) -> list[str]:
    return [task.element.id for task in run.waiting]


def submit(run: Run, element_id: str) -> None:
    run.submit(next(task.id for task in run.waiting if task.element.id == element_id))


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("form", ["b"]),
        ("join", ["b", "last"]),
        ("guarded-join", ["b", "last"]),
        ("inclusive", ["b", "last"]),
        ("inside", ["b", "c", "d"]),
    ],
)
def test_an_instance_goes_on_where_it_stood(name: str, steps: list[str]) -> None:
    loaded = run(name)
    assert loaded.waiting[0].notes["form"] == "f1"
    for step in steps:
        assert at(loaded) == [step]
        submit(loaded, step)
    assert loaded.completed


def test_an_element_that_failed_is_tried_again() -> None:
    loaded = run("failed")
    loaded.advance()
    assert at(loaded) == ["a"]


def test_a_boundary_event_still_catches() -> None:
    loaded = run("inside")
    loaded.throw(loaded.waiting[0].id, BpmnError("no", error_code="E"))
    assert at(loaded) == ["r"]
