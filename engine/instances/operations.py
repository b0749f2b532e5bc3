"""What an operator does to an instance: retry, skip, move, change, suspend, resume, cancel, migrate.

Everything is audited, with the reason that the operator gives. An end user has none of this: a submission names the
one form that is open, and nothing else reaches a step.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.definitions import DefinitionRecord
from engine.errors import Refused
from engine.instances.history import Event
from engine.instances.steps import Instances
from engine.instances.work import Work
from engine.model import Element
from engine.spiff import MigrationPlan, migration_plan
from engine.store import Instance
from engine.store.models import InstanceStatus

IDENTITY = "Identity"
"""The category of activities that say or prove who somebody is."""

_STOPPED = frozenset({InstanceStatus.INCIDENT, InstanceStatus.SUSPENDED})


class NotAnIncident(Refused):
    """Only an instance that stopped with an incident can be retried or skipped."""

    code = "not-an-incident"


class NotSuspended(Refused):
    """Only a suspended instance can be resumed."""

    code = "not-suspended"


class InstanceOver(Refused):
    """The instance has ended; nothing can be done to it."""

    code = "instance-over"


class IdentityStepSkipped(Refused):
    """This would jump over a step that says or proves who somebody is."""

    code = "identity-step-skipped"


class ReservedVariable(Refused):
    """Variables that begin with an underscore are Idflow's own."""

    code = "reserved-variable"


class MigrationRefused(Refused):
    """The instance cannot be moved to this version."""

    code = "migration-refused"


