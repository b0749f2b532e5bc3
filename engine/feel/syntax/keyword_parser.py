"""What starts with a keyword: `if`, `for`, `some`, `every`, `function` (DMN 1.5, 10.3.1.2, rules 43 to 47 and 55)."""

from engine.feel.budget import MAXIMUM_ITERATORS
from engine.feel.syntax.collection_parser import CollectionParser
from engine.feel.syntax.lexer import Token
from engine.feel.syntax.nodes import Definition, For, If, Iterator, Literal, Node, Quantified
from engine.feel.syntax.types import Type

_CONSTANTS = {"true": True, "false": False, "null": None}


class KeywordParser(CollectionParser):
    """Reads what starts with a keyword."""

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
