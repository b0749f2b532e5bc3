"""Sub-processes of every kind, and called processes (BPMN 2.0.2, 10.3.4 to 10.3.6)."""

from copy import deepcopy
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import CallActivityMixin, SubWorkflowTaskMixin, TransactionSubprocessMixin

from engine import variables
from engine.errors import Failure
from engine.model import EventDefinition
from engine.spiff import compensation
from engine.spiff.catching import Catching, text_of
from engine.spiff.element import CAUGHT, FROM_OUTSIDE, ElementSpec
from engine.spiff.events import StartEvent
from engine.spiff.scope import DEFINITION, Scope, SubScope, definition_of
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.throwing import inputs_of
from engine.spiff.token import Token

_GIVEN = "given"
_SATISFIED = "satisfied"


class NotCallable(Failure):
    """A called process has no none start event, so that only an event can start it."""

    code = "not-callable"


class AdHocIncomplete(Failure):
    """An ad-hoc sub-process has nothing left to do, and its completion condition is not true."""

    code = "ad-hoc-incomplete"


def begin(scope: Scope, *, at: str | None = None, payload: dict[str, Any] | None = None) -> None:
    """Start a scope: its event sub-processes wait, and its start is run.

    `at` is the start event that an event has reached, with what that event carries.
    """
    for handler in scope.spec.event_subprocesses:
        handler.wait_in(scope)
    if at is not None:
        scope.enter(at, notes={CAUGHT: payload or {}})
        return
    for name in scope.spec.starts:
        scope.enter(name)
    scope.settle()


class SubProcess(ElementSpec):
    """An embedded sub-process, or any other element that has a scope inside it."""

    inner: ScopeSpec

    def work(self, token: Token) -> bool:
        """Open the scope, and finish when it has ended."""
        scope = token.workflow.subprocess_of(token)
        if scope is None:
            self.arm(token)
            local = token.local
            try:
                self.start(self.open(token))
            except Exception:
                # As if it had not been tried.
                token.workflow.close_inside(token)
                token.local = local
                raise
            return False
        if not scope.completed:
            return False
        self.finish(token, scope)
        scope.top_workflow.close(token)
        return True

    def open(self, token: Token) -> SubScope:
        """Open the scope; input parameters are its local variables."""
        given = inputs_of(token)
        if given:
            token.local = {**(token.local or {}), **given}
        return token.workflow.top_workflow.open(token, self.inner)

    def start(self, scope: SubScope) -> None:
        """Put the first tokens into the scope."""
        begin(scope)

    def finish(self, token: Token, scope: SubScope) -> None:
        """Take over what the scope leaves; it has ended."""
        compensation.hand_over(scope, token)
        self.keep_outputs(token)

    def inside(self, host: Token) -> ScopeSpec:
        """Return what is inside."""
        return self.inner


class EmbeddedSubProcess(SubWorkflowTaskMixin, SubProcess):
    """An embedded sub-process. It shares the variables of its process."""


class Transaction(TransactionSubprocessMixin, SubProcess):
    """A sub-process that a cancel end event undoes as a whole (10.7)."""


class EventSubProcess(Catching, SubProcess):
    """Begins when its start event happens, while the scope that it is drawn in runs (13.5.4)."""

    begins: StartEvent

    @property
    def catches(self) -> EventDefinition | None:
        """What starts it."""
        return self.begins.element.event

    @property
    def waits(self) -> bool:
        """Whether it waits for something outside; everything else is looked for when it is thrown."""
        event = self.catches
        return event is not None and event.trigger in FROM_OUTSIDE

    def wait_in(self, scope: Scope) -> None:
        """Put a token into `scope` that waits for what starts it."""
        if self.waits:
            self.hold(scope.enter(self.name))

    def hold(self, token: Token) -> None:
        """Note that `token` waits beside what its scope does, or has begun."""
        waits = self.waits and CAUGHT not in token.notes
        (token.workflow.armed if waits else token.workflow.handling).add(token.id)

    def work(self, token: Token) -> bool:
        """Wait, or run what is inside."""
        if token.id not in token.workflow.armed:
            return super().work(token)
        self.wait(token)
        return False

    def happened(self, token: Token, payload: dict[str, Any]) -> None:
        """Begin, and wait for the next time if it does not interrupt."""
        scope = token.workflow
        interrupting = self.begins.element.interrupting
        self.begin(scope, payload)
        if not interrupting and not self.wait_again(token):
            scope.cancel_token(token)

    def begin(self, scope: Scope, payload: dict[str, Any]) -> None:
        """Begin in `scope`; an interrupting one ends everything else there, for good."""
        if self.begins.element.interrupting:
            scope.cancel_all()
            scope.interrupted, scope.pending = True, []
        self.hold(scope.enter(self.name, notes={CAUGHT: payload}))

    def start(self, scope: SubScope) -> None:
        """Begin at the start event, with what it caught."""
        host = scope.host
        assert host is not None  # noqa: S101 - it is a sub-process
        begin(scope, at=self.begins.name, payload=host.notes.get(CAUGHT))


