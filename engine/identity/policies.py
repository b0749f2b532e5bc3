"""TOTP policies: how one-time codes are made and checked, and whether a registered secret may be shown again."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError
from engine.identity.texts import MAXIMUM_NAME, IdentityInvalid, NameTaken, check_line
from engine.store import TotpPolicy
from engine.store.models import Redisplay

MAXIMUM_ISSUER = 40
"""In characters: authenticator apps show no more."""
DIGITS = (6, 8)
"""How long a code may be; RFC 4226, section 5.3 asks for at least six."""

_RANGES = {
    "period": (range(15, 121), "A code lasts {0} to {1} seconds, not {2}."),
    "look_behind": (range(3), "A policy looks {0} to {1} steps behind, not {2}."),
    "look_ahead": (range(3), "A policy looks {0} to {1} steps ahead, not {2}."),
    "drift_limit": (range(3), "A policy follows a clock for {0} to {1} steps, not {2}."),
    "back_off_after": (range(1, 11), "Waiting begins after {0} to {1} failures, not {2}."),
    "back_off_limit": (range(1, 86_401), "The longest wait takes {0} to {1} seconds, not {2}."),
    # NIST SP 800-63B-4, section 3.2.2: no more than 100 consecutive failed attempts.
    "failure_cap": (range(3, 101), "A user is locked after {0} to {1} failures in a row, not {2}."),
    "registration_lifetime": (range(60, 86_401), "A registration may take {0} to {1} seconds, not {2}."),
    "registration_tries": (range(1, 11), "A registration allows {0} to {1} tries, not {2}."),
    "display_limit": (range(1, 1001), "A secret is shown again {0} to {1} times in 30 days, not {2}."),
}

_BY_NAME = select(TotpPolicy).where(TotpPolicy.name == bindparam("name")).execution_options(populate_existing=True)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """What a policy says. Device, digits and window are copied at registration; every limit counts as it is today."""

    issuer: str
    """Who the code is for, as the authenticator app shows it."""
    algorithm: Algorithm = Algorithm.SHA1
    digits: int = 6
    period: int = 30
    """Seconds."""
    look_behind: int = 1
    """How many steps old a code may be (RFC 6238, section 5.2 recommends one at most)."""
    look_ahead: int = 0
    """How many steps a device's clock may be ahead."""
    drift_limit: int = 2
    """How many steps a device's clock may be learned to be off (RFC 6238, section 6); 0 learns nothing."""
    back_off_after: int = 3
    """After how many failures in a row the user has to wait: 1, 2, 4 … seconds."""
    back_off_limit: int = 900
    """The longest wait, in seconds."""
    failure_cap: int = 100
    """How many failures in a row lock the user."""
    registration_lifetime: int = 900
    """Seconds from the start of a registration until it has to be completed."""
    registration_tries: int = 5
    """How many codes may be tried to complete it."""
    redisplay: Redisplay = Redisplay.WITH_TOKEN
    display_limit: int | None = 3
    """How often in 30 days a secret may be shown again; None is as often as one likes."""

    def __post_init__(self) -> None:
        """Check every setting.

        Raises:
            IdentityInvalid: when one cannot be taken.

        """
        check_line("The issuer of a TOTP policy", self.issuer, MAXIMUM_ISSUER)
        if ":" in self.issuer:
            raise IdentityInvalid(f"The issuer {self.issuer!r} has a colon, which separates it from the account name.")
        if self.digits not in DIGITS:
            raise IdentityInvalid(f"A code has 6 or 8 digits, not {self.digits}.")
        for name, (allowed, message) in _RANGES.items():
            value = getattr(self, name)
            if value not in allowed and not (value is None and name == "display_limit"):
                raise IdentityInvalid(message.format(allowed[0], allowed[-1], value))
        if self.back_off_after > self.failure_cap:
            raise IdentityInvalid("Waiting begins after more failures than lock the user.")


class PolicyOptions(TypedDict, total=False):
    """The settings that have a default, by name: those of `PolicySettings`."""

    algorithm: Algorithm
    digits: int
    period: int
    look_behind: int
    look_ahead: int
    drift_limit: int
    back_off_after: int
    back_off_limit: int
    failure_cap: int
    registration_lifetime: int
    registration_tries: int
    redisplay: Redisplay
    display_limit: int | None


class PolicyChanges(PolicyOptions, total=False):
    """All settings by name."""

    issuer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord(PolicySettings):
    """A TOTP policy."""

    id: str
    name: str
    created_at: datetime


_SETTINGS = tuple(each.name for each in fields(PolicySettings))


def create(session: Session, clock: Clock, name: str, settings: PolicySettings) -> PolicyRecord:
    """Make a policy.

    Raises:
        IdentityInvalid: when the name cannot be taken.
        NameTaken: when there is one of this name.

    """
    check_line("The name of a TOTP policy", name, MAXIMUM_NAME)
    if find(session, name) is not None:
        raise NameTaken(f"There is a TOTP policy {name!r} already; choose another name.")
    row = TotpPolicy(name=name, created_at=clock.now(), **_columns(settings))
    session.add(row)
    session.flush()
    audit.record(session, clock, AuditAction.POLICY_CREATED, policy=name)
    return _record(row)


def update(session: Session, clock: Clock, policy: PolicyRecord, changes: PolicyChanges) -> PolicyRecord:
    """Change settings of a policy; a device that is registered keeps the parameters that it was registered with.

    Raises:
        IdentityInvalid: when a setting cannot be taken.
        PolicyNotFound: when the policy is gone.

    """
    current = get(session, policy.name)
    changed = replace(current, **changes)
    row = session.get_one(TotpPolicy, current.id)
    for name, value in _columns(changed).items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            audit.record(session, clock, AuditAction.POLICY_CHANGED, policy=policy.name, setting=name, value=value)
    session.flush()
    return changed


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


def _columns(settings: PolicySettings) -> dict[str, Any]:
    values = {name: getattr(settings, name) for name in _SETTINGS}
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in values.items()}


def _record(row: TotpPolicy) -> PolicyRecord:
    values = {name: getattr(row, name) for name in _SETTINGS}
    values |= {"algorithm": Algorithm(row.algorithm), "redisplay": Redisplay(row.redisplay)}
    return PolicyRecord(id=row.id, name=row.name, created_at=row.created_at, **values)
