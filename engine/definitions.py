"""Process definitions: numbered, never changed, parsed once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, tuple_
from sqlalchemy.orm import Session, defer

from engine.dialect import DeclaredActivity, read
from engine.errors import Failure, NotFound
from engine.model import Binding, CalledElement, Process, joined_tags
from engine.spiff import Specification
from engine.store.models import Base, Definition

CACHED = 256
"""How many parsed definitions are kept in memory."""

MAXIMUM_NAME = 255
"""How many characters of a process' name are kept for lists."""

MAXIMUM_CHOICES = 20
"""How many versions of a process can be chosen from a list."""

_ROWS = Base.metadata.tables[Definition.__tablename__].c

# Built once: to build a statement costs more than to run it, and every start runs these. The content is fetched only
# when it is not known yet.
_NEWEST = (
    select(_ROWS.id, _ROWS.key, _ROWS.version, _ROWS.name, _ROWS.deployment_id, _ROWS.sha256)
    .where(_ROWS.key == bindparam("key"))
    .order_by(_ROWS.version.desc())
    .limit(1)
)
_NEWEST_OF_EACH = (
    select(Definition)
    .options(defer(Definition.content))
    .where(
        tuple_(Definition.key, Definition.version).in_(
            select(Definition.key, func.max(Definition.version)).group_by(Definition.key)
        )
    )
    .order_by(Definition.key)
)
_VERSION = _NEWEST.where(_ROWS.version == bindparam("version"))
_BOUND: Mapping[Binding, Select[*tuple[Any, ...]]] = {
    Binding.LATEST: _NEWEST,
    Binding.DEPLOYMENT: _NEWEST.where(_ROWS.deployment_id == bindparam("deployment_id")),
    Binding.VERSION_TAG: _NEWEST.where(_ROWS.version_tag == bindparam("version_tag")),
}


class DefinitionNotFound(NotFound):
    """No process definition has this name."""

    code = "definition-not-found"


class DefinitionUnusable(Failure):
    """A deployed process definition can no longer be run: an activity that it uses may have been removed."""

    code = "definition-unusable"


@dataclass(frozen=True, slots=True)
class DefinitionRecord:
    """One deployed version of a process."""

    id: str
    key: str
    version: int
    name: str
    deployment_id: str | None


@dataclass(frozen=True, slots=True)
class DefinitionChoice:
    """A process, to choose it and one of its versions from."""

    key: str
    name: str
    """Of its newest version."""
    versions: tuple[int, ...]
    """The newest first."""


class Parsed:
    """Processes that are ready to run, by what is in their files: equal files are parsed once."""

    def __init__(self) -> None:
        self._specifications: dict[tuple[str, str], Specification] = {}
        """By the hash of the file and the process in it."""
        self._lock = Lock()

    def get(self, digest: str, process_id: str) -> Specification | None:
        """Return a process of the file with this hash; None when it has to be parsed."""
        return self._specifications.get((digest, process_id))

    def keep(self, digest: str, process: Process) -> Specification:
        """Return a process, ready to run, and remember it."""
        specification = Specification.of(process)
        with self._lock:
            while len(self._specifications) >= CACHED:
                del self._specifications[next(iter(self._specifications))]
            self._specifications[digest, process.id] = specification
        return specification


