from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import orjson
import pytest

from engine import feel, variables
from engine.declare import Declared
from engine.dialect import read
from engine.errors import BpmnError, Problem
from engine.model import CalledDecision, CalledElement, Element, Trigger
from engine.spiff import Run, Specification, Thrown, Variables, Waiting, WaitingTask
from tests.spiff.notation import element, roots

_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="test">
  <bpmn:process id="{name}" isExecutable="true">{body}</bpmn:process>{beside}
</bpmn:definitions>"""


class Work(Declared):
    """An activity that does what the test says."""

    type: ClassVar[str] = "work"
    name: ClassVar[str] = "Work"
    errors = ()

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        return []


class World:
    """What a run asks of the rest of the engine, in memory."""

    def __init__(self, work: Callable[[str], object], processes: Mapping[str, Specification]) -> None:
        self.time = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
        self.settings = feel.Settings(now=self.now)
        self.zone = ZoneInfo("Europe/Berlin")
        self._work = work
        self._processes = processes
        self.inputs: list[Mapping[str, Any]] = []

    def now(self) -> datetime:
        return self.time

    def call(self, element: Element, inputs: Mapping[str, Any], variables: Variables) -> object:
        self.inputs.append(inputs)
        return self._work(element.id)

    def decide(self, decision: CalledDecision, definition_id: str | None, context: Mapping[str, Any]) -> object:
        return [decision.decision, context.get("n")]

    def called(self, called: CalledElement, process: str, definition_id: str | None) -> str:
        return process

    def specification(self, definition_id: str) -> Specification:
        return self._processes[definition_id]


class Player:
    """Plays a process and stores it between every two steps, as the database would."""

    def __init__(self, specification: Specification, table: dict[str, Any], world: World) -> None:
        self.variables = table
        self.world = world
        self.path: list[str] = []
        self.flows: list[str] = []
        self.thrown: list[Thrown] = []
        self.largest = 0
        self._specification = specification
        self.run = Run.start(specification, table, world)

    def start(self, at: str | None = None, payload: Mapping[str, Any] | None = None) -> "Player":
        if at is not None:
            self.run = Run.start(self._specification, self.variables, self.world, at=at, payload=payload)
        return self.step(self.run.advance)

    def again(self) -> "Player":
        return self.step(self.run.advance)

    def submit(self, element_id: str) -> "Player":
        return self.step(lambda: self.run.submit(self.task(element_id).id))

    def throw(self, element_id: str, code: str) -> "Player":
        return self.step(lambda: self.run.throw(self.task(element_id).id, BpmnError("thrown", error_code=code)))

    def message(self, name: str, key: str = "k", **payload: Any) -> "Player":
        waiting = next(
            each
            for each in self.run.events
            if each.trigger == Trigger.MESSAGE and each.name == name and each.key == key
        )
        return self.step(lambda: self.run.deliver(waiting.id, payload))

    def signal(self, name: str, **payload: Any) -> "Player":
        for waiting in [each for each in self.run.events if each.trigger == Trigger.SIGNAL and each.name == name]:
            if waiting.id in {each.id for each in self.run.events}:
                self.step(lambda waiting=waiting: self.run.deliver(waiting.id, payload))
        return self

    def sleep(self, **duration: float) -> "Player":
        """Let time pass, and every timer fire that is due meanwhile, at its time."""
        end = self.world.time + timedelta(**duration)
        while (due := min((each.due for each in self.run.events if each.due), default=end)) <= end:
            waiting = next(each for each in self.run.events if each.due == due)
            self.world.time = max(due, self.world.time)
            self.step(lambda waiting=waiting: self.run.deliver(waiting.id))
            if not self.run.events:
                break
        self.world.time = end
        return self

    def task(self, element_id: str) -> WaitingTask:
        return next(task for task in self.run.waiting if task.element.id == element_id)

    @property
    def at(self) -> list[str]:
        return [task.element.id for task in self.run.waiting]

    @property
    def for_events(self) -> list[Waiting]:
        return self.run.events

    @property
    def ended(self) -> bool:
        return self.run.completed

    def step(self, action: Callable[[], None]) -> "Player":
        try:
            action()
        finally:
            self.path += [passed.element.id for passed in self.run.passed]
            self.flows += [flow for passed in self.run.passed for flow in passed.flows]
            self.thrown += self.run.thrown
            stored = orjson.dumps(self.run.save())
            called = variables.decode(variables.encode(self.run.tables))
            self.largest = max(self.largest, len(stored))
            self.run = Run.load(self._specification, orjson.loads(stored), self.variables, self.world, called)
        return self


@pytest.fixture
def specification() -> Callable[..., Specification]:
    """Makes a specification of elements in a short notation: see `tests.spiff.notation`."""

    def make(*elements: str, beside: str = "", name: str = "test") -> Specification:
        body = "\n".join(map(element, elements))
        content = _FILE.format(body=body, beside=beside + roots(body, beside), name=name)
        reading = read(content.encode(), "t.bpmn", {"work": Work})
        assert reading.process is not None, "\n".join(map(str, reading.problems))
        return Specification.of(reading.process)

    return make


@pytest.fixture
def play(specification: Callable[..., Specification]) -> Callable[..., Player]:
    """Plays a process in the short notation up to its first wait state."""

    def start(
        *elements: str,
        beside: str = "",
        work: Callable[[str], object] = lambda _: None,
        calls: Mapping[str, tuple[str, ...]] | None = None,
        at: str | None = None,
        payload: Mapping[str, Any] | None = None,
        **table: Any,
    ) -> Player:
        processes = {name: specification(*parts, name=name) for name, parts in (calls or {}).items()}
        made = specification(*elements, beside=beside)
        return Player(made, table, World(work, {**processes, "test": made})).start(at, payload)

    return start


@pytest.fixture
def inside() -> Callable[..., str]:
    """Makes an embedded sub-process of elements in the short notation."""

    def make(name: str, *elements: str) -> str:
        return f'<bpmn:subProcess id="{name}">{"".join(map(element, elements))}</bpmn:subProcess>'

    return make
