"""Events by account and by day; pages of tokens; no index that another one makes needless."""

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BATCH = 1000
_LONGEST = 255
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EVENTS = sa.table("audit_events", sa.column("id", sa.BigInteger), sa.column("detail", sa.LargeBinary))


def upgrade() -> None:
    op.create_index("ix_audit_events_at", "audit_events", ["at", "id"])
    named = op.create_table(
        "audit_accounts",
        sa.Column("account", sa.String(length=_LONGEST), nullable=False),
        sa.Column("event_id", _BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["audit_events.id"],
            name="fk_audit_accounts_event_id_audit_events",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account", "event_id", name="pk_audit_accounts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_accounts_event_id", "audit_accounts", ["event_id"])
    _note_accounts(named)
    op.drop_index("ix_instances_applicant", "instances")
    op.drop_index("ix_process_tokens_created_at", "process_tokens")
    op.create_index("ix_process_tokens_created_at", "process_tokens", ["created_at", "id"])


def _note_accounts(named: sa.Table) -> None:
    connection, last = op.get_bind(), -1
    page = sa.select(_EVENTS.c.id, _EVENTS.c.detail).order_by(_EVENTS.c.id).limit(_BATCH)
    while rows := connection.execute(page.where(_EVENTS.c.id > last)).all():
        found = {(each[:_LONGEST], row.id) for row in rows for each in _accounts(row.detail)}
        if found:
            connection.execute(named.insert(), [{"account": name, "event_id": number} for name, number in found])
        last = rows[-1].id


def _accounts(content: bytes | None) -> list[str]:
    try:
        detail = orjson.loads(content or b"null")
    except orjson.JSONDecodeError:
        return []
    values = [detail.get(name) for name in ("account", "by")] if isinstance(detail, dict) else []
    return [each for each in values if isinstance(each, str)]