class AdHocSubProcess(SubProcess):
    """Its activities run in any order, until its completion condition is true (10.3.5)."""

    def start(self, scope: SubScope) -> None:
        """Start the activities: all at once, or the first one."""
        rules = self.element.ad_hoc
        assert rules is not None and scope.host is not None  # noqa: S101, PT018 - it is an ad-hoc sub-process
        for handler in scope.spec.event_subprocesses:
            handler.wait_in(scope)
        names = list(scope.spec.starts)
        if rules.activities is not None:
            names = self._chosen(scope.host.workflow.evaluate(scope.host, rules.activities), names)
        scope.top_workflow.check_room(len(names))
        if rules.sequential:
            names, scope.pending = names[:1], names[1:]
        for name in names:
            scope.enter(name)
        scope.settle()

    def inner_done(self, token: Token) -> None:
        """Look whether the sub-process is complete after each of its elements."""
        rules = self.element.ad_hoc
        if rules is not None and rules.completion is not None and self.holds(token, rules.completion):
            token.notes[_SATISFIED] = True

    def inner_left(self, host: Token, token: Token) -> None:
        """End the sub-process, or start the next activity."""
        scope, rules = token.workflow, self.element.ad_hoc
        if _SATISFIED in token.notes:
            host.notes[_SATISFIED] = True
            scope.pending = []
            if rules is not None and rules.cancel_remaining:
                scope.cancel_all(but=token)
        elif scope.pending and len(scope.tasks) == 1 + len(scope.armed):
            scope.enter(scope.pending.pop(0))

    def finish(self, token: Token, scope: SubScope) -> None:
        """See that the completion condition is true."""
        rules = self.element.ad_hoc
        condition = None if rules is None else rules.completion
        if condition is not None and _SATISFIED not in token.notes and not self.holds(token, condition):
            raise AdHocIncomplete(
                f"{self.element.label!r} has nothing left to do, and its completion condition {condition.text!r} is "
                "not true."
            )
        super().finish(token, scope)

    def _chosen(self, value: object, known: list[str]) -> list[str]:
        if not isinstance(value, list) or not all(each in known for each in value):
            raise AdHocIncomplete(
                f"The activities of {self.element.label!r} must be a list of ids from {', '.join(known)}."
            )
        return value


class CallActivity(CallActivityMixin, SubProcess):
    """Runs another process, with variables of its own (10.3.6)."""

    def open(self, token: Token) -> SubScope:
        """Open the called process with a copy of the variables that it is given."""
        called, top = self.element.called, token.workflow.top_workflow
        assert called is not None  # noqa: S101 - it is a call activity
        environment = top.environment
        definition_id = environment.called(called, text_of(token, called.process), definition_of(token.workflow))
        specification = environment.specification(definition_id)
        if not specification.scope.starts:
            raise NotCallable(f"The process {specification.process.label!r} has no none start event.")
        table = deepcopy(token.workflow.visible(token)) if called.all_in else {}
        table |= inputs_of(token)
        token.notes |= {DEFINITION: definition_id, _GIVEN: variables.fingerprint(table)}
        return top.open(token, specification.scope, (specification, table))

    def finish(self, token: Token, scope: SubScope) -> None:
        """Take over the outputs, or every variable that the called process has changed.

        Input parameters are local variables, and stay where they are.
        """
        called, table, outside = self.element.called, scope.table, token.workflow
        assert called is not None and table is not None  # noqa: S101, PT018 - it is a call activity
        for path, source in self.element.outputs.items():
            outside.assign(token, path, scope.evaluate(None, source))
        if called.all_out and not self.element.outputs:
            # Only what it changed: another one, called at the same time, has changed other things.
            for name in table.keys() - self.element.inputs.keys():
                variables.merge(outside.place(token, name), name, table[name], token.notes[_GIVEN].get(name))
            outside.top_workflow.changed = True

    def inside(self, host: Token) -> ScopeSpec:
        """Return what is inside of the process that `host` calls."""
        environment = host.workflow.top_workflow.environment
        found: ScopeSpec = environment.specification(host.notes[DEFINITION]).scope
        return found
