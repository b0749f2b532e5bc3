"""The files that people send with forms: sealed, bound to their instance, deleted with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.form import Attachment
from engine.identity.vault import Vault, bind
from engine.store.models import AttachmentRow
from engine.store.types import new_id

_ONE = select(AttachmentRow).where(
    AttachmentRow.instance_id == bindparam("instance_id"), AttachmentRow.key == bindparam("key")
)


class AttachmentNotFound(NotFound):
    """No file of this instance has this id."""

    code = "attachment-not-found"


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """What is known of a file without opening it."""

    id: str
    name: str
    content_type: str
    """As the browser of the sender said: a hint, nothing to rely on."""
    size: int
    """Bytes."""
    created_at: datetime


def keep(session: Session, vault: Vault, instance_id: str, attachment: Attachment, now: datetime) -> None:
    """Keep a file; the same file again is kept once."""
    if _row(session, instance_id, attachment.id) is not None:
        return
    upload = attachment.upload
    row_id = new_id()
    session.add(
        AttachmentRow(
            id=row_id,
            instance_id=instance_id,
            key=attachment.id,
            name=upload.name,
            content_type=upload.content_type,
            size=len(upload.content),
            content=vault.seal(upload.content, _bound(instance_id, row_id)),
            created_at=now,
        )
    )


def of_instance(session: Session, instance_id: str) -> list[AttachmentRecord]:
    """Return the files of an instance, the oldest first."""
    row = AttachmentRow
    columns = (row.key, row.name, row.content_type, row.size, row.created_at)
    found = session.execute(select(*columns).where(row.instance_id == instance_id).order_by(row.created_at, row.key))
    return [AttachmentRecord(*each) for each in found]


def content_of(session: Session, vault: Vault, instance_id: str, attachment_id: str) -> bytes:
    """Return the content of a file.

    Raises:
        AttachmentNotFound: when this instance has none with this id.
        SealBroken: when it was sealed for another one, or altered.

    """
    row = _row(session, instance_id, attachment_id)
    if row is None:
        raise AttachmentNotFound
    return vault.unseal(row.content, _bound(instance_id, row.id))


def _row(session: Session, instance_id: str, attachment_id: str) -> AttachmentRow | None:
    return session.scalar(_ONE, {"instance_id": instance_id, "key": attachment_id})


def _bound(instance_id: str, row_id: str) -> bytes:
    return bind("attachment", instance_id, row_id)
