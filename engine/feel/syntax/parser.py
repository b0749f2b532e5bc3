"""The grammar of FEEL (DMN 1.5, 10.3.1.2). Operators bind as the standard orders them: `-` tighter than `**`."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import ClassVar

from engine.feel.builtins import BUILTINS
from engine.feel.syntax.collection_parser import COMPARISONS
from engine.feel.syntax.keyword_parser import KeywordParser
from engine.feel.syntax.lexer import Token, Word
from engine.feel.syntax.literals import at_literal
from engine.feel.syntax.names import KEYWORDS
from engine.feel.syntax.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Junction,
    Literal,
    Member,
    Minus,
    Name,
    Node,
    Tests,
)

INPUT = "?"
"""What stands for the value that unary tests look at."""

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = range(6)
_ARITHMETIC = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def parse(text: str, names: Iterable[str] = ()) -> Node:
    """Return the meaning of an expression; `names` are those of variables that may have several words.

    Raises:
        FeelSyntaxError: when it is no expression.

    """
    parser = Parser(text, names)
    if parser.token.word is Word.END:
        raise parser.unexpected()
    return parser.finished(parser.expression())


def parse_unary_tests(text: str, names: Iterable[str] = ()) -> Tests:
    """Return the meaning of unary tests: `< 5`, `"a", "b"`, `not([1..3])`, `-`.

    Raises:
        FeelSyntaxError: when they are none.

    """
    parser = Parser(text, {*names, INPUT})
    tests = parser.unary_tests()
    parser.finished(tests)
    return tests


class Parser(KeywordParser):
    """Reads FEEL."""

    hints: ClassVar[Mapping[str, str]] = {
        "==": "=",
        "&&": "and",
        "||": "or",
        "!": "not(...)",
        "'": 'a text in double quotation marks: "..."',
    }

    def __init__(self, text: str, names: Iterable[str]) -> None:
        super().__init__(text, names)
        self._in_filter = 0

    def unary_tests(self) -> Tests:
        """Read unary tests to the end (rules 14 to 17)."""
        if self.is_next("-") and self.ahead(1).word is Word.END:
            self.next += 1
            return Tests(())
        if self.is_next("not") and self.ahead(1).text == "(" and self._closes_at_end():
            self.next += 2
            tests = self._tests()
            self.needs(")", "after the tests")
            return Tests(tests, negated=True)
        return Tests(self._tests())

    def _closes_at_end(self) -> bool:
        depth = 0
        for place in range(self.next + 1, len(self.tokens)):
            token = self.tokens[place]
            if token.word is Word.SYMBOL and token.text in {"(", ")"}:
                depth += 1 if token.text == "(" else -1
                if depth == 0:
                    return self.tokens[place + 1].word is Word.END
        return False

    def expression(self) -> Node:
        """Read an expression."""
        self.enter()
        node = self._binary(_OR)
        self.leave()
        return node

    def operand_of_comparison(self) -> Node:
        """Read what stands beside a comparison."""
        return self._binary(_ADD)

    def _binary(self, lowest: int) -> Node:
        return self._continued(self._operand(), lowest)

    def _continued(self, left: Node, lowest: int) -> Node:
        """Read the operators that follow, as far as they bind as tightly as `lowest` or tighter."""
        while True:
            token = self.token
            if token.word is not Word.SYMBOL and token.word is not Word.NAME:
                return left
            level = _ARITHMETIC.get(token.text)
            if level is not None and level >= lowest:
                left = self._chain(left, level)
            elif lowest <= _COMPARE and (token.text in COMPARISONS or token.text in {"between", "in"}):
                left = self._compare(left)
            elif lowest <= _AND and token.text == "and":
                left = self._junction(left, "and", _COMPARE)
            elif lowest <= _OR and token.text == "or":
                left = self._junction(left, "or", _AND)
            else:
                return left

    def _chain(self, first: Node, level: int) -> Node:
        rest = []
        while (token := self.token).word is Word.SYMBOL and _ARITHMETIC.get(token.text) == level:
            self.next += 1
            rest.append((token.text, self._binary(level + 1)))
        return Arithmetic(first, tuple(rest))

    def _junction(self, first: Node, word: str, tighter: int) -> Node:
        terms = [first]
        while self.takes(word):
            terms.append(self._binary(tighter))
        return Junction(decisive=word == "or", terms=tuple(terms))

    def _compare(self, left: Node) -> Node:
        if self.takes("between"):
            low = self._binary(_ADD)
            self.needs("and", "after the lower end of between")
            return Between(left, low, self._binary(_ADD))
        if self.takes("in"):
            return In(left, self._in_tests())
        token = self.token
        if left is self._ordered and token.text not in {"=", "!="}:
            raise self.error(f"A comparison is true or false, which {token.text} cannot compare: write a < b and b < c")
        self.next += 1
        node = Comparison(COMPARISONS[token.text], left, self._binary(_ADD))
        self._ordered = node if token.text not in {"=", "!="} else None
        return node

    def _in_tests(self) -> Tests:
        compared = self._compared()
        if compared is not None:
            return Tests((compared,))
        opening = self.takes("(")
        if opening is None:
            return Tests((self._binary(_ADD),))
        node = self._parenthesised(tests=True)
        if isinstance(node, Tests):
            return node
        return Tests((self._continued(self._postfixed(node), _ADD),))

    def _operand(self) -> Node:
        if self.takes("-"):
            self.enter()
            operand = self._operand()
            self.leave()
            return Minus(operand)
        node = self._postfixed(self._primary())
        while self.is_next("instance") and self.ahead(1).text == "of":
            self.next += 2
            node = InstanceOf(node, self.type())
        return node

    def _postfixed(self, node: Node) -> Node:
        while True:
            token = self.token
            if token.word is not Word.SYMBOL:
                return node
            if token.text == ".":
                node = self._member(node)
            elif token.text == "[" and not self._closes_interval():
                self.next += 1
                node = Filter(node, self._filter())
            elif token.text == "(":
                self.next += 1
                node = self._call(node, token)
            else:
                return node

    def _filter(self) -> Node:
        self._in_filter += 1
        within, self._in_interval = self._in_interval, 0
        condition = self.expression()
        self._in_interval = within
        self._in_filter -= 1
        self.needs("]", "after the filter")
        return condition

    def _member(self, base: Node) -> Node:
        parts: list[str] = []
        guessed: set[str] = set()
        while self.takes("."):
            name, is_guessed = self._name_after_point()
            parts.append(name)
            if is_guessed:
                guessed.add(name)
        return Member(base, tuple(parts), frozenset(guessed))

    def _primary(self) -> Node:
        token = self.token
        match token.word:
            case Word.NUMBER | Word.STRING:
                self.next += 1
                return Literal(token.value)
            case Word.SYMBOL:
                return self._symbol(token)
            case Word.NAME:
                return self._word(token)
            case Word.QUOTED:
                self.next += 1
                return Name(token.text)
        raise self.unexpected()

    def _symbol(self, token: Token) -> Node:
        self.next += 1
        match token.text:
            case "(":
                return self._parenthesised()
            case "[":
                return self._list()
            case "]":
                return self._interval(self._interval_end(), start_included=False)
            case "{":
                return self._context()
            case "@" if self.token.word is Word.STRING:
                self.next += 1
                return Literal(at_literal(self, token, str(self.tokens[self.next - 1].value)))
        self.next -= 1
        raise self.unexpected()

    def _word(self, token: Token) -> Node:
        if self._names.longest(self.tokens, self.next, anywhere=self._in_filter > 0) is None:
            builtin = self._builtin()
            if builtin is not None:
                return builtin
            if token.text in KEYWORDS:
                return self._keyword(token)
        name, guessed = self._name(anywhere=self._in_filter > 0)
        if name == INPUT and INPUT not in self._names:
            raise self.error("? stands for the value that unary tests look at; there is none here", token)
        if self.is_next("(") and name not in self._names and name not in BUILTINS:
            raise self.error(unknown_function(name), token)
        return Name(name, guessed)

    def _call(self, function: Node, token: Token) -> Node:
        within, self._in_interval = self._in_interval, 0
        positional: list[Node] = []
        named: dict[str, Node] = {}
        while not self.takes(")"):
            name = self._argument_name()
            if name is not None:
                if name in named or positional:
                    raise self.error(f"The argument {name!r} is given twice, or after one without a name")
                named[name] = self.expression()
            elif named:
                raise self.error("All arguments of a call have names, or none has")
            else:
                positional.append(self.expression())
            if not self.takes(",") and not self.is_next(")"):
                raise self.unexpected("A comma or ) is missing after the argument")
        self._in_interval = within
        return Call(function, tuple(positional), tuple(named.items()), token.offset)


def unknown_function(name: str) -> str:
    """Return what is wrong with a function that is not there, and what may have been meant."""
    close = get_close_matches(name, BUILTINS, 1)
    return f"There is no function {name!r}" + (f"; {close[0]!r} may be meant" if close else "")
