"""The grammar of JUEL as Camunda 7 files use it within `${…}` (Jakarta Expression Language 3.0, chapter 1).

Only another way to write the same: values are compared and calculated as FEEL does it.
"""

from collections.abc import Mapping
from typing import ClassVar

from engine.feel.builtins.methods import METHODS
from engine.feel.syntax.lexer import Word
from engine.feel.syntax.nodes import (
    Arithmetic,
    Comparison,
    Empty,
    If,
    Index,
    Junction,
    Literal,
    Member,
    Method,
    Minus,
    Name,
    Node,
    Not,
    Operator,
)
from engine.feel.syntax.stream import Stream

_CONSTANTS = {"true": True, "false": False, "null": None}
_EQUALITY = {"==": Operator.EQUAL, "eq": Operator.EQUAL, "!=": Operator.UNEQUAL, "ne": Operator.UNEQUAL}
_RELATION = {
    "<": Operator.LESS,
    "lt": Operator.LESS,
    ">": Operator.GREATER,
    "gt": Operator.GREATER,
    "<=": Operator.AT_MOST,
    "le": Operator.AT_MOST,
    ">=": Operator.AT_LEAST,
    "ge": Operator.AT_LEAST,
}
_SUM = {"+": "+", "-": "-"}
_PRODUCT = {"*": "*", "/": "/", "div": "/", "%": "%", "mod": "%"}
_RESERVED = frozenset(
    {
        "and",
        "or",
        "not",
        "eq",
        "ne",
        "lt",
        "gt",
        "le",
        "ge",
        "true",
        "false",
        "null",
        "empty",
        "instanceof",
        "div",
        "mod",
    }
)


def parse_juel(text: str) -> Node:
    """Return the meaning of what stands within `${…}`.

    Raises:
        FeelSyntaxError: when it is no expression.

    """
    parser = _Parser(text)
    if parser.token.word is Word.END:
        raise parser.unexpected()
    return parser.finished(parser.expression())


class _Parser(Stream):
    juel = True
    hints: ClassVar[Mapping[str, str]] = {"=": "=="}

    def expression(self) -> Node:
        self.enter()
        node = self._or()
        if self.takes("?"):
            then = self.expression()
            self.needs(":", "after what follows ?")
            node = If(node, then, self.expression())
        self.leave()
        return node

    def _or(self) -> Node:
        terms = [self._and()]
        while self.takes("||", "or"):
            terms.append(self._and())
        return Junction(decisive=True, terms=tuple(terms)) if len(terms) > 1 else terms[0]

    def _and(self) -> Node:
        terms = [self._compared(_EQUALITY)]
        while self.takes("&&", "and"):
            terms.append(self._compared(_EQUALITY))
        return Junction(decisive=False, terms=tuple(terms)) if len(terms) > 1 else terms[0]

    def _compared(self, operators: Mapping[str, Operator]) -> Node:
        tighter = operators is _EQUALITY
        node = self._compared(_RELATION) if tighter else self._sum()
        while word := self.takes(*operators):
            node = Comparison(operators[word.text], node, self._compared(_RELATION) if tighter else self._sum())
        return node

    def _sum(self) -> Node:
        first, rest = self._product(), []
        while word := self.takes(*_SUM):
            rest.append((_SUM[word.text], self._product()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def _product(self) -> Node:
        first, rest = self._unary(), []
        while word := self.takes(*_PRODUCT):
            rest.append((_PRODUCT[word.text], self._unary()))
        return Arithmetic(first, tuple(rest)) if rest else first

    def _unary(self) -> Node:
        word = self.takes("-", "!", "not", "empty")
        if word is None:
            return self._value()
        self.enter()
        operand = self._unary()
        self.leave()
        return {"-": Minus, "empty": Empty}.get(word.text, Not)(operand)

    def _value(self) -> Node:
        node = self._primary()
        while True:
            if self.takes("."):
                node = self._after_point(node)
            elif self.takes("["):
                key = self.expression()
                self.needs("]", "after the key")
                literal = isinstance(key, Literal) and type(key.value) is str
                node = self._member(node, str(key.value)) if literal and isinstance(key, Literal) else Index(node, key)
            elif self.is_next("("):
                raise self.error("Only methods of values can be called here")
            else:
                return node

    def _after_point(self, base: Node) -> Node:
        token = self.token
        if token.word is not Word.NAME:
            raise self.unexpected("A name is missing after the point")
        self.next += 1
        if not self.takes("("):
            return self._member(base, token.text)
        arguments: list[Node] = []
        while not self.takes(")"):
            arguments.append(self.expression())
            if not self.takes(",") and not self.is_next(")"):
                raise self.unexpected("A comma or ) is missing after the argument")
        if token.text not in METHODS:
            raise self.error(f"There is no method {token.text!r}; known are {', '.join(METHODS)}", token)
        if len(arguments) != METHODS[token.text][0]:
            raise self.error(f"The method {token.text!r} takes {METHODS[token.text][0]} arguments", token)
        return Method(base, token.text, tuple(arguments))

    def _member(self, base: Node, name: str) -> Node:
        if isinstance(base, Member):
            return Member(base.base, (*base.parts, name))
        return Member(base, (name,))

    def _primary(self) -> Node:
        token = self.token
        if self.takes("("):
            node = self.expression()
            self.needs(")", "after what was opened with (")
            return node
        self.next += 1
        match token.word:
            case Word.NUMBER | Word.STRING:
                return Literal(token.value)
            case Word.NAME if token.text in _CONSTANTS:
                return Literal(_CONSTANTS[token.text])
            case Word.NAME if token.text not in _RESERVED:
                return Name(token.text)
        self.next -= 1
        raise self.unexpected()
