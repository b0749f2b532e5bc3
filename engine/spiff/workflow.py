"""One instance in SpiffWorkflow's terms: the outermost scope, and what all scopes have in common."""

from collections import deque
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow

from engine.errors import Failure
from engine.spiff.environment import Environment
from engine.spiff.expressions import Expressions
from engine.spiff.scope import Scope, SubScope
from engine.spiff.scope_spec import ScopeSpec
from engine.spiff.thrown import Thrown
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.scope import Called
    from engine.spiff.specification import Specification

MAXIMUM_TOKENS = 20_000
"""How many tokens one instance may have at once."""


class TooManyTokens(Failure):
    """The instance has too many tokens at once."""

    code = "too-many-tokens"


class Workflow(Scope, BpmnWorkflow):
    """One instance in SpiffWorkflow's terms."""

    depth = 0
    subprocesses: dict[UUID, SubScope]

    def __init__(self, specification: "Specification", table: dict[str, Any], environment: Environment) -> None:
        self.host = None
        self.table = table
        self.environment = environment
        self.specification = specification
        self.queue: deque[Token] = deque()
        """The tokens that can run, in their order; one that was cancelled meanwhile may still be in it."""
        self.conditions: dict[UUID, Token] = {}
        """The tokens that wait for a condition."""
        self.fresh: dict[UUID, Token] = {}
        """Those whose condition was not looked at yet."""
        self.thrown: list[Thrown] = []
        """The messages and signals that were thrown since the run was made or loaded."""
        self.size = 0
        """How many tokens there are, in all scopes."""
        self.changed = True
        """Whether a variable was set, or may have been, since conditions were looked at."""
        self.begun = False
        """Whether it has been started."""
        self.start_at: tuple[str, dict[str, Any]] | None = None
        """The start event that an event has reached, with what that event carries."""
        self.declined = False
        """Whether the process ended at an error end event of its own."""
        self.__init_scope__()
        super().__init__(specification.scope, {}, script_engine=Expressions(), deserializing=True)

    @property
    def top_workflow(self) -> "Workflow":  # type: ignore[override] # the library's is an attribute
        """Itself."""
        return self

    def open(self, host: Token, spec: ScopeSpec, called: "Called | None" = None) -> SubScope:
        """Open a scope inside the element of `host`; nothing is in it yet.

        `called` is the process that it is, with its variables, when it is one.
        """
        scope = SubScope(spec, host, self, called)
        self.subprocesses[host.id] = scope
        return scope

    def close(self, host: Token) -> None:
        """Take a scope away that has ended or was cancelled."""
        del self.subprocesses[host.id]

    @property
    def scopes(self) -> list[Scope]:
        """The instance itself and every open scope in it, outermost first."""
        return [self, *self.subprocesses.values()]

    def check_room(self, count: int) -> None:
        """Raise `TooManyTokens` when there is no room for so many more tokens."""
        if self.size + count > MAXIMUM_TOKENS:
            raise TooManyTokens(f"The instance would have more than {MAXIMUM_TOKENS} tokens at once.")

    def token(self, identifier: UUID) -> Token | None:
        """Return the token with this id, wherever it is."""
        return next((scope.tasks[identifier] for scope in self.scopes if identifier in scope.tasks), None)
