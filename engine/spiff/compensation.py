"""Undoing what was done (BPMN 2.0.2, 10.7 and 13.5.5).

A scope notes every activity that was completed and can be undone. What was done in a sub-process that has ended goes
over to the scope around it, unless the sub-process has a compensation of its own. The handlers run one after the
other, in the reverse order of what they undo, inside the event that asked for it.
"""

from typing import Any

from engine.spiff.scope import Scope, SubScope
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.token import Token

_LEFT = "compensations"
"""The note of a token that compensates: what it still has to undo."""

_NOW = "compensates"
"""The note of a token that compensates: the scope in whose specification the handler is that runs now."""


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
    if _LEFT not in token.notes:
        token.notes[_LEFT] = _take(token.workflow, activity)
    if not token.notes[_LEFT]:
        return True
    record = token.notes[_LEFT].pop()
    token.notes[_NOW] = record["spec"]
    top.open(token, inside(token)).enter(record["handler"], local=record["local"])
    return False


def inside(token: Token) -> ScopeSpec:
    """Return the specification of the scope that a compensating token has open."""
    found: ScopeSpec = token.workflow.specification.scopes[token.notes[_NOW]]
    return found


def hand_over(scope: SubScope, host: Token) -> None:
    """Let what can be undone in `scope`, which has ended, be undone from outside."""
    if host.task_spec.compensated_by is not None:
        return
    host.workflow.compensations += [
        {**record, "activity": host.task_spec.name, "local": {**(host.local or {}), **(record["local"] or {})} or None}
        for record in scope.compensations
    ]


def _take(scope: Scope, activity: str | None) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = []
    if scope.host is not None and scope.host.task_spec.element.by_event:
        taken += _take(scope.host.workflow, activity)
    taken += [record for record in scope.compensations if activity in {None, record["activity"]}]
    scope.compensations = [record for record in scope.compensations if activity not in {None, record["activity"]}]
    return taken
