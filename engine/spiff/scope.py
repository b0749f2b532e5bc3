"""Where tokens are: the process itself, and every sub-process, loop and called process that is open in it."""

from collections import deque
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import variables
from engine.errors import Failure
from engine.model import Source
from engine.spiff.expressions import evaluate
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.specification import Specification
    from engine.spiff.workflow import Workflow

    Called = tuple[Specification, dict[str, Any]]

VIA = "via"
"""The note of a token that waits at a join: the flow that it came on."""

MAXIMUM_DEPTH = 32
"""How deep scopes may be open inside each other: a process that calls itself without end stops here."""


class TooDeep(Failure):
    """Sub-processes and called processes are open too deep inside each other."""

    code = "too-deep"


class Scope:
    """The tokens of one process, sub-process or loop, and what they see."""

    spec: ScopeSpec
    tasks: dict[UUID, Token]
    completed: bool
    last_task: Token | None
    top_workflow: "Workflow"

    specification: "Specification"
    """Of the process that it is in."""
    depth: int
    """How many scopes it is in."""
    host: Token | None
    """The token of the sub-process, call activity or loop whose inside this is; None for the process itself."""
    table: dict[str, Any] | None
    """Its own process variables, if it is a process; other scopes share those of the process they are in."""

    def __init_scope__(self) -> None:
        self.armed: set[UUID] = set()
        """The tokens of event sub-processes that have not begun; they do not keep the scope open."""
        self.handling: set[UUID] = set()
        """The tokens of event sub-processes that have."""
        self.arrived: dict[str, dict[str, deque[Token]]] = {}
        """The tokens that wait at a join, by the join and the flow that they came on; only where there are some."""
        self.compensations: list[dict[str, Any]] = []
        """What can be undone, in the order in which it was done."""
        self.interrupted = False
        """Whether an interrupting event sub-process has taken over."""
        self.pending: list[str] = []
        """The activities that are still to be started, one after the other, in an ad-hoc sub-process."""

    # Variables

    def visible(self, token: Token | None = None) -> dict[str, Any]:
        """Return what `token` sees: the variables of its process, and over them the local ones, innermost first."""
        layers = []
        scope: Scope = self
        while True:
            if token is not None and token.local:
                layers.append(token.local)
            if scope.table is not None:
                break
            token = scope.host
            assert token is not None  # noqa: S101 - only a process has no host, and it has a table
            scope = token.workflow
        if not layers:
            return scope.table
        merged = dict(scope.table)
        for layer in reversed(layers):
            merged.update(layer)
        return merged

    def assign(self, token: Token | None, path: str, value: object, *, hidden: Collection[str] = ()) -> None:
        """Set a variable where it is: in the innermost place that has one of this name, otherwise in the process.

        Local variables of `token` whose names are `hidden` are passed over.
        """
        variables.assign(self.place(token, path.partition(".")[0], hidden=hidden), path, value)
        self.top_workflow.changed = True

    def place(self, token: Token | None, name: str, *, hidden: Collection[str] = ()) -> dict[str, Any]:
        """Return where the variable `name` is, or would be made."""
        scope: Scope = self
        while True:
            if token is not None and token.local and name in token.local and name not in hidden:
                return token.local
            if scope.table is not None:
                return scope.table
            token, hidden = scope.host, ()
            assert token is not None  # noqa: S101 - see visible
            scope = token.workflow

    def evaluate(
        self, token: Token | None, source: Source, local: Mapping[str, Any] | None = None, *, lend: bool = False
    ) -> Any:
        """Return the value of an expression as `token` sees it; `local` values can be named in it, too.

        For `lend` see `engine.spiff.expressions.evaluate`.
        """
        visible = self.visible(token)
        named = {**visible, **local} if local else visible
        return evaluate(source, named, self.top_workflow.environment.settings, lend=lend)

    # Tokens

    def enter(
        self,
        name: str,
        *,
        via: str | None = None,
        notes: dict[str, Any] | None = None,
        local: dict[str, Any] | None = None,
    ) -> Token:
        """Put a token on the element `name`."""
        token = Token(self, self.spec.task_specs[name], notes=notes, local=local)
        token.task_spec.arrive(token, via)
        return token

    def cancel_token(self, token: Token) -> None:
        """Take a token away, with everything that runs inside its element and waits at its border."""
        if not token.here:
            return
        self.close_inside(token)
        token.task_spec.disarm(token)
        self._forget(token)
        token._set_state(TaskState.CANCELLED)

    def close_inside(self, token: Token) -> None:
        """Cancel what runs inside the element of `token`."""
        inner = self.subprocess_of(token)
        if inner is not None:
            inner.cancel_all()
            self.top_workflow.close(token)

    def cancel_all(self, *, but: Token | None = None) -> None:
        """Take every token away, the ones that wait to start an event sub-process included."""
        for token in list(self.tasks.values()):
            if token is not but:
                self.cancel_token(token)

    def discard(self, identifier: str) -> None:
        """Take a token away that may have gone already."""
        token = self.tasks.get(UUID(hex=identifier))
        if token is not None:
            self.cancel_token(token)

    def settle(self) -> None:
        """End the scope when nothing is left to do in it.

        While only event sub-processes still run, no other one can begin (BPMN 2.0.2, 13.5.4).
        """
        if self.completed or len(self.tasks) > len(self.armed) + len(self.handling):
            return
        for identifier in list(self.armed):
            self.cancel_token(self.tasks[identifier])
        if self.tasks:
            return
        self.completed = True
        if self.host is not None:
            self.host.task_spec.scope_ended(self.host)

    def subprocess_of(self, token: Token) -> "SubScope | None":
        """Return the scope that the element of `token` has open."""
        found: SubScope | None = self.top_workflow.subprocesses.get(token.id)
        return found

    def leave_join(self, token: Token) -> None:
        """Let a token wait no longer at the join where it is, if it does."""
        via = token.notes.pop(VIA, None)
        if via is not None:
            here = self.arrived[token.task_spec.name]
            here[via].remove(token)
            if not here[via]:
                del here[via]
            if not here:
                del self.arrived[token.task_spec.name]

    def _forget(self, token: Token) -> None:
        del self.tasks[token.id]
        self.top_workflow.size -= 1
        self.armed.discard(token.id)
        self.handling.discard(token.id)
        self.top_workflow.conditions.pop(token.id, None)
        self.leave_join(token)

    # What follows is called by the library.

    def _task_completed_notify(self, task: Token) -> None:
        self.last_task = task
        if task.here:
            self._forget(task)
        self.settle()


