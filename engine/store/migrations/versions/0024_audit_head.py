"""Who appends to the audit trail of PostgreSQL waits for its turn and sees its end by one statement, not by two.

One statement sees what was there when it began, before it has waited. A volatile function does not: each of its
statements sees what is there when that one begins (PostgreSQL, "Function Volatility Categories").
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# The lock is the one of the queue "audit", which versions before this one take by themselves.
HEAD = """
CREATE FUNCTION idflow_audit_head() RETURNS TABLE (id bigint, hash bytea) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(122640, 303628153);
    RETURN QUERY SELECT e.id, e.hash FROM audit_events e ORDER BY e.id DESC LIMIT 1;
END
$$
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(HEAD)
