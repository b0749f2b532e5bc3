"""Versions of forms: numbered, their content never changes. A version is saved; it is used once it is deployed.

Of the deployed versions the one that was deployed last is in use, also when its number is lower than another's: to go
back, an older version is deployed again. Deployments of a form are counted, so that "last" does not hang on a clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, defer

from engine.errors import NotFound
from engine.form import title_of
from engine.model import FormReference
from engine.store.models import Form

MAXIMUM_VERSION = 2**31 - 1
"""What the database can count to."""

CACHED = 256
"""How many form versions `Opened` keeps in memory."""

# Built once: to build a statement costs more than to run it, and every step runs these.
_OF_NAME = select(Form).where(Form.name == bindparam("name"))
_OF_ID = select(Form).where(Form.id == bindparam("id"))
_NEWEST = _OF_NAME.order_by(Form.version.desc()).limit(1)
_VERSION = _OF_NAME.where(Form.version == bindparam("version"))
_DEPLOYED = _OF_NAME.where(Form.deployment.is_not(None)).order_by(Form.deployment.desc()).limit(1)
_TAGGED = _DEPLOYED.where(Form.version_tag == bindparam("tag"))
_ALL = _OF_NAME.options(defer(Form.content)).order_by(Form.version.desc())
_LAST_DEPLOYMENT = select(func.max(Form.deployment)).where(Form.name == bindparam("name"))


class FormNotFound(NotFound):
    """No form has this name and version."""

    code = "form-not-found"


@dataclass(frozen=True, slots=True)
class FormVersion:
    """One version of a form."""

    id: str
    name: str
    version: int
    content: bytes
    """The saved JSON."""
    version_tag: str = ""
    saved_at: datetime | None = None
    saved_by: str | None = None
    """The name of an account; None is the command line."""
    deployed_at: datetime | None = None
    """When it was deployed last; None: never."""


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """The same for lists, without the content."""

    name: str
    version: int
    version_tag: str
    title: str
    sha256: str
    saved_at: datetime
    saved_by: str | None
    deployed_at: datetime | None
    deployment: int | None
    """Which deployment of its form it was, counted from 1: the highest is the one in use."""


def save(  # noqa: PLR0913 - the columns of a row
    session: Session,
    *,
    name: str,
    version_tag: str | None,
    file: str,
    content: bytes,
    now: datetime,
    saved_by: str | None = None,
) -> tuple[FormVersion, bool]:
    """Keep `content` as the next version of `name`, unless it is the newest already; also tell whether it is new."""
    newest = session.scalar(_NEWEST, {"name": name})
    digest = sha256(content).hexdigest()
    if newest is not None and newest.sha256 == digest:
        return _record(newest), False
    version = 1 if newest is None else newest.version + 1
    row = Form(
        name=name,
        version=version,
        version_tag=version_tag or str(version),
        title=title_of(content),
        file=file,
        content=content,
        sha256=digest,
        created_at=now,
        saved_by=saved_by,
    )
    session.add(row)
    session.flush()
    return _record(row), True


def deploy(session: Session, name: str, version: int, now: datetime) -> tuple[FormVersion, bool]:
    """Make a version the one that is used from now on; also tell whether it was not before.

    Raises:
        FormNotFound: when there is none.

    """
    row = _row(session, name, version)
    last = session.scalar(_LAST_DEPLOYMENT, {"name": name}) or 0
    changes = row.deployment is None or row.deployment < last
    if changes:
        row.deployment, row.deployed_at = last + 1, now
        session.flush()
    return _record(row), changes


def deployed(session: Session, name: str) -> FormVersion | None:
    """Return the version of a form that is in use; None when none was deployed."""
    row = session.scalar(_DEPLOYED, {"name": name})
    return None if row is None else _record(row)


def newest(session: Session, name: str) -> FormVersion | None:
    """Return the version of a form that was saved last, deployed or not; None when there is none."""
    row = session.scalar(_NEWEST, {"name": name})
    return None if row is None else _record(row)


def find(session: Session, reference: FormReference) -> FormVersion:
    """Return the form in use with the name and, when the reference has one, the version tag.

    Raises:
        FormNotFound: when there is none.

    """
    if reference.version is None:
        row = session.scalar(_DEPLOYED, {"name": reference.name})
    else:
        row = session.scalar(_TAGGED, {"name": reference.name, "tag": reference.version})
    if row is None:
        version = "" if reference.version is None else f" in version {reference.version!r}"
        raise FormNotFound(f"There is no form {reference.name!r}{version}.")
    return _record(row)


def at(session: Session, name: str, version: int) -> FormVersion:
    """Return a version by its number, deployed or not.

    Raises:
        FormNotFound: when there is none.

    """
    return _record(_row(session, name, version))


def get(session: Session, form_id: str) -> FormVersion:
    """Return the form version with this id.

    Raises:
        FormNotFound: when there is none.

    """
    row = session.scalar(_OF_ID, {"id": form_id})
    if row is None:
        raise FormNotFound
    return _record(row)


class Opened:
    """Form versions by their ids, read once: what is in one never changes. One object serves all threads."""

    def __init__(self) -> None:
        self._known: dict[str, FormVersion] = {}

    def get(self, session: Session, form_id: str) -> FormVersion:
        """Return the form version with this id; when it was deployed may be what it was earlier.

        Raises:
            FormNotFound: when there is none.

        """
        known = self._known.get(form_id)
        if known is None:
            known = get(session, form_id)
            if len(self._known) >= CACHED:
                self._known = {}
            self._known[form_id] = known
        return known


def versions(session: Session, name: str, limit: int) -> list[VersionEntry]:
    """Return the newest versions of a form, the newest first."""
    return [_entry(row) for row in session.scalars(_ALL.limit(limit), {"name": name})]


def overview(session: Session) -> Iterator[VersionEntry]:
    """Yield, of every form, the version that was saved last and the one in use, which may be the same."""
    last = (
        select(Form.name, func.max(Form.version).label("version"), func.max(Form.deployment).label("deployment"))
        .group_by(Form.name)
        .subquery()
    )
    same: ColumnElement[bool] = Form.name == last.c.name
    wanted: Select[Form] = (
        select(Form)
        .options(defer(Form.content))
        .join(last, same)
        .where(or_(Form.version == last.c.version, Form.deployment == last.c.deployment))
    )
    return (_entry(row) for row in session.scalars(wanted))


def _row(session: Session, name: str, version: int) -> Form:
    possible = 0 < version <= MAXIMUM_VERSION
    row = session.scalar(_VERSION, {"name": name, "version": version}) if possible else None
    if row is None:
        raise FormNotFound(f"There is no version {version} of a form {name!r}.")
    return row


def _record(row: Form) -> FormVersion:
    return FormVersion(
        row.id, row.name, row.version, row.content, row.version_tag, row.created_at, row.saved_by, row.deployed_at
    )


def _entry(row: Form) -> VersionEntry:
    return VersionEntry(
        row.name,
        row.version,
        row.version_tag,
        row.title,
        row.sha256,
        row.created_at,
        row.saved_by,
        row.deployed_at,
        row.deployment,
    )
