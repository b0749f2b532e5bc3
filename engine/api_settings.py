"""How many requests programs may send, from `IDFLOW_API_…` variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from engine.setting import number

MAXIMUM = 100_000
"""The largest number of requests that a setting takes."""

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Limits; each process counts for itself."""

    rate: int = 300
    """`IDFLOW_API_RATE`: how many requests a minute one API key may send in the long run."""
    burst: int = 120
    """`IDFLOW_API_BURST`: how many at once."""
    refusals: int = 30
    """`IDFLOW_API_REFUSALS`: how many requests a minute with a key that is not good one address may send."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; those that are absent or empty keep their defaults.

        Raises:
            SettingInvalid: when one is no number from 1 to `MAXIMUM`.

        """
        found = {}
        for name in cls.__slots__:
            variable = f"IDFLOW_API_{name.upper()}"
            given = number(variable, environment.get(variable, "").strip(), 1, MAXIMUM)
            if given is not None:
                found[name] = given
        return cls(**found)

    @property
    def every(self) -> timedelta:
        """How long it takes until one key may send one more."""
        return _MINUTE / self.rate

    @property
    def refused_every(self) -> timedelta:
        """How long it takes until one address may send one more that is refused."""
        return _MINUTE / self.refusals
