"""What an operator sees of instances: lists, and everything about one of them."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import variables
from engine.errors import Failure
from engine.instances import history
from engine.instances.records import Incident, InstanceDetail, InstanceRecord, Place
from engine.instances.sealed import State
from engine.instances.steps import Instances
from engine.store import Definition, Instance
from engine.store.models import InstanceStatus


@dataclass(frozen=True, slots=True)
class Overview:
    """Looks at instances; changes nothing."""

    instances: Instances

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
        row = self.instances.row(session, instance_id)
        state = State.unseal(self.instances.tools.vault, row.id, row.state)
        incident = None
        if row.status == InstanceStatus.INCIDENT:
            incident = Incident(row.element_id, row.code or "", row.message or "", tuple(state.seen))
        return InstanceDetail(
            _record(row, session.get_one(Definition, row.definition_id)),
            variables.masked(state.variables),
            history.read(session, row.id),
            () if row.ended_at else self._places(session, row),
            variables.masked(state.called),
            incident,
        )

    def _places(self, session: Session, row: Instance) -> tuple[Place, ...]:
        try:
            run = self.instances.load(session, row).run
        except Failure:
            # Of a definition that a release has become too strict for, an operator still sees the rest.
            return ()
        outside, forms = {each.id: each for each in run.events}, {each.id for each in run.waiting}
        places = []
        for position in run.positions:
            waiting, element = outside.get(position.id), position.element
            waits_for = "form" if position.id in forms else "condition" if position.event else ""
            place = Place(
                position.id,
                element.id,
                element.label,
                element.kind,
                position.called and self.instances.tools.engine.definitions.record(session, position.called).key,
                waits_for,
                failed=position.id == run.failed,
            )
            if waiting is not None:
                waits_for = waiting.trigger.value
                place = replace(place, waits_for=waits_for, event=waiting.name, key=waiting.key, due=waiting.due)
            places.append(place)
        return tuple(places)


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
