"""Who chooses what is done next and what is filled in: chance from a seed here, hypothesis in `drawing.py`."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol, TypeVar

from forms.trying import NOTHING, Tries, Typed

T = TypeVar("T")


class Choices(Protocol):
    """Makes every choice of exploring: whoever makes the same ones again goes the same way."""

    def choice(self, options: Sequence[T], /) -> T:
        """Choose one of several, of which the first is the simplest."""

    def typed(self, field: Tries, options: Sequence[Typed], named: Sequence[Typed], /) -> Typed:
        """Choose what is typed into a field: one of the options, or what else fits its declaration.

        What is `named` is what the process itself looks for.
        """

    def together(self, do: Callable[["Choices"], T], /) -> T:
        """Do something whose choices belong together: they are left out together, too."""


class Seeded:
    """Chooses by chance; the same seed chooses the same again."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret

    def choice(self, options: Sequence[T], /) -> T:
        """Choose one of several."""
        return self._random.choice(options)

    def typed(self, field: Tries, options: Sequence[Typed], named: Sequence[Typed], /) -> Typed:  # noqa: ARG002 - the port's
        """Choose one of those that are known."""
        known = (*options, *named)
        return self._random.choice(known) if known else NOTHING

    def together(self, do: Callable[[Choices], T], /) -> T:
        """Do something."""
        return do(self)
