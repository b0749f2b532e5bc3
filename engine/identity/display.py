"""Showing a registered secret again: whether the policy allows it, and how often."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity import authentication, locks, totp
from engine.identity.policies import PolicyRecord
from engine.identity.references import SecretKind
from engine.identity.totp import CredentialRecord
from engine.identity.user_records import UserRecord
from engine.store import Base, TotpCredential, TotpDisplay
from engine.store.models import Redisplay
from engine.variables import SecretReference

PERIOD = timedelta(days=30)
"""What `display_limit` of a policy is counted in."""

_SHOWN = (
    select(TotpDisplay.at)
    .where(TotpDisplay.credential_id == bindparam("credential"))
    .order_by(TotpDisplay.at.desc())
    .limit(bindparam("limit"))
)
_NOTE = insert(Base.metadata.tables[TotpDisplay.__tablename__])
_FORGET = (
    delete(TotpDisplay)
    .where(TotpDisplay.credential_id == bindparam("credential"), TotpDisplay.at <= bindparam("before"))
    .execution_options(synchronize_session=False)
)


class TotpDisplayDenied(BpmnError):
    """The TOTP policy does not let a registered secret be shown again."""


@dataclass(frozen=True, slots=True)
class CurrentTotp:
    """A registration as a process may have it: the secret is two references."""

    credential: CredentialRecord
    uri: SecretReference
    secret: SecretReference


def current(session: Session, clock: Clock, user: UserRecord, policy: PolicyRecord, instance_id: str) -> CurrentTotp:
    """Return the user's current registration under the policy, to be shown again by this instance; this counts.

    Raises:
        UserLocked: when the user or the store is locked or disabled.
        TotpDisplayDenied: when the policy does not allow it, or not so often.
        TotpNotRegistered: when there is none.
        UserNotFound: when the user is gone.

    """
    locks.admit(session, clock, user)
    if policy.redisplay is Redisplay.NEVER:
        raise TotpDisplayDenied(f"The TOTP policy {policy.name!r} never shows a registered secret again.")
    row = totp.get(session, user, policy)
    if policy.redisplay is Redisplay.AFTER_AUTHENTICATION:
        at = authentication.authenticated_at(session, user, policy, instance_id)
        if at is None:
            raise TotpDisplayDenied(
                f"The TOTP policy {policy.name!r} shows a registered secret again only after the user {user.label!r} "
                "has authenticated in this process: an authentication step is needed first."
            )
    _count(session, clock, row, user, policy)
    return CurrentTotp(
        totp.record(row),
        uri=SecretReference(SecretKind.URI.value, row.id, instance_id),
        secret=SecretReference(SecretKind.SECRET.value, row.id, instance_id),
    )


def _count(session: Session, clock: Clock, row: TotpCredential, user: UserRecord, policy: PolicyRecord) -> None:
    now, limit = clock.now(), policy.display_limit
    session.execute(_FORGET, {"credential": row.id, "before": now - PERIOD})
    if limit is not None:
        shown = session.scalars(_SHOWN, {"credential": row.id, "limit": limit}).all()
        if len(shown) == limit:
            again = shown[-1] + PERIOD
            raise TotpDisplayDenied(
                f"The TOTP policy {policy.name!r} shows a registered secret {limit} times in {PERIOD.days} days, and "
                f"that of the user {user.label!r} was: again from {again:%Y-%m-%d %H:%M} UTC."
            )
    session.execute(_NOTE, {"credential_id": row.id, "at": now})
