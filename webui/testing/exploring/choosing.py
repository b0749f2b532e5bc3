"""Who chooses what is done next and what is filled in: chance from a seed here, hypothesis in `drawing.py`."""

from collections.abc import Sequence
from random import Random
from typing import Protocol, TypeVar

from forms.trying import Tries, Typed

T = TypeVar("T")


class Choices(Protocol):
    """Makes every choice of exploring: whoever makes the same ones again goes the same way."""

    def choice(self, options: Sequence[T], /) -> T:
        """Choose one of several, of which the first is the simplest."""

    def typed(self, field: Tries, options: Sequence[Typed], /) -> Typed:
        """Choose what is typed into a field: one of the options, or what fits its declaration as well."""


class Seeded:
    """Chooses by chance; the same seed chooses the same again."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)  # noqa: S311 - no secret

    def choice(self, options: Sequence[T], /) -> T:
        """Choose one of several."""
        return self._random.choice(options)

    def typed(self, field: Tries, options: Sequence[Typed], /) -> Typed:  # noqa: ARG002 - see `Choices`
        """Choose one of the options."""
        return self._random.choice(options)
