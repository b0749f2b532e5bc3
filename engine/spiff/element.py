"""What every element does: it works, then chooses how to go on."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.errors import Failure
from engine.model import Element, Flow, Source, Trigger
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.events import BoundaryEvent
    from engine.spiff.scope_spec import ScopeSpec

DONE = "done"
"""The note of a token whose element has done its work: when choosing fails, the work is not done twice."""

CAUGHT = "caught"
"""The note of a token whose event has happened, with what the event carried."""

BOUNDARY = "boundary"
"""The note of a token whose element has boundary events that wait: their tokens."""
FAILED = "failed"
"""The note of a token whose element failed."""

FROM_OUTSIDE = frozenset({Trigger.MESSAGE, Trigger.SIGNAL, Trigger.TIMER, Trigger.CONDITION})
"""What a token waits for; everything else is looked for when it is thrown."""


class NoConditionHolds(Failure):
    """No condition of an element holds and it has no default flow."""

    code = "no-condition-holds"


class ElementSpec(BpmnSpecMixin):
    """The specification of one flow node. Shared by all instances: it holds no state."""

    manual = False
    element: Element
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[str, ...] = ()
    """The ids of the flows that lead here."""
    boundaries: tuple["BoundaryEvent", ...] = ()
    compensated_by: Element | None = None
    """The activity that undoes this one."""

    def arrive(self, token: Token, via: str | None) -> None:
        """Let a token in; `via` is the flow that it came on."""
        token.workflow.top_workflow.queue.append(token)

    def work(self, token: Token) -> bool:
        """Do what the element is for. Return whether it is done; otherwise it waits and is run again later.

        Raises:
            BpmnError: an outcome for a boundary event.
            Exception: an incident; the element is tried again as a whole.

        """
        return True

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """Return the flows on which the token goes on.

        Off an activity or event (BPMN 2.0.2, 13.3.2): every flow without a condition, every one whose condition is
        true, and the default flow when no condition is.
        """
        flows, default = self.outgoing, self.element.default
        if all(flow.condition is None and flow.id != default for flow in flows):
            return flows
        always = tuple(flow for flow in flows if flow.condition is None and flow.id != default)
        taken = tuple(flow for flow in flows if flow.condition is not None and self.holds(token, flow.condition))
        taken = taken or self.default_flow
        if not (always or taken):
            raise NoConditionHolds(self.explain(token))
        return tuple(flow for flow in flows if flow in always or flow in taken)

    @property
    def default_flow(self) -> tuple[Flow, ...]:
        """The default flow, if there is one."""
        return tuple(flow for flow in self.outgoing if flow.id == self.element.default)

    def holds(self, token: Token, condition: Source) -> bool:
        """Tell whether a condition is true; null is not."""
        return token.workflow.evaluate(token, condition) is True

    def explain(self, token: Token) -> str:
        """Return why no flow could be chosen, with the values that the conditions looked at."""
        from engine.spiff.gateways import explain  # noqa: PLC0415 - gateways are elements

        return explain(self, token)

    def keep_outputs(self, token: Token, local: Mapping[str, Any] | None = None) -> None:
        """Carry out the output mapping; `local` values can be named in it."""
        hidden = self.element.inputs.keys() if token.workflow.subprocess_of(token) is not None else ()
        for path, source in self.element.outputs.items():
            value = token.workflow.evaluate(token, source, local)
            token.workflow.assign(token, path, value, hidden=hidden)

    def inside(self, host: Token) -> "ScopeSpec":
        """Return the specification of the scope that `host`, at this element, has open."""
        raise NotImplementedError

    def inner_done(self, token: Token) -> None:
        """Hear that `token`, in a scope that this element has open, has done its work and is about to leave."""

    def inner_left(self, host: Token, token: Token) -> None:
        """Hear that `token` has left its element in a scope that the token `host` of this element has open."""

    def scope_ended(self, host: Token) -> None:
        """Hear that the scope that `host` has open has ended: the element goes on with its work."""
        host._set_state(TaskState.READY)
        host.workflow.top_workflow.queue.append(host)

    def arm(self, token: Token) -> None:
        """Let the boundary events that wait for something outside the process wait, while `token` is here.

        All of them or, when one cannot, none.
        """
        armed = token.notes.get(BOUNDARY, {})
        for boundary in self.boundaries:
            event = boundary.element.event
            if event is None or event.trigger not in FROM_OUTSIDE or boundary.name in armed:
                continue
            try:
                armed[boundary.name] = boundary.attach(token).id.hex
            except Exception:
                self.disarm(token)
                raise
            token.notes[BOUNDARY] = armed

    def disarm(self, token: Token) -> None:
        """Let the boundary events go."""
        for identifier in token.notes.pop(BOUNDARY, {}).values():
            token.workflow.discard(identifier)

    def reach(self) -> tuple[str, ...]:
        """Return the names of the elements of the same scope that can follow directly."""
        return (*(flow.target for flow in self.outgoing), *(boundary.name for boundary in self.boundaries))

    # What follows is called by the library.

    def _run_hook(self, my_task: Token) -> bool | None:
        my_task.notes.pop(FAILED, None)
        if DONE not in my_task.notes:
            if not self.work(my_task):
                return None
            my_task.notes[DONE] = True
        if not my_task.here:
            return None
        if (host := my_task.workflow.host) is not None:
            host.task_spec.inner_done(my_task)
        my_task.chosen = self.choose(my_task)
        # Before anything is changed, so that it can be tried again.
        my_task.workflow.top_workflow.check_room(len(my_task.chosen))
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        scope = my_task.workflow
        self.disarm(my_task)
        if self.compensated_by is not None:
            scope.compensations.append(undo(my_task, self.compensated_by.id))
        for flow in my_task.chosen:
            scope.enter(flow.target, via=flow.id)
        if scope.host is not None:
            scope.host.task_spec.inner_left(scope.host, my_task)


def undo(token: Token, handler: str) -> dict[str, Any]:
    """Return the record that `handler` undoes what the element of `token` did; see `engine.spiff.compensation`."""
    return {"activity": token.task_spec.name, "handler": handler, "local": token.local}
