"""The steps of an instance: from one wait state to the next, inside the caller's transaction.

More than 300 lines, because every step locks, checks and saves in the same way, which is read best in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit, form_versions
from engine.audit import AuditAction
from engine.clock import Clock
from engine.definitions import DefinitionRecord
from engine.dialect import CustomDataForm, ExceededCustomDataFormRetake
from engine.form import Answers, Forms, Posted
from engine.instances import attachments, search
from engine.instances.history import Event, Journal
from engine.instances.order import Order
from engine.instances.records import (
    End,
    InstanceExpired,
    InstanceNotFound,
    NotStartable,
    OpenTask,
    OtherBrowser,
    Step,
    StepNotCurrent,
)
from engine.instances.sealed import State
from engine.instances.work import ATTEMPTS, FORM, Tools, Work
from engine.model import Trigger
from engine.spiff import WaitingTask
from engine.store import holds_rows
from engine.store.models import Instance, InstanceStatus
from engine.store.rows import shortly
from engine.store.types import new_id

ANSWERS = "_customFormData"
"""The variable that holds what was submitted, by form data key."""

EXPIRED_AT_ONCE = 100
"""How many instances end in one transaction because their maximum duration has passed."""

_REACHED_AN_END = frozenset({InstanceStatus.COMPLETED, InstanceStatus.DECLINED})

_ROW = select(Instance).where(Instance.id == bindparam("id"))
_HELD = _ROW.with_for_update().execution_options(populate_existing=True)
_FREE = _ROW.with_for_update(skip_locked=True).execution_options(populate_existing=True)
_BOUND_TO = select(Instance.id).where(Instance.binding == bindparam("binding"))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an instance comes from."""

    token_id: str | None = None
    applicant: str | None = None
    binding: bytes | None = None
    """HMAC of the browser's secret."""
    maximum_duration: timedelta | None = None
    claim: bytes | None = None
    """HMAC of the link by which a browser gets it, where a program starts it."""
    by: Order | None = None
    """Who starts it, where that is neither the end user nor an event."""


