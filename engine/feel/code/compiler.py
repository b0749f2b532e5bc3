"""What all parts of the compiler share: frames at run time, scopes at compile time."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel.budget import Run
from engine.feel.syntax.nodes import Node


class Frame:
    """The variables of one level: of a function call, a loop, a context that is being made, or a filter."""

    __slots__ = ("item", "parent", "run", "values")

    def __init__(
        self, run: Run, values: Mapping[str, object], parent: "Frame | None" = None, item: object = None
    ) -> None:
        self.run = run
        self.values = values
        self.parent = parent
        self.item = item
        """In a filter: what is tested. `values` are its own, when it is a context."""


Code = Callable[[Frame], object]
"""A compiled part of an expression."""


class Scope:
    """The names that are known to be in a frame; of a filter's frame, they are known only when it runs."""

    __slots__ = ("names", "parent", "used")

    def __init__(self, names: set[str] | None, parent: "Scope | None") -> None:
        self.names = names
        """None for a filter."""
        self.parent = parent
        self.used: set[str] = set()
        """Those of its names that the expression reads."""


Handler = Callable[["Compiler", Any, Scope | None], Code]
"""Compiles one type of node."""


class Compiler:
    """Compiles one expression, and remembers what it reads."""

    def __init__(self, handlers: Mapping[type[Node], Handler]) -> None:
        self._handlers = handlers
        self.paths: set[tuple[str, ...]] = set()
        """What it may read of the variables."""
        self.unsure: set[str] = set()
        """Variables of several words that were taken for one name without knowing it."""
        self.changing = False
        """Whether the same variables can give another value the next time: the time, or chance."""

    def compile(self, node: Node, scope: Scope | None) -> Code:
        """Return the code of a part."""
        return self._handlers[type(node)](self, node, scope)