class SubScope(Scope, BpmnSubWorkflow):
    """The inside of a sub-process, a loop or a called process."""

    def __init__(self, spec: ScopeSpec, host: Token, top: "Workflow", called: "Called | None" = None) -> None:
        self.host = host
        self.specification, self.table = called or (host.workflow.specification, None)
        self.__init_scope__()
        super().__init__(spec, parent_task_id=host.id, top_workflow=top, deserializing=True)
        if self.depth > MAXIMUM_DEPTH:
            raise TooDeep(f"More than {MAXIMUM_DEPTH} sub-processes and called processes are open inside each other.")

    @property
    def parent_workflow(self) -> Scope:
        """The scope around this one. The library's own looks for it in all of them."""
        host = self.host
        assert host is not None  # noqa: S101 - set in the constructor
        return host.workflow

    def _calculate_depth(self) -> int:
        return self.parent_workflow.depth + 1


DEFINITION = "definition"
"""The note of a call activity: the id of the definition that it runs."""


def definition_of(scope: Scope) -> str | None:
    """Return the id of the definition that `scope` is in; None is the instance's own."""
    while scope.table is None:
        assert scope.host is not None  # noqa: S101 - see visible
        scope = scope.host.workflow
    return None if scope.host is None else str(scope.host.notes[DEFINITION])


class TokenVariables:
    """The variables as one token sees them: what an activity is given."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def visible(self) -> Mapping[str, Any]:
        """Return every variable by name."""
        return self._token.workflow.visible(self._token)

    def assign(self, path: str, value: object) -> None:
        """Set the value at a dotted path; raises `VariableInvalid`."""
        self._token.workflow.assign(self._token, path, value)
