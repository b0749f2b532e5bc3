"""TOTP policies: how one-time codes are made and checked, and whether a registered secret may be shown again."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypedDict

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import BpmnError, Conflict
from engine.identity.cause import Cause, detail
from engine.identity.policy_settings import Algorithm, PolicySettings
from engine.identity.texts import MAXIMUM_NAME, NameTaken, check_line
from engine.store.models import Redisplay, TotpPolicy

__all__ = [
    "Algorithm",
    "PolicyChanges",
    "PolicyNotFound",
    "PolicyOptions",
    "PolicyRecord",
    "PolicySettings",
]

_BY_NAME = select(TotpPolicy).where(TotpPolicy.name == bindparam("name")).execution_options(populate_existing=True)
_BY_ID = select(TotpPolicy).where(TotpPolicy.id == bindparam("id")).execution_options(populate_existing=True)


class PolicyNotFound(BpmnError):
    """There is no TOTP policy of this name."""


class PolicyChanged(Conflict):
    """Somebody changed this TOTP policy meanwhile. Nothing was done; look at it again."""

    code = "policy-changed"


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

    @property
    def version(self) -> str:
        """What is different as soon as a setting is: whoever changes the policy says which version they saw."""
        return sha256(orjson.dumps([str(getattr(self, name)) for name in _SETTINGS])).hexdigest()[:32]


_SETTINGS = tuple(each.name for each in fields(PolicySettings))


def create(
    session: Session, clock: Clock, name: str, settings: PolicySettings, *, cause: Cause | None = None
) -> PolicyRecord:
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
    audit.record(session, clock, AuditAction.POLICY_CREATED, policy=name, **detail(cause))
    return record(row)


def update(
    session: Session, clock: Clock, policy: PolicyRecord, changes: PolicyChanges, *, cause: Cause | None = None
) -> PolicyRecord:
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
            said = {"policy": policy.name, "setting": name, "value": value, **detail(cause)}
            audit.record(session, clock, AuditAction.POLICY_CHANGED, **said)
    session.flush()
    return changed


def get(session: Session, name: str) -> PolicyRecord:
    """Return the policy of this name.

    Raises:
        PolicyNotFound: when there is none.

    """
    found = find(session, name)
    if found is None:
        raise missing(name)
    return found


def missing(name: str) -> PolicyNotFound:
    """Return what says that there is no policy of this name."""
    return PolicyNotFound(f"There is no TOTP policy {name!r}. Check the TOTP Policy.")


def by_id(session: Session, policy_id: str) -> PolicyRecord:
    """Return the policy with this id.

    Raises:
        PolicyNotFound: when there is none.

    """
    row = session.scalar(_BY_ID, {"id": policy_id})
    if row is None:
        raise PolicyNotFound("There is no TOTP policy with this ID.")
    return record(row)


def as_seen(session: Session, policy_id: str, version: str) -> PolicyRecord:
    """Return the policy with this id when it is still what somebody saw.

    Raises:
        PolicyNotFound: when there is none.
        PolicyChanged: when a setting is different from `version`.

    """
    found = by_id(session, policy_id)
    if found.version != version:
        raise PolicyChanged
    return found


def find(session: Session, name: str) -> PolicyRecord | None:
    """Return the policy of this name, or None."""
    row = session.scalar(_BY_NAME, {"name": name})
    return None if row is None else record(row)


def _columns(settings: PolicySettings) -> dict[str, Any]:
    values = {name: getattr(settings, name) for name in _SETTINGS}
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in values.items()}


def record(row: TotpPolicy) -> PolicyRecord:
    """Return a row as everybody else sees it."""
    values = {name: getattr(row, name) for name in _SETTINGS}
    values |= {"algorithm": Algorithm(row.algorithm), "redisplay": Redisplay(row.redisplay)}
    return PolicyRecord(id=row.id, name=row.name, created_at=row.created_at, **values)
