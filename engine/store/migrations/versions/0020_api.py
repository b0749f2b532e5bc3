"""What the REST API needs: links of instances that programs started, and answers that are given again."""

import sqlalchemy as sa
from alembic import op

from engine.store.types import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instances", sa.Column("claim", sa.LargeBinary(32)))
    op.create_index("ix_instances_claim", "instances", ["claim"], unique=True)
    op.create_table(
        "replies",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary(32), nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_replies_created_at", "replies", ["created_at"])
