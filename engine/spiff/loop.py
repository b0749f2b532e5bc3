"""Runs everything that can run, up to the next wait state."""

from collections.abc import Callable
from contextlib import suppress

from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError, Failure
from engine.model import Trigger
from engine.spiff.activities import OPEN
from engine.spiff.catching import WAITS, check_conditions
from engine.spiff.element import FAILED
from engine.spiff.gateways import complete_joins
from engine.spiff.handling import catch
from engine.spiff.scope import Workflow
from engine.spiff.subprocesses import begin
from engine.spiff.token import Token

BUDGET = 20_000
"""How many elements one step may run on its own: a loop without a wait state ends here."""


class TooManySteps(Failure):
    """The process runs on and on without waiting for anybody."""

    code = "too-many-steps"


class Stuck(Failure):
    """The process has not ended and nothing in it can ever go on."""

    code = "stuck"


class StepFailed(Failure):
    """An element could not be run. The token stands as before, so that it can be tried again."""

    code = "step-failed"

    def __init__(self, token: Token | None, element_id: str | None, cause: Exception) -> None:
        super().__init__(str(cause))
        self.token = token
        self.element_id = element_id
        self.cause = cause


Passed = Callable[[Token], None]


def advance(workflow: Workflow, passed: Passed) -> None:
    """Run until every token waits or the process has ended; `passed` hears of each token that left its element.

    Raises:
        StepFailed: when an element failed, the budget is used up, or nothing can go on.

    """
    if not workflow.begun:
        _begin(workflow)
    count = 0
    while (token := _next(workflow)) is not None:
        count += 1
        if count > BUDGET:
            raise _failed(token, TooManySteps(f"{BUDGET} elements ran without a wait state."))
        run(token, passed)
    if not workflow.completed and not _waits(workflow):
        last = workflow.last_task
        raise StepFailed(None, last.task_spec.name if last else None, Stuck())


def run(token: Token, passed: Passed) -> None:
    """Run one token; see `advance`."""
    try:
        token.run()
        look(token.workflow.top_workflow)
    except BpmnError as error:
        throw(token, error)
    except Exception as error:
        if token.here:
            # While it stands still, something outside may end its wait.
            with suppress(Exception):
                token.task_spec.arm(token)
        raise _failed(token, error) from error
    if token.state == TaskState.COMPLETED:
        passed(token)


def look(workflow: Workflow) -> None:
    """Look at the conditions that tokens wait for."""
    if workflow.conditions:
        check_conditions(workflow.conditions)


def throw(token: Token, error: BpmnError) -> None:
    """Raise a BPMN error at a token; when nothing catches it, the token failed."""
    if not catch(token, Trigger.ERROR, error.error_code, errorCode=error.error_code, errorMessage=error.message):
        raise _failed(token, error) from error


def _begin(workflow: Workflow) -> None:
    try:
        at, payload = workflow.start_at or (None, {})
        begin(workflow, at=at, payload=payload)
    except Exception as error:
        workflow.cancel_all()
        raise StepFailed(None, None, error) from error
    workflow.begun = True


def _failed(token: Token, error: Exception) -> StepFailed:
    # The library leaves a failed task in a state that nothing leads out of.
    token._set_state(TaskState.READY)
    token.notes[FAILED] = True
    token.workflow.top_workflow.queue.appendleft(token)
    return StepFailed(token, token.task_spec.name, error)


def _next(workflow: Workflow) -> Token | None:
    """Return a token that can run now. One in the queue may have been cancelled by another meanwhile."""
    queue = workflow.queue
    while queue or complete_joins(workflow.scopes):
        token = queue.popleft()
        if token.state == TaskState.READY and token.here:
            return token
    return None


def _waits(workflow: Workflow) -> bool:
    return any(
        token.state != TaskState.READY and (WAITS in token.notes or OPEN in token.notes)
        for scope in workflow.scopes
        for token in scope.tasks.values()
    )
