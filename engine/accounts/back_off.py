"""Waits after failures to sign in: for one name, whoever tries; for one address, whatever name it tries.

Codes of the second factor are counted by account and address in the same way.

An attempt is charged before the password is looked at, and refunded when it was right, so that many attempts at once
do not slip through. What is refused while somebody has to wait is not charged: it does not lengthen the wait. Names
that do not exist are treated alike. The key is a keyed digest: people type passwords into the field for the name.

Whoever keeps failing for the name of another makes that one wait, up to `NAME.limit`; the operator's way around it is a
new one-time password, which forgets the failures.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from engine.errors import Refused
from engine.store.models import SignInFailures

FORGET_AFTER = timedelta(days=1)
"""How long after the last failure it all is forgotten."""

_IPV6_NETWORK = 64
"""How many bits of an IPv6 address one subscriber shares."""

_FIND = select(SignInFailures).where(SignInFailures.digest == bindparam("digest"))


class TooManyAttempts(Refused):
    """Signing in failed too often. Wait before you try again."""

    code = "too-many-attempts"
    retry_helps = True

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.wait = wait
        """How long."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait after how many failures in a row: 1 second, 2, 4 … up to a limit."""

    free: int
    """After how many failures the waits begin."""
    limit: timedelta

    def wait(self, failures: int) -> timedelta:
        """Return the wait after that many failures."""
        if failures < self.free:
            return timedelta(0)
        # The power stays small: what is above a day is cut off anyway.
        return min(timedelta(seconds=2 ** min(failures - self.free, 17)), self.limit)


NAME = BackOff(free=5, limit=timedelta(minutes=15))
ADDRESS = BackOff(free=20, limit=timedelta(minutes=15))
FACTOR = BackOff(free=3, limit=timedelta(minutes=15))
"""Of wrong codes for one account: whoever gives them knows its password."""


class Failures:
    """Counts failures under a secret key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def charge(self, session: Session, name: str, address: str, now: datetime) -> None:
        """Count an attempt as failed, for now.

        Raises:
            TooManyAttempts: when it comes too early; then nothing is counted.

        """
        self._charge(session, (("name", name, NAME), ("address", network(address), ADDRESS)), now)

    def charge_factor(self, session: Session, account_id: str, address: str, now: datetime) -> None:
        """Count a code for the second factor as wrong, for now; raises `TooManyAttempts` as `charge` does."""
        self._charge(session, (("factor", account_id, FACTOR), ("address", network(address), ADDRESS)), now)

    def _charge(self, session: Session, kinds: tuple[tuple[str, str, BackOff], ...], now: datetime) -> None:
        rows = [(limits, self._row(session, kind, text, now)) for kind, text, limits in kinds]
        until = max(row.blocked_until for _, row in rows)
        if until > now:
            raise TooManyAttempts(until - now)
        for limits, row in rows:
            row.failures += 1
            row.at, row.blocked_until = now, now + limits.wait(row.failures)
            session.add(row)
        session.flush()

    def refund(self, session: Session, name: str, address: str, now: datetime) -> None:
        """Forget the failures of a name whose owner has signed in, and this one attempt of the address."""
        self.forget(session, name)
        self._refund_address(session, address, now)

    def refund_factor(self, session: Session, account_id: str, address: str, now: datetime) -> None:
        """Forget the wrong codes for an account whose owner has given a right one."""
        self._forget(session, self._digest("factor", account_id))
        self._refund_address(session, address, now)

    def forget(self, session: Session, name: str) -> None:
        """Forget the failures of a name."""
        self._forget(session, self._digest("name", name))

    def forget_factor(self, session: Session, account_id: str) -> None:
        """Forget the wrong codes for an account."""
        self._forget(session, self._digest("factor", account_id))

    def forget_old(self, session: Session, now: datetime) -> None:
        """Delete what is forgotten."""
        session.execute(
            delete(SignInFailures).where(SignInFailures.at <= now - FORGET_AFTER),
            execution_options={"synchronize_session": False},
        )

    def _refund_address(self, session: Session, address: str, now: datetime) -> None:
        row = self._row(session, "address", network(address), now)
        row.failures, row.blocked_until = max(row.failures - 1, 0), now
        session.flush()

    def _forget(self, session: Session, digest: bytes) -> None:
        session.execute(
            delete(SignInFailures).where(SignInFailures.digest == digest),
            execution_options={"synchronize_session": False},
        )

    def _row(self, session: Session, kind: str, text: str, now: datetime) -> SignInFailures:
        digest = self._digest(kind, text)
        row = session.scalar(_FIND, {"digest": digest})
        if row is None:
            return SignInFailures(digest=digest, failures=0, at=now, blocked_until=now)
        if row.at <= now - FORGET_AFTER:
            row.failures = 0
        return row

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{kind}:{text}".encode(), "sha256")


def network(address: str) -> str:
    """Return what stands for everybody who can have this address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> (128 - _IPV6_NETWORK):x}"
    return str(parsed)
