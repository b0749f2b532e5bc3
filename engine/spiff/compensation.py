"""Undoing what was done (BPMN 2.0.2, 10.7 and 13.5.5).

A scope keeps a record of every activity that was completed and can be undone: which one, what undoes it, the local
variables that it had, and, where that is a compensation event sub-process, the records of what was done inside. What
was done in a sub-process that has ended goes over to the scope around it, unless something undoes the sub-process as
a whole. The handlers run one after the other, in the reverse order of what they undo, each in a scope of its own
inside the event that asked for it.
"""

from typing import Any

from engine.spiff.element import undo
from engine.spiff.scope import Scope, SubScope
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.token import Token

LEFT = "compensations"
"""The note of a token that compensates: the records of what it still has to undo."""

NOW = "compensates"
"""The note of a token that compensates: the handler that runs now."""


def scope_of(handler: str) -> str:
    """Return the name of the scope in which a handler runs."""
    return f"{handler}^"


def compensate(token: Token, activity: str | None) -> bool:
    """Undo one activity, or everything, that was completed beside `token`; return whether that is done.

    Inside an event sub-process it also undoes what was completed in the scope around it.
    """
    top = token.workflow.top_workflow
    running = token.workflow.subprocess_of(token)
    if running is not None:
        if not running.completed:
            return False
        top.close(token)
    if LEFT not in token.notes:
        token.notes[LEFT] = _take(token.workflow, activity)
    if not token.notes[LEFT]:
        return True
    record = token.notes[LEFT][-1]
    token.notes[NOW] = record["handler"]
    scope = top.open(token, inside(token))
    token.notes[LEFT].pop()
    scope.compensations = record.get("inside", [])
    scope.enter(record["handler"], local=record["local"])
    return False


def inside(token: Token) -> ScopeSpec:
    """Return the specification of the scope that a compensating token has open."""
    found: ScopeSpec = token.workflow.specification.scopes[scope_of(token.notes[NOW])]
    return found


def hand_over(scope: SubScope, host: Token) -> None:
    """Let what can be undone in `scope`, which has ended, be undone from outside."""
    if host.task_spec.compensated_by is not None:
        return
    outside = host.workflow.compensations
    if scope.spec.compensation is not None:
        outside.append({**undo(host, scope.spec.compensation), "inside": scope.compensations})
        return
    for record in scope.compensations:
        local = {**(host.local or {}), **(record["local"] or {})}
        outside.append({**record, "activity": host.task_spec.name, "local": local or None})


def _take(scope: Scope, activity: str | None) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = []
    if scope.host is not None and scope.host.task_spec.element.by_event:
        taken += _take(scope.host.workflow, activity)
    taken += [record for record in scope.compensations if activity in {None, record["activity"]}]
    scope.compensations = [record for record in scope.compensations if activity not in {None, record["activity"]}]
    return taken
