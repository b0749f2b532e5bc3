from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import orjson
import pytest

from engine.declare import Declared
from engine.dialect import read
from engine.errors import BpmnError, Problem
from engine.model import Element
from engine.spiff import Run, Specification, WaitingTask
from tests.spiff.notation import element

_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="test">
  <bpmn:process id="test" isExecutable="true">{body}</bpmn:process>{beside}
</bpmn:definitions>"""


class Work(Declared):
    """An activity that does what the test says."""

    type: ClassVar[str] = "work"
    name: ClassVar[str] = "Work"
    errors = ()

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        return []


class Player:
    """Plays a process and stores it between every two steps, as the database would."""

    def __init__(self, specification: Specification, variables: dict[str, Any], work: Callable[[str], object]) -> None:
        self.variables = variables
        self.path: list[str] = []
        self.largest = 0
        self._specification = specification
        self._work = work
        self.run = Run.start(specification, variables, self._call)

    def start(self) -> "Player":
        return self._step(self.run.advance)

    def again(self) -> "Player":
        return self._step(self.run.advance)

    def submit(self, element_id: str) -> "Player":
        return self._step(lambda: self.run.submit(self.task(element_id).id))

    def throw(self, element_id: str, code: str) -> "Player":
        return self._step(lambda: self.run.throw(self.task(element_id).id, BpmnError("thrown", error_code=code)))

    def task(self, element_id: str) -> WaitingTask:
        return next(task for task in self.run.waiting if task.element.id == element_id)

    @property
    def at(self) -> list[str]:
        return [task.element.id for task in self.run.waiting]

    def _call(self, element: Element, inputs: Mapping[str, Any]) -> object:
        return self._work(element.id)

    def _step(self, action: Callable[[], None]) -> "Player":
        try:
            action()
        finally:
            self.path += [passed.element.id for passed in self.run.passed]
            stored = orjson.dumps(self.run.save())
            self.largest = max(self.largest, len(stored))
            self.run = Run.load(self._specification, orjson.loads(stored), self.variables, self._call)
        return self


@pytest.fixture
def specification() -> Callable[..., Specification]:
    """Makes a specification of elements in a short notation: see `tests.spiff.notation`."""

    def make(*elements: str, beside: str = "") -> Specification:
        reading = read(
            _FILE.format(body="\n".join(map(element, elements)), beside=beside).encode(), "t.bpmn", {"work": Work}
        )
        assert reading.process is not None, "\n".join(map(str, reading.problems))
        return Specification.of(reading.process)

    return make


@pytest.fixture
def play(specification: Callable[..., Specification]) -> Callable[..., Player]:
    """Plays a process in the short notation up to its first wait state."""

    def start(
        *elements: str, beside: str = "", work: Callable[[str], object] = lambda _: None, **variables: Any
    ) -> Player:
        return Player(specification(*elements, beside=beside), variables, work).start()

    return start


@pytest.fixture
def inside() -> Callable[..., str]:
    """Makes an embedded sub-process of elements in the short notation."""

    def make(name: str, *elements: str) -> str:
        return f'<bpmn:subProcess id="{name}">{"".join(map(element, elements))}</bpmn:subProcess>'

    return make
