"""How much one expression may cost, and what one evaluation has used so far.

Every limit of the language is here. Exceeding one is an error that names it: never a slow page, never half an answer.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID, uuid4

from engine.feel.errors import FeelEvaluationError

MAXIMUM_SOURCE = 16_384
"""How many characters an expression may have."""

MAXIMUM_NESTING = 60
"""How deep an expression may be nested: parentheses, signs, lists, function bodies."""

MAXIMUM_HEIGHT = 120
"""How high the tree of an expression may be, chains such as `a[1][1][1]` included."""

MAXIMUM_DEPTH = 60
"""How deep lists and contexts may be nested where a whole value is looked at."""

MAXIMUM_CALLS = 40
"""How deep functions that are written in FEEL may call one another."""

MAXIMUM_STEPS = 100_000
"""How many items, calls and comparisons one evaluation may take."""

MAXIMUM_SECONDS = 2.0
"""How long one evaluation may take."""

MAXIMUM_TEXT = 100_000
"""How many characters a text may have that an expression makes."""

MAXIMUM_ITEMS = 20_000
"""How many items a list may have that an expression makes."""

MAXIMUM_PATTERN = 1_000
"""How many characters a regular expression may have."""

MAXIMUM_WARNINGS = 100
"""How many reasons for null one evaluation records."""

MAXIMUM_ITERATORS = 16
"""How many names one `for`, `some` or `every` may go through."""

_CHECK_TIME_EVERY = 512
_SYSTEM_RANDOM = random.SystemRandom()


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an evaluation takes from outside: time, chance and its patience."""

    now: Callable[[], datetime] = _now
    """The moment that `now()` and `today()` give, in the time zone they are to be in."""
    random: Callable[[], float] = _SYSTEM_RANDOM.random
    """A number from 0 to 1, 1 excluded."""
    uuid: Callable[[], UUID] = uuid4
    clock: Callable[[], float] = monotonic
    """Seconds, to measure how long the evaluation takes."""
    seconds: float = MAXIMUM_SECONDS
    steps: int = MAXIMUM_STEPS


DEFAULT = Settings()
"""The machine's time and chance."""


class Run:
    """One evaluation: its variables, its settings, and what it may still use."""

    __slots__ = ("_deadline", "_next_check", "_warnings", "calls", "context", "settings", "steps")

    def __init__(
        self, context: Mapping[str, object], settings: Settings = DEFAULT, warnings: list[str] | None = None
    ) -> None:
        self.context = context
        self.settings = settings
        self.steps = settings.steps
        self.calls = 0
        self._warnings = warnings
        self._deadline: float | None = None
        self._next_check = max(settings.steps - _CHECK_TIME_EVERY, 0)

    def tick(self, steps: int = 1) -> None:
        """Use some steps.

        Raises:
            FeelEvaluationError: when none are left, or it took too long.

        """
        self.steps -= steps
        if self.steps < self._next_check:
            self._check()

    def _check(self) -> None:
        if self.steps < 0:
            raise FeelEvaluationError(f"The expression takes more than {self.settings.steps} steps.")
        self._next_check = max(self.steps - _CHECK_TIME_EVERY, 0)
        now = self.settings.clock()
        if self._deadline is None:
            self._deadline = now + self.settings.seconds
        elif now > self._deadline:
            raise FeelEvaluationError(f"The expression takes more than {self.settings.seconds:g} seconds.")

    def null(self, reason: str, *details: object) -> bool | None:
        """Return null and, for callers who ask, keep the reason: `str.format` of texts that hold no values.

        The return type says `bool | None` so that three-valued functions can end with it; it is always None.
        """
        if self._warnings is not None and len(self._warnings) < MAXIMUM_WARNINGS:
            self._warnings.append(reason.format(*details))
        return None

    def text(self, value: str) -> str:
        """Return a text that was made, if it is not too long."""
        if len(value) > MAXIMUM_TEXT:
            raise too_long_text()
        return value

    def items(self, value: list[object]) -> list[object]:
        """Return a list that was made, if it is not too long."""
        if len(value) > MAXIMUM_ITEMS:
            raise too_many_items()
        return value


def too_long_text() -> FeelEvaluationError:
    """Return the error of a text that is too long."""
    return FeelEvaluationError(f"The expression makes a text of more than {MAXIMUM_TEXT} characters.")


def too_many_items() -> FeelEvaluationError:
    """Return the error of a list that is too long."""
    return FeelEvaluationError(f"The expression makes a list of more than {MAXIMUM_ITEMS} items.")


def too_deep() -> FeelEvaluationError:
    """Return the error of a value that is nested too deep."""
    return FeelEvaluationError(f"The value is nested more than {MAXIMUM_DEPTH} deep.")
