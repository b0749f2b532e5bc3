"""Start, end, intermediate and boundary events (BPMN 2.0.2, 10.5)."""

from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError
from engine.model import Flow, Trigger
from engine.spiff import compensation, handling
from engine.spiff.activities import run_activity
from engine.spiff.catching import Catching, CatchingTask
from engine.spiff.element import CAUGHT, ElementSpec
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.throwing import throw
from engine.spiff.token import Token

ATTACHED = "host"
"""The note of a token that waits at a boundary event: the token in the activity that the event sits on."""


class StartEvent(Catching):
    """Where a process or sub-process begins. What started it has already happened."""

    def work(self, token: Token) -> bool:
        """Keep what the event carried."""
        self.receive(token)
        return True


class IntermediateCatchEvent(CatchingTask):
    """Waits for an event; a link catch event is only where a link throw event goes on."""

    def work(self, token: Token) -> bool:
        """Wait, unless it is a link."""
        event = self.element.event
        if event is None or event.trigger is Trigger.LINK:
            self.keep_outputs(token)
            return True
        return super().work(token)


class BoundaryEvent(Catching):
    """Sits on an activity, and takes over from it or begins something beside it (BPMN 2.0.2, 10.5.6, 13.5.3)."""

    def attach(self, host: Token) -> Token:
        """Let a token wait at this event while `host` is in the activity; return it."""
        token = Token(host.workflow, self, TaskState.WAITING, notes={ATTACHED: host.id.hex})
        try:
            self.wait(token)
        except Exception:
            host.workflow.cancel_token(token)
            raise
        return token

    def happened(self, token: Token, payload: dict[str, Any]) -> None:
        """Take the event for the activity that `token` watches."""
        scope = token.workflow
        if self.element.interrupting:
            self.take_over(scope.tasks[UUID(hex=token.notes[ATTACHED])], payload)
            return
        scope.enter(self.name, notes={CAUGHT: payload})
        if not self.wait_again(token):
            scope.cancel_token(token)

    def take_over(self, host: Token, payload: dict[str, Any]) -> None:
        """Go on here with `payload`, instead of the activity if the event interrupts it."""
        if self.element.interrupting:
            host.workflow.cancel_token(host)
        host.workflow.enter(self.name, notes={CAUGHT: payload})

    def work(self, token: Token) -> bool:
        """Keep what the event carried."""
        self.receive(token)
        return True


class ThrowEvent(ElementSpec):
    """An intermediate throw event or an end event."""

    def work(self, token: Token) -> bool:
        """Throw what the event is about."""
        event = self.element.event
        if self.element.activity is not None:
            return run_activity(self, token)
        if event is None:
            self.keep_outputs(token)
            return True
        match event.trigger:
            case Trigger.MESSAGE | Trigger.SIGNAL:
                throw(token, event)
            case Trigger.ESCALATION:
                handling.catch(token, Trigger.ESCALATION, event.code or "", escalationCode=event.code)
            case Trigger.COMPENSATION:
                return compensation.compensate(token, event.activity)
            case Trigger.ERROR:
                self._error(token, event.code or "")
            case Trigger.TERMINATE:
                token.workflow.cancel_all(but=token)
            case Trigger.CANCEL:
                return self._cancel(token)
        return True

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """Go on; a link goes on at the catch event of its name."""
        event = self.element.event
        if event is not None and event.trigger is Trigger.LINK:
            return tuple(Flow("", self.name, target, 0) for target in self.linked)
        return super().choose(token)

    linked: tuple[str, ...] = ()
    """The link catch event that this link throw event goes on at."""

    def reach(self) -> tuple[str, ...]:
        """Return what can follow, the other end of a link included."""
        return (*super().reach(), *self.linked)

    def inside(self, host: Token) -> ScopeSpec:
        """Return the scope that is open while it compensates."""
        return compensation.inside(host)

    def _error(self, token: Token, code: str) -> None:
        error = BpmnError(f"{self.element.label!r} ended with the error {code}.", error_code=code)
        scope = token.workflow
        if handling.catch_error(token, error):
            return
        if scope.host is not None:
            raise error
        # Nothing in the process handles it: that is how the process ends.
        scope.cancel_all(but=token)
        scope.top_workflow.declined = True

    def _cancel(self, token: Token) -> bool:
        transaction = token.workflow
        leave = handling.cancelling(transaction)
        transaction.cancel_all(but=token)
        if not compensation.compensate(token, None):
            return False
        leave()
        return True
