"""Authentication by TOTP (RFC 6238): a code is looked at after the attempt was charged, and is right once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity import attempts, locks, totp
from engine.identity.attempts import Limits
from engine.identity.otpauth import step_at
from engine.identity.policies import PolicyRecord
from engine.identity.user_records import UserLocked, UserRecord
from engine.identity.vault import Vault
from engine.identity.window import Verdict
from engine.store import keep
from engine.store.changed import changed
from engine.store.models import TotpAuthentication, TotpCredential, User

_IN_INSTANCE = (
    select(TotpAuthentication)
    .where(
        TotpAuthentication.instance_id == bindparam("instance"),
        TotpAuthentication.user_id == bindparam("user"),
        TotpAuthentication.policy_id == bindparam("policy"),
    )
    .execution_options(populate_existing=True)
)
# Whoever changes the row has used the code; of two at once, the second finds nothing to change.
_CONSUME = (
    update(TotpCredential)
    .where(TotpCredential.id == bindparam("credential"), TotpCredential.last_step < bindparam("step"))
    .values(last_step=bindparam("step"), drift=bindparam("learned"))
    .execution_options(synchronize_session=False)
)


class TotpAuthenticationFailed(BpmnError):
    """The code is not right."""

    def __init__(self, message: str | None = None, attempts_left: int | None = None) -> None:
        super().__init__(message)
        self.attempts_left = attempts_left
        """In this instance; None when it does not limit them."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """A user has proved to have the device."""

    at: datetime
    credential_id: str


def authenticate(  # noqa: PLR0913, PLR0917 - who proves what, how, where
    session: Session,
    vault: Vault,
    clock: Clock,
    user: UserRecord,
    policy: PolicyRecord,
    code: str,
    instance_id: str,
    *,
    max_attempts: int | None = None,
) -> Authentication:
    """Check the user's code.

    `max_attempts` is how many wrong codes in a row this instance takes for this user and policy; the policy's own
    limits hold beside it.

    Raises:
        TotpAuthenticationFailed: when the code is wrong or was used, or this instance has no attempts left.
        TotpNotRegistered: when the user has no registration under the policy.
        UserLocked: when the user or the store is locked or disabled, or the user has to wait.
        UserNotFound: when the user is gone.

    """
    where = {"user_id": user.id, "instance_id": instance_id, "policy": policy.name}
    limits = Limits.of(policy)
    try:
        owner = locks.admit(session, clock, user)
        row = totp.get(session, user, policy)
        here = _in_instance(session, user, policy, instance_id)
        if max_attempts is not None and here.failures >= max_attempts:
            audit.record(session, clock, AuditAction.TOTP_AUTHENTICATION_LOCKED, attempts=max_attempts, **where)
            raise TotpAuthenticationFailed(f"All {max_attempts} attempts of this process were used.", 0)
        failures = attempts.charge(session, clock, user, policy.id, limits)
    except UserLocked as locked:
        until = None if locked.until is None else locked.until.isoformat()
        audit.record(session, clock, AuditAction.TOTP_AUTHENTICATION_LOCKED, until=until, **where)
        raise
    _charge_instance(session, clock, here, policy)
    verdict = consume(session, vault, clock, row, owner.store_id, code)
    if verdict is not Verdict.RIGHT:
        action = AuditAction.TOTP_AUTHENTICATION_FAILED
        if verdict is Verdict.REPLAYED:
            action = AuditAction.TOTP_AUTHENTICATION_REPLAYED
        audit.record(session, clock, action, credential=row.id, failures=failures, **where)
        attempts.fail(session, clock, user, failures, limits, instance_id=instance_id)
        left = None if max_attempts is None else max(0, max_attempts - here.failures)
        raise TotpAuthenticationFailed(_told(left), left)
    attempts.succeed(session, user, policy.id)
    here.failures, here.at = 0, clock.now()
    owner.last_authenticated_at = here.at
    session.flush()
    audit.record(session, clock, AuditAction.TOTP_AUTHENTICATION_SUCCEEDED, credential=row.id, **where)
    return Authentication(here.at, row.id)


def consume(  # noqa: PLR0913, PLR0917 - whose code is looked at, and how
    session: Session, vault: Vault, clock: Clock, row: TotpCredential, store_id: str, code: str
) -> Verdict:
    """Return what the code is; a right one is used up by that. The caller has charged the attempt.

    Raises:
        SealBroken: when the secret or what it is bound to was altered.

    """
    window, now = totp.window_of(row), step_at(clock.now(), row.period)
    verdict, step = window.judge(totp.open_secret(vault, row, store_id), code, now, row.last_step)
    if verdict is not Verdict.RIGHT:
        return verdict
    values = {"credential": row.id, "step": step, "learned": window.learned(now, step)}
    used = changed(session.execute(_CONSUME, values))
    return Verdict.RIGHT if used == 1 else Verdict.REPLAYED


def authenticated_at(session: Session, user: UserRecord, policy: PolicyRecord, instance_id: str) -> datetime | None:
    """Return when the user last authenticated under the policy in this very instance."""
    found = session.scalar(_IN_INSTANCE, {"instance": instance_id, "user": user.id, "policy": policy.id})
    return None if found is None else found.at


def _in_instance(session: Session, user: UserRecord, policy: PolicyRecord, instance_id: str) -> TotpAuthentication:
    found = session.scalar(_IN_INSTANCE, {"instance": instance_id, "user": user.id, "policy": policy.id})
    return found or TotpAuthentication(
        instance_id=instance_id, user_id=user.id, policy_id=policy.id, failures=0, at=None
    )


def _charge_instance(session: Session, clock: Clock, here: TotpAuthentication, policy: PolicyRecord) -> None:
    where = {"instance": here.instance_id, "user": here.user_id, "policy": here.policy_id}

    def again(fresh: Session) -> None:
        if fresh.get(User, where["user"]) is None:
            return
        row = fresh.scalar(_IN_INSTANCE, where)
        if row is None:
            row = TotpAuthentication(
                instance_id=where["instance"], user_id=where["user"], policy_id=where["policy"], failures=0
            )
        row.failures += 1
        fresh.add(row)
        fresh.flush()
        # What else the trail said of the attempt was rolled back with it.
        audit.record(
            fresh,
            clock,
            AuditAction.TOTP_AUTHENTICATION_FAILED,
            user_id=where["user"],
            instance_id=where["instance"],
            policy=policy.name,
            rolled_back=True,
        )

    here.failures += 1
    session.add(here)
    session.flush()
    keep(session, again)


def _told(left: int | None) -> str:
    # The same words for a wrong code and a used one: who guesses learns nothing.
    message = "The code is not right, or it was used already."
    match left:
        case None:
            return message
        case 0:
            return f"{message} No attempts are left."
        case 1:
            return f"{message} 1 attempt is left."
    return f"{message} {left} attempts are left."
