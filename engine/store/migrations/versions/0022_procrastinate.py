"""What several machines on one database need: Procrastinate's tables for the jobs, keys of cookies, a floor.

On PostgreSQL jobs are rows of Procrastinate's tables from now on, and are moved there. SQLite keeps its table.

The schema is that of the version of Procrastinate that is pinned (`procrastinate==3.10.0`, schema 03.04.00). A newer
version comes with a migration of ours that runs its `pre` scripts, and, a release later, one with its `post` scripts.

The old table stays: versions that run beside this one during an upgrade write to it, and workers of this one take over
what they find there (`engine.jobs.procrastinate_claims`). The next version may drop it on PostgreSQL.
"""

import sqlalchemy as sa
from alembic import op

from engine.store.types import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOVE = """
WITH old AS (DELETE FROM jobs RETURNING *)
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, scheduled_at, attempts)
SELECT 'idflow', task, key,
       jsonb_strip_nulls(jsonb_build_object(
           'arguments', convert_from(arguments, 'UTF8')::jsonb, 'created_at', created_at, 'error', error,
           'failed_at', failed_at)),
       (CASE WHEN failed_at IS NULL THEN 'todo' ELSE 'failed' END)::procrastinate_job_status,
       run_at, attempt
FROM old ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "cookie_keys",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("signs_from", UtcDateTime, nullable=False),
        sa.Column("former_until", UtcDateTime, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "schema_floor",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.String(32), nullable=False),
    )
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    # Seldom needed.
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - see above

    connection.exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    # The key of a job is its own in every state, and jobs are taken in the order in which they are due.
    connection.exec_driver_sql("CREATE UNIQUE INDEX idflow_jobs_key ON procrastinate_jobs (queueing_lock)")
    connection.exec_driver_sql(
        "CREATE INDEX idflow_jobs_due ON procrastinate_jobs (scheduled_at, id) WHERE status = 'todo'"
    )
    connection.exec_driver_sql(MOVE)
