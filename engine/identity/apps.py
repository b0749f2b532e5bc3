"""What common authenticator apps do with settings that are not the usual ones.

Sources: a public test of 23 November 2022 of eighteen apps with the six combinations of hash function and digits; the
Key URI format, which said in 2018 that Google Authenticator ignores `algorithm`, and on Android `digits`; reports to
makers of TOTP software: keycloak issue 27349 of February 2024 (Google Authenticator takes SHA-256, SHA-512 and 8 digits
by now), TwoFactorAuth.Net issue 18 of February 2021 (a period of 60 seconds works with Google Authenticator, not with
Microsoft Authenticator), TwoFactorAuth issue 54 of November 2020 (SHA-256 and a period of 40 seconds work with Google
Authenticator, FreeOTP and LastPass, not with Authy and Microsoft Authenticator).

Apps change: what is here is what was seen then. An app that ignores a setting shows codes that are always wrong, and
says nothing.
"""

from dataclasses import dataclass
from enum import StrEnum

from engine.identity.policy_settings import Algorithm, PolicySettings


class Does(StrEnum):
    """What an app does with a setting."""

    WORKS = "works"
    VARIES = "varies"
    """Works in some versions, and is ignored in others."""
    IGNORES = "ignores"
    UNKNOWN = "unknown"
    """Nobody has told."""


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app."""

    name: str
    sha2: Does
    """SHA-256 and SHA-512."""
    eight: Does
    """Codes of 8 digits."""
    period: Does
    """Another period than 30 seconds."""


_W, _V, _I, _U = Does.WORKS, Does.VARIES, Does.IGNORES, Does.UNKNOWN

APPS = (
    App("Google Authenticator", sha2=_V, eight=_V, period=_V),
    App("Microsoft Authenticator", sha2=_I, eight=_I, period=_I),
    App("Authy", sha2=_I, eight=_W, period=_U),
    App("2FAS", sha2=_W, eight=_W, period=_U),
    App("Aegis", sha2=_W, eight=_W, period=_U),
    App("FreeOTP", sha2=_W, eight=_U, period=_W),
    App("LastPass Authenticator", sha2=_W, eight=_W, period=_W),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an app does with a policy."""

    app: str
    does: Does
    because: tuple[str, ...]
    """The settings that make it so."""


def outcomes(settings: PolicySettings) -> tuple[Outcome, ...]:
    """Return what each app does with the settings: the worst of what it does with one of them."""
    return tuple(_outcome(app, settings) for app in APPS)


def _outcome(app: App, settings: PolicySettings) -> Outcome:
    unusual = {}
    if settings.algorithm is not Algorithm.SHA1:
        unusual[f"SHA-{settings.algorithm.value[3:]}"] = app.sha2
    if settings.digits != 6:  # noqa: PLR2004 - the usual number
        unusual[f"{settings.digits} digits"] = app.eight
    if settings.period != 30:  # noqa: PLR2004 - the usual number
        unusual[f"a period of {settings.period} seconds"] = app.period
    for does in (Does.IGNORES, Does.VARIES, Does.UNKNOWN):
        because = tuple(what for what, each in unusual.items() if each is does)
        if because:
            return Outcome(app.name, does, because)
    return Outcome(app.name, Does.WORKS, ())
