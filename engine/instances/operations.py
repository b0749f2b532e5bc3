"""What an operator does to an instance: retry, skip, move, change, suspend, resume, cancel.

Everything is audited, with the account and the reason that the operator gives. An end user has none of this: a
submission names the one form that is open, and nothing else reaches a step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.definitions import DefinitionRecord
from engine.errors import Refused
from engine.instances.given import check_names
from engine.instances.guard import Guard
from engine.instances.history import Event
from engine.instances.order import Order
from engine.instances.steps import Instances
from engine.instances.work import Work
from engine.model import Element
from engine.store.models import Instance, InstanceStatus

_STOPPED = frozenset({InstanceStatus.INCIDENT, InstanceStatus.SUSPENDED})


class NotAnIncident(Refused):
    """Only an instance that stopped with an incident can be retried or skipped."""

    code = "not-an-incident"


class NotSuspended(Refused):
    """Only a suspended instance can be resumed."""

    code = "not-suspended"


class AlreadySuspended(Refused):
    """The instance is suspended already."""

    code = "already-suspended"


class InstanceOver(Refused):
    """The instance has ended; nothing can be done to it."""

    code = "instance-over"


@dataclass(frozen=True, slots=True)
class Operations:
    """What an operator can do; an order that has seen an older revision than there is gets `InstanceChanged`."""

    instances: Instances

    def retry(self, session: Session, instance_id: str, order: Order) -> None:
        """Try the element again at which an instance stopped.

        Raises:
            InstanceNotFound: when there is none.
            NotAnIncident: when it did not stop with an incident.

        """
        row, work = self._incident(session, instance_id, order)
        self._go_on(work, Event.RETRIED, AuditAction.INSTANCE_RETRIED, row.element_id, order=order)
        work.carry_on(work.run.advance)

    def skip(
        self,
        session: Session,
        instance_id: str,
        variables: Mapping[str, Any] | None,
        order: Order,
    ) -> None:
        """Leave the element at which an instance stopped as if it had done its work, with `variables` as its result.

        Raises:
            InstanceNotFound, NotAnIncident: see `retry`.
            IdentityStepSkipped: when the element says or proves who somebody is, unless the order allows it.
            ReservedVariable: when a variable is Idflow's own.

        """
        work = self._incident(session, instance_id, order)[1]
        failed = work.run.failed
        if failed is None:
            raise NotAnIncident("The instance stopped between two elements. Retry it, or move a token.")
        check_names(variables or {})
        here, definition = _position(work, failed)
        guard = Guard(work)
        guard.check(guard.among((here,), definition), order)
        self._go_on(work, Event.SKIPPED, AuditAction.STEP_SKIPPED, here.id, order=order)
        work.carry_on(lambda: work.run.skip(failed, variables or {}))

    def move(
        self,
        session: Session,
        instance_id: str,
        element_id: str,
        token_id: str | None,
        order: Order,
    ) -> None:
        """Take a token from its element, with what runs inside, put it on another one beside it, and let it go on.

        Without `token_id` it is the one that failed, otherwise the only one that there is.

        Raises:
            InstanceNotFound, InstanceOver: when there is nothing to move.
            NotMovable: when the token cannot be put there, or it is not clear which one is meant.
            IdentityStepSkipped: when it would get behind a step that says or proves who somebody is, unless the
                order allows it.

        """
        work = self.instances.load(session, alive(self.instances, session, instance_id, order))
        chosen = token_id or work.run.failed or work.run.only_token()
        jumped = work.run.passes(chosen, element_id)
        here, definition = _position(work, chosen)
        guard = Guard(work)
        steps = (*guard.among(jumped, definition), *guard.before(element_id, definition))
        guard.check(steps, order)
        detail = {"to": element_id, "jumped": ", ".join(each.id for each in jumped)[: audit.MAXIMUM_TEXT]}
        self._go_on(work, Event.MOVED, AuditAction.STEP_MOVED, here.id, order=order, **detail)
        work.carry_on(lambda: work.run.move(chosen, element_id))

    def change(self, session: Session, instance_id: str, variables: Mapping[str, Any], order: Order) -> None:
        """Set process variables; a condition that waits for them is looked at.

        Raises:
            InstanceNotFound, InstanceOver: when there is nothing to change.
            ReservedVariable: when a variable is Idflow's own.
            VariableInvalid: when a name or value cannot be kept.

        """
        row = alive(self.instances, session, instance_id, order)
        work = self.instances.load(session, row)
        check_names(variables)
        names = ", ".join(sorted(variables))[: audit.MAXIMUM_TEXT]
        work.journal.add(Event.CHANGED, None, names)
        work.audit(AuditAction.INSTANCE_CHANGED, order, names=names)
        work.run.assign(variables)
        if row.status == InstanceStatus.ACTIVE:
            work.carry_on(work.run.advance)
        else:
            work.save()

    def suspend(self, session: Session, instance_id: str, order: Order) -> None:
        """Let an instance stand still: forms cannot be submitted, timers and messages wait.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended.
            AlreadySuspended: when it stands still already.

        """
        row = alive(self.instances, session, instance_id, order)
        if row.status == InstanceStatus.SUSPENDED:
            raise AlreadySuspended
        work = self.instances.load(session, row)
        row.status = InstanceStatus.SUSPENDED.value
        work.journal.add(Event.SUSPENDED, row.element_id)
        work.audit(AuditAction.INSTANCE_SUSPENDED, order)
        work.save()

    def resume(self, session: Session, instance_id: str, order: Order) -> None:
        """Let a suspended instance go on; what was due meanwhile happens now.

        Raises:
            InstanceNotFound, NotSuspended: when there is none, or it is not suspended.

        """
        row = self.instances.row(session, instance_id)
        if row.status != InstanceStatus.SUSPENDED:
            raise NotSuspended
        order.check(row)
        work = self.instances.load(session, row)
        self._go_on(work, Event.RESUMED, AuditAction.INSTANCE_RESUMED, row.element_id, order=order)
        work.carry_on(work.run.advance)

    def cancel(self, session: Session, instance_id: str, order: Order) -> None:
        """End an instance where it is.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended.

        """
        row = alive(self.instances, session, instance_id, order)
        work = self.instances.load(session, row)
        work.run.cancel()
        row.status, row.ended_at, row.due_at = InstanceStatus.CANCELLED.value, self.instances.clock.now(), None
        work.journal.add(Event.CANCELLED, row.element_id)
        work.audit(AuditAction.INSTANCE_CANCELLED, order)
        work.save()

    def _incident(self, session: Session, instance_id: str, order: Order) -> tuple[Instance, Work]:
        row = self.instances.row(session, instance_id)
        if row.status != InstanceStatus.INCIDENT:
            raise NotAnIncident
        order.check(row)
        return row, self.instances.load(session, row)

    @staticmethod
    def _go_on(
        work: Work, event: Event, action: AuditAction, element_id: str | None, *, order: Order, **detail: object
    ) -> None:
        row = work.row
        if InstanceStatus(row.status) in _STOPPED:
            work.wake()
        row.status, row.code, row.message = InstanceStatus.ACTIVE.value, None, None
        work.journal.add(event, element_id)
        work.audit(action, order, element=element_id, **detail)


def alive(instances: Instances, session: Session, instance_id: str, order: Order | None = None) -> Instance:
    """Return the row of an instance that has not ended.

    Raises:
        InstanceNotFound, InstanceOver: when there is none, or it has ended.
        InstanceChanged: when it is not as whoever orders something has seen it.

    """
    row = instances.row(session, instance_id)
    if row.ended_at is not None:
        raise InstanceOver
    if order is not None:
        order.check(row)
    return row


def _position(work: Work, token_id: str) -> tuple[Element, DefinitionRecord]:
    """Return the element where a token stands, and the process that it is in."""
    position = next(each for each in work.run.positions if each.id == token_id)
    if position.called is None:
        return position.element, work.definition
    return position.element, work.tools.engine.definitions.record(work.session, position.called)
