"""Gateways (BPMN 2.0.2, 10.6 and 13.4)."""

from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.model import Flow
from engine.spiff.catching import RACE, resume
from engine.spiff.element import ElementSpec, NoConditionHolds
from engine.spiff.events import ATTACHED
from engine.spiff.scope import VIA, Scope
from engine.spiff.token import Token
from engine.variables import masked
from engine.variables import scope as scope_of


class ExclusiveGateway(ElementSpec):
    """Takes the first flow, in the order of the file, whose condition is true (13.4.2)."""

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """Return that flow, or the default."""
        for flow in self.outgoing:
            if flow.id != self.element.default and (flow.condition is None or self.holds(token, flow.condition)):
                return (flow,)
        return self.default_flow or self._none(token)

    def _none(self, token: Token) -> tuple[Flow, ...]:
        if self.outgoing:
            raise NoConditionHolds(explain(self, token))
        return ()


class Join(ElementSpec):
    """A gateway that waits for the tokens of several flows."""

    def arrive(self, token: Token, via: str | None) -> None:
        """Let the token wait for the others; one that an operator put here waits for nobody."""
        if via is None or len(self.incoming) < 2:  # noqa: PLR2004 - one flow is nothing to join
            super().arrive(token, via)
            return
        token._set_state(TaskState.WAITING)
        token.notes[VIA] = via
        self.hold(token)
        self.arrived(token.workflow)

    def hold(self, token: Token) -> None:
        """Note that the token waits here."""
        here = token.workflow.arrived.setdefault(self.name, {})
        here.setdefault(token.notes[VIA], deque()).append(token)

    def arrived(self, scope: Scope) -> None:
        """Look whether the join is complete, after a token has come."""

    def join(self, scope: Scope) -> None:
        """Make one token of the first of each flow that has some."""
        here = scope.arrived[self.name]
        # In the order of the file, then what came on a flow that this version no longer has.
        *others, last = [here[flow][0] for flow in dict.fromkeys((*self.incoming, *here)) if flow in here]
        for token in others:
            scope.cancel_token(token)
        scope.leave_join(last)
        resume(last)


class ParallelGateway(Join):
    """Waits for a token of each incoming flow, and takes every outgoing flow (13.4.1)."""

    def arrived(self, scope: Scope) -> None:
        """Join when every flow has one."""
        here = scope.arrived[self.name]
        # Counted first: to look at every flow whenever a token comes takes the square of their number.
        if len(here) >= len(self.incoming) and all(flow in here for flow in self.incoming):
            self.join(scope)

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """Return every flow."""
        return self.outgoing


class InclusiveGateway(Join):
    """Waits for what can still arrive, and takes every flow whose condition is true (13.4.3)."""

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """Return those flows, or the default."""
        flows = [flow for flow in self.outgoing if flow.id != self.element.default]
        taken = tuple(flow for flow in flows if flow.condition is None or self.holds(token, flow.condition))
        if not taken and not self.default_flow and self.outgoing:
            raise NoConditionHolds(explain(self, token))
        return taken or self.default_flow

    def complete_join(self, scope: Scope) -> bool:
        """Join when nothing can arrive any more on a flow that has no token; return whether it did.

        A token elsewhere is waited for when it can reach such a flow without passing this gateway, unless it can
        reach, the same way, a flow that has a token.
        """
        filled = scope.arrived[self.name].keys()
        for token in scope.tasks.values():
            # A boundary event that waits is one of the ways ahead of its activity.
            if (token.task_spec is self and VIA in token.notes) or ATTACHED in token.notes:
                continue
            ahead = self._ahead.get(token.task_spec.name, frozenset())
            if ahead and ahead.isdisjoint(filled):
                return False
        self.join(scope)
        return True

    @cached_property
    def _ahead(self) -> Mapping[str, frozenset[str]]:
        """Which of the incoming flows can be reached from each element without passing this gateway."""
        specs: Mapping[str, ElementSpec] = self._wf_spec.task_specs
        before: dict[str, set[str]] = {}
        for name, spec in specs.items():
            for target in spec.reach():
                before.setdefault(target, set()).add(name)
        flows = {flow.id: name for name, spec in specs.items() for flow in spec.outgoing if flow.target == self.name}
        reaching: dict[str, set[str]] = {}
        for flow, source in flows.items():
            seen, ahead = {source}, [source]
            while ahead:
                name = ahead.pop()
                reaching.setdefault(name, set()).add(flow)
                for previous in before.get(name, ()):
                    if previous not in seen and previous != self.name:
                        seen.add(previous)
                        ahead.append(previous)
        return {name: frozenset(found) for name, found in reaching.items()}


class EventBasedGateway(ElementSpec):
    """Goes on with the first of several events that happens (13.4.4)."""

    def choose(self, token: Token) -> tuple[Flow, ...]:
        """Return nothing: what follows is entered as a race."""
        return ()

    def _on_complete_hook(self, my_task: Token) -> None:
        scope = my_task.workflow
        racing = [scope.enter(flow.target, via=flow.id) for flow in self.outgoing]
        for token in racing:
            token.notes[RACE] = [each.id.hex for each in racing]
        super()._on_complete_hook(my_task)


def complete_joins(scopes: list[Scope]) -> bool:
    """Complete inclusive joins that can be completed, now that nothing else can run; return whether there was one.

    One in each scope: what leaves it may be what another join there waits for.
    """
    completed = [_complete_one(scope) for scope in scopes if scope.arrived]
    return any(completed)


def _complete_one(scope: Scope) -> bool:
    joins = [scope.spec.task_specs[name] for name in scope.arrived]
    return any(join.complete_join(scope) for join in joins if isinstance(join, InclusiveGateway))


def explain(spec: ElementSpec, token: Token) -> str:
    """Return the conditions of an element with the values that they looked at."""
    context = scope_of(token.workflow.visible(token))
    shown = [_condition(flow, context) for flow in spec.outgoing if flow.condition is not None]
    return f"No condition of {spec.element.label!r} holds and it has no default flow: {'; '.join(shown)}."


def _condition(flow: Flow, context: Mapping[str, object]) -> str:
    source = flow.condition
    assert source is not None  # noqa: S101 - the caller has looked
    expression = feel.compile_as(source.text, source.syntax.value)
    known = ", ".join(f"{'.'.join(path)} is {_value(path, context)}" for path in sorted(expression.paths))
    return f"{source.text} ({known})" if known else source.text


def _value(path: tuple[str, ...], context: Mapping[str, object]) -> str:
    try:
        return _shown(feel.value_at(path, context))
    except feel.FeelEvaluationError:
        return "too large to show"


def _shown(value: object) -> str:
    match value:
        case None:
            return "null"
        case dict():
            return "a context"
        case Decimal():
            return format(value, "f")
        case list():
            return f"a list of {len(value)}"
    return repr(masked(value))
