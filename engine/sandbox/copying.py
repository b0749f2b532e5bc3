"""What a draft refers to, copied from the real installation: forms, decisions, processes; stores and policies."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Select, Table, insert, select
from sqlalchemy.orm import Session

from engine import form_versions
from engine.definitions import DefinitionNotFound, DefinitionRecord, Definitions, DefinitionUnusable
from engine.form_versions import FormNotFound
from engine.identity import PolicySettings, StoreStatus, policies
from engine.model import Binding, CalledDecision, CalledElement, Process, Syntax
from engine.store.models import Base, Decision, Definition, Form, IdentityStore, TotpPolicy
from engine.throwaway import StoreSettings

MAXIMUM_STORES = 50
"""How many identity stores a sandbox has: the first by name."""

MAXIMUM_POLICIES = 50
"""How many TOTP policies a sandbox has: the first by name."""

MAXIMUM_PROCESSES = 100
"""How many processes are copied at most."""


def stores(real: Session) -> list[StoreSettings]:
    """Return what the identity stores are like."""
    rows = real.scalars(select(IdentityStore).order_by(IdentityStore.name).limit(MAXIMUM_STORES))
    return [StoreSettings(row.name, row.locale, row.time_zone, StoreStatus(row.status)) for row in rows]


def policy_settings(real: Session) -> dict[str, PolicySettings]:
    """Return what the TOTP policies say, by name."""
    names = real.scalars(select(TotpPolicy.name).order_by(TotpPolicy.name).limit(MAXIMUM_POLICIES)).all()
    found = {}
    for name in names:
        record = policies.get(real, name)
        values = {each: getattr(record, each) for each in PolicySettings.__dataclass_fields__}
        found[name] = PolicySettings(**values)
    return found


@dataclass(slots=True)
class Copy:
    """Copies what processes refer to; each thing once."""

    real: Session
    into: Session
    definitions: Definitions
    """The real ones."""
    own: frozenset[str]
    """The ids of the processes of the draft, which stand for those of the real installation."""
    _done: set[str] = field(default_factory=set)

    def referred(self, processes: Iterable[Process], deployment_id: str | None = None) -> None:
        """Copy what `processes`, which were deployed together under this id, refer to, and what that refers to.

        What is not there is left out: to deploy the draft says so.
        """
        for process in processes:
            for reference in process.forms:
                try:
                    self._row(Form, form_versions.find(self.real, reference).id)
                except FormNotFound:
                    continue
            for element in process.elements.values():
                if element.decision is not None:
                    self._decision(element.decision, deployment_id)
                if element.called is not None:
                    for record in self._called(element.called, deployment_id):
                        self._definition(record)

    def _called(self, called: CalledElement, deployment_id: str | None) -> Iterator[DefinitionRecord]:
        if called.process.syntax is not Syntax.LITERAL:
            # Any process may be meant.
            yield from self.definitions.newest(self.real)
            return
        try:
            yield self.definitions.bound(self.real, called.process.text, called, deployment_id)
        except DefinitionNotFound:
            return

    def _definition(self, record: DefinitionRecord) -> None:
        if record.key in self.own or record.id in self._done or len(self._done) >= MAXIMUM_PROCESSES:
            return
        self._row(Definition, record.id)
        try:
            process = self.definitions.get(self.real, record.id).process
        except DefinitionUnusable:
            return
        self.referred([process], record.deployment_id)

    def _decision(self, called: CalledDecision, deployment_id: str | None) -> None:
        wanted = select(Decision.id).where(Decision.key == called.decision).order_by(Decision.version.desc()).limit(1)
        if called.binding is Binding.DEPLOYMENT:
            wanted = wanted.where(Decision.deployment_id == deployment_id)
        if called.binding is Binding.VERSION_TAG:
            wanted = wanted.where(Decision.version_tag == called.version_tag)
        found = self.real.scalar(wanted)
        if found is not None:
            self._row(Decision, found)

    def _row(self, model: type[Form] | type[Decision] | type[Definition], identifier: str) -> None:
        """Copy one row as it is."""
        if identifier in self._done:
            return
        self._done.add(identifier)
        table: Table = Base.metadata.tables[model.__tablename__]
        statement: Select[*tuple[object, ...]] = select(table).where(table.c.id == identifier)
        row = self.real.execute(statement).mappings().one()
        self.into.execute(insert(table), dict(row))
