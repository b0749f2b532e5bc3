"""The tables. A row is plain data: rules live with the noun that owns the table."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, MetaData, String, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from engine.store.types import BIG, Json, UtcDateTime, new_id

ID = String(24)


class Base(DeclarativeBase):
    """What every table shares: names of constraints that a migration can refer to, and the types of columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: Json, StrEnum: String(32)}


class Definition(Base):
    """One deployed version of a `.bpmn` file; never changed. `content` is the uploaded bytes."""

    __tablename__ = "definitions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(255))
    """The id of the BPMN process."""
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    file: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    version_tag: Mapped[str | None] = mapped_column(String(255))
    """What its designer calls this version (`zeebe:versionTag`)."""
    deployment_id: Mapped[str | None] = mapped_column(ID, index=True)
    """The same for everything that was deployed at once."""
    deployed_by: Mapped[str | None] = mapped_column(String(64))
    """The name of an account; null is the command line."""
    tags: Mapped[str] = mapped_column(String(1200), server_default="")
    """What its designer filed it under, with commas between them, for lists."""


class Decision(Base):
    """One version of a DMN decision; never changed. `content` is the uploaded file that holds it."""

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(255))
    """The id of the decision in the file."""
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    file: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    version_tag: Mapped[str | None] = mapped_column(String(255))
    deployment_id: Mapped[str] = mapped_column(ID, index=True)
    created_at: Mapped[datetime]


class Form(Base):
    """One version of a form. `content` is the saved bytes; never changed, but it can be deployed, and again later."""

    __tablename__ = "forms"
    __table_args__ = (
        UniqueConstraint("name", "version"),
        Index("uq_forms_deployment", "name", "deployment", unique=True),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(255))
    """The data form name: the `id` in its JSON."""
    version: Mapped[int]
    version_tag: Mapped[str] = mapped_column(String(64))
    """The data form version that a diagram names: the `versionTag` in its JSON, otherwise the number."""
    file: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(String(255), server_default="")
    """The `title` in its JSON, for lists."""
    saved_by: Mapped[str | None] = mapped_column(String(64))
    """The name of an account; null is the command line."""
    deployed_at: Mapped[datetime | None]
    """When it was deployed last; null: it is only saved, and no process uses it."""
    deployment: Mapped[int | None]
    """Counts the deployments of this form: the highest is the one in use. Not the time: clocks go back."""


class InstanceStatus(StrEnum):
    """Where a process instance stands."""

    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    DECLINED = "DECLINED"
    """Ended at an error end event."""
    INCIDENT = "INCIDENT"
    """Stopped at an element by a technical failure; can be retried."""
    SUSPENDED = "SUSPENDED"
    """Stopped by an operator; can be resumed."""
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    """Its maximum duration passed."""


class Instance(Base):
    """One run of a definition. `state` is sealed: its variables and where its tokens stand."""

    __tablename__ = "instances"
    __table_args__ = (
        Index("ix_instances_status_due_at", "status", "due_at"),
        # Lists are found in these alone: to read the rows, with their states, would take many times as long.
        Index("ix_instances_created_at", "created_at", "id", "status", "definition_id", "token_id"),
        Index("ix_instances_token_id", "token_id", "created_at", "id", "status", "definition_id"),
        Index("ix_instances_definition_id", "definition_id", "created_at", "id", "status"),
        Index("ix_instances_status_created_at", "status", "created_at", "id", "definition_id"),
        Index("ix_instances_applicant_key", "applicant_key", "created_at", "id", "status", "definition_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    definition_id: Mapped[str] = mapped_column(ForeignKey("definitions.id"))
    token_id: Mapped[str | None] = mapped_column(ForeignKey("process_tokens.id"))
    status: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int] = mapped_column()
    """Counts the saved steps; a step that saw another revision has lost."""
    state: Mapped[bytes] = mapped_column(LargeBinary)
    element_id: Mapped[str | None] = mapped_column(String(255))
    """Where it waits, stopped or ended."""
    code: Mapped[str | None] = mapped_column(String(255))
    """What stopped it, for an incident: the code of a BPMN error that nothing caught, or of one of our own errors."""
    message: Mapped[str | None] = mapped_column(String(2000))
    """The same in a sentence, for the operator."""
    applicant: Mapped[str | None] = mapped_column(String(255))
    """Who it is about, for lists: the external ID that the token carries."""
    binding: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """HMAC-SHA256 of the secret in the one browser that may go on with it."""
    due_at: Mapped[datetime | None]
    """When it needs attention next: today, when it expires."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    applicant_key: Mapped[str | None] = mapped_column(String(255))
    """The applicant as it is looked for: in small letters (Unicode case folding)."""
    claim: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True, unique=True)
    """HMAC-SHA256 of the link by which the first browser to open it gets the instance, where a program started it."""

    # An update names the revision that it saw, and fails when another step was saved meanwhile.
    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - read by SQLAlchemy as it stands


class HistoryRow(Base):
    """One thing that happened to an instance, for people: never a variable's value, never a secret."""

    __tablename__ = "history"
    # Kept in the order of the key: one tree instead of a table and an index.
    __table_args__ = ({"sqlite_with_rowid": False},)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(32))
    element_id: Mapped[str | None] = mapped_column(String(255))
    detail: Mapped[str | None] = mapped_column(String(2000))


