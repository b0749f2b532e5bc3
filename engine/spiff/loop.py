"""Runs everything that can run, up to the next wait state."""

from collections.abc import Callable

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError, Failure
from engine.spiff.errors import catch
from engine.spiff.trim import trim
from engine.spiff.workflow import Workflow

BUDGET = 2000
"""How many tasks one step may run on its own: a loop without a wait state ends here."""

TRIM_EVERY = 100
"""How many tasks run between two cuts: the library recurses over the depth of the tree and stops silently at 1000."""


class TooManySteps(Failure):
    """The process runs on and on without waiting for anybody."""

    code = "too-many-steps"


class Stuck(Failure):
    """The process has not ended and nothing in it can ever go on."""

    code = "stuck"


class StepFailed(Failure):
    """An element could not be run. The task stands as before, so that it can be tried again."""

    code = "step-failed"

    def __init__(self, element_id: str | None, cause: Exception) -> None:
        super().__init__(str(cause))
        self.element_id = element_id
        self.cause = cause


def advance(workflow: Workflow, passed: Callable[[Task], None]) -> None:
    """Run until every token waits or the process has ended; `passed` hears of each task that completed.

    Raises:
        StepFailed: when an element failed, the budget is used up, or nothing can go on.

    """
    count = 0
    while task := _next(workflow):
        count += 1
        if count > BUDGET:
            raise StepFailed(task.task_spec.bpmn_id, TooManySteps(f"{BUDGET} steps ran without a wait state."))
        run(task, passed)
        if count % TRIM_EVERY == 0:
            trim(workflow)
    if not workflow.completed and not _waits(workflow):
        last = workflow.last_task
        raise StepFailed(last.task_spec.bpmn_id if last else None, Stuck())


def run(task: Task, passed: Callable[[Task], None]) -> None:
    """Run one task; see `advance`."""
    try:
        task.run()
    except BpmnError as error:
        throw(task, error, passed)
    except Exception as error:
        raise _failed(task, error) from error
    else:
        if task.state == TaskState.COMPLETED:
            passed(task)


def throw(task: Task, error: BpmnError, passed: Callable[[Task], None]) -> None:
    """Raise a BPMN error at a task; when nothing catches it, the task failed."""
    boundary = catch(task, error)
    if boundary is None:
        raise _failed(task, error) from error
    passed(boundary)


def _failed(task: Task, error: Exception) -> StepFailed:
    # The library leaves a failed task in a state that nothing leads out of.
    task._set_state(TaskState.READY)
    return StepFailed(task.task_spec.bpmn_id, error)


def _next(workflow: Workflow) -> Task | None:
    """Return a task that can run now, innermost scope first. Looked up anew each time: one task can cancel others."""
    for scope in reversed(workflow.scopes):
        for task in scope.tasks.values():
            if task.state == TaskState.READY and not task.task_spec.manual:
                return task
    return None


def _waits(workflow: Workflow) -> bool:
    return any(
        task.state == TaskState.READY and task.task_spec.manual
        for scope in workflow.scopes
        for task in scope.tasks.values()
    )
