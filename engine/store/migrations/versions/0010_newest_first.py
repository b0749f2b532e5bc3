"""Lists of instances and tokens that begin with the newest."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_instances_created_at", "instances", ["created_at"])
    op.create_index("ix_process_tokens_created_at", "process_tokens", ["created_at"])
