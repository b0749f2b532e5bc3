"""Which time step a code is of (RFC 6238, section 5.2).

The window goes from `look_behind` steps before now to `look_ahead` steps after. Where a device's clock is known to be
off, the window reaches that much farther on that side: it is not moved, because a code that was typed late looks the
same as one of a slow clock, and moving would then refuse the next one that is typed at once.

All of the window is looked at, and the newest match counts: two steps can have the same code, and whoever took the
older one could use the code again.
"""

from dataclasses import dataclass
from enum import Enum, auto
from hmac import compare_digest

from engine.identity.otpauth import code_of_step
from engine.identity.policies import Algorithm


class Verdict(Enum):
    """What a code is."""

    RIGHT = auto()
    WRONG = auto()
    REPLAYED = auto()
    """Right once: it was used, or one that is newer was."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a device and its codes are like; see `PolicySettings`."""

    algorithm: Algorithm
    digits: int
    look_behind: int
    look_ahead: int
    drift_limit: int
    drift: int = 0
    """How many steps the device was ahead, or behind when negative, when it was used last."""

    def steps(self, now: int) -> range:
        """Return the steps whose codes are taken at the step `now`."""
        first = now - self.look_behind + min(self.drift, 0)
        return range(max(first, 0), now + self.look_ahead + max(self.drift, 0) + 1)

    def judge(self, secret: bytes, code: str, now: int, last_step: int) -> tuple[Verdict, int]:
        """Return what `code` is at the step `now` when that of `last_step` was used last, and the step that it is of.

        A code that has not exactly `digits` ASCII digits is wrong. How long this takes does not depend on the code.
        """
        well_formed = len(code) == self.digits and code.isascii() and code.isdigit()
        given = code if well_formed else "x" * self.digits
        found = -1
        for step in self.steps(now):
            if compare_digest(code_of_step(secret, step, self.algorithm, self.digits), given):
                found = step
        if found < 0:
            return Verdict.WRONG, found
        return (Verdict.RIGHT if found > last_step else Verdict.REPLAYED), found

    def learned(self, now: int, step: int) -> int:
        """Return the drift to go on with after a code of `step` was right at the step `now`."""
        return max(-self.drift_limit, min(self.drift_limit, step - now))
