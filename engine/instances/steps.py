"""The steps of an instance: from one wait state to the next, inside the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit, form_versions, variables
from engine.audit import AuditAction
from engine.clock import Clock
from engine.definitions import DefinitionRecord, Definitions
from engine.dialect import CustomDataForm, ExceededCustomDataFormRetake
from engine.errors import Refused
from engine.form import Answers, Forms, Posted
from engine.identity.vault import Vault
from engine.instances import history
from engine.instances.activities import ActivityRunner
from engine.instances.history import Event, Journal
from engine.instances.records import (
    End,
    InstanceDetail,
    InstanceExpired,
    InstanceNotFound,
    InstanceRecord,
    OpenTask,
    OtherBrowser,
    Step,
    StepNotCurrent,
)
from engine.instances.sealed import State
from engine.instances.work import ATTEMPTS, FORM, Work
from engine.spiff import WaitingTask
from engine.store import Definition, Instance
from engine.store.models import InstanceStatus
from engine.store.types import new_id

_BOUND_TO = select(Instance.id).where(Instance.binding == bindparam("binding"))


class NotAnIncident(Refused):
    """Only an instance that stopped with an incident can be retried."""

    code = "not-an-incident"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an instance comes from."""

    token_id: str | None = None
    applicant: str | None = None
    binding: bytes | None = None
    """HMAC of the browser's secret."""
    maximum_duration: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Instances:
    """The process instances of an installation."""

    definitions: Definitions
    forms: Forms
    runner: ActivityRunner
    vault: Vault
    clock: Clock

    def start(self, session: Session, definition: DefinitionRecord, table: Mapping[str, Any], origin: Origin) -> str:
        """Start an instance with the given process variables, run it to its first wait state, and return its id."""
        now = self.clock.now()
        row = Instance(
            id=new_id(),
            definition_id=definition.id,
            token_id=origin.token_id,
            applicant=origin.applicant,
            binding=origin.binding,
            status=InstanceStatus.ACTIVE.value,
            state=b"",
            due_at=origin.maximum_duration and now + origin.maximum_duration,
            created_at=now,
        )
        work = Work.begin(
            session, row, self.definitions.get(session, definition.id), State(dict(table), {}), self.runner, self.vault
        )
        work.journal.add(Event.STARTED)
        audit.record(session, self.clock, AuditAction.INSTANCE_STARTED, instance_id=row.id, token_id=row.token_id)
        # The row is written once, with the state of its first wait; nothing that runs before refers to it.
        work.carry_on(work.run.advance)
        return row.id

    def bound_to(self, session: Session, binding: bytes) -> str | None:
        """Return the id of the instance that was begun with this binding."""
        return session.scalar(_BOUND_TO, {"binding": binding})

    def step(self, session: Session, instance_id: str, binding: bytes) -> Step:
        """Return where the instance stands.

        Raises:
            InstanceNotFound, OtherBrowser, InstanceExpired: when this browser cannot go on with it.

        """
        work = self._work(session, self._bound(session, instance_id, binding))
        row, process = work.row, work.specification.process
        end = None
        element = process.elements.get(row.element_id or "")
        if row.ended_at is not None and element is not None:
            end = End(element.id, element.name, element.documentation)
        status = InstanceStatus(row.status)
        waiting = work.run.waiting if status is InstanceStatus.ACTIVE else []
        task = self._open_task(session, waiting[0]) if waiting else None
        return Step(row.id, process.label, status, task, work.state.variables, end, row.code)

    def submit(self, session: Session, instance_id: str, binding: bytes, task_id: str, posted: Posted) -> Answers:
        """Take the answers to the form that is open, and run on to the next wait state.

        When there are errors among the answers, the form stays open; a refused submission counts as an attempt, and
        the last one that is allowed raises the BPMN error `ExceededCustomDataFormRetake` at the form.

        Raises:
            StepNotCurrent: when the form with this task id is not open (any more): nothing happened.
            InstanceNotFound, OtherBrowser, InstanceExpired: see `step`.

        """
        work = self._work(session, self._bound(session, instance_id, binding))
        waiting = next((each for each in work.run.waiting if each.id == task_id), None)
        if work.row.status != InstanceStatus.ACTIVE or waiting is None:
            raise StepNotCurrent
        task = self._open_task(session, waiting)
        answers = Answers({}) if task.readonly else self.forms.read(task.form.content, work.state.variables, posted)
        if answers.errors:
            work.journal.add(Event.REFUSED, waiting.element.id)
            waiting.notes[ATTEMPTS] = task.attempts + 1
            if task.attempts + 1 < task.max_attempts:
                work.carry_on(lambda: None)
                return answers
            work.carry_on(lambda: work.run.throw(task_id, ExceededCustomDataFormRetake()))
            return Answers({})
        work.journal.add(Event.SUBMITTED, waiting.element.id)
        variables.assign(work.state.variables, f"_customFormData.{task.form_data_key}", dict(answers.values))
        work.carry_on(lambda: work.run.submit(task_id))
        return answers

    def retry(self, session: Session, instance_id: str) -> None:
        """Try the element again at which an instance stopped.

        Raises:
            InstanceNotFound: when there is none.
            NotAnIncident: when it did not stop.

        """
        row = self._row(session, instance_id)
        if row.status != InstanceStatus.INCIDENT:
            raise NotAnIncident
        work = self._work(session, row)
        row.status, row.code, row.message = InstanceStatus.ACTIVE.value, None, None
        work.journal.add(Event.RETRIED, row.element_id)
        audit.record(session, self.clock, AuditAction.INSTANCE_RETRIED, instance_id=row.id, element=row.element_id)
        work.carry_on(work.run.advance)

    def expire_due(self, session: Session, limit: int = 100) -> int:
        """End at most `limit` instances whose maximum duration has passed; return how many."""
        now = self.clock.now()
        alive = (InstanceStatus.ACTIVE.value, InstanceStatus.INCIDENT.value)
        due = session.scalars(
            select(Instance).where(Instance.status.in_(alive), Instance.due_at <= now).limit(limit)
        ).all()
        for row in due:
            state = State.unseal(self.vault, row.id, row.state)
            journal = Journal(row.id, state.history, now)
            journal.add(Event.EXPIRED, row.element_id)
            state.history = journal.length
            row.status, row.ended_at, row.due_at = InstanceStatus.EXPIRED.value, now, None
            row.state = state.seal(self.vault, row.id)
            journal.write(session)
            audit.record(session, self.clock, AuditAction.INSTANCE_EXPIRED, instance_id=row.id)
        return len(due)

    def list(self, session: Session, *, status: InstanceStatus | None = None, limit: int = 50) -> list[InstanceRecord]:
        """Return the newest instances, newest first."""
        query = select(Instance, Definition).join(Definition, Definition.id == Instance.definition_id)
        query = query.order_by(Instance.created_at.desc(), Instance.id).limit(limit)
        if status is not None:
            query = query.where(Instance.status == status.value)
        return [_record(row, definition) for row, definition in session.execute(query)]

    def show(self, session: Session, instance_id: str) -> InstanceDetail:
        """Return everything about an instance that an operator may see.

        Raises:
            InstanceNotFound: when there is none.

        """
        row = self._row(session, instance_id)
        state = State.unseal(self.vault, row.id, row.state)
        record = _record(row, session.get_one(Definition, row.definition_id))
        return InstanceDetail(record, variables.masked(state.variables), history.read(session, row.id))

    def _work(self, session: Session, row: Instance) -> Work:
        return Work.load(session, row, self.definitions.get(session, row.definition_id), self.runner, self.vault)

    def _bound(self, session: Session, instance_id: str, binding: bytes) -> Instance:
        """Return the row, for the browser that it is bound to."""
        row = self._row(session, instance_id)
        if row.binding is None or not compare_digest(row.binding, binding):
            raise OtherBrowser
        expired = row.status == InstanceStatus.EXPIRED or (
            row.ended_at is None and row.due_at and row.due_at <= self.clock.now()
        )
        if expired:
            raise InstanceExpired
        return row

    def _row(self, session: Session, instance_id: str) -> Instance:
        row = session.get(Instance, instance_id, with_for_update=session.get_bind().dialect.name != "sqlite" or None)
        if row is None:
            raise InstanceNotFound
        return row

    def _open_task(self, session: Session, waiting: WaitingTask) -> OpenTask:
        settings = CustomDataForm.read(waiting.element.properties)
        return OpenTask(
            id=waiting.id,
            element_id=waiting.element.id,
            name=waiting.element.label,
            form=form_versions.get(session, waiting.notes[FORM]),
            form_data_key=settings.form_data_key,
            readonly=settings.readonly,
            hide_buttons=settings.hide_buttons,
            attempts=waiting.notes.get(ATTEMPTS, 0),
            max_attempts=settings.max_attempts,
        )


def _record(row: Instance, definition: Definition) -> InstanceRecord:
    status = InstanceStatus(row.status)
    return InstanceRecord(
        row.id,
        definition.name,
        definition.version,
        status,
        row.element_id,
        row.message,
        row.applicant,
        row.created_at,
        row.ended_at,
    )
