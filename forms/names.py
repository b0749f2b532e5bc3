"""What expressions can name at one place of a form, and how long those of one page may take together."""

from collections.abc import Callable
from time import thread_time

MAXIMUM_SECONDS = 1.0
"""How long the expressions of one page may take together, in time of the processor: others who are served at the same
time do not count. Those after them give null, as all that cannot be decided."""


class Patience:
    """What the expressions of one page may still take."""

    def __init__(self, seconds: float = MAXIMUM_SECONDS, clock: Callable[[], float] = thread_time) -> None:
        self.clock = clock
        self.undecided = ""
        """The first expression that something depended on and that could not be worked out; empty without one."""
        self._left = seconds

    @property
    def is_over(self) -> bool:
        """Whether nothing may be evaluated any more."""
        return self._left <= 0

    def took(self, seconds: float) -> None:
        """Count what one evaluation has taken."""
        self._left -= seconds


class Names(dict[str, object]):
    """Values by the names that expressions have for them."""

    patience: Patience | None = None
    """Of the page; None where nothing else is evaluated."""

    def with_patience(self, patience: Patience | None) -> "Names":
        """Return the same, for a page."""
        self.patience = patience
        return self
