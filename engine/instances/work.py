"""One instance in memory, for the length of one step: loaded, run on, saved."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import audit, feel, form_versions
from engine.audit import AuditAction
from engine.errors import BpmnError, IdflowError
from engine.identity.vault import Vault
from engine.instances.activities import ActivityRunner
from engine.instances.history import Event, Journal
from engine.instances.sealed import State
from engine.spiff import Run, Specification, StepFailed
from engine.store import Instance
from engine.store.models import InstanceStatus

FORM = "form"
"""The note of a waiting task that names its form version: what a person sees does not change under their hands."""

ATTEMPTS = "attempts"
"""The note of a waiting task that counts refused submissions."""

_MESSAGE_LENGTH = 2000


@dataclass(slots=True)
class Work:
    """What a step works on."""

    session: Session
    row: Instance
    specification: Specification
    state: State
    run: Run
    journal: Journal
    runner: ActivityRunner
    vault: Vault

    @classmethod
    def begin(  # noqa: PLR0913, PLR0917 - what a step works with
        cls,
        session: Session,
        row: Instance,
        specification: Specification,
        state: State,
        runner: ActivityRunner,
        vault: Vault,
    ) -> "Work":
        """Make the work of a new instance, which stands at its start event."""
        call = runner.bind(session, row.id, state.variables)
        run = Run.start(specification, state.variables, call, feel.Settings(now=runner.clock.now))
        journal = Journal(row.id, state.history, runner.clock.now())
        return cls(session, row, specification, state, run, journal, runner, vault)

    @classmethod
    def load(
        cls, session: Session, row: Instance, specification: Specification, runner: ActivityRunner, vault: Vault
    ) -> "Work":
        """Make the work of a stored instance."""
        state = State.unseal(vault, row.id, row.state)
        call = runner.bind(session, row.id, state.variables)
        run = Run.load(specification, state.tasks, state.variables, call, feel.Settings(now=runner.clock.now))
        journal = Journal(row.id, state.history, runner.clock.now())
        return cls(session, row, specification, state, run, journal, runner, vault)

    def carry_on(self, action: Callable[[], None]) -> None:
        """Do `action` on the run, then save where the instance stands: waiting, ended, or stopped by an incident."""
        try:
            action()
            self._note_passed()
            self._prepare_forms()
        except StepFailed as failure:
            self._note_passed()
            self._stop(failure.element_id, failure.cause)
        else:
            if self.run.completed:
                self._end()
        self._save()

    def _note_passed(self) -> None:
        for passed in self.run.passed:
            self.journal.add(Event.COMPLETED, passed.element.id)

    def _prepare_forms(self) -> None:
        """Fix the form version of every task that has begun to wait."""
        for task in self.run.waiting:
            if FORM not in task.notes and task.element.form is not None:
                try:
                    task.notes[FORM] = form_versions.find(self.session, task.element.form).id
                except form_versions.FormNotFound as error:
                    raise StepFailed(task.element.id, error) from error
                self.journal.add(Event.WAITING, task.element.id)
        if self.run.waiting:
            self.row.element_id = self.run.waiting[0].element.id

    def _stop(self, element_id: str | None, cause: Exception) -> None:
        # A foreign exception's text may hold anything, a secret too; ours never does.
        message, code = f"Unexpected {type(cause).__name__}.", "unexpected"
        if isinstance(cause, IdflowError):
            message, code = cause.message, cause.error_code if isinstance(cause, BpmnError) else cause.code
        self.row.status, self.row.element_id = InstanceStatus.INCIDENT.value, element_id
        self.row.code, self.row.message = code, message[:_MESSAGE_LENGTH]
        self.journal.add(Event.INCIDENT, element_id, message)
        audit.record(
            self.session,
            self.runner.clock,
            AuditAction.INSTANCE_INCIDENT,
            instance_id=self.row.id,
            element=element_id,
            code=code,
        )

    def _end(self) -> None:
        end = next((passed for passed in reversed(self.run.passed) if passed.ends), None)
        declined = any(passed.declines for passed in self.run.passed)
        status = InstanceStatus.DECLINED if declined else InstanceStatus.COMPLETED
        self.row.status, self.row.ended_at, self.row.due_at = status.value, self.runner.clock.now(), None
        self.row.element_id = end.element.id if end else None
        self.journal.add(Event.ENDED, self.row.element_id, status.value)
        audit.record(
            self.session, self.runner.clock, AuditAction.INSTANCE_ENDED, instance_id=self.row.id, status=status.value
        )

    def _save(self) -> None:
        self.state.tasks, self.state.history = self.run.save(), self.journal.length
        self.row.state = self.state.seal(self.vault, self.row.id)
        self.session.add(self.row)
        self.session.flush()
        self.journal.write(self.session)
