"""What is stored of a run: where its tokens stand, and nothing else.

The library's own serializer stores the specification, too, and interprets names in the data when it loads; this one
writes tables of tokens. A definition never changes, so an element's name is enough to find its specification again.
The variables of called processes are stored apart, with those of the instance.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.errors import Failure
from engine.spiff import state_1
from engine.spiff.catching import WAITS
from engine.spiff.environment import Environment
from engine.spiff.gateways import Join
from engine.spiff.scope import DEFINITION, VIA, Scope
from engine.spiff.specification import Specification
from engine.spiff.subprocesses import EventSubProcess
from engine.spiff.token import Token
from engine.spiff.workflow import Workflow

VERSION = 2
"""Of the format: a change of meaning raises it, and keeps reading the older ones."""

Saved = dict[str, Any]
Tables = dict[str, dict[str, Any]]
"""The variables of called processes, by the token of their call activity."""


class StateUnreadable(Failure):
    """The stored state does not fit its process definition."""

    code = "state-unreadable"


def save(workflow: Workflow) -> Saved:
    """Return the state as JSON values."""
    if workflow.completed:
        return {"version": VERSION, "completed": True, "declined": workflow.declined}
    return {
        "version": VERSION,
        "begun": workflow.begun,
        "process": _save_scope(workflow),
        "scopes": [[host.hex, _save_scope(scope)] for host, scope in workflow.subprocesses.items()],
    }


def tables(workflow: Workflow) -> Tables:
    """Return the variables of the processes that are called at this moment."""
    return {host.hex: scope.table for host, scope in workflow.subprocesses.items() if scope.table is not None}


def load(
    specification: Specification, saved: Saved, variables: dict[str, Any], called: Tables, environment: Environment
) -> Workflow:
    """Return the workflow whose state was saved.

    Raises:
        StateUnreadable: when the format is another, or the state names an element that the definition lacks.

    """
    saved = upgraded(saved, specification)
    if saved["version"] != VERSION:
        raise StateUnreadable(f"The state has format {saved['version']}; this version of Idflow reads {VERSION}.")
    workflow = Workflow(specification, variables, environment)
    if saved.get("completed"):
        workflow.completed, workflow.declined, workflow.begun = True, saved["declined"], True
        return workflow
    workflow.begun = saved["begun"]
    tokens: dict[str, Token] = {}
    _load_scope(workflow, saved["process"], tokens)
    for host_id, rows in saved["scopes"]:
        host = tokens[host_id]
        process = None
        if DEFINITION in host.notes:
            process = (environment.specification(host.notes[DEFINITION]), called[host_id])
        _load_scope(workflow.open(host, host.task_spec.inside(host), process), rows, tokens)
    return workflow


def upgraded(saved: Saved, specification: Specification) -> Saved:
    """Return a state of an older format in the present one."""
    return state_1.convert(saved, specification) if saved["version"] == state_1.VERSION else saved


def _save_scope(scope: Scope) -> Saved:
    rows = [
        [token.id.hex, token.task_spec.name, token.state, token.notes, token.local] for token in scope.tasks.values()
    ]
    rest = {
        "completed": scope.completed,
        "interrupted": scope.interrupted,
        "compensations": scope.compensations,
        "pending": scope.pending,
    }
    return {"tokens": rows, **{key: value for key, value in rest.items() if value}}


def _load_scope(scope: Scope, saved: Mapping[str, Any], tokens: dict[str, Token]) -> None:
    top = scope.top_workflow
    scope.completed = saved.get("completed", False)
    scope.interrupted = saved.get("interrupted", False)
    scope.compensations = saved.get("compensations", [])
    scope.pending = saved.get("pending", [])
    for identifier, name, state, notes, local in saved["tokens"]:
        spec = scope.spec.task_specs.get(name)
        if spec is None:
            raise StateUnreadable(f"The instance stands at {name!r}, which its process definition does not have.")
        token = Token(scope, spec, state, token_id=UUID(hex=identifier), notes=notes, local=local)
        tokens[identifier] = token
        if isinstance(spec, EventSubProcess):
            spec.hold(token)
        if isinstance(spec, Join) and VIA in notes:
            spec.hold(token)
        if notes.get(WAITS) == "condition":
            top.conditions[token.id] = token
        if state == TaskState.READY:
            top.queue.append(token)
