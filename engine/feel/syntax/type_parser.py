"""How types are written (DMN 1.5, 10.3.1.2, rules 53 to 56)."""

from engine.feel.syntax.lexer import Word
from engine.feel.syntax.name_parser import NameParser
from engine.feel.syntax.types import SIMPLE, Type
from engine.feel.values.kinds import Kind


class TypeParser(NameParser):
    """Reads types."""

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
