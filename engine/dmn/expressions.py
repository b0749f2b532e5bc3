"""The expressions of a DMN file, compiled: every one is FEEL (DMN 1.5, chapter 10)."""

from collections.abc import Callable
from typing import TypeVar

from lxml import etree

from engine import feel
from engine.dmn.model import LiteralExpression
from engine.dmn.xml import MAXIMUM_NAME, attribute, child_of, line_of, problem, shown, text_of
from engine.errors import Problem

FEEL = frozenset(
    {"feel", "s-feel", "http://www.omg.org/spec/feel/20140401", "http://www.omg.org/spec/dmn/20180521/feel/"}
    | {f"https://www.omg.org/spec/dmn/{date}/feel/" for date in (20191111, 20211108, 20230324)}
)
"""The names of the one expression language, in small letters; S-FEEL is a part of it."""

_Compiled = TypeVar("_Compiled")


class Expressions:
    """Compiles expressions, and collects what is wrong with them."""

    def __init__(self, language: str, names: frozenset[str]) -> None:
        self._language = language or "feel"
        # A name that is one plain word is found without being known.
        self._names = frozenset(name for name in names if not name.isidentifier() and len(name) <= MAXIMUM_NAME)
        self.problems: list[Problem] = []

    def literal(self, node: etree._Element, what: str) -> LiteralExpression:
        """Return the expression that `node` holds; `what` names it in messages."""
        expression = self._compiled(node, what, lambda text: feel.compile(text, names=self._names))
        if expression is not None and expression.unsure:
            names = ", ".join(map(repr, sorted(expression.unsure)))
            self._refuse(node, what, f"an operator or a comma is missing in {names}")
        return LiteralExpression(line_of(node), expression)

    def tests(self, node: etree._Element | None, what: str) -> feel.UnaryTests | None:
        """Return the unary tests that `node` holds; None when any value passes."""
        if node is None or text_of(node).strip() == "-":
            return None
        return self._compiled(node, what, lambda text: feel.compile_unary_tests(text, self._names))

    def _compiled(self, node: etree._Element, what: str, make: Callable[[str], _Compiled]) -> _Compiled | None:
        language = attribute(node, "expressionLanguage") or self._language
        if language.lower() not in FEEL:
            message = f"{what} is written in {shown(language)!r}."
            self.problems.append(problem(node, "language", message, "Write it in FEEL: no other language is run."))
            return None
        text = text_of(node)
        try:
            return make(text) if text.strip() else None
        except feel.FeelSyntaxError as error:
            self._refuse(node, what, str(error), error.line)
            return None

    def _refuse(self, node: etree._Element, what: str, reason: str, line: int = 1) -> None:
        begin = child_of(node, "text")
        message = f"{what} is not FEEL: {reason}."
        remedy = f"Correct {shown(text_of(node).strip())!r}."
        place = line_of(node if begin is None else begin) + line - 1
        self.problems.append(problem(node, "expression", message, remedy, line=place))
