"""Moving an instance to another version of its process, on purpose: by itself it stays where it began."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from engine.audit import AuditAction
from engine.definitions import DefinitionRecord
from engine.errors import Refused
from engine.instances.guard import Guard
from engine.instances.history import Event
from engine.instances.operations import alive
from engine.instances.order import Order
from engine.instances.steps import Instances
from engine.instances.work import FORM, Work
from engine.model import Element
from engine.spiff import MigrationPlan, WaitingTask, migration_plan
from engine.store.models import InstanceStatus


class MigrationRefused(Refused):
    """The instance cannot be moved to this version."""

    code = "migration-refused"


@dataclass(frozen=True, slots=True)
class Migrations:
    """Plans migrations, and does them."""

    instances: Instances

    def plan(
        self,
        session: Session,
        instance_id: str,
        target: DefinitionRecord,
        mapping: Mapping[str, str] | None = None,
        *,
        identity: bool = False,
    ) -> MigrationPlan:
        """Return how an instance would get to another version of its process, and what is against it; changes nothing.

        `mapping` says where the tokens of elements go on whose ids have changed. A step that says or proves who
        somebody is, and that a token would get behind by it without having done it, is against it unless `identity`
        allows it.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended.
            MigrationRefused: when the target is another process.

        """
        work = self.instances.load(session, alive(self.instances, session, instance_id))
        return self._plan(work, target, mapping or {}, identity=identity)[0]

    def migrate(
        self,
        session: Session,
        instance_id: str,
        target: DefinitionRecord,
        mapping: Mapping[str, str] | None,
        order: Order,
    ) -> None:
        """Move an instance to another version of its process; see `plan`.

        A form that is open stays as it is, unless the new version names another.

        Raises:
            InstanceNotFound, InstanceOver: when there is none, or it has ended.
            InstanceChanged: when it is not as whoever orders it has seen it.
            MigrationRefused: when the plan has a problem, with all of them.

        """
        row = alive(self.instances, session, instance_id, order)
        before = self.instances.load(session, row)
        plan, steps = self._plan(before, target, mapping or {}, identity=order.identity)
        if plan.problems:
            raise MigrationRefused(f"The instance cannot be moved: {'; '.join(plan.problems)}.")
        Guard(before).check(steps, order)
        before.state.tasks = plan.state
        row.definition_id, row.state = target.id, before.state.seal(self.instances.tools.vault, row.id)
        row.element_id = plan.mapping.get(row.element_id or "", row.element_id)
        work = self.instances.load(session, row)
        work.said, work.out = before.said, before.out
        work.journal.add(Event.MIGRATED, row.element_id, f"to version {target.version}")
        work.audit(AuditAction.INSTANCE_MIGRATED, order, version=target.version)
        _renew_forms(before.run.waiting, work.run.waiting)
        if row.status == InstanceStatus.ACTIVE:
            work.carry_on(work.run.rearm)
        else:
            work.run.rearm()
            work.save()

    def _plan(
        self, work: Work, target: DefinitionRecord, mapping: Mapping[str, str], *, identity: bool
    ) -> tuple[MigrationPlan, tuple[Element, ...]]:
        process = work.specification.process
        if process.id != target.key:
            raise MigrationRefused(f"{target.key!r} is another process than {process.id!r}.")
        new = self.instances.tools.engine.definitions.get(work.session, target.id)
        plan = migration_plan(work.state.tasks, work.specification, new, mapping)
        places = {mapping.get(each.element.id, each.element.id): each for each in work.run.positions if not each.called}
        moved = [name for name, each in places.items() if name != each.element.id and name in new.process.elements]
        steps = tuple(step for name in moved for step in Guard(work).before(name, target, mapping))
        if identity:
            return plan, steps
        found = [f"{each.label!r}, which says or proves who somebody is, was not done" for each in steps]
        return replace(plan, problems=(*plan.problems, *dict.fromkeys(found))), steps


def _renew_forms(before: Iterable[WaitingTask], now: Iterable[WaitingTask]) -> None:
    """Let a task show what the new version says, unless that is what it has always said."""
    forms = {each.id: each.element.form for each in before}
    for task in now:
        if task.element.form != forms[task.id]:
            task.notes.pop(FORM, None)
