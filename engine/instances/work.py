"""The work of one step: an instance's run, its row and its history, saved together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from engine import audit, form_versions
from engine.audit import AuditAction
from engine.definitions import DefinitionRecord
from engine.errors import BpmnError, IdflowError
from engine.identity.vault import Vault
from engine.instances.environment import Engine
from engine.instances.history import Event, Journal
from engine.instances.order import Order
from engine.instances.outbox import Outbox
from engine.instances.parameters import Digests
from engine.instances.sealed import State
from engine.spiff import Away, Run, Specification, StepFailed, Waiting
from engine.store import DatabaseBusy
from engine.store.models import Base, Instance, InstanceStatus

FORM = "form"
"""The note of a waiting task that names its form version: what a person sees does not change under their hands."""

ATTEMPTS = "attempts"
"""The note of a waiting task that counts refused submissions."""

_MESSAGE_LENGTH = 2000

_TABLE = Base.metadata.tables[Instance.__tablename__]
_COLUMNS = [column.name for column in _TABLE.columns]
_INSERT = insert(_TABLE)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every step works with, whichever instance it is of."""

    engine: Engine
    vault: Vault
    outbox: Outbox
    digests: Digests


@dataclass(slots=True)
class Work:
    """What a step works on."""

    tools: Tools
    session: Session
    row: Instance
    specification: Specification
    state: State
    run: Run
    journal: Journal
    said: dict[str, Waiting] = field(default_factory=dict)
    """What the outside knows that the instance waits for, by token."""
    out: dict[str, Away] = field(default_factory=dict)
    """What is being done outside, by token."""
    ended_at: str | None = None
    """The end event of the process itself that was reached last."""

    @classmethod
    def begin(  # noqa: PLR0913, PLR0917 - what a step works with
        cls,
        tools: Tools,
        session: Session,
        row: Instance,
        state: State,
        at: str | None,
        payload: Mapping[str, Any] | None,
    ) -> "Work":
        """Make the work of a new instance, which stands before its start; see `Run.start`."""
        environment = tools.engine.bind(session, row.id, row.definition_id)
        specification = environment.specification(row.definition_id)
        run = Run.start(specification, state.variables, environment, at=at, payload=payload)
        return cls(tools, session, row, specification, state, run, Journal(row.id, state.history, environment.now()))

    @classmethod
    def load(cls, tools: Tools, session: Session, row: Instance) -> "Work":
        """Make the work of a stored instance."""
        state = State.unseal(tools.vault, row.id, row.state)
        environment = tools.engine.bind(session, row.id, row.definition_id)
        specification = environment.specification(row.definition_id)
        run = Run.load(specification, state.tasks, state.variables, environment, state.called)
        journal = Journal(row.id, state.history, environment.now())
        said = {each.id: each for each in run.events}
        out = {each.id: each for each in run.errands}
        return cls(tools, session, row, specification, state, run, journal, said, out)

    def carry_on(self, action: Callable[[], None]) -> None:
        """Do `action` on the run, then save where the instance stands: waiting, ended, or stopped by an incident."""
        self.state.seen = []
        try:
            action()
            self._note_passed()
            self._check_thrown()
            self._prepare_forms()
        except StepFailed as failure:
            if (away := _database_error(failure)) is not None:
                # No fault of the element: nothing of the step happens, and it can be tried again as it is.
                raise away from failure
            self._note_passed()
            self._stop(failure)
        else:
            if self.run.completed:
                self._end()
        self.save()

    def audit(self, action: AuditAction, order: Order | None = None, **detail: object) -> None:
        """Audit what happens to the instance; with who ordered it, and why."""
        given = order.detail() if order else {}
        audit.record(self.session, self.tools.engine.clock, action, instance_id=self.row.id, **given | detail)

    @property
    def definition(self) -> DefinitionRecord:
        """The version of the process that the instance itself runs."""
        return self.tools.engine.definitions.record(self.session, self.row.definition_id)

    def save(self) -> None:
        """Save where the instance stands, and say what it waits for and has thrown."""
        for thrown in self.run.thrown:
            self.journal.add(Event.THROWN, thrown.element.id, f"{thrown.trigger} {thrown.name}")
        self.state.tasks, self.state.called = self.run.save(), self.run.tables
        self.state.history = self.journal.length
        self.row.state = self.state.seal(self.tools.vault, self.row.id)
        self._store()
        self.journal.write(self.session)
        self._say()

    def _store(self) -> None:
        """Write the row: that of a new instance straight to the table, which takes a third of what the session does."""
        session, row = self.session, self.row
        if row in session:
            session.flush()
            return
        row.revision = 1
        values = {name: getattr(row, name) for name in _COLUMNS}
        session.execute(_INSERT, values)
        for name in values.keys() - row.__dict__.keys():
            # What was never set is not read again either.
            set_committed_value(row, name, None)
        make_transient_to_detached(row)
        session.add(row)

    def wake(self) -> None:
        """Look for what came while the instance stood still: timers that nobody heard, messages that wait for it."""
        for identifier, waiting in list(self.said.items()):
            if waiting.due is not None:
                del self.said[identifier]
            self.tools.outbox.look(self.session, self.specification.process.id, waiting)
        # A job that came while the instance stood still has gone again.
        self.out = {}

    def _say(self) -> None:
        outbox, session, instance_id = self.tools.outbox, self.session, self.row.id
        if self.row.ended_at is not None:
            if self.said:
                outbox.forget_all(session, instance_id)
            if self.out:
                outbox.call_back(session, instance_id)
        else:
            self._send_out()
            waiting = {each.id: each for each in self.run.events}
            key = self.specification.process.id
            for identifier, before in self.said.items():
                if not _same(waiting.get(identifier), before):
                    outbox.forget(session, instance_id, before)
            for identifier, now in waiting.items():
                if not _same(self.said.get(identifier), now):
                    outbox.wait(session, instance_id, key, now)
        for thrown in self.run.thrown:
            outbox.throw(session, thrown)

    def _send_out(self) -> None:
        """Say what is to be done outside."""
        outbox, away = self.tools.outbox, {each.id: each for each in self.run.errands}
        for identifier in self.out.keys() - away.keys():
            outbox.call_back(self.session, self.row.id, identifier)
        for identifier, now in away.items():
            if identifier not in self.out and not now.held:
                outbox.go(self.session, self.row.id, identifier)

    def _note_passed(self) -> None:
        for passed in self.run.passed:
            self.journal.add(Event.COMPLETED, passed.element.id, " ".join(passed.flows) if passed.choice else None)
            if passed.ends:
                self.ended_at = passed.element.id
            self.tools.engine.hear(passed.called or self.row.definition_id, passed)
        self.run.passed.clear()

    def _check_thrown(self) -> None:
        for thrown in self.run.thrown:
            try:
                self.tools.outbox.check(thrown)
            except IdflowError as error:
                self.run.thrown.remove(thrown)
                raise StepFailed(None, thrown.element.id, error) from error

    def _prepare_forms(self) -> None:
        """Fix the form version of every task that has begun to wait."""
        waiting = self.run.waiting
        for task in waiting:
            if FORM not in task.notes and task.element.form is not None:
                try:
                    task.notes[FORM] = form_versions.find(self.session, task.element.form).id
                except form_versions.FormNotFound as error:
                    raise StepFailed(None, task.element.id, error) from error
                self.journal.add(Event.WAITING, task.element.id)
        if waiting:
            self.row.element_id = waiting[0].element.id
        elif not self.run.completed:
            elements = [*(each.element for each in self.run.errands), *(each.element for each in self.run.events)]
            self.row.element_id = next((each.id for each in elements), self.row.element_id)

    def _stop(self, failure: StepFailed) -> None:
        element_id, cause, token = failure.element_id, failure.cause, failure.token
        self.state.seen = sorted(self.state.variables if token is None else token.workflow.visible(token))
        # A foreign exception's text may hold anything, a secret too; ours never does.
        message, code = f"Unexpected {type(cause).__name__}.", "unexpected"
        if isinstance(cause, IdflowError):
            message, code = cause.message, cause.error_code if isinstance(cause, BpmnError) else cause.code
        self.row.status, self.row.element_id = InstanceStatus.INCIDENT.value, element_id
        self.row.code, self.row.message = code, message[:_MESSAGE_LENGTH]
        self.journal.add(Event.INCIDENT, element_id, message)
        self.audit(AuditAction.INSTANCE_INCIDENT, element=element_id, code=code)

    def _end(self) -> None:
        status = InstanceStatus.DECLINED if self.run.declined else InstanceStatus.COMPLETED
        self.row.status, self.row.ended_at, self.row.due_at = status.value, self.tools.engine.clock.now(), None
        self.row.element_id = self.ended_at
        self.journal.add(Event.ENDED, self.row.element_id, status.value)
        self.audit(AuditAction.INSTANCE_ENDED, status=status.value)


def _same(one: Waiting | None, other: Waiting) -> bool:
    """Tell whether the outside needs to hear no difference; another version of the element is none."""
    return one is not None and _heard(one) == _heard(other)


def _heard(waiting: Waiting) -> tuple[object, ...]:
    return waiting.trigger, waiting.name, waiting.key, waiting.due, waiting.element.id


def _database_error(failure: StepFailed) -> DatabaseBusy | None:
    """Return why the database could not do its part, where an element failed of that."""
    error: BaseException | None = failure
    while error is not None and not isinstance(error, DatabaseBusy):
        error = error.__cause__ or error.__context__
    return error
