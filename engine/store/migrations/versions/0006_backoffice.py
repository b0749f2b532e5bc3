"""Accounts and their sessions; drafts of forms; which version of a form is deployed."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FORMS = sa.table(
    "forms",
    sa.column("id", sa.String),
    sa.column("version", sa.Integer),
    sa.column("content", sa.LargeBinary),
    sa.column("title", sa.String),
    sa.column("created_at", sa.DateTime),
    sa.column("deployed_at", sa.DateTime),
    sa.column("deployment", sa.Integer),
)


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_sessions_account_id_accounts", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_table(
        "sign_in_failures",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_at", "sign_in_failures", ["at"])
    op.create_table(
        "form_drafts",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_form_drafts"),
    )
    op.add_column("forms", sa.Column("title", sa.String(length=255), nullable=False, server_default=""))
    op.add_column("forms", sa.Column("saved_by", sa.String(length=64), nullable=True))
    op.add_column("forms", sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("forms", sa.Column("deployment", sa.Integer(), nullable=True))
    op.create_index("uq_forms_deployment", "forms", ["name", "deployment"], unique=True)
    _deploy(op.get_bind())


def _deploy(connection: sa.Connection) -> None:
    """Every version that there was until now was deployed when it was made."""
    connection.execute(sa.update(_FORMS).values(deployed_at=_FORMS.c.created_at, deployment=_FORMS.c.version))
    for form_id in connection.scalars(sa.select(_FORMS.c.id)).all():
        this = _FORMS.c.id == form_id
        title = _title(connection.scalar(sa.select(_FORMS.c.content).where(this)))
        connection.execute(sa.update(_FORMS).where(this).values(title=title))


def _title(content: Any) -> str:
    try:
        title = json.loads(content)["title"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    # Half of a surrogate pair can be written in JSON, but not in a column.
    return title[:255].encode("utf-8", "replace").decode() if isinstance(title, str) else ""
