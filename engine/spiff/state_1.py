"""Reads the first format of a stored state: SpiffWorkflow's tree of tasks, with the finished and predicted ones.

What is left of it in the present format are the tasks that were live. It knew user, service and script tasks, error
boundary events, embedded sub-processes, and exclusive, parallel and inclusive gateways, and no two flows between the
same two elements.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.activities import OPEN
from engine.spiff.gateways import Join
from engine.spiff.scope import VIA
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.specification import Specification

VERSION = 1

_LIVE = frozenset({TaskState.WAITING, TaskState.READY, TaskState.STARTED})
_HELPERS = (".BoundaryEventSplit", ".BoundaryEventJoin")
"""What the library put around an activity with boundary events."""


def convert(saved: Mapping[str, Any], specification: Specification) -> dict[str, Any]:
    """Return a state of the first format in the second one."""
    if saved["completed"]:
        return {"version": 2, "completed": True, "declined": False}
    rows, hosts = _tokens(saved["tasks"], specification.scope)
    scopes = []
    for host, tasks in saved["scopes"]:
        inside, inner_hosts = _tokens(tasks, specification.scopes[hosts[host]])
        hosts |= inner_hosts
        scopes.append([host, {"tokens": inside}])
    return {"version": 2, "begun": True, "process": {"tokens": rows}, "scopes": scopes}


def _tokens(tasks: list[list[Any]], scope: ScopeSpec) -> tuple[list[list[Any]], dict[str, str]]:
    """Return the rows of the live tasks, and the elements of those that may have a scope inside, by their ids."""
    rows, hosts = [], {}
    for identifier, parent, name, state, changed, internal_data, _ in tasks:
        spec = scope.task_specs.get(name)
        if spec is None or spec.element.kind == "boundaryEvent":
            continue
        if isinstance(spec, Join) and state != TaskState.READY:
            if _waits_at_join(tasks, name, parent, state, changed):
                rows.append([identifier, name, TaskState.WAITING, {VIA: _flow(tasks[parent][2], name, scope)}, None])
        elif state in _LIVE:
            # An open task is not ready to run here.
            opened = {OPEN: True} if spec.manual else {}
            rows.append([identifier, name, TaskState.STARTED if opened else state, {**internal_data, **opened}, None])
            hosts[identifier] = name
    return rows, hosts


def _waits_at_join(tasks: list[list[Any]], name: str, parent: int, state: int, changed: float) -> bool:
    """Tell whether a token waits at a join: of those that have come since, all but the newest were cancelled."""
    here = [row for row in tasks if row[2] == name]
    left = max((row[4] for row in here if row[3] == TaskState.COMPLETED), default=0.0)
    came = tasks[parent][3] == TaskState.COMPLETED and changed > left
    waiting = any(row[3] == TaskState.WAITING for row in here)
    return waiting and came and state in {TaskState.WAITING, TaskState.CANCELLED}


def _flow(before: str, join: str, scope: ScopeSpec) -> str:
    for helper in _HELPERS:
        before = before.removesuffix(helper)
    return next(flow.id for flow in scope.task_specs[before].outgoing if flow.target == join)
