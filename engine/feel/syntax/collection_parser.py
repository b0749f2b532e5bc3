"""What is in brackets: lists, contexts, ranges, parentheses and unary tests (DMN 1.5, 10.3.1.2)."""

from abc import abstractmethod
from collections.abc import Iterable

from engine.feel.syntax.lexer import Word
from engine.feel.syntax.nodes import Compared, Entries, Interval, Items, Node, Operator, Tests
from engine.feel.syntax.type_parser import TypeParser

COMPARISONS = {each.value: each for each in Operator}
_STARTS = frozenset({"(", "[", "]", "{", "-", "@", "<", "<=", ">", ">="})
"""The symbols that an expression can start with."""


class CollectionParser(TypeParser):
    """Reads what is in brackets."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        super().__init__(text, names)
        self._in_interval = 0
        self._ordered: Node | None = None
        """The comparison that was read last, when it is one of order."""

    @abstractmethod
    def expression(self) -> Node:
        """Read an expression."""

    @abstractmethod
    def operand_of_comparison(self) -> Node:
        """Read what stands beside a comparison."""

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

    def _compared(self) -> Compared | None:
        operator = self.takes(*COMPARISONS)
        return None if operator is None else Compared(COMPARISONS[operator.text], self.operand_of_comparison())

    def _test(self) -> Node:
        compared = self._compared()
        return compared if compared is not None else self.expression()

    def _tests(self) -> tuple[Node, ...]:
        tests = [self._test()]
        while self.takes(","):
            tests.append(self._test())
        return tuple(tests)
