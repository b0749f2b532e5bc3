"""What an expression means, whichever way it was written."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Operator(StrEnum):
    """How two values are compared (DMN 1.5, 10.3.2.13)."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, true, false or null."""

    value: int | Decimal | str | bool | None


@dataclass(frozen=True, slots=True)
class Path:
    """A name, and names within what it stands for."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Minus:
    """The number with the other sign."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    """True for false and false for true."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values compared."""

    operator: Operator
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Junction:
    """`and` or `or` of two or more terms (DMN 1.5, table 50)."""

    decisive: bool
    """The value of one term that settles the whole: false for `and`, true for `or`."""
    terms: tuple["Node", ...]


Node = Literal | Path | Minus | Not | Comparison | Junction
