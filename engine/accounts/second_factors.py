"""The authenticator app of an account: RFC 6238 with what every app can do (SHA-1, 6 digits, 30 seconds).

The secret is in the database only sealed, bound to the account and its row. Each code works once. After `CAP` wrong
codes in a row no code is looked at any more: a recovery code, or an administrator, helps then.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from engine.errors import Refused
from engine.identity.otpauth import DEFAULT_DIGITS, DEFAULT_PERIOD, base32, otpauth_uri, step_at
from engine.identity.policies import Algorithm
from engine.identity.vault import Vault, bind
from engine.identity.window import Verdict, Window
from engine.store.changed import changed
from engine.store.models import SecondFactor
from engine.store.types import new_id

SETUP_LASTS = timedelta(minutes=15)
"""How long a secret that was not confirmed is shown."""

CAP = 100
"""How many wrong codes in a row shut the app out."""

ISSUER = "Idflow"
"""What the app shows beside the account's name."""

_SEAL = "second-factor-1"
_WINDOW = Window(Algorithm.SHA1, DEFAULT_DIGITS, look_behind=1, look_ahead=1, drift_limit=0)
_NEVER = -1

# What a session has in memory may be older than the row: a code that was used since must count.
_OF_ACCOUNT = (
    select(SecondFactor)
    .where(SecondFactor.account_id == bindparam("account"))
    .execution_options(populate_existing=True)
)
_REMOVE = delete(SecondFactor).where(SecondFactor.account_id == bindparam("account"))
# Whoever changes the row has used the code; of two at once, the second finds nothing to change.
_USE = (
    update(SecondFactor)
    .where(SecondFactor.id == bindparam("factor"), SecondFactor.last_step < bindparam("step"))
    .values(last_step=bindparam("step"), failures=0)
    .execution_options(synchronize_session=False)
)


class CodeRefused(Refused):
    """The code is not right, or it was used already."""

    code = "second-factor-refused"


class SetupOver(Refused):
    """Setting up took too long. Begin again."""

    code = "second-factor-setup-over"


@dataclass(frozen=True, slots=True)
class Setup:
    """What an authenticator app is given."""

    secret: str = field(repr=False)
    """In Base32, to type."""
    uri: str = field(repr=False)
    """To scan."""


def of_account(session: Session, account_id: str) -> SecondFactor | None:
    """Return the row of an account, confirmed or not."""
    return session.scalar(_OF_ACCOUNT, {"account": account_id})


def is_on(session: Session, account_id: str) -> bool:
    """Tell whether codes are asked for."""
    row = of_account(session, account_id)
    return row is not None and row.confirmed_at is not None


def start(session: Session, vault: Vault, account_id: str, random: Callable[[int], bytes], now: datetime) -> None:
    """Make a new secret, to be confirmed; one that was not is thrown away."""
    remove(session, account_id)
    row = SecondFactor(id=new_id(), account_id=account_id, created_at=now, last_step=_NEVER, failures=0)
    row.secret = vault.seal(random(Algorithm.SHA1.secret_bytes), _bound_to(row))
    session.add(row)
    session.flush()


def shown(vault: Vault, row: SecondFactor, name: str, now: datetime) -> Setup:
    """Return what the app of the account `name` is to be given; raises `SetupOver`."""
    if row.confirmed_at is not None or now >= row.created_at + SETUP_LASTS:
        raise SetupOver
    secret = vault.unseal(row.secret, _bound_to(row))
    return Setup(base32(secret), otpauth_uri(secret, ISSUER, name))


def use(session: Session, vault: Vault, row: SecondFactor, code: str, now: datetime) -> None:
    """Use a code up. The caller has charged the attempt, and keeps what is written here when this raises.

    Raises:
        CodeRefused: when it is wrong, was used, or too many were wrong before it.

    """
    row.failures += 1
    session.flush()
    if row.failures > CAP:
        raise CodeRefused("Too many codes were wrong. Use a recovery code, or ask an administrator.")
    secret = vault.unseal(row.secret, _bound_to(row))
    verdict, step = _WINDOW.judge(secret, "".join(code.split()), step_at(now, DEFAULT_PERIOD), row.last_step)
    values = {"factor": row.id, "step": step}
    if verdict is not Verdict.RIGHT or changed(session.execute(_USE, values)) != 1:
        raise CodeRefused
    session.refresh(row)


def remove(session: Session, account_id: str) -> bool:
    """Forget the secret; tell whether there was one."""
    done = session.execute(_REMOVE, {"account": account_id}, execution_options={"synchronize_session": "fetch"})
    return changed(done) > 0


def forget_old(session: Session, now: datetime) -> None:
    """Delete what nobody confirmed."""
    old = SecondFactor.confirmed_at.is_(None), SecondFactor.created_at <= now - SETUP_LASTS
    session.execute(delete(SecondFactor).where(*old), execution_options={"synchronize_session": False})


def _bound_to(row: SecondFactor) -> bytes:
    return bind(_SEAL, row.account_id, row.id)
