"""The words of an expression, read one after the other: what both parsers share."""

from collections.abc import Mapping
from typing import ClassVar

from engine.feel.budget import MAXIMUM_HEIGHT, MAXIMUM_NESTING
from engine.feel.errors import FeelSyntaxError
from engine.feel.syntax.lexer import Token, Word, error, tokens
from engine.feel.syntax.nodes import Node, height


class Stream:
    """A place among the words."""

    hints: ClassVar[Mapping[str, str]] = {}
    """What to write in the place of a word that belongs to another language."""
    juel = False

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text, juel=self.juel)
        self.next = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The next word."""
        return self.tokens[self.next]

    def ahead(self, count: int) -> Token:
        """Return a word that comes later; the end when there are not so many."""
        return self.tokens[min(self.next + count, len(self.tokens) - 1)]

    def is_next(self, *words: str) -> bool:
        """Tell whether the next word is one of `words`."""
        return self.token.text in words and self.token.word in {Word.NAME, Word.SYMBOL}

    def takes(self, *words: str) -> Token | None:
        """Return the next word and go on, when it is one of `words`."""
        token = self.tokens[self.next]
        if token.text in words and (token.word is Word.SYMBOL or token.word is Word.NAME):
            self.next += 1
            return token
        return None

    def needs(self, word: str, after: str) -> None:
        """Go on after `word`, which must be next."""
        if not self.takes(word):
            raise self.unexpected(f"{word!r} is missing {after}")

    def enter(self) -> None:
        """Count one more level of nesting."""
        self._depth += 1
        if self._depth > MAXIMUM_NESTING:
            raise self.error(f"The expression is nested more than {MAXIMUM_NESTING} deep")

    def leave(self) -> None:
        """Count one level of nesting less."""
        self._depth -= 1

    def finished(self, node: Node) -> Node:
        """Return the tree of the whole text.

        Raises:
            FeelSyntaxError: when words are left, or the tree is too high.

        """
        if self.token.word is not Word.END:
            raise self.unexpected()
        if height(node) > MAXIMUM_HEIGHT:
            raise error(f"The expression is nested more than {MAXIMUM_HEIGHT} deep, chains included", self.text, 0)
        return node

    def error(self, message: str, token: Token | None = None) -> FeelSyntaxError:
        """Return the error at `token`, or at the next word."""
        return error(message, self.text, (token or self.token).offset)

    def unexpected(self, message: str = "") -> FeelSyntaxError:
        """Return the error that the next word cannot stand here."""
        token = self.token
        if token.word is Word.SYMBOL and token.text in self.hints:
            return self.error(f"Write {self.hints[token.text]} for {token.text}")
        if message:
            return self.error(message)
        if token.word is Word.END:
            return self.error("The expression is empty" if self.next == 0 else "The expression ends too early")
        if token.text in {")", "]", "}"}:
            return self.error(f"There is nothing that this {token.text} closes")
        before = self.tokens[self.next - 1].text if self.next else ""
        return self.error(f"{token.text!r} cannot stand here" + (f", after {before!r}" if before else ""))
