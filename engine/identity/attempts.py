"""Attempts to guess: each is charged before it is looked at, and failures in a row cost time.

After `back_off_after` failures the user waits 1, 2, 4 … seconds, at most `back_off_limit`; attempts during a wait are
refused and do not lengthen it. `failure_cap` failures in a row lock the user. A success starts again at zero.

They are counted by user and factor: a TOTP policy, or the recovery codes. The caller holds the user's row (see
`locks.admit`), so that attempts at once are charged one after the other; and what is charged is kept when the caller's
transaction is rolled back (see `engine.store.keep`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.identity import locks
from engine.identity.policies import PolicySettings
from engine.identity.user_records import UserLocked, UserRecord
from engine.store import keep
from engine.store.models import Attempts, User

RECOVERY = "recovery"
"""The factor of the recovery codes."""

# What a session has in memory may be older than the row.
_ONE = (
    select(Attempts)
    .where(Attempts.user_id == bindparam("user"), Attempts.factor == bindparam("which"))
    .execution_options(populate_existing=True)
)
_CLEAR = (
    update(Attempts)
    .where(Attempts.user_id == bindparam("user"), Attempts.factor == bindparam("which"))
    .values(failures=0, blocked_until=None)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many failures in a row cost what."""

    back_off_after: int = 3
    back_off_limit: int = 900
    """Seconds."""
    failure_cap: int = 100

    @classmethod
    def of(cls, policy: PolicySettings) -> "Limits":
        """Return those of a policy."""
        return cls(policy.back_off_after, policy.back_off_limit, policy.failure_cap)

    def wait(self, failures: int) -> timedelta:
        """Return how long the user waits after so many failures in a row."""
        beyond = failures - self.back_off_after
        if beyond < 0:
            return timedelta(0)
        # No larger power is needed: two to the 17th is more seconds than a day has.
        return timedelta(seconds=min(1 << min(beyond, 17), self.back_off_limit))


def charge(session: Session, clock: Clock, user: UserRecord, factor: str, limits: Limits) -> int:
    """Count an attempt that is about to be looked at as a failure; return how many there are in a row.

    Raises:
        UserLocked: when the user has to wait; nothing is charged then.

    """
    now = clock.now()
    row = _find(session, user.id, factor)
    if row is not None and row.blocked_until is not None and row.blocked_until > now:
        raise UserLocked(
            f"The user {user.label!r} has failed {row.failures} times in a row and has to wait until "
            f"{row.blocked_until:%Y-%m-%d %H:%M:%S} UTC.",
            row.blocked_until,
        )
    failures = _add(session, row, user.id, factor, limits, now)

    def again(fresh: Session) -> None:
        if fresh.get(User, user.id, with_for_update=True) is not None:
            count = _add(fresh, _find(fresh, user.id, factor), user.id, factor, limits, now)
            fail(fresh, clock, user, count, limits)

    keep(session, again)
    return failures


def fail(  # noqa: PLR0913 - who failed how often, and where
    session: Session,
    clock: Clock,
    user: UserRecord,
    failures: int,
    limits: Limits,
    *,
    instance_id: str | None = None,
) -> None:
    """Lock the user when the failures in a row, which `charge` has counted, are too many."""
    if failures >= limits.failure_cap:
        locks.lock(session, clock, user, f"{failures} failures in a row", instance_id=instance_id)


def succeed(session: Session, user: UserRecord, factor: str) -> None:
    """Count from zero again."""
    session.execute(_CLEAR, {"user": user.id, "which": factor})


def _find(session: Session, user_id: str, factor: str) -> Attempts | None:
    return session.scalar(_ONE, {"user": user_id, "which": factor})


def _add(  # noqa: PLR0913, PLR0917 - the row and what it is made from
    session: Session, row: Attempts | None, user_id: str, factor: str, limits: Limits, now: datetime
) -> int:
    if row is None:
        row = Attempts(user_id=user_id, factor=factor, failures=0)
        session.add(row)
    row.failures += 1
    wait = limits.wait(row.failures)
    row.blocked_until = now + wait if wait else None
    session.flush()
    return row.failures
