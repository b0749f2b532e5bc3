"""Who may use credentials: locks of users, for a time or until somebody ends them, and disabled stores."""

from datetime import datetime

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.identity import users
from engine.identity.cause import Cause, detail
from engine.identity.texts import IdentityInvalid
from engine.identity.user_records import UserLocked, UserRecord
from engine.store import guard
from engine.store.models import Attempts, StoreStatus, User, UserStatus

SHUT_OUT = frozenset({UserStatus.LOCKED, UserStatus.TEMP_LOCKED, UserStatus.DISABLED})
"""A user with one of these statuses neither registers a credential, uses one, nor sees one."""

_LOCKED = frozenset({UserStatus.LOCKED, UserStatus.TEMP_LOCKED})

_CLEAR_ATTEMPTS = delete(Attempts).where(Attempts.user_id == bindparam("user"))


def admit(session: Session, clock: Clock, user: UserRecord) -> User:
    """Return the row of a user who may use credentials, and hold it until the transaction ends.

    What counts is the database: a lock that was set after `user` was read counts too.

    Raises:
        UserLocked: when the user or the store is locked or disabled.
        UserNotFound: when the user is gone.

    """
    # An attempt that was rolled back is charged again before the next one is looked at: the row alone is let go before.
    guard(session, f"user {user.id}")
    row, store = users.row_with_store(session, user)
    check(clock, row, store)
    return row


def check(clock: Clock, row: User, store: str | None) -> None:
    """Do nothing for a user of a store with this status who may use credentials; raises `UserLocked`."""
    reason, until = shut_out(clock, row, store)
    if reason is not None:
        raise UserLocked(reason, until)


def shut_out(clock: Clock, row: User, store: str | None) -> tuple[str | None, datetime | None]:
    """Return why a user of a store with this status may not use credentials, and until when; None, None for who may."""
    now = users.record(row, clock.now())
    if now.status in SHUT_OUT:
        until = f" until {now.locked_until:%Y-%m-%d %H:%M:%S} UTC" if now.locked_until else ""
        return f"The user {now.label!r} is {now.status}{until}.", now.locked_until
    if store == StoreStatus.DISABLED:
        return f"The identity store of the user {now.label!r} is disabled.", None
    return None, None


def lock(  # noqa: PLR0913 - who, why, until when and where
    session: Session,
    clock: Clock,
    user: UserRecord,
    reason: str = "",
    *,
    until: datetime | None = None,
    instance_id: str | None = None,
    cause: Cause | None = None,
) -> UserRecord:
    """Lock the user until somebody unlocks them, or `until` a time. A disabled user stays disabled.

    A temporary lock never shortens or replaces a lock without an end.

    Raises:
        IdentityInvalid: when `until` is over already.
        UserNotFound: when the user is gone.

    """
    now = clock.now()
    if until is not None and until <= now:
        raise IdentityInvalid("The end of a temporary lock is over already.")
    row = users.row_of(session, user)
    stays = {UserStatus.DISABLED} if until is None else {UserStatus.DISABLED, UserStatus.LOCKED}
    if UserStatus(row.status) not in stays:
        row.status = (UserStatus.LOCKED if until is None else UserStatus.TEMP_LOCKED).value
        row.locked_until = until
        session.flush()
        end = None if until is None else until.isoformat()
        audit.record(
            session,
            clock,
            AuditAction.USER_LOCKED,
            user_id=user.id,
            instance_id=instance_id,
            **{"reason": reason[: audit.MAXIMUM_TEXT], "until": end, **detail(cause)},
        )
    return users.record(row, now)


def unlock(
    session: Session,
    clock: Clock,
    user: UserRecord,
    *,
    instance_id: str | None = None,
    cause: Cause | None = None,
) -> UserRecord:
    """End every lock and every wait after failures; failures count from zero again. A disabled user stays disabled.

    Raises:
        UserNotFound: when the user is gone.

    """
    row = users.row_of(session, user)
    if UserStatus(row.status) in _LOCKED:
        row.status, row.locked_until = UserStatus.ACTIVE.value, None
        session.flush()
    session.execute(_CLEAR_ATTEMPTS, {"user": user.id}, execution_options={"synchronize_session": False})
    said = detail(cause)
    audit.record(session, clock, AuditAction.USER_UNLOCKED, user_id=user.id, instance_id=instance_id, **said)
    return users.record(row, clock.now())