class Definitions:
    """The process definitions of an installation."""

    def __init__(self, activities: Mapping[str, DeclaredActivity], parsed: Parsed | None = None) -> None:
        """Installations with the same activities may share what is `parsed`."""
        self._activities = activities
        self._parsed = parsed or Parsed()
        self._records: dict[str, tuple[DefinitionRecord, str]] = {}
        """By id, with the hash of the file: a row never changes."""

    def find(self, session: Session, key: str, version: int | None = None) -> DefinitionRecord:
        """Return a version of the process `key`; the newest when no version is named.

        Raises:
            DefinitionNotFound: when there is none.

        """
        if version is None:
            row = session.execute(_NEWEST, {"key": key}).one_or_none()
        else:
            row = session.execute(_VERSION, {"key": key, "version": version}).one_or_none()
        if row is None:
            wanted = "" if version is None else f" in version {version}"
            raise DefinitionNotFound(f"There is no process definition {key!r}{wanted}.")
        return self._remember(row)

    def bound(self, session: Session, key: str, called: CalledElement, deployment_id: str | None) -> DefinitionRecord:
        """Return the version of the process `key` that a call activity means.

        `deployment_id` is that of the process which calls it.

        Raises:
            DefinitionNotFound: when there is none.

        """
        values = {"key": key, "deployment_id": deployment_id, "version_tag": called.version_tag}
        row = session.execute(_BOUND[called.binding], values).one_or_none()
        if row is None:
            wanted = {
                Binding.LATEST: "",
                Binding.DEPLOYMENT: " that was deployed together with the one that calls it",
                Binding.VERSION_TAG: f" with the version tag {called.version_tag!r}",
            }
            raise DefinitionNotFound(f"There is no process definition {key!r}{wanted[called.binding]}.")
        return self._remember(row)

    def record(self, session: Session, definition_id: str) -> DefinitionRecord:
        """Return the definition with this id, which exists."""
        return self._known(session, definition_id)[0]

    def newest(self, session: Session) -> list[DefinitionRecord]:
        """Return the newest version of every process."""
        return [_record(row) for row in session.scalars(_NEWEST_OF_EACH)]

    def choices(self, session: Session) -> list[DefinitionChoice]:
        """Return every process with its newest versions, in the order of their names."""
        rows = session.execute(
            select(Definition.key, Definition.version, Definition.name).order_by(Definition.version.desc())
        )
        found: dict[str, DefinitionChoice] = {}
        for key, version, name in rows:
            known = found.get(key, DefinitionChoice(key, name, ()))
            if len(known.versions) < MAXIMUM_CHOICES:
                found[key] = replace(known, versions=(*known.versions, version))
        return sorted(found.values(), key=lambda each: (each.name.casefold(), each.key))

    @contextmanager
    def at_hand(self, session: Session, ids: Sequence[str]) -> Iterator[None]:
        """Have definitions read in one go, so that `get` need not ask the database for each of them meanwhile."""
        rows = session.scalars(
            select(Definition).where(Definition.id.in_(ids)), execution_options={"populate_existing": True}
        ).all()
        yield
        # The session forgets rows that nobody holds.
        del rows

    def get(self, session: Session, definition_id: str) -> Specification:
        """Return the definition with this id, ready to run; parsed once for each content.

        Raises:
            DefinitionUnusable: when it no longer passes the reader.

        """
        record, digest = self._known(session, definition_id)
        specification = self._parsed.get(digest, record.key)
        return specification or self._parse(session.get_one(Definition, definition_id))

    def save(  # noqa: PLR0913 - the columns of a row
        self,
        session: Session,
        process: Process,
        *,
        file: str,
        content: bytes,
        deployment_id: str,
        now: datetime,
        by: str | None = None,
        renew: bool = False,
    ) -> tuple[DefinitionRecord, bool]:
        """Keep a process as its next version, unless it is the newest already; also tell whether it is new.

        `renew` makes a new version in any case.
        """
        newest = session.execute(_NEWEST, {"key": process.id}).one_or_none()
        digest = sha256(content).hexdigest()
        if newest is not None and newest.sha256 == digest and not renew:
            return _record(newest), False
        row = Definition(
            key=process.id,
            version=1 if newest is None else newest.version + 1,
            # A name may be a whole book: lists show its beginning.
            name=process.label[:MAXIMUM_NAME],
            file=file,
            content=content,
            sha256=digest,
            version_tag=process.version_tag,
            deployment_id=deployment_id,
            created_at=now,
            deployed_by=by,
            tags=joined_tags(process.tags),
        )
        session.add(row)
        session.flush()
        # What was read to check it need not be read again to run it.
        self._parsed.keep(digest, process)
        return _record(row), True

    def is_new(self, session: Session, process: Process, content: bytes) -> bool:
        """Tell whether `save` would make a version."""
        newest = session.execute(_NEWEST, {"key": process.id}).one_or_none()
        return newest is None or newest.sha256 != sha256(content).hexdigest()

    def _known(self, session: Session, definition_id: str) -> tuple[DefinitionRecord, str]:
        known = self._records.get(definition_id)
        if known is None:
            self._remember(session.get_one(Definition, definition_id))
            known = self._records[definition_id]
        return known

    def _remember(self, row: Definition | Row[*tuple[Any, ...]]) -> DefinitionRecord:
        """Return the record of a row, which never changes: it need not be read again."""
        record = _record(row)
        self._records[row.id] = record, row.sha256
        return record

    def _parse(self, row: Definition) -> Specification:
        reading = read(row.content, row.file, self._activities)
        process = next((each for each in reading.processes if each.id == row.key), None)
        if process is None:
            raise DefinitionUnusable("\n".join(str(problem) for problem in reading.problems))
        return self._parsed.keep(row.sha256, process)


def _record(row: Definition | Row[*tuple[Any, ...]]) -> DefinitionRecord:
    return DefinitionRecord(row.id, row.key, row.version, row.name, row.deployment_id)
