"""Ranges of values that have an order (DMN 1.5, 10.3.2.7)."""

from dataclasses import dataclass
from enum import Enum


class Bound(Enum):
    """What stands at the end of a range that has none: `(< 5)` has no start."""

    NONE = "none"


@dataclass(frozen=True, slots=True)
class Range:
    """Everything from `start` to `end`; an end that is null is unknown, one that is `Bound.NONE` is not there."""

    start: object
    end: object
    start_included: bool = True
    end_included: bool = True
