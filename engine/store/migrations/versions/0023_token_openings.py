"""Who opened the links of process tokens, and when.

Who has begun has opened: what instances say of that is taken over, without the device, which nobody has noted.
"""

import sqlalchemy as sa
from alembic import op

from engine.store.types import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEPT = 50
_TOKENS = sa.table("process_tokens", sa.column("id"), sa.column("opened_at"))
_INSTANCES = sa.table("instances", *map(sa.column, ("id", "token_id", "created_at", "binding")))
_LISTS = {
    "opened": "opened_at IS NOT NULL",
    "unopened": "opened_at IS NULL",
    "unbegun": "opened_at IS NOT NULL AND uses = 0",
}


def upgrade() -> None:
    openings = op.create_table(
        "token_openings",
        sa.Column("token_id", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("begun", sa.Boolean, nullable=False),
        sa.Column("page", sa.LargeBinary(length=32)),
        sa.ForeignKeyConstraint(
            ["token_id"], ["process_tokens.id"], name="fk_token_openings_token_id_process_tokens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_id", "number", name="pk_token_openings"),
        sa.UniqueConstraint("token_id", "page", name="uq_token_openings_token_id"),
        sqlite_with_rowid=False,
    )
    op.add_column("process_tokens", sa.Column("opened_at", UtcDateTime))
    _take_over(openings)
    for name, which in _LISTS.items():
        op.create_index(
            f"ix_process_tokens_{name}",
            "process_tokens",
            ["created_at", "id"],
            sqlite_where=sa.text(which),
            postgresql_where=sa.text(which),
        )


def _take_over(openings: sa.Table) -> None:
    begun = _INSTANCES.c
    order = [begun.created_at, begun.id]
    number = sa.func.row_number().over(partition_by=begun.token_id, order_by=order)
    back = sa.func.row_number().over(partition_by=begun.token_id, order_by=[each.desc() for each in order])
    each = (
        sa.select(begun.token_id, begun.created_at, begun.binding, number.label("number"), back.label("back"))
        .where(begun.token_id.is_not(None))
        .subquery()
        .c
    )
    kept = sa.select(each.token_id, each.number, each.created_at, sa.literal(""), sa.true(), each.binding)
    columns = ["token_id", "number", "at", "device", "begun", "page"]
    op.execute(openings.insert().from_select(columns, kept.where(sa.or_(each.number == 1, each.back <= _KEPT))))
    first = sa.select(openings.c.at).where(openings.c.token_id == _TOKENS.c.id, openings.c.number == 1)
    op.execute(_TOKENS.update().values(opened_at=first.scalar_subquery()))
