"""Names of several words, or with operator characters in them: the longest one that is known (DMN 1.5, 10.3.1.4)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.syntax.lexer import Token, Word, tokens

KEYWORDS = frozenset(
    {"true", "false", "null", "and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every"}
    | {"satisfies", "between", "instance", "of", "function", "external"}
)
"""Words that are not taken for a part of a name, unless the whole name is known."""


class KnownNames:
    """The names that the words of an expression can be taken for."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
        self._known: set[str] = set()
        self._visible: dict[str, int] = {}
        for name in names:
            self.add(name)
            self.show([name])

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def add(self, name: str) -> None:
        """Remember a name from now on, for what comes after a point and in filters."""
        if name in self._known:
            return
        self._known.add(name)
        words = split(name)
        if len(words) > 1:
            symbols = not all(word.isalnum() or word.replace("_", "a").isalnum() for word in words)
            self._by_first.setdefault(words[0], []).append((words, name, symbols))
            self._by_first[words[0]].sort(key=lambda each: -len(each[0]))

    def show(self, names: Iterable[str]) -> None:
        """Say that variables of these names can be seen."""
        for name in names:
            self.add(name)
            self._visible[name] = self._visible.get(name, 0) + 1

    def hide(self, names: Iterable[str]) -> None:
        """Say that they can no longer be seen."""
        for name in names:
            self._visible[name] -= 1

    def longest(self, words: Sequence[Token], start: int, *, anywhere: bool) -> tuple[str, int] | None:
        """Return the longest known name of several words at `start`, and how many words it has.

        A name with operator characters counts only where its variable can be seen, or `anywhere`.
        """
        for parts, name, symbols in self._by_first.get(words[start].text, ()):
            if symbols and not anywhere and not self._visible.get(name):
                continue
            if matches(words, start, parts):
                return name, len(parts)
        return None


def matches(words: Sequence[Token], start: int, parts: tuple[str, ...]) -> bool:
    """Tell whether the words at `start` are `parts`."""
    if start + len(parts) >= len(words):
        return False
    return all(
        token.text == part and token.word is not Word.STRING
        for token, part in zip(words[start : start + len(parts)], parts, strict=True)
    )


@lru_cache(1024)
def split(name: str) -> tuple[str, ...]:
    """Return the words of a name; none when it cannot be written without quotes."""
    if '"' in name or "`" in name:
        return ()
    try:
        return tuple(token.text for token in tokens(name)[:-1])
    except FeelSyntaxError:
        return ()
