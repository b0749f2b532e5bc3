"""What happened to a user, and the journeys about them."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_events_user_id", "audit_events", ["user_id"])
    op.create_index("ix_instances_applicant", "instances", ["applicant"])
