"""hypothesis makes the choices of a walk, so what goes wrong is made as short and as simple as it can be.

Only this file and `walks.py` import hypothesis, which is there when walks are asked for.
"""

import re
from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, Decimal
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from forms.trying import NOTHING, Numbers, Texts, Tries, Typed
from webui.testing.exploring.choosing import Choices
from webui.testing.exploring.walking import Walk, Walker

T = TypeVar("T")

FARTHEST = 1_000_000
"""How far from its only limit, or from 0, a number is at most."""

MAXIMUM_FINDINGS = 20
"""How many things are looked for at most after each other."""

_PLAIN = st.characters(min_codepoint=32, exclude_categories=("C", "Z"))


class Drawn:
    """Draws every choice from hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def choice(self, options: Sequence[T], /) -> T:
        """Draw one of several."""
        return self._draw(st.sampled_from(options))

    def typed(self, field: Tries, options: Sequence[Typed], named: Sequence[Typed], /) -> Typed:
        """Draw what the field declares to take, or one of those that are known."""
        made = declared(field)
        if made is None:
            return self._draw(st.sampled_from((*options, *named) or (NOTHING,)))
        # Numbers that are known are among those that are made: drawn there, they can become simpler.
        known = named if isinstance(field.declared, Numbers) else (*options, *named)
        return self._draw(made.map(lambda text: (text,)) | (st.sampled_from(known) if known else st.nothing()))

    def together(self, do: Callable[[Choices], T], /) -> T:
        """Do something in a draw of its own."""
        return self._draw(_drawing(do))


def declared(field: Tries) -> st.SearchStrategy[str] | None:
    """Return every text that a field declares to take; None when all of them are listed."""
    match field.declared:
        case Numbers(low, high, step):
            return _numbers(low, high, step)
        case Texts(shortest, longest, ""):
            return st.text(_PLAIN, min_size=shortest, max_size=longest)
        case Texts(pattern=pattern):
            try:
                return st.from_regex(re.compile(pattern, re.ASCII), alphabet=_PLAIN)
            except re.error:
                # RE2 knows some that Python does not.
                return None
    return None


def every_walk(walker: Callable[[], Walker]) -> st.SearchStrategy[Walk]:
    """Return all walks; the walker is made when the first of them is drawn."""
    return _drawing(lambda choices: walker().walk(choices))


@st.composite
def _drawing(draw: st.DrawFn, do: Callable[[Choices], T]) -> T:
    return do(Drawn(draw))


def set_up(examples: int) -> settings:
    """Return settings for walks: how long one takes says more about the machine than about the process."""
    usual = settings().verbosity
    slow = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=slow,
        # To explain which choices do not matter takes as long as all the rest.
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        # A failure tells its walk itself. hypothesis would add every field of it, or none: schemathesis, where it is
        # installed, swaps the printer for one that prints nothing.
        verbosity=Verbosity.quiet if usual is Verbosity.normal else usual,
    )


def shortest(walker: Walker, examples: int, key: str | None = None, random: Random | None = None) -> list[Walk]:
    """Return, for each thing that goes wrong in that many walks, the shortest and simplest walk to it.

    With a `key`, it is kept in the example database, and tried first the next time. Chance comes from `random`.
    """
    found: list[Walk] = []
    while len(found) < MAXIMUM_FINDINGS:
        try:
            walk = find(
                every_walk(lambda: walker),
                lambda walk: bool(walk.findings),
                settings=set_up(examples),
                random=random,
                database_key=None if key is None else key.encode(),
            )
        except NoSuchExample:
            break
        found.append(walk)
        walker.expect |= {each.key for each in walk.findings}
    return found


def _numbers(low: Decimal | None, high: Decimal | None, step: Decimal) -> st.SearchStrategy[str]:
    """Return multiples of the step, the smallest first; those from 0 on, where nothing says how small they are."""
    far = FARTHEST * step
    first = low if low is not None else min(Decimal(0), high - far if high is not None and high < 0 else Decimal(0))
    last = high if high is not None else first + far
    begins, ends = (first / step).to_integral_value(ROUND_CEILING), last // step
    return st.integers(int(begins), max(int(begins), int(ends))).map(lambda each: f"{each * step:f}")
