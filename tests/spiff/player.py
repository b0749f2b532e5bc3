"""Playing a process as the engine does, and storing it meanwhile."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import orjson
import pytest

from engine import variables
from engine.errors import BpmnError
from engine.model import Trigger
from engine.spiff import Run, Specification, StepFailed, Thrown, Waiting, WaitingTask, loop
from tests.spiff.world import World


class Player:
    """Plays a process and stores it between every two steps, as the database would.

    With `every`, it stores and loads it after every single element, too: nothing may live in memory alone.
    """

    def __init__(
        self, specification: Specification, table: dict[str, Any], world: World, *, every: bool = False
    ) -> None:
        self.variables = table
        self.world = world
        self.every = every
        self.path: list[str] = []
        self.flows: list[str] = []
        self.thrown: list[Thrown] = []
        self.largest = 0
        self.specification = specification
        self.run = Run.start(specification, table, world)

    def start(self, at: str | None = None, payload: Mapping[str, Any] | None = None) -> "Player":
        if at is not None:
            self.run = Run.start(self.specification, self.variables, self.world, at=at, payload=payload)
        return self.again()

    def again(self) -> "Player":
        # Not the method itself: it may be another one when it is called.
        return self.step(lambda: self.run.advance())  # noqa: PLW0108

    def submit(self, element_id: str, /, **values: Any) -> "Player":
        return self.complete(self.task(element_id).id, **values)

    def complete(self, task_id: str, /, **values: Any) -> "Player":
        return self.step(lambda: self.run.submit(task_id, values))

    def deliver(self, waiting_id: str, payload: Mapping[str, Any] | None = None) -> "Player":
        return self.step(lambda: self.run.deliver(waiting_id, payload))

    def throw(self, element_id: str, code: str) -> "Player":
        return self.step(lambda: self.run.throw(self.task(element_id).id, BpmnError("thrown", error_code=code)))

    def message(self, name: str, key: str = "k", /, **payload: Any) -> "Player":
        waiting = next(
            each
            for each in self.run.events
            if each.trigger == Trigger.MESSAGE and each.name == name and each.key == key
        )
        return self.deliver(waiting.id, payload)

    def signal(self, name: str, /, **payload: Any) -> "Player":
        for waiting in [each for each in self.run.events if each.trigger == Trigger.SIGNAL and each.name == name]:
            if waiting.id in {each.id for each in self.run.events}:
                self.deliver(waiting.id, payload)
        return self

    def sleep(self, **duration: float) -> "Player":
        """Let time pass, and every timer fire that is due meanwhile, at its time."""
        end = self.world.time + timedelta(**duration)
        while (due := min((each.due for each in self.run.events if each.due), default=None)) is not None and due <= end:
            waiting = next(each for each in self.run.events if each.due == due)
            self.world.time = max(due, self.world.time)
            self.deliver(waiting.id)
        self.world.time = end
        return self

    def oversleep(self, **duration: float) -> "Player":
        """Let time pass while nothing runs; then every timer fires that was due, once."""
        self.world.time += timedelta(**duration)
        for waiting in [each for each in self.run.events if each.due and each.due <= self.world.time]:
            if waiting.id in {each.id for each in self.run.events}:
                self.deliver(waiting.id)
        return self

    def change(self, /, **values: Any) -> "Player":
        """Set variables as an operator does."""

        def action() -> None:
            self.run.assign(values)
            self.run.advance()

        return self.step(action)

    def skip(self, element_id: str, **values: Any) -> "Player":
        return self.step(lambda: self.run.skip(self.token(element_id), values))

    def move(self, element_id: str, target: str) -> "Player":
        return self.step(lambda: self.run.move(self.token(element_id), target))

    def task(self, element_id: str) -> WaitingTask:
        return next(task for task in self.run.waiting if task.element.id == element_id)

    def token(self, element_id: str) -> str:
        return next(each.id for each in self.run.positions if each.element.id == element_id)

    @property
    def at(self) -> list[str]:
        return sorted(task.element.id for task in self.run.waiting)

    @property
    def standing(self) -> list[str]:
        """Where every token is, those included that wait for events."""
        return sorted(each.element.id for each in self.run.positions)

    @property
    def failing(self) -> list[str]:
        """The element that an incident stopped at, if there is one."""
        return [each.element.id for each in self.run.positions if each.id == self.run.failed]

    @property
    def for_events(self) -> list[Waiting]:
        return self.run.events

    @property
    def due(self) -> list[str]:
        """When timers are due, in the time of the clocks in Berlin."""
        zone = self.world.zone
        return sorted(each.due.astimezone(zone).isoformat() for each in self.run.events if each.due)

    @property
    def ended(self) -> bool:
        return self.run.completed

    def step(self, action: Callable[[], None]) -> "Player":
        try:
            if not self.every:
                action()
                return self
            # The action without what follows; then what follows, one element after the other.
            self.run.advance = lambda: None  # type: ignore[method-assign]
            action()
            while loop.step(self.run._workflow, self.run._note):
                self.store()
            del self.run.__dict__["advance"]
            self.run.advance()
        finally:
            self.store()
        return self

    def store(self) -> None:
        self.path += [passed.element.id for passed in self.run.passed]
        self.flows += [flow for passed in self.run.passed for flow in passed.flows]
        self.thrown += self.run.thrown
        stored = orjson.dumps(self.run.save())
        called = variables.decode(variables.encode(self.run.tables))
        self.largest = max(self.largest, len(stored))
        size = sum(len(scope.tasks) for scope in self.run._workflow.scopes)
        assert self.run._workflow.size == size
        paused = "advance" in self.run.__dict__
        self.run = Run.load(self.specification, orjson.loads(stored), self.variables, self.world, called)
        if paused:
            self.run.advance = lambda: None  # type: ignore[method-assign]


Play = Callable[..., Player]


def fails(action: Callable[[], object]) -> StepFailed:
    """Return the failure that stops `action`."""
    with pytest.raises(StepFailed) as failure:
        action()
    return failure.value
