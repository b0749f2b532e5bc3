"""Who made a process token, together with which others, and what happened to it."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("process_tokens", sa.Column("created_by", sa.String(length=64), nullable=True))
    op.add_column("process_tokens", sa.Column("batch_id", sa.String(length=24), nullable=True))
    op.create_index("ix_process_tokens_batch_id", "process_tokens", ["batch_id"])
    op.create_index("ix_audit_events_token_id", "audit_events", ["token_id", "event", "id"])