@dataclass(frozen=True, slots=True)
class Operations:
    """What an operator can do. `reason` is kept in the audit trail."""

    instances: Instances

    def retry(self, session: Session, instance_id: str, reason: str = "") -> None:
        """Try the element again at which an instance stopped.

        Raises:
            InstanceNotFound: when there is none.
            NotAnIncident: when it did not stop with an incident.

        """
        row, work = self._incident(session, instance_id)
        self._go_on(work, Event.RETRIED, AuditAction.INSTANCE_RETRIED, row.element_id, reason=reason)
        work.carry_on(work.run.advance)

    def skip(
        self,
        session: Session,
        instance_id: str,
        variables: Mapping[str, Any] | None = None,
        *,
        identity: bool = False,
        reason: str = "",
    ) -> None:
        """Leave the element at which an instance stopped as if it had done its work, with `variables` as its result.

        Raises:
            InstanceNotFound, NotAnIncident: see `retry`.
            IdentityStepSkipped: when the element says or proves who somebody is, unless `identity` allows it.
            ReservedVariable: when a variable is Idflow's own.

        """
        row, work = self._incident(session, instance_id)
        failed = work.run.failed
        if failed is None:
            raise NotAnIncident("The instance stopped between two elements. Retry it, or move a token.")
        _check_names(variables or {})
        element = next(each.element for each in work.run.positions if each.id == failed)
        self._guard(session, row, (element,), allowed=identity)
        self._go_on(work, Event.SKIPPED, AuditAction.STEP_SKIPPED, element.id, reason=reason)
        work.carry_on(lambda: work.run.skip(failed, variables or {}))

    def move(  # noqa: PLR0913 - what an operator says
        self,
        session: Session,
        instance_id: str,
        element_id: str,
        *,
        token_id: str | None = None,
        identity: bool = False,
        reason: str = "",
    ) -> None:
        """Take a token from its element, with what runs inside, and put it on another one beside it.

        Without `token_id` it is the one that failed, otherwise the only one that there is.

        Raises:
            InstanceNotFound, InstanceOver: when there is nothing to move.
            NotMovable: when the token cannot be put there, or it is not clear which one is meant.
            IdentityStepSkipped: when it would jump over a step that says or proves who somebody is, unless `identity`
                allows it.

        """
        row = self._alive(session, instance_id)
        work = self.instances.load(session, row)
        chosen = token_id or work.run.failed or work.run.only_token()
        jumped = work.run.passes(chosen, element_id)
        self._guard(session, row, jumped, allowed=identity)
        detail = {"to": element_id, "jumped": ", ".join(each.id for each in jumped)[: audit.MAXIMUM_TEXT]}
        self._go_on(work, Event.MOVED, AuditAction.STEP_MOVED, element_id, reason=reason, **detail)
        work.carry_on(lambda: work.run.move(chosen, element_id))

    def change(self, session: Session, instance_id: str, variables: Mapping[str, Any], reason: str = "") -> None:
        """Set process variables; a condition that waits for them is looked at.

        Raises:
            InstanceNotFound, InstanceOver: when there is nothing to change.
            ReservedVariable: when a variable is Idflow's own.
            VariableInvalid: when a name or value cannot be kept.

        """
        row = self._alive(session, instance_id)
        work = self.instances.load(session, row)
        _check_names(variables)
        names = ", ".join(sorted(variables))[: audit.MAXIMUM_TEXT]
        work.journal.add(Event.CHANGED, None, names)
        self._audit(session, AuditAction.INSTANCE_CHANGED, row, reason=reason, names=names)
        work.run.assign(variables)
        if row.status == InstanceStatus.ACTIVE:
            work.carry_on(work.run.advance)
        else:
            work.save()

    def suspend(self, session: Session, instance_id: str, reason: str = "") -> None:
        """Let an instance stand still: forms cannot be submitted, timers and messages wait.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended or stands still already.

        """
        row = self._alive(session, instance_id)
        if row.status == InstanceStatus.SUSPENDED:
            raise InstanceOver("The instance is suspended already.")
        work = self.instances.load(session, row)
        row.status = InstanceStatus.SUSPENDED.value
        work.journal.add(Event.SUSPENDED, row.element_id)
        self._audit(session, AuditAction.INSTANCE_SUSPENDED, row, reason=reason)
        work.save()

    def resume(self, session: Session, instance_id: str, reason: str = "") -> None:
        """Let a suspended instance go on; what was due meanwhile happens now.

        Raises:
            InstanceNotFound, NotSuspended: when there is none, or it is not suspended.

        """
        row = self.instances.row(session, instance_id)
        if row.status != InstanceStatus.SUSPENDED:
            raise NotSuspended
        work = self.instances.load(session, row)
        self._go_on(work, Event.RESUMED, AuditAction.INSTANCE_RESUMED, row.element_id, reason=reason)
        work.carry_on(work.run.advance)

    def cancel(self, session: Session, instance_id: str, reason: str = "") -> None:
        """End an instance where it is.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended.

        """
        row = self._alive(session, instance_id)
        work = self.instances.load(session, row)
        work.run.cancel()
        row.status, row.ended_at, row.due_at = InstanceStatus.CANCELLED.value, self.instances.clock.now(), None
        work.journal.add(Event.CANCELLED, row.element_id)
        self._audit(session, AuditAction.INSTANCE_CANCELLED, row, reason=reason)
        work.save()

    def plan_migration(
        self, session: Session, instance_id: str, target: DefinitionRecord, mapping: Mapping[str, str] | None = None
    ) -> MigrationPlan:
        """Return how an instance would get to another version of its process, and what is against it; changes nothing.

        `mapping` says where the tokens of elements go on whose ids have changed.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended.
            MigrationRefused: when the target is another process.

        """
        row = self._alive(session, instance_id)
        work = self.instances.load(session, row)
        if work.specification.process.id != target.key:
            raise MigrationRefused(f"{target.key!r} is another process than {work.specification.process.id!r}.")
        new = self.instances.tools.engine.definitions.get(session, target.id)
        return migration_plan(work.state.tasks, work.specification, new, mapping or {})

    def migrate(
        self,
        session: Session,
        instance_id: str,
        target: DefinitionRecord,
        mapping: Mapping[str, str] | None = None,
        *,
        reason: str = "",
    ) -> None:
        """Move an instance to another version of its process; see `plan_migration`.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended.
            MigrationRefused: when the plan has a problem, with all of them.

        """
        plan = self.plan_migration(session, instance_id, target, mapping)
        if plan.problems:
            raise MigrationRefused(f"The instance cannot be moved: {'; '.join(plan.problems)}.")
        row = self.instances.row(session, instance_id)
        before = self.instances.load(session, row)
        before.state.tasks = plan.state
        row.definition_id, row.state = target.id, before.state.seal(self.instances.tools.vault, row.id)
        work = self.instances.load(session, row)
        work.said = before.said
        work.journal.add(Event.MIGRATED, row.element_id, f"to version {target.version}")
        self._audit(session, AuditAction.INSTANCE_MIGRATED, row, reason=reason, version=target.version)
        work.run.rearm()
        work.save()

    def _incident(self, session: Session, instance_id: str) -> tuple[Instance, Work]:
        row = self.instances.row(session, instance_id)
        if row.status != InstanceStatus.INCIDENT:
            raise NotAnIncident
        return row, self.instances.load(session, row)

    def _alive(self, session: Session, instance_id: str) -> Instance:
        row = self.instances.row(session, instance_id)
        if row.ended_at is not None:
            raise InstanceOver
        return row

    def _go_on(
        self, work: Work, event: Event, action: AuditAction, element_id: str | None, *, reason: str, **detail: object
    ) -> None:
        row = work.row
        if InstanceStatus(row.status) in _STOPPED:
            work.wake()
        row.status, row.code, row.message = InstanceStatus.ACTIVE.value, None, None
        work.journal.add(event, element_id)
        self._audit(work.session, action, row, reason=reason, element=element_id, **detail)

    def _guard(self, session: Session, row: Instance, jumped: tuple[Element, ...], *, allowed: bool) -> None:
        activities = self.instances.tools.engine.activities
        steps = [
            each
            for each in jumped
            if each.activity and each.activity in activities and activities[each.activity].category == IDENTITY
        ]
        if not steps:
            return
        names = ", ".join(repr(each.label) for each in steps)
        if not allowed:
            raise IdentityStepSkipped(
                f"This would jump over {names}: steps that say or prove who somebody is. Allow it if that is meant."
            )
        elements = ", ".join(each.id for each in steps)[: audit.MAXIMUM_TEXT]
        self._audit(session, AuditAction.IDENTITY_STEP_SKIPPED, row, reason="", elements=elements)

    def _audit(self, session: Session, action: AuditAction, row: Instance, *, reason: str, **detail: object) -> None:
        given: dict[str, Any] = {"reason": reason[: audit.MAXIMUM_TEXT]} if reason else {}
        audit.record(session, self.instances.clock, action, instance_id=row.id, **given | detail)


def _check_names(variables: Mapping[str, Any]) -> None:
    for path in variables:
        if path.startswith("_"):
            raise ReservedVariable(f"{path!r} begins with an underscore: such variables are Idflow's own.")
