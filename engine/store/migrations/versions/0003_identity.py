"""TOTP from registration to recovery: windows, attempts, authentications, displays, recovery codes; temporary locks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
# More than two thousand million of them may come; the key of a table of SQLite is as large in any case.
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# What both a policy and the credential that copies it say.
_WINDOW = (("look_behind", "1"), ("look_ahead", "0"), ("drift_limit", "2"))

_LIMITS = (
    ("back_off_after", "3"),
    ("back_off_limit", "900"),
    ("failure_cap", "100"),
    ("registration_lifetime", "900"),
    ("registration_tries", "5"),
)


def upgrade() -> None:
    op.add_column("identity_stores", sa.Column("status", sa.String(length=16), nullable=False, server_default="ACTIVE"))
    op.add_column("users", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    for name, default in (*_WINDOW, *_LIMITS):
        op.add_column("totp_policies", sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    op.add_column("totp_policies", sa.Column("display_limit", sa.Integer(), nullable=True, server_default="3"))
    for name, default in (*_WINDOW, ("drift", "0")):
        op.add_column("totp_credentials", sa.Column(name, sa.Integer(), nullable=False, server_default=default))
    op.add_column("totp_credentials", sa.Column("last_step", sa.BigInteger(), nullable=False, server_default="-1"))
    op.add_column("totp_credentials", sa.Column("instance_id", sa.String(length=24), nullable=True))
    op.add_column("totp_credentials", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("totp_credentials", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "uq_totp_credentials_pending",
        "totp_credentials",
        ["user_id", "policy_id"],
        unique=True,
        sqlite_where=sa.text("status = 'PENDING'"),
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.create_table(
        "attempts",
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("factor", sa.String(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_attempts_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "factor", name="pk_attempts"),
    )
    op.create_table(
        "totp_authentications",
        sa.Column("instance_id", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("policy_id", sa.String(length=24), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_totp_authentications_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["totp_policies.id"], name="fk_totp_authentications_policy_id_totp_policies"
        ),
        sa.PrimaryKeyConstraint("instance_id", "user_id", "policy_id", name="pk_totp_authentications"),
    )
    op.create_index("ix_totp_authentications_user_id", "totp_authentications", ["user_id"])
    op.create_table(
        "totp_displays",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("credential_id", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["totp_credentials.id"],
            name="fk_totp_displays_credential_id_totp_credentials",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_totp_displays"),
    )
    op.create_index("ix_totp_displays_credential_id", "totp_displays", ["credential_id", "at"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.String(length=24), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("instance_id", sa.String(length=24), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id_users", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
    )
    op.create_index("uq_recovery_codes_user_id", "recovery_codes", ["user_id", "digest"], unique=True)
    op.create_index("ix_recovery_codes_created_at", "recovery_codes", ["created_at"])
