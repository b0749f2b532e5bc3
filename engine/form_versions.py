"""Forms as they are deployed: numbered versions that never change."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.model import FormReference
from engine.store import Form

# Built once: to build a statement costs more than to run it, and every step runs these.
_NEWEST = select(Form).where(Form.name == bindparam("name")).order_by(Form.version.desc()).limit(1)
_TAGGED = _NEWEST.where(Form.version_tag == bindparam("tag"))


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
    """The uploaded JSON."""


def save(  # noqa: PLR0913 - the columns of a row
    session: Session, *, name: str, version_tag: str | None, file: str, content: bytes, now: datetime
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
        file=file,
        content=content,
        sha256=digest,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _record(row), True


def find(session: Session, reference: FormReference) -> FormVersion:
    """Return the newest form with the name and, when the reference has one, the version tag.

    Raises:
        FormNotFound: when there is none.

    """
    if reference.version is None:
        row = session.scalar(_NEWEST, {"name": reference.name})
    else:
        row = session.scalar(_TAGGED, {"name": reference.name, "tag": reference.version})
    if row is None:
        version = "" if reference.version is None else f" in version {reference.version!r}"
        raise FormNotFound(f"There is no form {reference.name!r}{version}.")
    return _record(row)


def get(session: Session, form_id: str) -> FormVersion:
    """Return the form version with this id.

    Raises:
        FormNotFound: when there is none.

    """
    row = session.get(Form, form_id)
    if row is None:
        raise FormNotFound
    return _record(row)


def _record(row: Form) -> FormVersion:
    return FormVersion(row.id, row.name, row.version, row.content)
