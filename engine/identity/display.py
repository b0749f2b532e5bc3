"""Showing a registered secret again: whether the policy allows it, and how often."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity import authentication, locks, totp, users
from engine.identity.policies import PolicyRecord
from engine.identity.references import SecretKind
from engine.identity.totp import CredentialRecord
from engine.identity.user_records import UserRecord
from engine.store import holds_rows
from engine.store.changed import changed
from engine.store.models import Base, CredentialStatus, IdentityStore, Redisplay, TotpCredential, TotpDisplay, User
from engine.variables import SecretReference

PERIOD = timedelta(days=30)
"""What `display_limit` of a policy is counted in."""

FORGOTTEN_AT_ONCE = 500
"""How many displays `forget_old` looks at."""

_SHOWN = (
    select(TotpDisplay.at)
    .where(TotpDisplay.credential_id == bindparam("credential"), TotpDisplay.at > bindparam("since"))
    .order_by(TotpDisplay.at.desc())
    .limit(bindparam("limit"))
)
_NOTE = insert(Base.metadata.tables[TotpDisplay.__tablename__])
# They were written one after the other: where the first are not old, none is.
_FIRST = select(TotpDisplay.id, TotpDisplay.at).order_by(TotpDisplay.id).limit(FORGOTTEN_AT_ONCE).subquery()
_FORGET = (
    delete(TotpDisplay)
    .where(TotpDisplay.id.in_(select(_FIRST.c.id).where(_FIRST.c.at <= bindparam("before"))))
    .execution_options(synchronize_session=False)
)
# What a session has in memory may be older than the rows.
_AS_IT_IS = (
    select(User, IdentityStore.status, TotpCredential)
    .join(IdentityStore, IdentityStore.id == User.store_id)
    .outerjoin(
        TotpCredential,
        (TotpCredential.user_id == User.id)
        & (TotpCredential.policy_id == bindparam("policy"))
        & (TotpCredential.status == CredentialStatus.ACTIVE.value),
    )
    .where(User.id == bindparam("user"))
    .execution_options(populate_existing=True)
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
    # This charges nothing, so it need not wait until an attempt that was rolled back is charged again (see
    # `locks.admit`): a display in between is one that came before the attempt.
    if holds_rows(session):
        # In a statement of its own: one that has waited for the user's row has seen the rest before.
        users.row_of(session, user)
    found = session.execute(_AS_IT_IS, {"user": user.id, "policy": policy.id}).one_or_none()
    if found is None:
        raise users.gone(user)
    owner, store, row = found
    locks.check(clock, owner, store)
    if policy.redisplay is Redisplay.NEVER:
        raise TotpDisplayDenied(f"The TOTP policy {policy.name!r} never shows a registered secret again.")
    if row is None:
        raise totp.missing(user, policy)
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
    if limit is not None:
        where = {"credential": row.id, "since": now - PERIOD, "limit": limit}
        shown = session.scalars(_SHOWN, where).all()
        if len(shown) == limit:
            again = shown[-1] + PERIOD
            raise TotpDisplayDenied(
                f"The TOTP policy {policy.name!r} shows a registered secret {limit} times in {PERIOD.days} days, and "
                f"that of the user {user.label!r} was: again from {again:%Y-%m-%d %H:%M} UTC."
            )
    session.execute(_NOTE, {"credential_id": row.id, "at": now})


def forget_old(session: Session, clock: Clock) -> int:
    """Delete displays that no policy counts any more, of the first `FORGOTTEN_AT_ONCE`; return how many."""
    values = {"before": clock.now() - PERIOD}
    return changed(session.execute(_FORGET, values))
