"""TOTP policies: how codes are made and checked, and whether a registered secret may be shown again."""

from typing import Annotated, Any

from pydantic import Field

from engine.identity.policy_settings import MAXIMUM_ISSUER, SETTINGS, Algorithm
from engine.store.models import Redisplay
from webui.api.models.base import Asked, Id, Moment, Of, Partial, Sent, Shown, Text
from webui.api.models.stores import Reason


def _about(name: str) -> Any:
    """Return what the engine declares of a setting."""
    setting = SETTINGS[name]
    unit = f" In {setting.unit}." if setting.unit else ""
    ends = (setting.allowed[0], setting.allowed[-1]) if setting.allowed is not None else (None, None)
    return Field(description=setting.help + unit, ge=ends[0], le=ends[1])


Issuer = Annotated[Text, Field(min_length=1, max_length=MAXIMUM_ISSUER, description=SETTINGS["issuer"].help)]
Digits = Annotated[int, Field(description=SETTINGS["digits"].help + " 6 or 8.")]
Period = Annotated[int, _about("period")]
LookBehind = Annotated[int, _about("look_behind")]
LookAhead = Annotated[int, _about("look_ahead")]
DriftLimit = Annotated[int, _about("drift_limit")]
BackOffAfter = Annotated[int, _about("back_off_after")]
BackOffLimit = Annotated[int, _about("back_off_limit")]
FailureCap = Annotated[int, _about("failure_cap")]
RegistrationLifetime = Annotated[int, _about("registration_lifetime")]
RegistrationTries = Annotated[int, _about("registration_tries")]
DisplayLimit = Annotated[int, _about("display_limit")]


class PolicyNamed(Asked):
    """Names a policy."""

    policy_id: Id


class PolicySummary(Shown):
    """A policy in a list."""

    id: Id
    name: str
    issuer: str
    algorithm: Algorithm
    digits: int
    period: int
    redisplay: Redisplay
    registrations: Annotated[int, Field(description="How many are current.")]


class Policy(Shown):
    """A TOTP policy."""

    id: Id
    name: str
    issuer: str
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
    created_at: Moment
    revision: Annotated[str, Of("version"), Field(description="Changes as soon as a setting does.")]


class PolicySettings(Sent):
    """What of a policy can be set besides its issuer."""

    algorithm: Annotated[Algorithm, Field(description=SETTINGS["algorithm"].help)] = Algorithm.SHA1
    digits: Digits = 6
    period: Period = 30
    look_behind: LookBehind = 1
    look_ahead: LookAhead = 0
    drift_limit: DriftLimit = 2
    back_off_after: BackOffAfter = 3
    back_off_limit: BackOffLimit = 900
    failure_cap: FailureCap = 100
    registration_lifetime: RegistrationLifetime = 900
    registration_tries: RegistrationTries = 5
    redisplay: Annotated[Redisplay, Field(description=SETTINGS["redisplay"].help)] = Redisplay.WITH_TOKEN
    display_limit: Annotated[DisplayLimit | None, Field(description=SETTINGS["display_limit"].help)] = 3


class NewPolicy(PolicySettings):
    """A policy that is to be made."""

    name: Annotated[Text, Field(min_length=1)]
    issuer: Issuer


class PolicyChange(Partial, PolicySettings):
    """What is to be changed of a policy; what is not there stays."""

    issuer: Issuer = ""
    reason: Reason
