"""An expression that was compiled, and the cache of them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from engine.feel.budget import DEFAULT, Run, Settings
from engine.feel.code import Code, compiler
from engine.feel.code.compiler import Frame
from engine.feel.errors import FeelEvaluationError, FeelSyntaxError
from engine.feel.syntax.juel import parse_juel
from engine.feel.syntax.nodes import Member, Name, Node
from engine.feel.syntax.parser import parse

CACHE_SIZE = 2048
"""How many compiled expressions are kept."""

_NOTHING: Mapping[str, object] = {}


class Expression:
    """An expression that can be evaluated any number of times, by any number of threads."""

    __slots__ = ("_code", "is_constant", "names", "path", "paths", "text", "unsure")

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        """As it was written."""
        self.path: tuple[str, ...] | None = _path(node)
        """The parts, when the whole expression is one path: `processvar.user.id`; otherwise None."""
        made = compiler()
        self._code: Code = made.compile(node, None)
        self.paths: frozenset[tuple[str, ...]] = frozenset(made.paths)
        """Every path that it may read of the variables; within a filter, a name may be the item's own instead."""
        self.names: frozenset[str] = frozenset(path[0] for path in self.paths)
        """The first part of each."""
        self.unsure: frozenset[str] = frozenset(made.unsure)
        """Variables of several words: `first name`. Where no variable has such a name, an operator is missing."""
        self.is_constant = not self.names and not made.changing
        """Whether its value is always the same: it reads no variable, no clock and no chance."""

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(
        self,
        context: Mapping[str, object],
        settings: Settings = DEFAULT,
        warnings: list[str] | None = None,
    ) -> object:
        """Return the value; a name that `context` does not have is null (DMN 1.5, 10.3.2.9).

        A number is an `int` when it is whole and has up to 34 digits, otherwise a `Decimal`; a text `str`, a list
        `list`, a context `dict`, a date `datetime.date`; other values have types of their own in `engine.feel`.
        `warnings` is given the reason of each null that an error in FEEL's sense made.

        Raises:
            FeelEvaluationError: when it takes more than its budget, or does with an opaque value what is not allowed.

        """
        return evaluated(self._code, Frame(Run(context, settings, warnings), _NOTHING))


def evaluated(code: Code, frame: Frame) -> object:
    """Return what the code gives.

    Raises:
        FeelEvaluationError: as `Expression.evaluate` says.

    """
    try:
        return code(frame)
    except RecursionError:
        # The budgets keep far below Python's limit; this is for callers who are deep themselves.
        raise FeelEvaluationError("The expression is nested too deep to be evaluated here.") from None


def compile(text: str, syntax: str = "feel", names: Iterable[str] = ()) -> Expression:  # noqa: A001 - feel.compile says what it does
    """Return the expression that `text` writes, without any mark around it (`=`, `${…}`).

    `syntax` is `feel` or `juel`. JUEL is only another way to write the same: values are compared as FEEL compares them.
    `names` are those of variables with operator characters in them (`net-amount`); other names of several words are
    found without.

    Raises:
        FeelSyntaxError: when it is no expression, calls a function that is not there, or is too long or too deep.

    """
    return _cached(text, syntax, frozenset(names))


def value_at(path: tuple[str, ...], context: Mapping[str, object]) -> object:
    """Return what an expression that is only this path gives: for those who explain what an expression saw.

    Raises:
        FeelEvaluationError: when it takes too much.

    """
    node = Member(Name(path[0]), path[1:]) if path[1:] else Name(path[0])
    return evaluated(compiler().compile(node, None), Frame(Run(context), _NOTHING))


@lru_cache(CACHE_SIZE)
def _cached(text: str, syntax: str, names: frozenset[str]) -> Expression:
    if syntax not in {"feel", "juel"}:
        raise ValueError(f"The syntax is feel or juel, not {syntax!r}.")
    try:
        return Expression(text, parse_juel(text) if syntax == "juel" else parse(text, names))
    except RecursionError:
        raise FeelSyntaxError("The expression is nested too deep to be compiled here", 1, 1) from None


def _path(node: Node) -> tuple[str, ...] | None:
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Member) and isinstance(node.base, Name):
        return (node.base.name, *node.parts)
    return None
