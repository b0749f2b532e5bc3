"""One run of a process, in memory: start, submit, save, load."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.errors import BpmnError, Conflict
from engine.model import Element
from engine.spiff import loop, state
from engine.spiff.loop import StepFailed
from engine.spiff.specification import Specification
from engine.spiff.specs import EndEvent
from engine.spiff.trim import trim
from engine.spiff.workflow import Call, Workflow

__all__ = ["Passed", "Run", "StepFailed", "TaskNotCurrent", "WaitingTask"]


_SETTINGS = feel.Settings()


class TaskNotCurrent(Conflict):
    """This step is no longer the current one."""

    code = "task-not-current"


@dataclass(frozen=True, slots=True)
class Passed:
    """An element that completed."""

    element: Element
    ends: bool = False
    """It is an end event of the process itself."""
    declines: bool = False
    """It is an error end event of the process itself."""


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A user task that waits for a person."""

    id: str
    """Of this visit to the element; another visit has another."""
    element: Element
    notes: dict[str, Any]
    """What the engine keeps with the task while it waits; stored with it. JSON values."""


class Run:
    """One instance in memory. Not for two threads at once: the instance's row is locked while it is loaded."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self.passed: list[Passed] = []
        """What completed since the run was made or loaded, in order."""

    @classmethod
    def start(
        cls, specification: Specification, variables: dict[str, Any], call: Call, settings: feel.Settings = _SETTINGS
    ) -> "Run":
        """Make a run that stands at its start event; it shares `variables` with the caller and writes there.

        `settings` is where expressions take the time and chance from.
        """
        return cls(Workflow(specification, variables, call, settings))

    @classmethod
    def load(
        cls,
        specification: Specification,
        saved: state.Saved,
        variables: dict[str, Any],
        call: Call,
        settings: feel.Settings = _SETTINGS,
    ) -> "Run":
        """Make the run whose state was saved; see `start`."""
        return cls(state.load(specification, saved, variables, call, settings))

    def save(self) -> state.Saved:
        """Return the state as JSON values."""
        return state.save(self._workflow)

    @property
    def completed(self) -> bool:
        """Whether the process has ended."""
        return bool(self._workflow.completed)

    @property
    def waiting(self) -> list[WaitingTask]:
        """The user tasks that wait, in the order in which they were reached."""
        return [WaitingTask(task.id.hex, task.task_spec.element, task.internal_data) for task in self._manual_tasks()]

    def advance(self) -> None:
        """Run to the next wait state or the end.

        Raises:
            StepFailed: when an element failed; it stands as before, and `advance` tries it again.

        """
        self._step(partial(loop.advance, self._workflow))

    def submit(self, task_id: str) -> None:
        """Complete a waiting user task and run on.

        Raises:
            TaskNotCurrent: when no user task with this id waits: nothing happened.
            StepFailed: see `advance`.

        """
        task = self._current(task_id)

        def complete(passed: Callable[[Task], None]) -> None:
            loop.run(task, passed)
            loop.advance(self._workflow, passed)

        self._step(complete)

    def throw(self, task_id: str, error: BpmnError) -> None:
        """Raise a BPMN error at a waiting user task and run on.

        Raises:
            TaskNotCurrent, StepFailed: see `submit`; an error that nothing catches is one.

        """
        task = self._current(task_id)

        def catch(passed: Callable[[Task], None]) -> None:
            loop.throw(task, error, passed)
            loop.advance(self._workflow, passed)

        self._step(catch)

    def _step(self, work: Callable[[Callable[[Task], None]], None]) -> None:
        work(self._note)
        if not self.completed:
            trim(self._workflow)

    def _note(self, task: Task) -> None:
        element = getattr(task.task_spec, "element", None)
        if element is not None:
            ends = isinstance(task.task_spec, EndEvent) and task.workflow is self._workflow
            self.passed.append(Passed(element, ends, ends and task.task_spec.declines))

    def _current(self, task_id: str) -> Task:
        for task in self._manual_tasks():
            if task.id == _uuid(task_id):
                return task
        raise TaskNotCurrent

    def _manual_tasks(self) -> list[Task]:
        tasks = (task for scope in self._workflow.scopes for task in scope.tasks.values())
        return [task for task in tasks if task.state == TaskState.READY and task.task_spec.manual]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
