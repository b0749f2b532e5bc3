"""Regular expressions of XPath 3.1 (XML Schema 1.1 part 2, appendix G; XPath functions, 5.6.1) as RE2 writes them."""

import re

_FLAGS = frozenset("smixq")
_CLASSES = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\pL\pM\pN\pS",
    "W": r"\pP\pZ\pC",
    "s": r" \t\n\r",
    "S": r"^ \t\n\r",
    "i": r"\pL_:",
    "c": r"\pL\pM\p{Nd}_:.\x{B7}-",
}
"""What a class escape stands for, within brackets."""
_PLAIN = frozenset("\\|.?*+(){}[]^$-nrt")
_LAST = 0x10FFFF
_BLOCK = re.compile(r"\{\s*Is([A-Za-z0-9-]+)\s*\}")
_BLOCKS = {
    "BasicLatin": (0x00, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
}
"""Blocks of Unicode that a pattern can name."""

Ranges = list[tuple[int, int]]


class UntranslatableError(Exception):
    """The pattern is none, or RE2 cannot do what it asks for."""


def translated(pattern: str, flags: str) -> str:
    """Return a pattern for RE2 that matches what `pattern` does; `i` is left to RE2's own option.

    Raises:
        UntranslatableError: when there is none.

    """
    if not _FLAGS.issuperset(flags):
        raise UntranslatableError
    if "q" in flags:
        return re.sub(r"([^A-Za-z0-9_])", lambda match: f"\\x{{{ord(match[1]):x}}}", pattern)
    if "x" in flags:
        pattern = _without_space(pattern)
    options = ("s" if "s" in flags else "") + ("m" if "m" in flags else "")
    return (f"(?{options})" if options else "") + _Translation(pattern).all()


def _without_space(pattern: str) -> str:
    """Take white space away, except within brackets (XPath functions, 5.6.1.1, flag x)."""
    kept, depth, escaped = [], 0, False
    for character in pattern:
        if not escaped:
            depth += {"[": 1, "]": -1}.get(character, 0)
        escaped = character == "\\" and not escaped
        if depth > 0 or character not in " \t\n\r":
            kept.append(character)
    return "".join(kept)


class _Translation:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._next = 0

    def all(self) -> str:
        parts = []
        while self._next < len(self._pattern):
            character = self._pattern[self._next]
            self._next += 1
            match character:
                case "\\":
                    parts.append(self._escape())
                case "[":
                    parts.append(self._class())
                case "(" if self._pattern.startswith("?", self._next):
                    if not self._pattern.startswith("?:", self._next):
                        raise UntranslatableError
                    parts.append("(")
                case _:
                    parts.append(character)
        return "".join(parts)

    def _take(self) -> str:
        if self._next >= len(self._pattern):
            raise UntranslatableError
        self._next += 1
        return self._pattern[self._next - 1]

    def _escape(self) -> str:
        """Return an escape outside of brackets."""
        character = self._take()
        if character in "pP":
            return self._property(character)
        if character in _CLASSES:
            return f"[{_CLASSES[character]}]"
        if character in "IC":
            return f"[^{_CLASSES[character.lower()]}]"
        if character not in _PLAIN:
            raise UntranslatableError
        return "\\" + character

    def _property(self, letter: str) -> str:
        block = _BLOCK.match(self._pattern, self._next)
        if block is not None:
            if block[1] not in _BLOCKS:
                raise UntranslatableError
            self._next = block.end()
            first, last = _BLOCKS[block[1]]
            return f"[{'^' if letter == 'P' else ''}\\x{{{first:x}}}-\\x{{{last:x}}}]"
        end = self._pattern.find("}", self._next)
        if self._take() != "{" or end < 0:
            raise UntranslatableError
        name = self._pattern[self._next : end].strip()
        self._next = end + 1
        return f"\\{letter}{{{name}}}"

    def _class(self) -> str:
        """Return what stands in brackets; a class minus another one is worked out, when both are plain."""
        negated = self._pattern.startswith("^", self._next)
        self._next += negated
        parts: list[str] = []
        ranges: Ranges | None = []
        while True:
            character = self._take()
            if character == "]" and parts:
                return f"[{'^' if negated else ''}{''.join(parts)}]"
            if character == "-" and self._pattern.startswith("[", self._next) and parts:
                if ranges is None:
                    raise UntranslatableError
                return self._minus(_complement(ranges) if negated else ranges)
            if character in "[]":
                raise UntranslatableError
            first = self._class_member(character)
            if isinstance(first, str):
                parts.append(first)
                ranges = None
                continue
            last = self._range_end(first)
            parts.append(_written([(first, last)]))
            if ranges is not None:
                ranges.append((first, last))

    def _class_member(self, character: str) -> int | str:
        """Return one character by its number, or what stands for several."""
        if character != "\\":
            return ord(character)
        character = self._take()
        if character in "pP":
            return self._property(character).removeprefix("[").removesuffix("]")
        if character in _CLASSES and not _CLASSES[character].startswith("^"):
            return _CLASSES[character]
        if character == "S":
            return r"\S"
        if character not in _PLAIN:
            raise UntranslatableError
        return ord({"n": "\n", "r": "\r", "t": "\t"}.get(character, character))

    def _range_end(self, first: int) -> int:
        following = self._pattern[self._next : self._next + 2]
        if not following.startswith("-") or following in {"-", "-]", "-["}:
            return first
        self._next += 1
        last = self._class_member(self._take())
        if isinstance(last, str) or last < first:
            raise UntranslatableError
        return last

    def _minus(self, ranges: Ranges) -> str:
        self._take()
        start = self._next
        inner = _Translation(self._pattern)
        inner._next = start
        taken = inner.plain_class()
        self._next = inner._next
        if self._take() != "]":
            raise UntranslatableError
        left = _without(ranges, taken)
        if not left:
            raise UntranslatableError
        return f"[{_written(left)}]"

    def plain_class(self) -> Ranges:
        """Read brackets that hold only characters and ranges of them."""
        negated = self._pattern.startswith("^", self._next)
        self._next += negated
        ranges: Ranges = []
        while (character := self._take()) != "]" or not ranges:
            first = self._class_member(character)
            if isinstance(first, str) or character == "[":
                raise UntranslatableError
            ranges.append((first, self._range_end(first)))
        return _complement(ranges) if negated else ranges


def _complement(ranges: Ranges) -> Ranges:
    return _without([(0, _LAST)], ranges)


def _without(ranges: Ranges, taken: Ranges) -> Ranges:
    for low, high in taken:
        kept: Ranges = []
        for first, last in ranges:
            if first < low:
                kept.append((first, min(last, low - 1)))
            if last > high:
                kept.append((max(first, high + 1), last))
            # A range that does not meet the other one is kept by one of the two.
        ranges = sorted({each for each in kept if each[0] <= each[1]})
    return ranges


def _written(ranges: Ranges) -> str:
    return "".join(f"\\x{{{first:x}}}" + (f"-\\x{{{last:x}}}" if last > first else "") for first, last in ranges)
