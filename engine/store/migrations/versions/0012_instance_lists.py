"""Lists of instances by process, status and applicant, from either end."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANCES = sa.table("instances", sa.column("applicant", sa.String), sa.column("applicant_key", sa.String))


def upgrade() -> None:
    op.add_column("instances", sa.Column("applicant_key", sa.String(length=255), nullable=True))
    connection = op.get_bind()
    known = sa.select(_INSTANCES.c.applicant).where(_INSTANCES.c.applicant.is_not(None)).distinct()
    for (applicant,) in connection.execute(known).all():
        same = sa.update(_INSTANCES).where(_INSTANCES.c.applicant == applicant)
        connection.execute(same.values(applicant_key=applicant.casefold()[:255]))
    op.drop_index("ix_instances_created_at", "instances")
    op.drop_index("ix_instances_definition_id", "instances")
    op.create_index("ix_instances_created_at", "instances", ["created_at", "id", "status", "definition_id"])
    op.create_index("ix_instances_definition_id", "instances", ["definition_id", "created_at", "id", "status"])
    op.create_index("ix_instances_status_created_at", "instances", ["status", "created_at", "id", "definition_id"])
    op.create_index(
        "ix_instances_applicant_key", "instances", ["applicant_key", "created_at", "id", "status", "definition_id"]
    )
