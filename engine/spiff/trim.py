"""Cuts off the finished history above the live tokens. What happened is in the instance's history table."""

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.workflow import SubWorkflow, Workflow

_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED


def trim(workflow: Workflow) -> None:
    """Remove every task above the lowest common ancestor of the live ones, except that ancestor's parent and the root.

    The parent stays because joins look at it. Finished sub-processes go with their tasks.
    """
    for scope in workflow.scopes:
        live = [task for task in scope.tasks.values() if task.has_state(_LIVE)]
        if live:
            _trim_scope(workflow, scope, live)
    for task_id in [task_id for task_id, scope in workflow.subprocesses.items() if scope.completed]:
        del workflow.subprocesses[task_id]


def _trim_scope(workflow: Workflow, scope: Workflow | SubWorkflow, live: list[Task]) -> None:
    root = scope.task_tree
    ancestor = _common_ancestor([_path(task) for task in live])
    keep = ancestor.parent or ancestor
    if keep is root or keep.parent is root:
        return
    kept = {root.id}
    ahead = [keep.id]
    while ahead:
        task_id = ahead.pop()
        kept.add(task_id)
        ahead.extend(scope.tasks[task_id]._children)
    for task_id in scope.tasks.keys() - kept:
        del scope.tasks[task_id]
        workflow.subprocesses.pop(task_id, None)
    root._children = [keep.id]
    keep._parent = root.id
    scope.last_task = keep


def _path(task: Task) -> list[Task]:
    path = [task]
    while (parent := path[-1].parent) is not None:
        path.append(parent)
    return path[::-1]


def _common_ancestor(paths: list[list[Task]]) -> Task:
    ancestor = paths[0][0]
    for level in zip(*paths, strict=False):
        if any(task is not level[0] for task in level):
            break
        ancestor = level[0]
    return ancestor
