"""The hash chain of the audit trail, over what is there already, and its checkpoints."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
# More than two thousand million of them may come; the key of a table of SQLite is as large in any case.
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_EVENTS = sa.table(
    "audit_events",
    sa.column("id", sa.BigInteger()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("event", sa.String()),
    sa.column("instance_id", sa.String()),
    sa.column("token_id", sa.String()),
    sa.column("user_id", sa.String()),
    sa.column("detail", sa.LargeBinary()),
    sa.column("hash", sa.LargeBinary()),
)
_SET = (
    sa.update(_EVENTS)
    .where(_EVENTS.c.id == sa.bindparam("key"))
    .values(hash=sa.bindparam("digest", type_=sa.LargeBinary))
)
_BATCH = 1000


def upgrade() -> None:
    op.add_column("audit_events", sa.Column("hash", sa.LargeBinary(length=32), nullable=True))
    _chain(op.get_bind())
    op.create_table(
        "audit_checkpoints",
        sa.Column("id", _BIG, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("count", _BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_checkpoints"),
    )


def _chain(connection: sa.Connection) -> None:
    previous, last = bytes(32), -(2**63)
    columns = [column for column in _EVENTS.c if column.name != "hash"]
    read = sa.select(*columns).where(_EVENTS.c.id > sa.bindparam("last")).order_by(_EVENTS.c.id).limit(_BATCH)
    while rows := connection.execute(read, {"last": last}).all():
        made = []
        for row in rows:
            previous = _link(previous, row)
            made.append({"key": row.id, "digest": previous})
        connection.execute(_SET, made)
        last = rows[-1].id


def _link(previous: bytes, row: Any) -> bytes:
    # As the first version of the chain is defined: kept here, so that it stays what it was.
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    microseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    numbers = (str(row.id).encode(), str(microseconds).encode())
    texts = (
        None if text is None else text.encode() for text in (row.event, row.instance_id, row.token_id, row.user_id)
    )
    parts = (previous, b"idflow-audit-1", *numbers, *texts, row.detail)
    none = b"\xff\xff\xff\xff"
    return sha256(b"".join(none if part is None else len(part).to_bytes(4) + part for part in parts)).digest()
