"""What an expression means, whichever way it was written."""

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any

from engine.feel.syntax.types import Type


class Node:
    """A part of an expression."""

    __slots__ = ()


class Operator(StrEnum):
    """How two values are compared (DMN 1.5, 10.3.2.13)."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value that is written out."""

    value: object


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, or a function by its name."""

    name: str
    guessed: bool = False
    """Whether several words were taken for one name without knowing it: then it must be there."""


@dataclass(frozen=True, slots=True)
class Member(Node):
    """What has these names in a context, one within the other; a property of a date; of a list, those of its items."""

    base: Node
    parts: tuple[str, ...]
    guessed: frozenset[str] = frozenset()
    """Parts of several words that were taken for one name without knowing it."""


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """Items of a list: the one at a place, or those for which a condition holds (DMN 1.5, 10.3.2.5)."""

    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entries(Node):
    """A context; each entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """A range; no `start` or no `end` means that it has none, as in `(< 5)`."""

    start: Node | None
    end: Node | None
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Minus(Node):
    """The value with the other sign."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    """True for false and false for true."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Empty(Node):
    """JUEL's `empty`: null, or nothing in it."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first op operand op operand …`, from the left: `+ - * / **`, and in JUEL `%`."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """Two values compared."""

    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """A value between two others, both included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Junction(Node):
    """`and` or `or` of two or more terms (DMN 1.5, table 50)."""

    decisive: bool
    """The value of one term that settles the whole: false for `and`, true for `or`."""
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compared(Node):
    """A unary test with an operator: `< 5`, `!= "a"`."""

    operator: Operator
    right: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """Unary tests, of which one must hold, or with `negated` none (DMN 1.5, 10.3.1.2, rules 14 to 17)."""

    tests: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class In(Node):
    """A value that must pass tests."""

    value: Node
    tests: Tests


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """Whether a value is of a type."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    """One of two values."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator(Node):
    """A name that stands for each item of a list or range; with an `end`, `start..end`."""

    name: str
    start: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """A list of what `body` gives for each item."""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some` or `every`."""

    decisive: bool
    """The value of one condition that settles the whole: true for `some`, false for `every`."""
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Definition(Node):
    """A function."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function called with positional or with named arguments."""

    function: Node
    positional: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]
    offset: int
    """Where its name stands."""


@dataclass(frozen=True, slots=True)
class Index(Node):
    """JUEL's `a['key']` and `a[0]`."""

    base: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Method(Node):
    """JUEL's `a.size()`: one of the known methods, and no other."""

    base: Node
    name: str
    arguments: tuple[Node, ...]


def height(root: Node) -> int:
    """Return how high the tree is, without recursion."""
    highest = 0
    waiting: list[tuple[object, int]] = [(root, 0)]
    while waiting:
        part, above = waiting.pop()
        if isinstance(part, Node):
            highest = max(highest, above + 1)
            kind: Any = type(part)  # mypy takes no class of slots for one that has a hash
            waiting.extend((getattr(part, name), above + 1) for name in _field_names(kind))
        elif type(part) is tuple:
            waiting.extend((each, above) for each in part)
    return highest


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
