"""What an operator sees of instances: lists, and everything about one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from engine import variables
from engine.definitions import DefinitionRecord
from engine.errors import Failure
from engine.instances import history, search
from engine.instances.records import Incident, InstanceDetail, InstanceRecord, Place
from engine.instances.sealed import State
from engine.instances.search import EVERY, Wanted
from engine.instances.steps import Instances
from engine.instances.trail import Trail, trail
from engine.store.models import Definition, Instance, InstanceStatus
from engine.store.paging import After, Page

_COUNTS = select(Instance.status, func.count()).group_by(Instance.status)


@dataclass(frozen=True, slots=True)
class ProcessNames:
    """How a process and its elements are called."""

    name: str
    elements: Mapping[str, str] = field(default_factory=dict)
    """By their ids; empty when the process can no longer be read."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Looks at instances; changes nothing."""

    instances: Instances

    def list(
        self, session: Session, wanted: Wanted = EVERY, after: After | None = None, limit: int = 50
    ) -> Page[InstanceRecord]:
        """Return the instances that are looked for."""
        found = self.ids(session, wanted, after, limit + 1)
        query = select(Instance, Definition).join(Definition, Definition.id == Instance.definition_id)
        # What a list does not show need not be read.
        query = query.options(defer(Instance.state), defer(Definition.content)).where(Instance.id.in_(found[:limit]))
        records = {row.id: _record(row, definition) for row, definition in session.execute(query)}
        shown = tuple(records[each] for each in found[:limit] if each in records)
        return Page(shown, After(shown[-1].created_at, shown[-1].id) if len(found) > limit else None)

    def ids(self, session: Session, wanted: Wanted, after: After | None, limit: int) -> Sequence[str]:
        """Return the ids of at most `limit` instances that are looked for, in order."""
        return search.ids(session, wanted, after, limit, self.instances.tools.digests)

    def counts(self, session: Session) -> dict[InstanceStatus, int]:
        """Count the instances by status."""
        return dict.fromkeys(InstanceStatus, 0) | {InstanceStatus(row[0]): row[1] for row in session.execute(_COUNTS)}

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
            _record(row, self.instances.tools.engine.definitions.record(session, row.definition_id)),
            variables.masked(state.variables),
            history.read(session, row.id),
            () if row.ended_at else self._places(session, row),
            variables.masked(state.called),
            incident,
        )

    def names(self, session: Session, key: str) -> ProcessNames:
        """Return how a process is called in its newest version."""
        definitions = self.instances.tools.engine.definitions
        record = definitions.find(session, key)
        try:
            elements = definitions.get(session, record.id).process.elements.values()
        except Failure:
            return ProcessNames(record.name)
        return ProcessNames(record.name, {each.id: each.label for each in elements})

    def trail(self, session: Session, detail: InstanceDetail) -> Trail:
        """Return the diagram of an instance and its way through it."""
        definition_id = detail.record.definition_id
        try:
            process = self.instances.tools.engine.definitions.get(session, definition_id).process
        except Failure:
            process = None
        return trail(session.get_one(Definition, definition_id).content, process, detail)

    def _places(self, session: Session, row: Instance) -> tuple[Place, ...]:
        try:
            run = self.instances.load(session, row).run
        except Failure:
            # Of a definition that a release has become too strict for, an operator still sees the rest.
            return ()
        outside, forms = {each.id: each for each in run.events}, {each.id for each in run.waiting}
        errands = {each.id for each in run.errands}
        places = []
        for position in run.positions:
            waiting, element = outside.get(position.id), position.element
            waits_for = "form" if position.id in forms else "condition" if position.event else ""
            waits_for = "answer" if position.id in errands else waits_for
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


def _record(row: Instance, definition: Definition | DefinitionRecord) -> InstanceRecord:
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
        definition.id,
        definition.key,
        row.revision,
    )
