"""BPMN errors: which boundary event catches one (BPMN 2.0.2, 10.5.6)."""

from SpiffWorkflow.bpmn.specs.event_definitions import ErrorEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError
from engine.spiff.specs import BoundaryEvent


def catch(task: Task, error: BpmnError) -> Task | None:
    """Hand `error`, raised at `task`, to the innermost boundary event that catches it, and interrupt its activity.

    On one activity, an event with the error's own code comes before one without a code. Returns the event that caught
    it, if any.
    """
    raised_at: Task | None = task
    while raised_at is not None:
        boundary = _boundary(raised_at, error)
        if boundary is not None:
            # It was running, and is cancelled when the boundary event completes.
            raised_at._set_state(TaskState.STARTED)
            definition = ErrorEventDefinition(error.error_code, error.error_code)
            boundary.task_spec.catch(boundary, BpmnEvent(definition))
            boundary.task_spec._update(boundary)
            boundary.run()
            return boundary
        raised_at = _scope_task(raised_at)
    return None


def _boundary(task: Task, error: BpmnError) -> Task | None:
    catching = [
        event
        for event in (task.parent.children if task.parent else ())
        if isinstance(event.task_spec, BoundaryEvent)
        and event.state == TaskState.WAITING
        and event.task_spec.event_definition.code in (None, error.error_code)
    ]
    return min(catching, key=lambda event: event.task_spec.event_definition.code is None, default=None)


def _scope_task(task: Task) -> Task | None:
    """Return the task of the sub-process that `task` is in."""
    scope = task.workflow
    return None if scope.parent_task_id is None else scope.top_workflow.get_task_from_id(scope.parent_task_id)
