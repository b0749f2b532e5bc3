"""Values that are known before a process runs."""

from collections.abc import Iterator
from contextlib import suppress

from engine import feel
from engine.model import Source, Syntax

MAXIMUM_STEPS = 200
"""How many steps a value may take that is computed to be checked; one that takes more is checked when it is used."""

_SETTINGS = feel.Settings(steps=MAXIMUM_STEPS)


def fixed_values(source: Source) -> Iterator[object]:
    """Return the value when it is known before the process runs, otherwise nothing."""
    if source.syntax is Syntax.LITERAL:
        yield source.text
        return
    # Text that is no expression at all is said by the rule about expressions.
    with suppress(feel.FeelError):
        expression = feel.compile_as(source.text, source.syntax.value)
        if expression.is_constant:
            yield feel.to_json(expression.evaluate({}, _SETTINGS))


def names_read(source: Source) -> frozenset[str]:
    """Return the variables that an expression reads; text that is no expression reads none."""
    with suppress(feel.FeelError):
        if source.syntax is not Syntax.LITERAL:
            return feel.compile_as(source.text, source.syntax.value).names
    return frozenset()
