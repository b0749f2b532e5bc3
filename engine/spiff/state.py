"""What is stored of a run: where its tokens stand, and nothing else.

The library's own serializer stores the specification, too, and interprets names in the data when it loads; this one
writes a table of tasks. A definition never changes, so an element's name is enough to find its specification again.
"""

from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.errors import Failure
from engine.spiff.specification import Specification
from engine.spiff.workflow import Call, SubWorkflow, Workflow

VERSION = 1
"""Of the format: a change of meaning raises it, and keeps reading the older ones."""

Saved = dict[str, Any]


class StateUnreadable(Failure):
    """The stored state does not fit its process definition."""

    code = "state-unreadable"


def save(workflow: Workflow) -> Saved:
    """Return the state as JSON values."""
    if workflow.completed:
        return {"version": VERSION, "completed": True, "tasks": [], "scopes": []}
    scopes = [
        [task_id.hex, _save_tasks(scope)] for task_id, scope in workflow.subprocesses.items() if not scope.completed
    ]
    return {"version": VERSION, "completed": False, "tasks": _save_tasks(workflow), "scopes": scopes}


def load(
    specification: Specification, saved: Saved, variables: dict[str, Any], call: Call, settings: feel.Settings
) -> Workflow:
    """Return the workflow whose state was saved.

    Raises:
        StateUnreadable: when the format is newer, or the state names an element that the definition lacks.

    """
    if saved["version"] != VERSION:
        raise StateUnreadable(f"The state has format {saved['version']}; this version of Idflow reads {VERSION}.")
    workflow = Workflow(specification, variables, call, settings, deserializing=True)
    workflow.completed = saved["completed"]
    _load_tasks(workflow, saved["tasks"])
    for task_id, tasks in saved["scopes"]:
        task = workflow.get_task_from_id(UUID(hex=task_id))
        scope = workflow.add_subprocess(task, workflow.subprocess_specs[task.task_spec.spec], deserializing=True)
        scope.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
        _load_tasks(scope, tasks)
    return workflow


def _save_tasks(scope: Workflow | SubWorkflow) -> list[list[Any]]:
    """Return one row a task, parents by their index, because children stand after their parents and in their order."""
    index = {task_id: number for number, task_id in enumerate(scope.tasks)}
    return [
        [
            task.id.hex,
            index.get(task._parent),
            task.task_spec.name,
            task.state,
            task.last_state_change,
            task.internal_data,
            task.data,
        ]
        for task in scope.tasks.values()
    ]


def _load_tasks(scope: Workflow | SubWorkflow, rows: list[list[Any]]) -> None:
    tasks: list[Task] = []
    for task_id, parent, name, state, changed, internal_data, data in rows:
        spec = scope.spec.task_specs.get(name)
        if spec is None:
            raise StateUnreadable(f"The instance stands at {name!r}, which its process definition does not have.")
        task = Task(scope, spec, state=state, id=UUID(hex=task_id))
        task.last_state_change, task.internal_data, task.data = changed, internal_data, data
        if parent is not None:
            task._parent = tasks[parent].id
            tasks[parent]._children.append(task.id)
        if isinstance(spec, CatchingEvent) and state == TaskState.WAITING:
            scope.top_workflow.event_manager.add_task(task)
        tasks.append(task)
    scope.task_tree = tasks[0] if tasks else None
