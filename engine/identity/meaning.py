"""What the settings of a TOTP policy mean: how long a code is taken, how likely it is guessed, what apps do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from engine.identity.apps import Outcome, outcomes
from engine.identity.attempts import Limits
from engine.identity.guessing import guess_probability, until_locked
from engine.identity.policy_settings import SETTINGS, PolicySettings
from engine.identity.window import Window

DAYS = 365
"""How often somebody authenticates in a year who does so once a day."""

_FAR = 1_000_000
"""A time step that is far from the first one, where the window is cut."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a policy means."""

    codes: int
    """How many codes are right at any time."""
    seconds: int
    """How many seconds one code is taken, from first to last."""
    codes_at_most: int
    """The same for a device whose clock was learned to be off as far as the policy follows."""
    seconds_at_most: int
    guessed: float
    """The chance that somebody guesses a code before the user is locked, when the user never authenticates."""
    guessed_daily: float
    """The chance in a year when the user authenticates once a day, which begins the count anew."""
    locked_after: timedelta
    """How long it takes at least until wrong codes lock the user."""
    apps: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that is to be changed."""

    name: str
    label: str
    old: Any
    new: Any
    copied: bool
    """Whether devices that are registered keep the old value."""


def meaning(settings: PolicySettings) -> Meaning:
    """Return what the settings mean."""
    usual, widest = _codes(settings, 0), _codes(settings, settings.drift_limit)
    return Meaning(
        codes=usual,
        seconds=usual * settings.period,
        codes_at_most=widest,
        seconds_at_most=widest * settings.period,
        guessed=guess_probability(settings),
        guessed_daily=guess_probability(settings, DAYS),
        locked_after=until_locked(Limits.of(settings)),
        apps=outcomes(settings),
    )


def changes(old: PolicySettings, new: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return what would be different, in the order of the settings."""
    before = {name: getattr(old, name) for name in SETTINGS}
    return tuple(
        Change(name, setting.label, before[name], new[name], setting.copied)
        for name, setting in SETTINGS.items()
        if name in new and new[name] != before[name]
    )


def _codes(settings: PolicySettings, drift: int) -> int:
    window = Window(
        settings.algorithm, settings.digits, settings.look_behind, settings.look_ahead, settings.drift_limit, drift
    )
    return len(window.steps(_FAR))
