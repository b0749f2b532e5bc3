"""Takes TOTP registrations over from another system, and hands them on: for operators, each audited.

Files are `otpauth` URIs, one a line (`key_uri`), or PSKC (`pskc`). What is handed on holds secrets in the clear, or
under the key of the file: whoever calls this keeps it from everybody else.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.identity.otp_key import ImportRefused, OtpKey
from engine.identity.otpauth import otpauth_uri
from engine.identity.places import CREDENTIALS
from engine.identity.policies import Algorithm, PolicyRecord
from engine.identity.stores import StoreRecord
from engine.identity.user_records import UserRecord
from engine.identity.vault import Vault
from engine.store.models import CredentialStatus, TotpCredential, User, UserStatus
from engine.store.types import new_id

_REGISTERED: Select[TotpCredential, User] = (
    select(TotpCredential, User)
    .join(User, User.id == TotpCredential.user_id)
    .where(
        User.store_id == bindparam("store"),
        TotpCredential.policy_id == bindparam("policy"),
        TotpCredential.status == CredentialStatus.ACTIVE.value,
    )
    .order_by(User.external_id, User.id)
)
_OF_USER = _REGISTERED.where(User.id == bindparam("user"))
_BY_EXTERNAL_ID = select(User).where(User.store_id == bindparam("store"), User.external_id == bindparam("external_id"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """Registrations on their way in and out. Its methods work in the caller's writing transaction."""

    vault: Vault
    clock: Clock

    def export(
        self, session: Session, store: StoreRecord, policy: PolicyRecord, user: UserRecord | None = None
    ) -> list[OtpKey]:
        """Return the current registrations of a store under a policy, or those of one user, with their secrets.

        Raises:
            SealBroken: when one does not open; nothing is handed on.

        """
        values = {"store": store.id, "policy": policy.id}
        if user is None:
            rows = session.execute(_REGISTERED, values).all()
        else:
            rows = session.execute(_OF_USER, {**values, "user": user.id}).all()
        return [self._export(session, row, owner, policy) for row, owner in rows]

    def take_over(
        self, session: Session, store: StoreRecord, policy: PolicyRecord, keys: Iterable[OtpKey]
    ) -> list[str]:
        """Register each key for the user whose external ID it names; return the ids of the registrations.

        A key keeps its own algorithm, digits and period; the policy gives the rest.

        Raises:
            ImportRefused: when a user is not there, or is registered already: then nothing is to be kept.

        """
        return [self._take_over(session, store, policy, key) for key in keys]

    def _export(self, session: Session, row: TotpCredential, owner: User, policy: PolicyRecord) -> OtpKey:
        names = (column.name for column in TotpCredential.__table__.columns)
        bound_to = CREDENTIALS.bind(store_id=owner.store_id, **{name: getattr(row, name) for name in names})
        audit.record(
            session,
            self.clock,
            AuditAction.TOTP_EXPORTED,
            user_id=owner.id,
            credential=row.id,
            policy=policy.name,
        )
        return OtpKey(
            external_id=owner.external_id or owner.id,
            issuer=row.issuer,
            account_name=row.account_name,
            secret=self.vault.unseal(row.secret, bound_to),
            algorithm=Algorithm(row.algorithm),
            digits=row.digits,
            period=row.period,
        )

    def _take_over(self, session: Session, store: StoreRecord, policy: PolicyRecord, key: OtpKey) -> str:
        user = session.scalar(_BY_EXTERNAL_ID, {"store": store.id, "external_id": key.external_id})
        if user is None or user.status == UserStatus.DISABLED:
            raise ImportRefused(f"The identity store {store.name!r} has no active user {key.external_id!r}.")
        if session.execute(_OF_USER, {"store": store.id, "policy": policy.id, "user": user.id}).first() is not None:
            raise ImportRefused(
                f"The user {key.external_id!r} is registered under the TOTP policy {policy.name!r} already."
            )
        values = asdict(key)
        secret = values.pop("secret")
        del values["external_id"]
        values |= {"id": new_id(), "user_id": user.id}
        row = TotpCredential(
            **values,
            policy_id=policy.id,
            status=CredentialStatus.ACTIVE.value,
            registered_at=self.clock.now(),
            secret=self.vault.seal(secret, CREDENTIALS.bind(store_id=store.id, **values)),
            look_behind=policy.look_behind,
            look_ahead=policy.look_ahead,
            drift_limit=policy.drift_limit,
        )
        session.add(row)
        session.flush()
        audit.record(
            session, self.clock, AuditAction.TOTP_IMPORTED, user_id=user.id, credential=row.id, policy=policy.name
        )
        return row.id


def uri_of(key: OtpKey) -> str:
    """Return the key as an `otpauth` URI."""
    return otpauth_uri(
        key.secret, key.issuer, key.account_name, algorithm=key.algorithm, digits=key.digits, period=key.period
    )