class StoreStatus(StrEnum):
    """Whether the users of a store may use their credentials."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class IdentityStore(Base):
    """Holds users."""

    __tablename__ = "identity_stores"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    locale: Mapped[str] = mapped_column(String(35))
    time_zone: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16), server_default=StoreStatus.ACTIVE.value)


class UserStatus(StrEnum):
    """Whether a user may use the store's services."""

    ACTIVE = "ACTIVE"
    LOCKED = "LOCKED"
    TEMP_LOCKED = "TEMP_LOCKED"
    """Locked until a time; ends by itself."""
    DISABLED = "DISABLED"
    PENDING_ACTIVE = "PENDING_ACTIVE"


class User(Base):
    """A person in an identity store."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("store_id", "external_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    store_id: Mapped[str] = mapped_column(ForeignKey("identity_stores.id"))
    external_id: Mapped[str | None] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(35))
    time_zone: Mapped[str] = mapped_column(String(64))
    attributes: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    last_authenticated_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
    """When a temporary lock ends."""


class Redisplay(StrEnum):
    """Whether a registered secret may be shown again."""

    NEVER = "never"
    AFTER_AUTHENTICATION = "after-authentication"
    WITH_TOKEN = "with-token"  # noqa: S105 - a policy, not a password


class TotpPolicy(Base):
    """How one-time codes are made and checked. What a device depends on is copied into its credential."""

    __tablename__ = "totp_policies"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    issuer: Mapped[str] = mapped_column(String(40))
    algorithm: Mapped[str] = mapped_column(String(8))
    digits: Mapped[int]
    period: Mapped[int]
    """Seconds."""
    redisplay: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]
    look_behind: Mapped[int] = mapped_column(server_default="1")
    look_ahead: Mapped[int] = mapped_column(server_default="0")
    drift_limit: Mapped[int] = mapped_column(server_default="2")
    back_off_after: Mapped[int] = mapped_column(server_default="3")
    back_off_limit: Mapped[int] = mapped_column(server_default="900")
    """Seconds."""
    failure_cap: Mapped[int] = mapped_column(server_default="100")
    registration_lifetime: Mapped[int] = mapped_column(server_default="900")
    """Seconds."""
    registration_tries: Mapped[int] = mapped_column(server_default="5")
    # None is a value here, not the absence of one: without this the default would be stored for it.
    display_limit: Mapped[int | None] = mapped_column(Integer().evaluates_none(), server_default="3")
    """None: as often as one likes."""


class CredentialStatus(StrEnum):
    """Where a credential stands."""

    PENDING = "PENDING"
    """Its registration was started and not completed yet."""
    ACTIVE = "ACTIVE"
    REVOKED = "REVOKED"


class TotpCredential(Base):
    """A TOTP secret. `secret` is sealed and bound to its row and parameters."""

    __tablename__ = "totp_credentials"

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    policy_id: Mapped[str] = mapped_column(ForeignKey("totp_policies.id"), index=True)
    status: Mapped[str] = mapped_column(String(16))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    issuer: Mapped[str] = mapped_column(String(40))
    account_name: Mapped[str] = mapped_column(String(255))
    algorithm: Mapped[str] = mapped_column(String(8))
    digits: Mapped[int]
    period: Mapped[int]
    registered_at: Mapped[datetime]
    """When the registration was completed; of a pending one, when it was started."""
    look_behind: Mapped[int] = mapped_column(server_default="1")
    look_ahead: Mapped[int] = mapped_column(server_default="0")
    drift_limit: Mapped[int] = mapped_column(server_default="2")
    drift: Mapped[int] = mapped_column(server_default="0")
    """How many steps the device was ahead, or behind when negative, when it was used last."""
    last_step: Mapped[int] = mapped_column(BigInteger, server_default="-1")
    """The time step of the last code that was used: this one and older ones are refused."""
    instance_id: Mapped[str | None] = mapped_column(ID)
    """The instance that started the registration."""
    expires_at: Mapped[datetime | None]
    """When a pending registration ends."""
    tries: Mapped[int] = mapped_column(server_default="0")
    """How many codes were tried to complete the registration."""


# One current registration per user and policy, and one that is under way.
for _name, _status in (("current", CredentialStatus.ACTIVE), ("pending", CredentialStatus.PENDING)):
    Index(
        f"uq_totp_credentials_{_name}",
        TotpCredential.user_id,
        TotpCredential.policy_id,
        unique=True,
        sqlite_where=TotpCredential.status == _status.value,
        postgresql_where=TotpCredential.status == _status.value,
    )


class TokenType(StrEnum):
    """What limits the use of a process token."""

    COUNT = "count"
    TIME = "time"
    UNLIMITED = "unlimited"


class TokenStatus(StrEnum):
    """Whether a process token can be used at all."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class ProcessToken(Base):
    """Permission to start a definition. The link's secret is not here, only its HMAC."""

    __tablename__ = "process_tokens"
    __table_args__ = (Index("ix_process_tokens_created_at", "created_at", "id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    definition_key: Mapped[str] = mapped_column(String(255))
    definition_version: Mapped[int | None]
    """None: always the newest."""
    type: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    limit: Mapped[int | None] = mapped_column("use_limit")
    """How many instances it may start, when it is count limited."""
    uses: Mapped[int]
    not_before: Mapped[datetime | None]
    not_after: Mapped[datetime | None]
    maximum_duration: Mapped[int]
    """Seconds that an instance may take."""
    parameters: Mapped[dict[str, Any]] = mapped_column(Json)
    """They become process variables."""
    created_at: Mapped[datetime]
    created_by: Mapped[str | None] = mapped_column(String(64))
    """The name of the account that made it; None: the command line, or an older release."""
    batch_id: Mapped[str | None] = mapped_column(ID, index=True)
    """What it was made together with."""
    opened_at: Mapped[datetime | None]
    """When its link was opened first."""


# Each kind of the list in the order of the list, however few there are among the others.
for _name, _which in {
    "opened": "opened_at IS NOT NULL",
    "unopened": "opened_at IS NULL",
    "unbegun": "opened_at IS NOT NULL AND uses = 0",
}.items():
    Index(
        f"ix_process_tokens_{_name}",
        ProcessToken.created_at,
        ProcessToken.id,
        sqlite_where=text(_which),
        postgresql_where=text(_which),
    )


class DataKey(Base):
    """A key that seals rows, itself wrapped by the key-encryption key, which is never in the database."""

    __tablename__ = "data_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class AuditEvent(Base):
    """One thing that somebody may have to answer for later. Never a secret, never a code."""

    __tablename__ = "audit_events"
    # The span of some days is found in it alone.
    __table_args__ = (
        Index("ix_audit_events_at", "at", "id"),
        Index("ix_audit_events_token_id", "token_id", "event", "id"),
    )

    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(64), index=True)
    instance_id: Mapped[str | None] = mapped_column(ID, index=True)
    token_id: Mapped[str | None] = mapped_column(ID)
    user_id: Mapped[str | None] = mapped_column(ID, index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Chains the events: over the one before, and over every column. None: nobody chained it, so it is no event."""


class AuditAccount(Base):
    """An account that an event names, for the list of events by account. See `engine.audit.accounts`."""

    __tablename__ = "audit_accounts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    account: Mapped[str] = mapped_column(String(255), primary_key=True)
    event_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("audit_events.id", ondelete="CASCADE"), primary_key=True, index=True, autoincrement=False
    )


class AuditCheckpoint(Base):
    """What the audit trail had come to at a time, signed."""

    __tablename__ = "audit_checkpoints"

    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    """Of the last event."""
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    count: Mapped[int] = mapped_column(BIG)
    """How many events there were."""
    at: Mapped[datetime]
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))


class Reply(Base):
    """An answer of the API that is given again to whoever repeats the request."""

    __tablename__ = "replies"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """HMAC-SHA256, in hexadecimal, of who asked and of the key of the request."""
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of what was asked for."""
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed; None while the request is worked on."""
    created_at: Mapped[datetime] = mapped_column(index=True)
