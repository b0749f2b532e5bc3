"""What is measured against its size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from secrets import token_bytes
from typing import Any, Protocol

from bench import processes
from bench.diagram import FORM, Diagram
from bench.memory import Memory
from engine.application import Application
from engine.deployment import File
from engine.dialect import read
from engine.instances.outbox import TIMER
from engine.spiff import Run, Specification
from engine.store.models import InstanceStatus
from service_tasks import ACTIVITIES

Work = Callable[[], object]

_TENFOLD = (10, 100, 1000)


class Draw(Protocol):
    """Makes a process of some size; of `python`, see `Diagram`."""

    def __call__(self, size: int, *, python: bool = False) -> Diagram: ...


@dataclass(frozen=True, slots=True)
class Case:
    """One thing, in several sizes."""

    name: str
    work: Callable[[int], Work]
    """Returns what is measured of a size."""
    sizes: tuple[int, ...] = _TENFOLD
    bare: Draw | None = None
    """What bare SpiffWorkflow is measured with."""
    goal: float | None = None
    """How many times as much as a tenth of it the largest size may cost."""


class ManualClock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@dataclass(frozen=True)
class Cases:
    """The cases; those with a database share one installation."""

    application: Application
    installations: Callable[[ManualClock], Application]
    """Opens another installation, with this clock."""

    def __iter__(self) -> Iterator[Case]:
        goal = 15.0
        yield _alone("sequential tasks", processes.tasks, goal=goal)
        yield _alone("iterations of a loop of flows", processes.iterations, goal=goal)
        yield _alone("parallel multi-instance", processes.at_once, goal=goal)
        yield _alone("sequential multi-instance", processes.one_by_one, goal=goal)
        yield _alone("standard loop", processes.repeated)
        yield _alone("parallel branches", processes.branches)
        yield _alone("parallel splits and joins in a row", processes.stages, (10, 30, 100))
        yield _alone("inclusive branches", processes.inclusive_branches)
        yield _alone("inclusive splits and joins in a row", processes.inclusive_stages, (10, 100))
        yield _alone("nested sub-processes", processes.nested, (2, 4, 8))
        yield Case("SQLite: sequential tasks", partial(self._to_the_end, processes.tasks), goal=goal)
        yield Case("SQLite: iterations of a loop of flows", partial(self._to_the_end, processes.iterations), goal=goal)
        yield Case("SQLite: parallel multi-instance", partial(self._to_the_end, processes.at_once), goal=goal)
        yield Case("SQLite: sequential multi-instance", partial(self._to_the_end, processes.one_by_one), goal=goal)
        yield Case("SQLite: show and submit one of so many open forms", self._one_of)
        yield Case("SQLite: start with so many kB of variables", self._start_with, (1, 10, 100))
        yield Case("SQLite: show and submit beside so many kB of variables", self._submit_beside, (1, 10, 100))
        yield Case("SQLite: a timer that is due beside so many that are not", self._due_beside, (100, 1000, 10_000))
        yield Case("read a diagram of so many nodes", partial(_reading, drawn=False), (*_TENFOLD, 2000))
        yield Case("read it with its drawing", partial(_reading, drawn=True), (*_TENFOLD, 2000))
        yield Case("SQLite: deploy it with its drawing", self._deploying, (*_TENFOLD, 2000))

    def _to_the_end(self, draw: Draw, size: int) -> Work:
        key, table = self._deploy(draw(size)), variables(size)

        def run() -> None:
            self.application.journeys.start(key, table, token_bytes(32))

        run()
        status = self.application.views.newest(limit=1)[0].status
        if status is not InstanceStatus.COMPLETED:
            raise RuntimeError(f"{key} is {status}")
        return run

    def _one_of(self, size: int) -> Work:
        return self._submitting(self._deploy(processes.forms(size)), {})

    def _start_with(self, size: int) -> Work:
        key, table = self._deploy(processes.forms(1)), _kilobytes(size)
        return lambda: self.application.journeys.start(key, table, token_bytes(32))

    def _submit_beside(self, size: int) -> Work:
        return self._submitting(self._deploy(processes.forms(1)), _kilobytes(size))

    def _submitting(self, key: str, table: dict[str, Any]) -> Work:
        binding = token_bytes(32)
        instance_id = self.application.journeys.start(key, table, binding)

        def submit() -> None:
            task = self.application.journeys.step(instance_id, binding).task
            if task is None:
                raise RuntimeError("no form waits")
            self.application.journeys.submit(instance_id, binding, task.id, {})

        return submit

    def _due_beside(self, size: int) -> Work:
        clock = ManualClock()
        application = self.installations(clock)
        _deploy(application, processes.minutes())
        application.journeys.start("minutes", {}, token_bytes(32))
        with application.write() as session:
            for number in range(size):
                later = clock.now() + timedelta(days=365, seconds=number)
                key = f"{TIMER}:{number}"
                application.jobs.enqueue(session, TIMER, {"instance": "", "token": ""}, run_at=later, key=key)

        def fire() -> None:
            clock.time += timedelta(minutes=1)
            if application.work_due() != 1:
                raise RuntimeError("one timer should have been due")

        return fire

    def _deploying(self, size: int) -> Work:
        number, content = count(), processes.mixed(size).content(drawn=True)
        self._form()

        def deploy() -> None:
            # Content that is there already would be left alone.
            new = content.replace(b'name=""', f'name="{next(number)}"'.encode(), 1)
            self.application.deploy([File("bench.bpmn", new)])

        return deploy

    def _deploy(self, diagram: Diagram) -> str:
        self._form()
        _deploy(self.application, diagram)
        return diagram.name

    def _form(self) -> None:
        self.application.deploy([File("bench.form", FORM)])


def variables(size: int) -> dict[str, Any]:
    """Return what the processes count, and go through."""
    return {"n": 0, "items": list(range(size))}


def _alone(name: str, draw: Draw, sizes: tuple[int, ...] = _TENFOLD, goal: float | None = None) -> Case:
    def work(size: int) -> Work:
        specification = _specification(draw(size).content())

        def run() -> None:
            begun = Run.start(specification, variables(size), Memory())
            begun.advance()
            begun.save()
            if not begun.completed:
                raise RuntimeError("the process did not end")

        return run

    return Case(name, work, sizes, draw, goal)


def _reading(size: int, *, drawn: bool) -> Work:
    content = processes.mixed(size).content(drawn=drawn)
    return lambda: _specification(content)


def _specification(content: bytes) -> Specification:
    reading = read(content, "bench.bpmn", ACTIVITIES)
    if reading.process is None:
        raise RuntimeError("\n".join(str(problem) for problem in reading.problems))
    return Specification.of(reading.process)


def _deploy(application: Application, diagram: Diagram) -> None:
    application.deploy([File(f"{diagram.name}.bpmn", diagram.content())])


def _kilobytes(size: int) -> dict[str, Any]:
    """Return variables of `size` kB: contexts of 64 bytes."""
    context = {"name": "x" * 23, "value": 123456, "active": True}
    return {"data": [context] * (size * 1024 // 64)}
