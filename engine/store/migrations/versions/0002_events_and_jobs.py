"""Jobs, event subscriptions, messages, decisions; version tags and deployments of definitions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
# More than two thousand million of them may come; the key of a table of SQLite is as large in any case.
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    if "code" not in {each["name"] for each in sa.inspect(op.get_bind()).get_columns("instances")}:
        # The first tables were made without it for half an hour.
        op.add_column("instances", sa.Column("code", sa.String(255), nullable=True))
    op.add_column("definitions", sa.Column("version_tag", sa.String(length=255), nullable=True))
    op.add_column("definitions", sa.Column("deployment_id", sa.String(length=24), nullable=True))
    op.create_index("ix_definitions_deployment_id", "definitions", ["deployment_id"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version_tag", sa.String(length=255), nullable=True),
        sa.Column("deployment_id", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
        sa.UniqueConstraint("key", "version", name="uq_decisions_key"),
    )
    op.create_index("ix_decisions_deployment_id", "decisions", ["deployment_id"])
    op.create_table(
        "jobs",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("arguments", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("key", name="uq_jobs_key"),
    )
    op.create_index(
        "ix_jobs_run_at",
        "jobs",
        ["run_at"],
        sqlite_where=sa.text("failed_at IS NULL"),
        postgresql_where=sa.text("failed_at IS NULL"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("correlation_key", sa.String(length=255), nullable=False),
        sa.Column("variables", sa.LargeBinary(), nullable=False),
        sa.Column("delivered_to", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index("ix_messages_expires_at", "messages", ["expires_at"])
    op.create_index("ix_messages_name", "messages", ["name", "correlation_key"])
    op.create_table(
        "start_subscriptions",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("definition_id", sa.String(length=24), nullable=False),
        sa.Column("definition_key", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definitions.id"], name="fk_start_subscriptions_definition_id_definitions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_start_subscriptions"),
    )
    op.create_index("ix_start_subscriptions_definition_id", "start_subscriptions", ["definition_id"])
    op.create_index("ix_start_subscriptions_definition_key", "start_subscriptions", ["definition_key"])
    op.create_index("ix_start_subscriptions_name", "start_subscriptions", ["trigger", "name"])
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=24), nullable=False),
        sa.Column("definition_key", sa.String(length=255), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("correlation_key", sa.String(length=255), nullable=False),
        sa.Column("element_id", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instances.id"], name="fk_subscriptions_instance_id_instances", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_instance_id", "subscriptions", ["instance_id"])
    op.create_index("ix_subscriptions_name", "subscriptions", ["trigger", "name", "correlation_key"])
