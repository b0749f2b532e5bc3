"""TOTP policies: how one-time codes are made, and whether a registered secret may be shown again."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity.texts import MAXIMUM_NAME, IdentityInvalid, NameTaken, check_line
from engine.store import TotpPolicy
from engine.store.models import Redisplay

MAXIMUM_ISSUER = 40
"""In characters: authenticator apps show no more."""
PERIODS = range(15, 121)
"""How long a code may be shown, in seconds."""
DIGITS = (6, 8)
"""How long a code may be; RFC 4226, section 5.3 asks for at least six."""


_BY_NAME = select(TotpPolicy).where(TotpPolicy.name == bindparam("name"))


class PolicyNotFound(BpmnError):
    """There is no TOTP policy of this name."""


class Algorithm(StrEnum):
    """The hash function of the codes (RFC 6238, section 1.2)."""

    SHA1 = "SHA1"
    SHA256 = "SHA256"
    SHA512 = "SHA512"

    @property
    def secret_bytes(self) -> int:
        """How long a new secret is: as long as the hash (RFC 4226, section 4, R6; RFC 6238, section 5.1)."""
        return {Algorithm.SHA1: 20, Algorithm.SHA256: 32, Algorithm.SHA512: 64}[self]


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """What a policy is made from."""

    name: str
    issuer: str
    """Who the code is for, as the authenticator app shows it."""
    algorithm: Algorithm
    digits: int
    period: int
    """Seconds."""
    redisplay: Redisplay


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """A TOTP policy."""

    id: str
    name: str
    issuer: str
    algorithm: Algorithm
    digits: int
    period: int
    """Seconds."""
    redisplay: Redisplay
    created_at: datetime


def create(session: Session, clock: Clock, new: NewPolicy) -> PolicyRecord:
    """Make a policy.

    Raises:
        IdentityInvalid: when the name, issuer, digits or period cannot be taken.
        NameTaken: when there is one of this name.

    """
    check_line("The name of a TOTP policy", new.name, MAXIMUM_NAME)
    check_line("The issuer of a TOTP policy", new.issuer, MAXIMUM_ISSUER)
    if ":" in new.issuer:
        raise IdentityInvalid(f"The issuer {new.issuer!r} has a colon, which separates it from the account name.")
    if new.digits not in DIGITS:
        raise IdentityInvalid(f"A code has 6 or 8 digits, not {new.digits}.")
    if new.period not in PERIODS:
        raise IdentityInvalid(f"A code lasts {PERIODS[0]} to {PERIODS[-1]} seconds, not {new.period}.")
    if find(session, new.name) is not None:
        raise NameTaken(f"There is a TOTP policy {new.name!r} already; choose another name.")
    row = TotpPolicy(
        name=new.name,
        issuer=new.issuer,
        algorithm=new.algorithm.value,
        digits=new.digits,
        period=new.period,
        redisplay=new.redisplay.value,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return _record(row)


def get(session: Session, name: str) -> PolicyRecord:
    """Return the policy of this name.

    Raises:
        PolicyNotFound: when there is none.

    """
    found = find(session, name)
    if found is None:
        raise PolicyNotFound(f"There is no TOTP policy {name!r}. Check the TOTP Policy.")
    return found


def find(session: Session, name: str) -> PolicyRecord | None:
    """Return the policy of this name, or None."""
    row = session.scalar(_BY_NAME, {"name": name})
    return None if row is None else _record(row)


def _record(row: TotpPolicy) -> PolicyRecord:
    return PolicyRecord(
        id=row.id,
        name=row.name,
        issuer=row.issuer,
        algorithm=Algorithm(row.algorithm),
        digits=row.digits,
        period=row.period,
        redisplay=Redisplay(row.redisplay),
        created_at=row.created_at,
    )
