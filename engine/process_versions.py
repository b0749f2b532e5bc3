"""Deployed versions of processes, as lists show them; how many instances run on each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from engine.definitions import DefinitionNotFound
from engine.model import split_tags
from engine.store.models import Definition, Instance, InstanceStatus

MAXIMUM_VERSION = 2**31 - 1
"""What the database can count to."""

RUNNING = (InstanceStatus.ACTIVE, InstanceStatus.INCIDENT, InstanceStatus.SUSPENDED)
"""The instances that have not ended."""

# Columns, not rows: lists have many, and none of their contents.
_ALL = select(
    Definition.key,
    Definition.version,
    Definition.name,
    Definition.sha256,
    Definition.created_at,
    Definition.deployed_by,
    Definition.version_tag,
    Definition.tags,
).order_by(Definition.key, Definition.version.desc())
_OF_KEY = _ALL.where(Definition.key == bindparam("key"))
_AT = _OF_KEY.where(Definition.version == bindparam("version"))
_VERSION = select(Definition).where(Definition.key == bindparam("key"), Definition.version == bindparam("version"))
_COUNTS = (
    select(Definition.key, Definition.version, func.count())
    .join(Instance, Instance.definition_id == Definition.id)
    .where(Instance.status.in_([each.value for each in RUNNING]))
    .group_by(Definition.key, Definition.version)
)
_COUNTS_OF_KEY = _COUNTS.where(Definition.key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class ProcessVersion:
    """One deployed version, without the file."""

    key: str
    version: int
    name: str
    sha256: str
    deployed_at: datetime
    deployed_by: str | None
    """The name of an account; None is the command line."""
    version_tag: str | None
    tags: tuple[str, ...]


def all_versions(session: Session) -> list[ProcessVersion]:
    """Return every version of every process, by key, the newest first."""
    return [_record(row) for row in session.execute(_ALL)]


def of(session: Session, key: str, limit: int) -> list[ProcessVersion]:
    """Return the newest versions of a process, the newest first."""
    return [_record(row) for row in session.execute(_OF_KEY.limit(limit), {"key": key})]


def newest(session: Session, key: str) -> ProcessVersion | None:
    """Return the version that was deployed last; None when none was."""
    return next(iter(of(session, key, 1)), None)


def at(session: Session, key: str, version: int) -> ProcessVersion:
    """Return a version; raises `DefinitionNotFound`."""
    possible = 0 < version <= MAXIMUM_VERSION
    row = session.execute(_AT, {"key": key, "version": version}).first() if possible else None
    if row is None:
        raise _not_found(key, version)
    return _record(row)


def content(session: Session, key: str, version: int) -> bytes:
    """Return the file of a version as it was deployed.

    Raises:
        DefinitionNotFound: when there is none.

    """
    possible = 0 < version <= MAXIMUM_VERSION
    row = session.scalar(_VERSION, {"key": key, "version": version}) if possible else None
    if row is None:
        raise _not_found(key, version)
    return row.content


def running(session: Session, key: str | None = None) -> Mapping[tuple[str, int], int]:
    """Return how many instances run on each version that has some, of one process or of all."""
    found = session.execute(_COUNTS) if key is None else session.execute(_COUNTS_OF_KEY, {"key": key})
    return {(name, version): count for name, version, count in found}


def _not_found(key: str, version: int) -> DefinitionNotFound:
    return DefinitionNotFound(f"There is no process definition {key[:100]!r} in version {version}.")


def _record(row: Row[str, int, str, str, datetime, str | None, str | None, str]) -> ProcessVersion:
    key, version, name, digest, created_at, deployed_by, version_tag, tags = row
    return ProcessVersion(key, version, name, digest, created_at, deployed_by, version_tag, split_tags(tags))
