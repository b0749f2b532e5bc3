"""Names of several words, or with operator characters in them: the longest one that is known (DMN 1.5, 10.3.1.4)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.syntax.lexer import Token, Word, tokens

KEYWORDS = frozenset(
    {"true", "false", "null", "and", "or", "not", "if", "then", "else", "for", "in", "return", "some", "every"}
    | {"satisfies", "between", "instance", "of", "function", "external"}
)
"""Words that are not taken for a part of a name, unless the whole name is known."""


@dataclass(slots=True)
class _Words:
    """The known names that begin with the same words."""

    longer: dict[str, "_Words"] = field(default_factory=dict)
    """By the next word."""
    name: str | None = None
    """The name that ends here."""


class KnownNames:
    """The names that the words of an expression can be taken for."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._words = _Words()
        self._known: set[str] = set()
        self._with_symbols: set[str] = set()
        self._visible: Counter[str] = Counter()
        self.show(names)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def _add(self, name: str) -> None:
        self._known.add(name)
        words = split(name)
        if len(words) < 2:  # noqa: PLR2004 - a single word needs no search
            return
        if not all(word.replace("_", "a").isalnum() for word in words):
            self._with_symbols.add(name)
        place = self._words
        for word in words:
            place = place.longer.setdefault(word, _Words())
        place.name = name

    def show(self, names: Iterable[str]) -> None:
        """Say that variables of these names can be seen; the names stay known for entries of contexts."""
        for name in names:
            if name not in self._known:
                self._add(name)
            self._visible[name] += 1

    def hide(self, names: Iterable[str]) -> None:
        """Say that they can no longer be seen."""
        for name in names:
            self._visible[name] -= 1

    def longest(self, words: Sequence[Token], start: int, *, anywhere: bool) -> tuple[str, int] | None:
        """Return the longest known name of several words at `start`, and how many words it has.

        A name with operator characters counts only where its variable can be seen, or `anywhere`.
        """
        found = None
        place: _Words | None = self._words.longer.get(words[start].text)
        end = start
        while place is not None and words[end].word is not Word.STRING:
            end += 1
            name = place.name
            if name is not None and (anywhere or name not in self._with_symbols or self._visible[name] > 0):
                found = name, end - start
            place = place.longer.get(words[end].text) if end < len(words) else None
        return found


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
