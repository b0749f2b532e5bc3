"""One run of a process, in memory: start, submit, deliver, save, load.

More than 300 lines, because it is the one door to a running workflow: a short method for each thing that can happen.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.util.task import TaskState

from engine.errors import BpmnError
from engine.model import Element, Trigger
from engine.spiff import loop, operations, state
from engine.spiff.activities import ANSWER, ANSWERED, ERRAND, OPEN, SUBMITTED
from engine.spiff.catching import DUE, KEY, NAME, WAITS, Catching, resume, stop_waiting
from engine.spiff.element import FAILED
from engine.spiff.environment import Environment
from engine.spiff.records import Away, Passed, Position, TaskNotCurrent, Waiting, WaitingTask
from engine.spiff.scope import Scope, definition_of
from engine.spiff.specification import Specification
from engine.spiff.thrown import Thrown
from engine.spiff.token import Token
from engine.spiff.workflow import Workflow

_NOT_SENT = frozenset({Trigger.CONDITION, ANSWER})
"""What a token waits for that is not brought by an event."""


class Run:
    """One instance in memory. Not for two threads at once: the instance's row is locked while it is loaded."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow
        self.passed: list[Passed] = []
        """What was left since the run was made or loaded, in order."""

    @classmethod
    def start(
        cls,
        specification: Specification,
        variables: dict[str, Any],
        environment: Environment,
        *,
        at: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> "Run":
        """Make a run that stands before its start; it shares `variables` with the caller and writes there.

        `at` is the start event that an event has reached, with what that event carries; None is the plain start.
        """
        workflow = Workflow(specification, variables, environment)
        if at is not None:
            workflow.start_at = at, dict(payload or {})
        return cls(workflow)

    @classmethod
    def load(
        cls,
        specification: Specification,
        saved: state.Saved,
        variables: dict[str, Any],
        environment: Environment,
        called: state.Tables | None = None,
    ) -> "Run":
        """Make the run whose state was saved; `called` are the variables of called processes."""
        return cls(state.load(specification, saved, variables, called or {}, environment))

    def save(self) -> state.Saved:
        """Return the state as JSON values."""
        return state.save(self._workflow)

    @property
    def tables(self) -> state.Tables:
        """The variables of the processes that are called at this moment; they may hold secret references."""
        return state.tables(self._workflow)

    @property
    def completed(self) -> bool:
        """Whether the process has ended."""
        return bool(self._workflow.completed)

    @property
    def declined(self) -> bool:
        """Whether it ended at an error end event."""
        return self._workflow.declined

    @property
    def thrown(self) -> list[Thrown]:
        """The messages and signals that were thrown since the run was made or loaded."""
        return self._workflow.thrown

    @property
    def waiting(self) -> list[WaitingTask]:
        """The user tasks that wait, in the order in which they were reached."""
        return [
            WaitingTask(token.id.hex, token.task_spec.element, token.notes, token.workflow.visible(token))
            for token in self._open_tasks()
        ]

    @property
    def events(self) -> list[Waiting]:
        """What is waited for outside the process: messages, signals and times."""
        return [
            Waiting(
                token.id.hex,
                token.task_spec.element,
                Trigger(notes[WAITS]),
                notes.get(NAME, ""),
                notes.get(KEY, ""),
                datetime.fromisoformat(notes[DUE]) if notes.get(DUE) else None,
            )
            for token in self._tokens()
            if WAITS in (notes := token.notes) and notes[WAITS] not in _NOT_SENT
        ]

    @property
    def errands(self) -> list[Away]:
        """What is to be done outside."""
        return [_away(token) for token in self._tokens() if token.notes.get(WAITS) == ANSWER]

    def advance(self) -> None:
        """Run to the next wait state or the end.

        Raises:
            StepFailed: when an element failed; it stands as before, and `advance` tries it again.

        """
        loop.advance(self._workflow, self._note)

    def submit(self, task_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """Complete a waiting user task, setting `variables` by their dotted paths as seen from there, and run on.

        Raises:
            TaskNotCurrent: when no user task with this id waits: nothing happened.
            StepFailed: see `advance`.

        """
        token = self._current(task_id)
        for path, value in (variables or {}).items():
            token.workflow.assign(token, path, value)
        token.notes[SUBMITTED] = True
        loop.run(token, self._note)
        self.advance()

    def throw(self, task_id: str, error: BpmnError) -> None:
        """Raise a BPMN error at a waiting user task and run on.

        Raises:
            TaskNotCurrent, StepFailed: see `submit`; an error that nothing catches is one.

        """
        loop.throw(self._current(task_id), error)
        self.advance()

    def deliver(self, waiting_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """Let the event happen that a token waits for, and run on; `payload` is what it carries.

        Raises:
            TaskNotCurrent: when no token with this id waits for an event: nothing happened.
            StepFailed: see `advance`.

        """
        token = self._token(waiting_id)
        spec = token.task_spec
        if WAITS not in token.notes or not isinstance(spec, Catching):
            raise TaskNotCurrent
        spec.happened(token, dict(payload or {}))
        self.advance()

    def answer(self, token_id: str, answer: Any, *, go_on: bool = True) -> None:
        """Give a token what came of its errand, and run on; otherwise it is kept until this is called again.

        Raises:
            TaskNotCurrent: when no token with this id waits for that: nothing happened.
            StepFailed: see `advance`.

        """
        token = self._out(token_id)
        # The one that came first counts.
        token.notes.setdefault(ANSWERED, answer)
        if go_on:
            stop_waiting(token)
            resume(token)
            self.advance()

    def fail(self, token_id: str, error: Exception) -> None:
        """Let the errand of a token have failed: with a BPMN error it goes on where that is caught.

        Raises:
            TaskNotCurrent: see `answer`.
            StepFailed: when that is nowhere, or it is no BPMN error.

        """
        token = self._out(token_id)
        stop_waiting(token)
        del token.notes[ERRAND]
        if not isinstance(error, BpmnError):
            raise loop.failed(token, error)
        loop.throw(token, error)
        self.advance()

    @property
    def failed(self) -> str | None:
        """The id of the token whose element failed."""
        return next((token.id.hex for token in self._tokens() if FAILED in token.notes), None)

    @property
    def positions(self) -> list[Position]:
        """Where every token stands."""
        return [
            Position(
                token.id.hex,
                token.task_spec.element,
                token.notes.get(WAITS, ANSWER) != ANSWER,
                definition_of(token.workflow),
            )
            for token in self._tokens()
        ]

    def skip(self, token_id: str, variables: Mapping[str, Any]) -> None:
        """Leave an element as if it had done its work, with `variables` as what came of it, and run on.

        Raises:
            TaskNotCurrent: when no token with this id is there: nothing happened.
            StepFailed: see `advance`.

        """
        token = self._token(token_id)
        for name, value in variables.items():
            token.workflow.assign(token, name, value)
        operations.skip(token)
        self.advance()

    def move(self, token_id: str, element_id: str) -> None:
        """Take a token away from its element, with what runs inside, put it on another one beside it, and run on.

        Raises:
            TaskNotCurrent, NotMovable: when that cannot be: nothing happened.
            StepFailed: see `advance`.

        """
        operations.move(self._token(token_id), element_id)
        self.advance()

    def passes(self, token_id: str, element_id: str) -> tuple[Element, ...]:
        """Return the elements that a token would jump over if it were moved: those on a way to the other element.

        Raises:
            TaskNotCurrent, NotMovable: see `move`.

        """
        return operations.between(self._token(token_id), element_id)

    def only_token(self) -> str:
        """Return the id of the one token that does not merely wait for an event beside others.

        Raises:
            NotMovable: when there are several, or none.

        """
        here = [each.id for each in self.positions if not each.event] or [each.id for each in self.positions]
        if len(here) != 1:
            raise operations.NotMovable(f"The instance has {len(here)} tokens. Say which one is meant.")
        return here[0]

    def assign(self, variables: Mapping[str, Any]) -> None:
        """Set process variables by their dotted paths."""
        for path, value in variables.items():
            self._workflow.assign(None, path, value)
        loop.look(self._workflow)

    def rearm(self) -> None:
        """Let events wait that another version of the process has beside elements that hold a token.

        Raises:
            Failure: when one cannot wait: its expression gives nothing that fits.

        """
        operations.rearm(self._workflow)

    def cancel(self) -> None:
        """End the run where it is."""
        self._workflow.cancel_all()
        self._workflow.completed = True

    def _note(self, token: Token) -> None:
        element = token.task_spec.element
        ends = element.kind == "endEvent" and token.workflow is self._workflow
        flows = tuple(flow.id for flow in token.chosen if flow.id)
        choice, called = len(token.task_spec.outgoing) > 1, definition_of(token.workflow)
        self.passed.append(Passed(element, ends, flows, choice, called))

    def _current(self, task_id: str) -> Token:
        token = self._token(task_id)
        if not _is_open(token):
            raise TaskNotCurrent
        return token

    def _out(self, token_id: str) -> Token:
        token = self._token(token_id)
        if token.notes.get(WAITS) != ANSWER:
            raise TaskNotCurrent
        return token

    def _token(self, identifier: str) -> Token:
        try:
            token = self._workflow.token(UUID(hex=identifier))
        except ValueError:
            token = None
        if token is None:
            raise TaskNotCurrent
        return token

    def _open_tasks(self) -> list[Token]:
        return [token for token in self._tokens() if _is_open(token)]

    def _tokens(self) -> list[Token]:
        scopes: list[Scope] = self._workflow.scopes
        return [token for scope in scopes for token in scope.tasks.values()]


def _away(token: Token) -> Away:
    errand, element = token.notes[ERRAND], token.task_spec.element
    said = errand["activity"], errand["what"], errand["retries"], errand.get("held", False)
    return Away(token.id.hex, element, *said, ANSWERED in token.notes)


def _is_open(token: Token) -> bool:
    return token.state == TaskState.STARTED and OPEN in token.notes
