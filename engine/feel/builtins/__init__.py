"""The built-in functions: those of DMN 1.5, 10.3.4, and those that Camunda adds to them."""

from collections.abc import Mapping

from engine.feel.builtins import (
    contexts,
    conversion,
    lists,
    logic,
    more,
    numeric,
    patterns,
    ranges,
    statistics,
    strings,
    temporal,
)
from engine.feel.builtins.declare import MISMATCH, Overload, Slot

_TOPICS = (conversion, logic, strings, patterns, lists, statistics, numeric, temporal, ranges, contexts, more)

BUILTINS: Mapping[str, tuple[Overload, ...]] = {
    name: tuple(overloads) for topic in _TOPICS for name, overloads in topic.LIBRARY.functions.items()
}
"""Every function by its name."""

__all__ = ["BUILTINS", "MISMATCH", "Overload", "Slot"]
