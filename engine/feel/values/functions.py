"""Functions as values: those that an expression defines, and built-in ones that are named (DMN 1.5, 10.3.2.12)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.feel.budget import Run


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called."""

    parameters: tuple[str, ...]
    call: Callable[["Run", Sequence[object], Mapping[str, object]], object]
    """Called with positional and with named arguments; null where they do not fit."""
    accepts: Callable[[int], bool]
    """Whether it can be called with so many arguments."""
