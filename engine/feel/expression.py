"""An expression that was compiled, and the cache of them."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from engine.feel.errors import FeelEvaluationError
from engine.feel.parser import FEEL, JUEL, parse
from engine.feel.tree import Comparison, Junction, Literal, Minus, Node, Not, Path
from engine.feel.values import Comparer, number

CACHE_SIZE = 2048
"""How many compiled expressions are kept."""

_GRAMMARS = {"feel": FEEL, "juel": JUEL}

_Context = Mapping[str, object]
_Compiled = Callable[[_Context, Comparer], object]


class Expression:
    """An expression that can be evaluated any number of times, by any number of threads."""

    __slots__ = ("_evaluate", "names", "path", "paths", "text")

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        """As it was written."""
        self.path: tuple[str, ...] | None = node.parts if isinstance(node, Path) else None
        """The parts, when the whole expression is one path: `processvar.user.id`; otherwise None."""
        self.paths: frozenset[tuple[str, ...]] = frozenset(_paths(node))
        """Every path that it reads."""
        self.names: frozenset[str] = frozenset(path[0] for path in self.paths)
        """The first part of each."""
        self._evaluate = _compile(node)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, context: Mapping[str, object]) -> object:
        """Return the value; a name that `context` does not have is null (DMN 1.5, 10.3.2.9).

        Raises:
            FeelEvaluationError: when the values are too large to compare, or a path leads into a list.

        """
        return self._evaluate(context, Comparer())


def compile(text: str, syntax: str = "feel") -> Expression:  # noqa: A001 - feel.compile says what it does
    """Return the expression that `text` writes, without any mark around it (`=`, `${…}`).

    `syntax` is `feel` or `juel`. JUEL is only another way to write the same: values are compared as FEEL compares them.

    Raises:
        FeelSyntaxError: when it is no expression, is too long or too deep, or uses what is not supported yet.

    """
    return _cached(text, syntax)


@lru_cache(CACHE_SIZE)
def _cached(text: str, syntax: str) -> Expression:
    return Expression(text, parse(text, _GRAMMARS[syntax]))


def _paths(node: Node) -> Iterator[tuple[str, ...]]:
    match node:
        case Path(parts):
            yield parts
        case Minus(operand) | Not(operand):
            yield from _paths(operand)
        case Comparison(_, left, right):
            yield from _paths(left)
            yield from _paths(right)
        case Junction(_, terms):
            for term in terms:
                yield from _paths(term)


def _compile(node: Node) -> _Compiled:
    match node:
        case Literal(value):
            return lambda context, comparer: value  # noqa: ARG005 - all compiled nodes are called alike
        case Path(parts):
            return lambda context, comparer: _look_up(context, parts)  # noqa: ARG005
        case Minus(operand):
            return _minus(_compile(operand))
        case Not(operand):
            return _not(_compile(operand))
        case Comparison(operator, left, right):
            first, second = _compile(left), _compile(right)
            return lambda context, comparer: comparer.compare(
                operator, first(context, comparer), second(context, comparer)
            )
        case Junction(decisive, terms):
            return _junction(decisive, [_compile(term) for term in terms])


def _look_up(context: _Context, parts: tuple[str, ...]) -> object:
    value: object = context
    for part in parts:
        if isinstance(value, list | tuple):
            raise FeelEvaluationError(f"{'.'.join(parts)!r} leads into a list at {part!r}; that is not supported yet.")
        # Only keys of contexts are read: an attribute or an item of any other object is out of reach.
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _minus(operand: _Compiled) -> _Compiled:
    def evaluate(context: _Context, comparer: Comparer) -> object:
        value = number(operand(context, comparer))
        # The arithmetic of Decimal rounds to 28 digits; copy_negate does not.
        return value.copy_negate() if isinstance(value, Decimal) else None if value is None else -value

    return evaluate


def _not(operand: _Compiled) -> _Compiled:
    def evaluate(context: _Context, comparer: Comparer) -> object:
        value = operand(context, comparer)
        return not value if isinstance(value, bool) else None

    return evaluate


def _junction(decisive: bool, terms: list[_Compiled]) -> _Compiled:
    def evaluate(context: _Context, comparer: Comparer) -> object:
        unknown = False
        for term in terms:
            value = term(context, comparer)
            if value is decisive:
                return decisive
            unknown = unknown or not isinstance(value, bool)
        return None if unknown else not decisive

    return evaluate
