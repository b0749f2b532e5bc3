"""Runs everything that can run, up to the next wait state."""

from collections.abc import Callable
from contextlib import suppress

from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError, Failure
from engine.spiff.activities import OPEN
from engine.spiff.catching import WAITS, Catching
from engine.spiff.element import DONE, FAILED
from engine.spiff.gateways import complete_joins
from engine.spiff.handling import catch_error
from engine.spiff.subprocesses import begin
from engine.spiff.token import Token
from engine.spiff.workflow import Workflow

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
    workflow.changed = True
    for _ in range(BUDGET):
        if not step(workflow, passed):
            break
    else:
        token = _next(workflow)
        if token is not None:
            raise failed(token, TooManySteps(f"{BUDGET} elements ran without a wait state."))
    if not workflow.completed and not _waits(workflow):
        last = workflow.last_task
        raise StepFailed(None, last.task_spec.name if last else None, Stuck())


def step(workflow: Workflow, passed: Passed) -> bool:
    """Run one token that can run; return whether there was one. See `advance`."""
    if not workflow.begun:
        at, payload = workflow.start_at or (None, {})
        workflow.begun = True
        begin(workflow, at=at, payload=payload)
    look(workflow)
    token = _next(workflow)
    if token is not None:
        run(token, passed)
    return token is not None


def run(token: Token, passed: Passed) -> None:
    """Run one token; see `advance`."""
    try:
        token.run()
    except BpmnError as error:
        throw(token, error)
    except Exception as error:
        if token.here:
            # While it stands still, something outside may end its wait.
            with suppress(Exception):
                token.task_spec.arm(token)
        raise failed(token, error) from error
    # One that has thrown itself out of its scope was left, too.
    if DONE in token.notes:
        passed(token)


def look(workflow: Workflow) -> None:
    """Look at conditions that tokens wait for: all when a variable was set, otherwise new ones; see `advance`."""
    tokens = list((workflow.conditions if workflow.changed else workflow.fresh).values())
    workflow.changed, workflow.fresh = False, {}
    for token in tokens:
        spec = token.task_spec
        # One that happens may end the others.
        if token.id not in workflow.conditions or not isinstance(spec, Catching):
            continue
        try:
            spec.check(token)
        except Exception as error:
            token.notes[FAILED] = True
            raise StepFailed(token, spec.name, error) from error


def throw(token: Token, error: BpmnError) -> None:
    """Raise a BPMN error at a token; when nothing catches it, the token failed."""
    if not catch_error(token, error):
        raise failed(token, error) from error


def failed(token: Token, error: Exception) -> StepFailed:
    """Return that the element of a token failed; the token stands where it is, so that it can be tried again."""
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