@dataclass(frozen=True, slots=True)
class Instances:
    """The process instances of an installation."""

    tools: Tools
    forms: Forms
    opened: form_versions.Opened = field(default_factory=form_versions.Opened)

    @property
    def clock(self) -> Clock:
        """The only source of now."""
        return self.tools.engine.clock

    def start(  # noqa: PLR0913 - where it comes from, and how it begins
        self,
        session: Session,
        definition: DefinitionRecord,
        table: Mapping[str, Any],
        origin: Origin,
        *,
        at: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> str:
        """Start an instance with the given process variables, run it to its first wait state, and return its id.

        `at` is the start event that an event has reached, with what that event carries; None is the plain start.

        Raises:
            NotStartable: when the process has no plain start.

        """
        now = self.clock.now()
        row = Instance(
            id=new_id(),
            definition_id=definition.id,
            token_id=origin.token_id,
            applicant=origin.applicant,
            applicant_key=origin.applicant and search.folded(origin.applicant),
            binding=origin.binding,
            claim=origin.claim,
            status=InstanceStatus.ACTIVE.value,
            state=b"",
            due_at=origin.maximum_duration and now + origin.maximum_duration,
            created_at=now,
        )
        if at is None:
            self.check_startable(session, definition)
        work = Work.begin(self.tools, session, row, State(dict(table), {}), at, payload)
        work.journal.add(Event.STARTED, at)
        said = origin.by.detail() if origin.by else {}
        where = {"instance_id": row.id, "token_id": row.token_id}
        audit.record(session, self.clock, AuditAction.INSTANCE_STARTED, **where, **said)
        # The row is written once, with the state of its first wait; nothing that runs before refers to it.
        given = {**table, **(payload or {})} if origin.token_id is None else {}
        work.carry_on(work.run.advance)
        if given:
            self.tools.digests.note(session, row.id, given)
        return row.id

    def check_startable(self, session: Session, definition: DefinitionRecord) -> None:
        """Do nothing for a process that can be started without an event; raises `NotStartable`."""
        if not self.tools.engine.definitions.get(session, definition.id).scope.starts:
            raise NotStartable(f"The process {definition.name!r} has no none start event: only an event can start it.")

    def bound_to(self, session: Session, binding: bytes) -> str | None:
        """Return the id of the instance that was begun with this binding."""
        return session.scalar(_BOUND_TO, {"binding": binding})

    def step(self, session: Session, instance_id: str, binding: bytes) -> Step:
        """Return where the instance stands.

        Raises:
            InstanceNotFound, OtherBrowser, InstanceExpired: when this browser cannot go on with it.

        """
        work = self.load(session, self._bound(session, instance_id, binding))
        row, process = work.row, work.specification.process
        end = None
        element = process.elements.get(row.element_id or "")
        if row.status in _REACHED_AN_END and element is not None:
            end = End(element.id, element.name, element.documentation)
        status = InstanceStatus(row.status)
        waiting = work.run.waiting if status is InstanceStatus.ACTIVE else []
        task = self._open_task(session, waiting[0]) if waiting else None
        table = waiting[0].variables if waiting else work.state.variables
        return Step(row.id, process.label, status, task, table, end, row.code)

    def open_tasks(
        self, session: Session, instance_id: str
    ) -> tuple[Instance, list[tuple[OpenTask, Mapping[str, Any]]]]:
        """Return an instance's row, and its forms that wait, each with its variables; raises `InstanceNotFound`."""
        row = self.row(session, instance_id)
        if row.status != InstanceStatus.ACTIVE or self._is_expired(row):
            return row, []
        return row, [(self._open_task(session, each), each.variables) for each in self.load(session, row).run.waiting]

    def submit(
        self, session: Session, instance_id: str, binding: bytes | None, task_id: str, posted: Posted
    ) -> Answers:
        """Take the answers to the form that is open, and run on to the next wait state.

        Without a `binding` it is a program that submits, which may as long as no browser has the instance.

        When there are errors among the answers, the form stays open; a refused submission counts as an attempt, and
        the last one that is allowed raises the BPMN error `ExceededCustomDataFormRetake` at the form. It also stays
        open when the answers have made fields appear that were not asked for: that is no attempt.

        Raises:
            StepNotCurrent: when the form with this task id is not open (any more): nothing happened.
            InstanceNotFound, OtherBrowser, InstanceExpired: see `step`.

        """
        work = self.load(session, self._bound(session, instance_id, binding))
        waiting = next((each for each in work.run.waiting if each.id == task_id), None)
        if work.row.status != InstanceStatus.ACTIVE or waiting is None:
            raise StepNotCurrent
        task = self._open_task(session, waiting)
        answers = Answers({}) if task.readonly else self._read(task, waiting, posted)
        if answers.unasked:
            # Nothing is wrong: fields have appeared that nobody was asked for yet.
            return answers
        if answers.errors:
            work.journal.add(Event.REFUSED, waiting.element.id)
            waiting.notes[ATTEMPTS] = task.attempts + 1
            if task.attempts + 1 < task.max_attempts:
                work.carry_on(lambda: None)
                return answers
            # If nothing catches it, whoever retries the form gives all attempts again.
            waiting.notes[ATTEMPTS] = 0
            work.carry_on(lambda: work.run.throw(task_id, ExceededCustomDataFormRetake()))
            return Answers({})
        work.journal.add(Event.SUBMITTED, waiting.element.id)
        for each in answers.attachments:
            attachments.keep(session, self.tools.vault, instance_id, each, self.clock.now())
        given = {f"{ANSWERS}.{task.form_data_key}": dict(answers.values)}
        work.carry_on(lambda: work.run.submit(task_id, given))
        return answers

    def deliver(self, session: Session, instance_id: str, token_id: str, payload: Mapping[str, Any]) -> bool:
        """Let the event happen that a token of an instance waits for; `payload` is what it carries.

        Returns whether the instance took it: not when it is over, stands still, or waits no longer.
        """
        row, now = self.find(session, instance_id), self.clock.now()
        if row is None or row.status != InstanceStatus.ACTIVE or (row.due_at is not None and row.due_at <= now):
            return False
        work = self.load(session, row)
        waiting = work.said.get(token_id)
        if waiting is None:
            return False
        if waiting.trigger is Trigger.TIMER:
            # Its job has just ended.
            del work.said[token_id]
            if waiting.due is None or waiting.due > now:
                work.save()
                return False
        work.journal.add(Event.RECEIVED, waiting.element.id, f"{waiting.trigger} {waiting.name}".strip())
        work.carry_on(lambda: work.run.deliver(token_id, payload))
        return True

    def expire_due(self, session: Session) -> int:
        """End at most `EXPIRED_AT_ONCE` instances whose maximum duration has passed; return how many."""
        now = self.clock.now()
        alive = (InstanceStatus.ACTIVE.value, InstanceStatus.INCIDENT.value, InstanceStatus.SUSPENDED.value)
        due = session.scalars(
            select(Instance)
            .where(Instance.status.in_(alive), Instance.due_at <= now)
            .limit(EXPIRED_AT_ONCE)
            # Who is in the middle of a step finds out; the next time, it is over.
            .with_for_update(skip_locked=True)
        ).all()
        for row in due:
            state = State.unseal(self.tools.vault, row.id, row.state)
            journal = Journal(row.id, state.history, now)
            journal.add(Event.EXPIRED, row.element_id)
            state.history = journal.length
            row.status, row.ended_at, row.due_at = InstanceStatus.EXPIRED.value, now, None
            row.state = state.seal(self.tools.vault, row.id)
            journal.write(session)
            self.tools.outbox.forget_all(session, row.id)
            self.tools.outbox.call_back(session, row.id)
            audit.record(session, self.clock, AuditAction.INSTANCE_EXPIRED, instance_id=row.id)
        return len(due)

    def process_of(self, session: Session, instance_id: str) -> str:
        """Return the id of the process of an instance; raises `InstanceNotFound`."""
        return self.tools.engine.definitions.record(session, self.row(session, instance_id).definition_id).key

    def load(self, session: Session, row: Instance) -> Work:
        """Return the work of a step of a stored instance."""
        return Work.load(self.tools, session, row)

    def _bound(self, session: Session, instance_id: str, binding: bytes | None) -> Instance:
        """Return the row, for the browser that it is bound to; without a binding, when it is bound to none."""
        row = self.row(session, instance_id)
        if row.binding is None or binding is None:
            if row.binding is not binding:
                raise OtherBrowser
        elif not compare_digest(row.binding, binding):
            raise OtherBrowser
        if self._is_expired(row):
            raise InstanceExpired
        return row

    def _is_expired(self, row: Instance) -> bool:
        over = row.ended_at is None and row.due_at is not None and row.due_at <= self.clock.now()
        return over or row.status == InstanceStatus.EXPIRED

    def row(self, session: Session, instance_id: str) -> Instance:
        """Return the row of an instance, and hold it when the transaction writes; raises `InstanceNotFound`.

        Who has to wait for it sees what the one before has made of it, or is told `DatabaseBusy`.
        """
        row = self.find(session, instance_id)
        if row is None:
            raise InstanceNotFound
        return row

    def find(self, session: Session, instance_id: str) -> Instance | None:
        """Return the row of an instance, and hold it when the transaction writes; None when there is none."""
        if not holds_rows(session):
            return session.scalar(_ROW, {"id": instance_id})
        # Nearly always nobody else has it; who has to wait for somebody waits for a short time only.
        row = session.scalar(_FREE, {"id": instance_id})
        return row or shortly(session, lambda: session.scalar(_HELD, {"id": instance_id}))

    def _read(self, task: OpenTask, waiting: WaitingTask, posted: Posted) -> Answers:
        content, now = task.form.content, self.clock.now()
        return self.forms.read(content, waiting.variables, posted, earlier=task.earlier, now=now)

    def _open_task(self, session: Session, waiting: WaitingTask) -> OpenTask:
        settings = CustomDataForm.read(waiting.element.properties)
        earlier = waiting.variables.get(ANSWERS, {}).get(settings.form_data_key)
        return OpenTask(
            id=waiting.id,
            element_id=waiting.element.id,
            name=waiting.element.label,
            form=self.opened.get(session, waiting.notes[FORM]),
            form_data_key=settings.form_data_key,
            readonly=settings.readonly,
            hide_buttons=settings.hide_buttons,
            attempts=waiting.notes.get(ATTEMPTS, 0),
            max_attempts=settings.max_attempts,
            earlier=earlier if isinstance(earlier, dict) else {},
        )
