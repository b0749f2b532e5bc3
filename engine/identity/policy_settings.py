"""What a TOTP policy says: every setting once, with its label, its help and its limits."""
# ruff: noqa: RUF009 - `_default` returns a field, as `field` does

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from engine.identity.texts import IdentityInvalid, check_line
from engine.store.models import Redisplay

MAXIMUM_ISSUER = 40
"""In characters: authenticator apps show no more."""
DIGITS = (6, 8)
"""How long a code may be; RFC 4226, section 5.3 asks for at least six."""

Value = TypeVar("Value")
_ABOUT = "about"


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
class Setting:
    """A setting, for whoever makes a policy."""

    label: str
    help: str
    allowed: range | None = None
    """Of a number; both ends are allowed."""
    unit: str = ""
    refused: str = ""
    """What is said of a number that is not allowed; takes the ends and the number."""
    copied: bool = False
    """Whether a registration keeps what it was at the time; any other counts for every registration as it is today."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """What can be chosen, with its label."""


def _default(value: Value, about: Setting) -> Value:
    return field(default=value, metadata={_ABOUT: about})


def about(setting: Field[Any]) -> Setting:
    """Return what a field of `PolicySettings` is about."""
    told: Setting = setting.metadata[_ABOUT]
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySettings:
    """What a policy says. Device, digits and window are copied at registration; every limit counts as it is today."""

    issuer: str = field(
        metadata={
            _ABOUT: Setting("Issuer", "Who the code is for, as the authenticator app shows it. No colon.", copied=True)
        }
    )
    algorithm: Algorithm = _default(
        Algorithm.SHA1,
        Setting(
            "Algorithm",
            "The hash function of the codes. SHA-1 is safe for this, and the only one that every app knows.",
            copied=True,
            choices={"SHA1": "SHA-1", "SHA256": "SHA-256", "SHA512": "SHA-512"},
        ),
    )
    digits: int = _default(
        6, Setting("Digits", "How long a code is.", copied=True, choices={"6": "6 digits", "8": "8 digits"})
    )
    period: int = _default(
        30,
        Setting(
            "Period",
            "How long the app shows one code.",
            range(15, 121),
            "seconds",
            "A code lasts {0} to {1} seconds, not {2}.",
            copied=True,
        ),
    )
    # RFC 6238, section 5.2 recommends one step at most.
    look_behind: int = _default(
        1,
        Setting(
            "Look behind",
            "How many periods old a code may be: for slow typing.",
            range(3),
            "periods",
            "A policy looks {0} to {1} steps behind, not {2}.",
            copied=True,
        ),
    )
    look_ahead: int = _default(
        0,
        Setting(
            "Look ahead",
            "How many periods early a code may be: for devices whose clock is fast.",
            range(3),
            "periods",
            "A policy looks {0} to {1} steps ahead, not {2}.",
            copied=True,
        ),
    )
    # RFC 6238, section 6.
    drift_limit: int = _default(
        2,
        Setting(
            "Learned drift",
            "How many periods a device's clock may be learned to be off; 0 learns nothing.",
            range(3),
            "periods",
            "A policy follows a clock for {0} to {1} steps, not {2}.",
            copied=True,
        ),
    )
    back_off_after: int = _default(
        3,
        Setting(
            "Wait after",
            "After how many wrong codes in a row the user has to wait: 1, 2, 4 … seconds.",
            range(1, 11),
            "failures",
            "Waiting begins after {0} to {1} failures, not {2}.",
        ),
    )
    back_off_limit: int = _default(
        900,
        Setting(
            "Longest wait",
            "How long one wait takes at most.",
            range(1, 86_401),
            "seconds",
            "The longest wait takes {0} to {1} seconds, not {2}.",
        ),
    )
    # NIST SP 800-63B-4, section 3.2.2: no more than 100 consecutive failed attempts.
    failure_cap: int = _default(
        100,
        Setting(
            "Lock after",
            "After how many wrong codes in a row the user is locked until somebody unlocks them.",
            range(3, 101),
            "failures",
            "A user is locked after {0} to {1} failures in a row, not {2}.",
        ),
    )
    registration_lifetime: int = _default(
        900,
        Setting(
            "Time to register",
            "How long a registration may take, from the QR code to the first code.",
            range(60, 86_401),
            "seconds",
            "A registration may take {0} to {1} seconds, not {2}.",
        ),
    )
    registration_tries: int = _default(
        5,
        Setting(
            "Tries to register",
            "How many codes may be tried to complete a registration.",
            range(1, 11),
            "codes",
            "A registration allows {0} to {1} tries, not {2}.",
        ),
    )
    redisplay: Redisplay = _default(
        Redisplay.WITH_TOKEN,
        Setting(
            "Show again",
            "Whether a journey may show a registered secret again, to add a device.",
            choices={
                "never": "Never",
                "after-authentication": "After authentication in the same journey",
                "with-token": "To whoever has the link of a journey",
            },
        ),
    )
    display_limit: int | None = _default(
        3,
        Setting(
            "Shown at most",
            "How often in 30 days a secret may be shown again. Empty is as often as one likes.",
            range(1, 1001),
            "times",
            "A secret is shown again {0} to {1} times in 30 days, not {2}.",
        ),
    )

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
        for name, setting in SETTINGS.items():
            value, allowed = getattr(self, name), setting.allowed
            if allowed is not None and value not in allowed and not (value is None and name == "display_limit"):
                raise IdentityInvalid(setting.refused.format(allowed[0], allowed[-1], value))
        if self.back_off_after > self.failure_cap:
            raise IdentityInvalid("Waiting begins after more failures than lock the user.")


SETTINGS: Mapping[str, Setting] = MappingProxyType({each.name: about(each) for each in fields(PolicySettings)})
"""Every setting by its name, in the order of the form."""
