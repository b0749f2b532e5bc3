"""Instances are found by the parameters of their tokens, and by what else they were started with."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

from engine.folding import LONGEST_KEY, key_of
from engine.typed_text import written

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BATCH = 1000
_TOKENS = sa.table("process_tokens", sa.column("id", sa.String), sa.column("parameters", sa.LargeBinary))
_INSTANCES = sa.table(
    "instances", sa.column("id", sa.String), sa.column("applicant", sa.String), sa.column("token_id", sa.String)
)


def upgrade() -> None:
    of_tokens = _made("token_parameters", "token_id", "process_tokens")
    of_instances = _made("instance_parameters", "instance_id", "instances")
    _note(of_tokens, sa.select(_TOKENS.c.id, _TOKENS.c.parameters), _parameters)
    without = sa.select(_INSTANCES.c.id, _INSTANCES.c.applicant).where(
        _INSTANCES.c.token_id.is_(None), _INSTANCES.c.applicant.is_not(None)
    )
    # Their other variables are sealed.
    _note(of_instances, without, lambda applicant: [("externalId", applicant)])
    op.drop_index("ix_instances_token_id", "instances")
    op.drop_index("ix_instances_created_at", "instances")
    op.create_index("ix_instances_token_id", "instances", ["token_id", "created_at", "id", "status", "definition_id"])
    op.create_index("ix_instances_created_at", "instances", ["created_at", "id", "status", "definition_id", "token_id"])


def _made(name: str, owner: str, owners: str) -> sa.Table:
    table = op.create_table(
        name,
        sa.Column(owner, sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint([owner], [f"{owners}.id"], name=f"fk_{name}_{owner}_{owners}", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(owner, "name", "key", name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_key", name, ["key", "name", owner])
    op.create_index(f"ix_{name}_name", name, ["name", "key", owner])
    return table


def _note(table: sa.Table, rows: sa.Select[Any], read: Callable[[Any], Iterable[tuple[str, object]]]) -> None:
    """Note what `read` finds in the second column of the rows; the first is whose it is."""
    connection, last = op.get_bind(), ""
    owner, identifier = table.columns.keys()[0], rows.selected_columns[0]
    page = rows.order_by(identifier).limit(_BATCH)
    while found := connection.execute(page.where(identifier > last)).all():
        known = {(of, *_row(*each)) for of, content in found for each in read(content)}
        noted = [{owner: of, "name": name, "key": key} for of, name, key in sorted(known) if key]
        if noted:
            connection.execute(table.insert(), noted)
        last = found[-1][0]


def _row(name: str, value: object) -> tuple[str, str]:
    return name[:LONGEST_KEY], key_of(written(value))


def _parameters(content: bytes | None) -> list[tuple[str, object]]:
    try:
        given = orjson.loads(content or b"null")
    except orjson.JSONDecodeError:
        return []
    return [*given.items()] if isinstance(given, dict) else []
