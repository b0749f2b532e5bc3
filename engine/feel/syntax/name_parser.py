"""How names are read: of variables, entries, parameters and functions (DMN 1.5, 10.3.1.2, rules 25 to 32)."""

from collections.abc import Iterable

from engine.feel.builtins import BUILTINS
from engine.feel.syntax.lexer import Word
from engine.feel.syntax.names import KEYWORDS, KnownNames, matches, split
from engine.feel.syntax.nodes import Name, Node
from engine.feel.syntax.stream import Stream

_MANY_WORDS = {
    words[0]: sorted((split(name) for name in BUILTINS if split(name)[0] == words[0]), key=lambda each: -len(each))
    for words in map(split, BUILTINS)
    if len(words) > 1
}
_PROPERTIES = tuple(map(split, ("start included", "end included", "time offset")))


class NameParser(Stream):
    """Reads names."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        super().__init__(text)
        self._names = KnownNames(names)

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
        while self._continues_name():
            words.append(self.token.text)
            self.next += 1
        return " ".join(words), len(words) > 1

    def _continues_name(self) -> bool:
        """Tell whether the next word can only be a part of the name before it: `date of birth`, `address 2`."""
        if self.token.word is Word.NAME:
            return self.token.text not in KEYWORDS or self.token.text == "of"
        return self.token.word is Word.NUMBER and self.token.text.isdigit()

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

    def _argument_name(self) -> str | None:
        place = self.next
        while self.tokens[place].word is Word.NAME:
            place += 1
        if place == self.next or self.tokens[place].text != ":":
            return None
        name = " ".join(token.text for token in self.tokens[self.next : place])
        self.next = place + 1
        return name

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
