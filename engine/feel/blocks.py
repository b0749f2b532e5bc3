"""Text with FEEL in double braces, as form-js writes it: `Dear {{name}}{{#if vip}}, welcome back{{/if}}`.

    {{ expression }}                        the value
    {{#if expression}} … {{/if}}            the text between, when the value is true
    {{#loop expression}} … {{/loop}}        the text between, once for each item of the value

Within a loop, the entries of an item that is a context can be named directly; `this` is the item and `parent` what was
`this` around the loop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import CACHE_SIZE, Expression, compile  # noqa: A004 - feel.compile says what it does

MAXIMUM_BLOCKS = 8
"""How deep blocks may be nested."""

_KEYWORDS = ("if", "loop")


@dataclass(frozen=True, slots=True)
class If:
    """Text that is there when a condition is true."""

    condition: Expression
    parts: "Parts"


@dataclass(frozen=True, slots=True)
class Loop:
    """Text that is there once for each item of a list."""

    items: Expression
    parts: "Parts"


Parts = tuple[str | Expression | If | Loop, ...]
"""Literal texts, expressions and blocks, in their order."""


@lru_cache(CACHE_SIZE)
def compile_blocks(text: str) -> Parts:
    """Return the parts of `text`. What becomes of the values, and how they are escaped, is the caller's.

    Raises:
        FeelSyntaxError: when braces or blocks are not closed, or what is between them is no expression; its line and
            column are those in `text`.

    """
    return _Reader(text).parts("", 0, 0)


def expressions(parts: Parts) -> Iterator[Expression]:
    """Return every expression among `parts`, at any depth, in their order."""
    for part in parts:
        if isinstance(part, Expression):
            yield part
        elif not isinstance(part, str):
            yield part.condition if isinstance(part, If) else part.items
            yield from expressions(part.parts)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0

    def parts(self, keyword: str, opened_at: int, depth: int) -> Parts:
        """Read on to the end of the block `keyword`, or of the text when it is empty."""
        text = self._text
        found: list[str | Expression | If | Loop] = []
        while (opening := text.find("{{", self._place)) >= 0:
            if opening > self._place:
                found.append(text[self._place : opening])
            closing = self._closing(opening)
            inside = text[opening + 2 : closing].strip()
            self._place = closing + 2
            if keyword and inside == f"/{keyword}":
                return tuple(found)
            found.append(self._part(inside, opening, closing, depth))
        if keyword:
            raise self._at(opened_at, f"The {{{{#{keyword} that starts here is not closed by {{{{/{keyword}}}}}")
        if self._place < len(text):
            found.append(text[self._place :])
        self._place = len(text)
        return tuple(found)

    def _part(self, inside: str, opening: int, closing: int, depth: int) -> Expression | If | Loop:
        if inside.startswith("/"):
            raise self._at(opening, f"There is no block that {{{{{inside[:20]}}}}} could close")
        if not inside.startswith("#"):
            return self._expression(opening + 2, closing)
        keyword = next((each for each in _KEYWORDS if inside[1:].startswith((f"{each} ", f"{each}\n"))), None)
        if keyword is None:
            raise self._at(opening, "A block starts with {{#if condition}} or {{#loop list}}")
        if depth == MAXIMUM_BLOCKS:
            raise self._at(opening, f"Blocks are nested more than {MAXIMUM_BLOCKS} deep")
        expression = self._expression(self._text.index(keyword, opening) + len(keyword), closing)
        parts = self.parts(keyword, opening, depth + 1)
        return If(expression, parts) if keyword == "if" else Loop(expression, parts)

    def _closing(self, opening: int) -> int:
        """Return the place of the braces that close; those of contexts and texts within do not."""
        text, depth, quoted, place = self._text, 0, False, opening + 2
        while place < len(text):
            character = text[place]
            if quoted:
                place += character == "\\"
                quoted = character != '"'
            elif character == '"':
                quoted = True
            elif character == "{":
                depth += 1
            elif character == "}":
                if depth == 0 and text.startswith("}}", place):
                    return place
                depth -= 1
            place += 1
        raise self._at(opening, "The {{ that starts here is not closed by }}")

    def _expression(self, start: int, end: int) -> Expression:
        try:
            return compile(self._text[start:end])
        except FeelSyntaxError as error:
            offset = sum(len(line) + 1 for line in self._text[start:end].split("\n")[: error.line - 1])
            raise self._at(start + offset + error.column - 1, error.message) from error

    def _at(self, place: int, message: str) -> FeelSyntaxError:
        before = self._text[:place]
        return FeelSyntaxError(message, before.count("\n") + 1, place - before.rfind("\n"))
