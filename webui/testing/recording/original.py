"""What a real installation knows of an instance: read in one transaction, and nothing is changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import form_versions
from engine.application import Application
from engine.definitions import DefinitionNotFound
from engine.deployment import File
from engine.form_versions import FormNotFound
from engine.identity import PolicySettings
from engine.instances import HistoryEntry, InstanceDetail
from engine.model import CalledDecision, Element, Process, Syntax
from engine.sandbox.copying import policy_settings, stores
from engine.sandbox.sandboxes import EXTERNAL_ID
from engine.store.models import Decision, Definition, Instance, ProcessToken, User
from engine.throwaway import StoreSettings

MAXIMUM_FILES = 100
"""How many processes, forms and decisions are read at most."""


@dataclass(frozen=True, slots=True)
class Original:
    """An instance, and everything that it depended on."""

    detail: InstanceDetail
    files: tuple[File, ...]
    """Its process in the version that it ran, with what that refers to as it is now."""
    elements: Mapping[str, Element]
    """Of all processes among the files."""
    processes: tuple[Process, ...]
    token: Mapping[str, Any] | None
    """The parameters of the token that it was started with; None when it was started otherwise."""
    attributes: Mapping[str, str]
    """What is known of the person: the value of each attribute, and its name."""
    stores: Mapping[str, StoreSettings]
    policies: Mapping[str, PolicySettings]

    @property
    def applicant(self) -> str | None:
        """Who it is about: whom the token names, otherwise whom the variables name."""
        return applicant_of(self.detail)

    @property
    def set_inside(self) -> set[str]:
        """The names of the variables that elements of the process set."""
        found = {path.split(".")[0] for each in self.elements.values() for path in each.outputs}
        found |= {(each.result_variable or "").split(".")[0] for each in self.elements.values()}
        return found - {""}

    @property
    def key(self) -> str:
        """The id of its process."""
        return self.detail.record.definition_key

    @property
    def began(self) -> datetime:
        """When it began, to the second."""
        return self.detail.record.created_at.replace(microsecond=0)

    @property
    def history(self) -> tuple[HistoryEntry, ...]:
        """What happened."""
        return self.detail.history


def applicant_of(detail: InstanceDetail) -> str | None:
    """Return the external ID of the person that an instance is about."""
    named = detail.variables.get(EXTERNAL_ID)
    return detail.record.applicant or (named if isinstance(named, str) and named else None)


@dataclass(slots=True)
class _Files:
    """Collects the files of a process and of what it refers to; each once."""

    application: Application
    session: Session
    found: dict[str, File] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    def definition(self, definition_id: str) -> None:
        if definition_id in self.found or len(self.found) >= MAXIMUM_FILES:
            return
        row = self.session.get_one(Definition, definition_id)
        process = self.application.definitions.get(self.session, definition_id).process
        if process.id not in self.processes:
            self.processes[process.id] = process
            self.found[definition_id] = File(PurePath(row.file).name, row.content)
            self._referred(process, row.deployment_id)

    def _referred(self, process: Process, deployment_id: str | None) -> None:
        for reference in process.forms:
            try:
                form = form_versions.find(self.session, reference)
            except FormNotFound:
                continue
            self.found.setdefault(form.id, File(f"{form.name}.form", form.content))
        for element in process.elements.values():
            if element.decision is not None:
                self._decision(element.decision)
            if element.called is not None and element.called.process.syntax is Syntax.LITERAL:
                definitions, called = self.application.definitions, element.called
                try:
                    record = definitions.bound(self.session, called.process.text, called, deployment_id)
                except DefinitionNotFound:
                    continue
                self.definition(record.id)

    def _decision(self, called: CalledDecision) -> None:
        wanted = select(Decision).where(Decision.key == called.decision).order_by(Decision.version.desc()).limit(1)
        if called.version_tag is not None:
            wanted = wanted.where(Decision.version_tag == called.version_tag)
        row = self.session.scalar(wanted)
        if row is not None:
            self.found.setdefault(row.sha256, File(PurePath(row.file).name, row.content))


def read_original(application: Application, instance_id: str) -> Original:
    """Return what is known of an instance.

    Raises:
        InstanceNotFound: when there is none.
        DefinitionUnusable: when its version of the process can no longer be read.

    """
    with application.database.read() as session:
        detail = application.overview.show(session, instance_id)
        files = _Files(application, session)
        files.definition(detail.record.definition_id)
        row = session.get_one(Instance, instance_id)
        token = session.get(ProcessToken, row.token_id) if row.token_id else None
        processes = tuple(files.processes.values())
        elements = {each.id: each for process in processes for each in process.elements.values()}
        names = set(_literal(processes, "storeName"))
        policies = set(_literal(processes, "totpPolicy"))
        return Original(
            detail,
            tuple({each.name: each for each in files.found.values()}.values()),
            elements,
            processes,
            dict(token.parameters) if token is not None else None,
            dict(_attributes(session, detail)),
            {each.name: each for each in stores(session) if each.name in names and each != StoreSettings(each.name)},
            {name: each for name, each in policy_settings(session).items() if name in policies},
        )


def _literal(processes: tuple[Process, ...], parameter: str) -> Iterator[str]:
    for process in processes:
        for element in process.elements.values():
            source = element.inputs.get(parameter)
            if source is not None and source.syntax is Syntax.LITERAL:
                yield source.text


def _attributes(session: Session, detail: InstanceDetail) -> Iterator[tuple[str, str]]:
    """Return what is known of the person: of every store that has somebody by this name."""
    applicant = applicant_of(detail)
    if applicant:
        for user in session.scalars(select(User).where(User.external_id == applicant).limit(10)):
            yield from ((value, name) for name, value in user.attributes.items() if isinstance(value, str) and value)
    kept = detail.variables.get("_identityStore")
    users = kept.get("users") if isinstance(kept, Mapping) else None
    for user in users.values() if isinstance(users, Mapping) else ():
        if isinstance(user, Mapping) and isinstance(user.get("attributes"), Mapping):
            yield from ((value, name) for name, value in user["attributes"].items() if isinstance(value, str) and value)
