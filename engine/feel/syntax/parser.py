"""The grammar of FEEL (DMN 1.5, 10.3.1.2). Operators bind as the standard orders them: `-` tighter than `**`."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from engine.feel.budget import MAXIMUM_ITERATORS
from engine.feel.builtins import BUILTINS
from engine.feel.syntax.lexer import Token, Word
from engine.feel.syntax.literals import at_literal
from engine.feel.syntax.names import KEYWORDS, KnownNames, matches, split
from engine.feel.syntax.nodes import (
    Arithmetic,
    Between,
    Call,
    Compared,
    Comparison,
    Definition,
    Entries,
    Filter,
    For,
    If,
    In,
    InstanceOf,
    Interval,
    Items,
    Iterator,
    Junction,
    Literal,
    Member,
    Minus,
    Name,
    Node,
    Operator,
    Quantified,
    Tests,
)
from engine.feel.syntax.stream import Stream
from engine.feel.syntax.types import SIMPLE, Type
from engine.feel.values.kinds import Kind

INPUT = "?"
"""What stands for the value that unary tests look at."""

_CONSTANTS = {"true": True, "false": False, "null": None}
_COMPARISONS = {each.value: each for each in Operator}
_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = range(6)
_ARITHMETIC = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}
_MANY_WORDS = {
    words[0]: sorted((split(name) for name in BUILTINS if split(name)[0] == words[0]), key=lambda each: -len(each))
    for words in map(split, BUILTINS)
    if len(words) > 1
}
_PROPERTIES = tuple(map(split, ("start included", "end included", "time offset")))
_STARTS = frozenset({"(", "[", "]", "{", "-", "@", "<", "<=", ">", ">="})
"""The symbols that an expression can start with."""


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


class Parser(Stream):
    """Reads FEEL."""

    hints: ClassVar[Mapping[str, str]] = {
        "==": "=",
        "&&": "and",
        "||": "or",
        "!": "not(...)",
        "'": 'a text in double quotation marks: "..."',
    }

    def __init__(self, text: str, names: Iterable[str]) -> None:
        super().__init__(text)
        self._names = KnownNames(names)
        self._ordered: Node | None = None
        """The comparison that was read last, when it is one of order."""
        self._in_filter = 0
        self._in_interval = 0

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

    def _tests(self) -> tuple[Node, ...]:
        tests = [self._test()]
        while self.takes(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> Node:
        compared = self._compared()
        return compared if compared is not None else self.expression()

    def _compared(self) -> Compared | None:
        operator = self.takes(*_COMPARISONS)
        return None if operator is None else Compared(_COMPARISONS[operator.text], self._binary(_ADD))

    def expression(self) -> Node:
        """Read an expression."""
        self.enter()
        node = self._binary(_OR)
        self.leave()
        return node

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
            elif lowest <= _COMPARE and (token.text in _COMPARISONS or token.text in {"between", "in"}):
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
        node = Comparison(_COMPARISONS[token.text], left, self._binary(_ADD))
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

    def _closes_interval(self) -> bool:
        """Tell whether a `[` ends an interval, as in `[1..5[`: then no expression can follow it."""
        if not self._in_interval:
            return False
        following = self.ahead(1)
        if following.word is Word.SYMBOL:
            return following.text not in _STARTS
        return following.word is Word.END or following.text in {
            "and",
            "or",
            "then",
            "else",
            "return",
            "satisfies",
            "in",
        }

    def _member(self, base: Node) -> Node:
        parts: list[str] = []
        guessed: set[str] = set()
        while self.takes("."):
            name, is_guessed = self._name_after_point()
            parts.append(name)
            if is_guessed:
                guessed.add(name)
        return Member(base, tuple(parts), frozenset(guessed))

    def _name_after_point(self) -> tuple[str, bool]:
        if self.token.word is Word.NAME:
            for words in _PROPERTIES:
                if matches(self.tokens, self.next, words):
                    self.next += len(words)
                    return " ".join(words), False
            if self.token.text in KEYWORDS:
                self.next += 1
                return self.tokens[self.next - 1].text, False
        return self._name(anywhere=True)

    def _name(self, *, anywhere: bool) -> tuple[str, bool]:
        """Return a name, and whether several words were taken for it without knowing it."""
        first = self.token
        known = self._names.longest(self.tokens, self.next, anywhere=anywhere)
        if known is not None:
            self.next += known[1]
            return known[0], False
        self.next += 1
        if first.word is Word.QUOTED:
            return first.text, False
        if first.word is not Word.NAME:
            self.next -= 1
            raise self.unexpected("A name is missing after the point" if self.tokens[self.next - 1].text == "." else "")
        words = [first.text]
        while self.token.word is Word.NAME and self.token.text not in KEYWORDS:
            words.append(self.token.text)
            self.next += 1
        return " ".join(words), len(words) > 1

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

    def _builtin(self) -> Node | None:
        for words in _MANY_WORDS.get(self.token.text, ()):
            if len(words) > 1 and matches(self.tokens, self.next, words):
                called = self.ahead(len(words)).text == "("
                if called or KEYWORDS.isdisjoint(words):
                    self.next += len(words)
                    return Name(" ".join(words))
        if self.token.text == "not" and self.ahead(1).text == "(":
            self.next += 1
            return Name("not")
        return None

    def _keyword(self, token: Token) -> Node:
        self.next += 1
        match token.text:
            case "true" | "false" | "null":
                return Literal(_CONSTANTS[token.text])
            case "if":
                return self._if()
            case "for":
                iterators = self._iterators("return")
                self._names.show([*(each.name for each in iterators), "partial"])
                body = self.expression()
                self._names.hide([*(each.name for each in iterators), "partial"])
                return For(iterators, body)
            case "some" | "every":
                iterators = self._iterators("satisfies")
                self._names.show(each.name for each in iterators)
                condition = self.expression()
                self._names.hide(each.name for each in iterators)
                return Quantified(token.text == "some", iterators, condition)
            case "function" if self.is_next("("):
                return self._definition()
        self.next -= 1
        raise self.unexpected()

    def _if(self) -> Node:
        condition = self.expression()
        self.needs("then", "after the condition of if")
        then = self.expression()
        self.needs("else", "after what follows then")
        return If(condition, then, self.expression())

    def _iterators(self, end: str) -> tuple[Iterator, ...]:
        found: list[Iterator] = []
        while True:
            name = self._new_name({"in"})
            self.needs("in", f"after {name!r}")
            start = self.expression()
            found.append(Iterator(name, start, self.expression() if self.takes("..") else None))
            # A later iterator sees the earlier ones.
            self._names.show([name])
            if not self.takes(","):
                break
            if len(found) == MAXIMUM_ITERATORS:
                raise self.error(f"There are more than {MAXIMUM_ITERATORS} names to go through")
        self._names.hide(each.name for each in found)
        self.needs(end, "after what is gone through")
        return tuple(found)

    def _new_name(self, ends: set[str]) -> str:
        """Read a name that is being given, up to one of `ends`."""
        if self.token.word is Word.QUOTED:
            self.next += 1
            return self.tokens[self.next - 1].text
        start = self.next
        while self.token.word in {Word.NAME, Word.NUMBER} and (self.token.text not in ends or self.next == start):
            self.next += 1
        if self.next == start or self.tokens[start].word is not Word.NAME or self.tokens[start].text in KEYWORDS:
            self.next = start
            raise self.unexpected("A name is missing")
        return " ".join(token.text for token in self.tokens[start : self.next])

    def _parenthesised(self, *, tests: bool = False) -> Node:
        """Read what follows a `(`: an expression, an interval, or with `tests` several unary tests."""
        within, self._in_interval = self._in_interval, 0
        compared = self._compared()
        first: Node = compared if compared is not None else self.expression()
        if compared is None and self.takes(".."):
            node = self._interval(first, start_included=False, dots=True)
        elif tests and (compared is not None or self.is_next(",")):
            more = [first]
            while self.takes(","):
                more.append(self._test())
            self.needs(")", "after the tests")
            node = Tests(tuple(more))
        else:
            self.needs(")", "after what was opened with (")
            self._ordered = None
            node = first if compared is None else self._one_sided(compared)
        self._in_interval = within
        return node

    def _one_sided(self, compared: Compared) -> Node:
        match compared.operator:
            case Operator.LESS | Operator.AT_MOST:
                included = compared.operator is Operator.AT_MOST
                return Interval(None, compared.right, start_included=False, end_included=included)
            case Operator.GREATER | Operator.AT_LEAST:
                included = compared.operator is Operator.AT_LEAST
                return Interval(compared.right, None, start_included=included, end_included=False)
            case Operator.EQUAL:
                return Interval(compared.right, compared.right, start_included=True, end_included=True)
            case Operator.UNEQUAL:
                raise self.error("!= makes no range", self.tokens[self.next - 1])

    def _list(self) -> Node:
        within, self._in_interval = self._in_interval, 0
        items: list[Node] = []
        while not self.takes("]"):
            compared = self._compared()
            items.append(self.expression() if compared is None else self._one_sided(compared))
            if len(items) == 1 and compared is None and self.takes(".."):
                self._in_interval = within
                return self._interval(items[0], start_included=True, dots=True)
            if not self.takes(",") and not self.is_next("]"):
                raise self.unexpected("A comma or ] is missing in the list")
        self._in_interval = within
        return Items(tuple(items))

    def _interval_end(self) -> Node:
        self._in_interval += 1
        node = self.expression()
        self._in_interval -= 1
        return node

    def _interval(self, start: Node, *, start_included: bool, dots: bool = False) -> Node:
        if not dots:
            self.needs("..", "after the start of the range")
        end = self._interval_end()
        closing = self.takes("]", ")", "[")
        if closing is None:
            raise self.unexpected("The range is not closed with ], ) or [")
        return Interval(start, end, start_included, end_included=closing.text == "]")

    def _context(self) -> Node:
        within, self._in_interval = self._in_interval, 0
        entries: dict[str, Node] = {}
        while not self.takes("}"):
            token = self.token
            key = self._key()
            if key in entries:
                raise self.error(f"The context has two entries {key!r}", token)
            entries[key] = self.expression()
            self._names.show([key])
            if not self.takes(",") and not self.is_next("}"):
                raise self.unexpected("A comma or } is missing in the context")
        self._names.hide(entries)
        self._in_interval = within
        return Entries(tuple(entries.items()))

    def _key(self) -> str:
        first = self.token
        if first.word in {Word.STRING, Word.QUOTED}:
            self.next += 1
            key = str(first.value) if first.word is Word.STRING else first.text
            self.needs(":", "after the key of the entry")
            return key
        start = self.next
        while self.token.word in {Word.NAME, Word.NUMBER, Word.SYMBOL} and self.token.text not in {":", ",", "{", "}"}:
            self.next += 1
        if self.next == start or first.word is not Word.NAME or not self.is_next(":"):
            raise self.unexpected("A key and a colon are missing in the context")
        last = self.tokens[self.next - 1]
        self.next += 1
        return " ".join(self.text[first.offset : last.offset + len(last.text)].split())

    def _definition(self) -> Node:
        self.needs("(", "after function")
        parameters: list[tuple[str, Type | None]] = []
        while not self.takes(")"):
            name = self._new_name(set())
            if name in dict(parameters):
                raise self.error(f"The function has two parameters {name!r}")
            parameters.append((name, self.type() if self.takes(":") else None))
            if not self.takes(",") and not self.is_next(")"):
                raise self.unexpected("A comma or ) is missing after the parameter")
        if self.is_next("external"):
            raise self.error("Functions of other languages cannot be called from here")
        self._names.show(name for name, _ in parameters)
        body = self.expression()
        self._names.hide(name for name, _ in parameters)
        return Definition(tuple(parameters), body)

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

    def _argument_name(self) -> str | None:
        place = self.next
        while self.tokens[place].word is Word.NAME:
            place += 1
        if place == self.next or self.tokens[place].text != ":":
            return None
        name = " ".join(token.text for token in self.tokens[self.next : place])
        self.next = place + 1
        return name

    def type(self) -> Type:
        """Read the name of a type."""
        self.enter()
        node = self._type()
        self.leave()
        return node

    def _type(self) -> Type:
        start = self.token
        words: list[str] = []
        while self.token.word is Word.NAME and len(words) < 5:  # noqa: PLR2004 - the longest name of a type
            words.append(self.token.text)
            self.next += 1
            if self.is_next("and") and words[-1] not in {"date", "days", "years"}:
                break
            if self.token.word is Word.NAME and " ".join(words).lower() in {
                "number",
                "string",
                "boolean",
                "any",
                "time",
            }:
                break
        name = " ".join(words)
        while words and name.lower() not in SIMPLE:
            words.pop()
            self.next -= 1
            name = " ".join(words)
        if not words:
            self.next = self.tokens.index(start)
            raise self.error(f"{start.text!r} is no type" if start.text else "A type is missing")
        kind = SIMPLE[name.lower()]
        if kind in {Kind.LIST, Kind.RANGE, Kind.CONTEXT, Kind.FUNCTION} and self.takes("<"):
            return self._inner(kind)
        return Type(kind)

    def _inner(self, kind: Kind | None) -> Type:
        if kind in {Kind.LIST, Kind.RANGE}:
            inner = self.type()
            self.needs(">", "after the type of the items")
            return Type(kind, inner=inner)
        members: list[tuple[str, Type]] = []
        while not self.takes(">"):
            name = ""
            if kind is Kind.CONTEXT:
                name = self._new_name(set())
                self.needs(":", f"after {name!r}")
            members.append((name, self.type()))
            if not self.takes(",") and not self.is_next(">"):
                raise self.unexpected("A comma or > is missing in the type")
        if kind is Kind.FUNCTION:
            self.needs("->", "after the parameters of the function's type")
            members.append(("", self.type()))
        return Type(kind, members=tuple(members))


def unknown_function(name: str) -> str:
    """Return what is wrong with a function that is not there, and what may have been meant."""
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(name, BUILTINS, 1)
    return f"There is no function {name!r}" + (f"; {close[0]!r} may be meant" if close else "")
