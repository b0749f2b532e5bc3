"""From words to a tree. FEEL and JUEL differ in their words and in how tightly "not" binds; here in nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Kind, Token, error, tokens
from engine.feel.tree import Comparison, Junction, Literal, Minus, Node, Not, Operator, Path

MAXIMUM_NESTING = 60
"""How deep parentheses, `not` and signs may be nested."""

_CONSTANTS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Grammar:
    """The words of one way to write expressions."""

    comparisons: Mapping[str, Operator]
    conjunctions: frozenset[str]
    disjunctions: frozenset[str]
    negations: frozenset[str]
    """What stands before an operand without parentheses."""
    reserved: frozenset[str]
    """Names that cannot begin a path."""
    hints: Mapping[str, str]
    """What to write in the place of a word that belongs to another language."""


_SIGNS = {each.value: each for each in Operator if each is not Operator.EQUAL}

FEEL = Grammar(
    comparisons=_SIGNS | {"=": Operator.EQUAL},
    conjunctions=frozenset({"and"}),
    disjunctions=frozenset({"or"}),
    negations=frozenset(),
    reserved=frozenset(
        {"and", "or", "not", "if", "then", "else", "for", "in", "return"}
        | {"some", "every", "satisfies", "between", "instance", "function"}
    ),
    hints={"==": "=", "&&": "and", "||": "or", "!": "not(...)"},
)
"""DMN 1.5, 10.3.1.2."""

JUEL = Grammar(
    comparisons=_SIGNS
    | {
        "==": Operator.EQUAL,
        "eq": Operator.EQUAL,
        "ne": Operator.UNEQUAL,
        "lt": Operator.LESS,
        "le": Operator.AT_MOST,
        "gt": Operator.GREATER,
        "ge": Operator.AT_LEAST,
    },
    conjunctions=frozenset({"&&", "and"}),
    disjunctions=frozenset({"||", "or"}),
    negations=frozenset({"!", "not"}),
    reserved=frozenset({"and", "or", "not", "eq", "ne", "lt", "gt", "le", "ge", "empty", "instanceof", "div", "mod"}),
    hints={"=": "=="},
)
"""Jakarta Expression Language 3.0, chapter 1, as Camunda 7 files use it; values follow FEEL's rules."""


def parse(text: str, grammar: Grammar) -> Node:
    """Return the meaning of `text`.

    Raises:
        FeelSyntaxError: when it is no expression, or uses a part of the language that is not supported yet.

    """
    return _Parser(text, grammar).parse()


class _Parser:
    def __init__(self, text: str, grammar: Grammar) -> None:
        self._text = text
        self._grammar = grammar
        self._tokens = list(tokens(text))
        self._next = 0
        self._depth = 0

    def parse(self) -> Node:
        if self._next_is(Kind.END):
            raise error("The expression is empty", self._text, 0)
        node = self._disjunction()
        if not self._next_is(Kind.END):
            raise self._unexpected()
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _next_is(self, kind: Kind) -> bool:
        return self._token.kind is kind

    def _takes(self, *words: str) -> Token | None:
        """Return the next token and go on when it is one of `words`."""
        token = self._token
        if token.kind in {Kind.NAME, Kind.SYMBOL} and token.text in words:
            self._next += 1
            return token
        return None

    def _disjunction(self) -> Node:
        terms = [self._conjunction()]
        while self._takes(*self._grammar.disjunctions):
            terms.append(self._conjunction())
        return Junction(decisive=True, terms=tuple(terms)) if len(terms) > 1 else terms[0]

    def _conjunction(self) -> Node:
        terms = [self._comparison()]
        while self._takes(*self._grammar.conjunctions):
            terms.append(self._comparison())
        return Junction(decisive=False, terms=tuple(terms)) if len(terms) > 1 else terms[0]

    def _comparison(self) -> Node:
        left = self._operand()
        word = self._takes(*self._grammar.comparisons)
        if word is None:
            return left
        node = Comparison(self._grammar.comparisons[word.text], left, self._operand())
        if self._token.text in self._grammar.comparisons and self._token.kind is not Kind.STRING:
            raise error("Comparisons in a row are not supported yet: use parentheses", self._text, self._token.offset)
        return node

    def _operand(self) -> Node:
        self._depth += 1
        if self._depth > MAXIMUM_NESTING:
            raise error(f"The expression is nested more than {MAXIMUM_NESTING} deep", self._text, self._token.offset)
        node = self._deeper()
        self._depth -= 1
        return node

    def _deeper(self) -> Node:
        token = self._token
        if self._takes("-"):
            return Minus(self._operand())
        if self._takes(*self._grammar.negations):
            return Not(self._operand())
        if self._takes("("):
            return self._parenthesised()
        self._next += 1
        match token.kind:
            case Kind.NUMBER:
                return Literal(token.value)
            case Kind.STRING if token.text.startswith('"') or self._grammar is JUEL:
                return Literal(token.value)
            case Kind.STRING:
                raise error("A text is written in double quotation marks", self._text, token.offset)
            case Kind.NAME if token.text in _CONSTANTS:
                return Literal(_CONSTANTS[token.text])
            case Kind.NAME if token.text == "not" and self._takes("("):
                return Not(self._parenthesised())
            case Kind.NAME if token.text not in self._grammar.reserved:
                return self._path(token)
            case _:
                self._next -= 1
                raise self._unexpected()

    def _parenthesised(self) -> Node:
        node = self._disjunction()
        if not self._takes(")"):
            raise self._unexpected()
        return node

    def _path(self, first: Token) -> Path:
        parts = [first.text]
        while self._takes("."):
            if self._token.kind is not Kind.NAME:
                raise self._unexpected()
            parts.append(self._token.text)
            self._next += 1
        if self._token.text == "(" and self._token.kind is Kind.SYMBOL:
            raise error(f"The function {'.'.join(parts)!r} is not supported yet", self._text, first.offset)
        return Path(tuple(parts))

    def _unexpected(self) -> FeelSyntaxError:
        token = self._token
        if token.kind is Kind.END:
            return error("The expression ends too early", self._text, token.offset)
        if token.text in self._grammar.hints and token.kind is Kind.SYMBOL:
            return error(f"Write {self._grammar.hints[token.text]} for {token.text}", self._text, token.offset)
        if token.text == ")":
            return error("There is no parenthesis that this one closes", self._text, token.offset)
        return error(f"{token.text!r} is not supported yet, or not here", self._text, token.offset)
