"""Unary tests: `< 5`, `"a", "b"`, `not([1..3])` (DMN 1.5, 10.3.1.2, rules 12 to 17, and 10.3.2.16)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.feel.budget import DEFAULT, Run, Settings
from engine.feel.code import compiler
from engine.feel.code.compiler import Frame
from engine.feel.code.tests import tests_code
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import CACHE_SIZE, evaluated
from engine.feel.syntax.parser import INPUT, parse_unary_tests


class UnaryTests:
    """Tests that a value passes or not. In them, `?` is the value."""

    __slots__ = ("_code", "names", "text")

    def __init__(self, text: str, names: Iterable[str] = ()) -> None:
        self.text = text
        """As it was written."""
        made = compiler()
        self._code = tests_code(made, parse_unary_tests(text, names))
        self.names: frozenset[str] = frozenset(path[0] for path in made.paths) - {INPUT}
        """The variables that they may read."""

    def evaluate(
        self,
        value: object,
        context: Mapping[str, object] | None = None,
        settings: Settings = DEFAULT,
        warnings: list[str] | None = None,
    ) -> bool | None:
        """Return whether `value` passes; null when that cannot be said.

        Raises:
            FeelEvaluationError: as `Expression.evaluate`.

        """
        known = {} if context is None else context
        result = evaluated(self._code, Frame(Run(known, settings, warnings), {INPUT: value}))
        return result if type(result) is bool else None


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """Return the tests that `text` writes.

    Raises:
        FeelSyntaxError: when they are none.

    """
    return _cached(text, frozenset(names))


@lru_cache(CACHE_SIZE)
def _cached(text: str, names: frozenset[str]) -> UnaryTests:
    try:
        return UnaryTests(text, names)
    except RecursionError:
        raise FeelSyntaxError("The tests are nested too deep to be compiled here", 1, 1) from None
