"""The words of an expression (DMN 1.5, 10.3.1.2 and 10.3.1.5), for both ways to write one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from engine.feel.errors import FeelSyntaxError

MAXIMUM_LENGTH = 4096
"""How many characters an expression may have."""

MAXIMUM_DIGITS = 34
"""How many significant digits a number may have (DMN 1.5, 10.3.2.3.1: decimal128)."""

_TOKEN = re.compile(
    r"""
      (?P<space>  \s+ )
    | (?P<name>   [A-Za-z_][A-Za-z0-9_]* )
    | (?P<number> [0-9]+ (?: \.[0-9]+ )? | \.[0-9]+ )
    | (?P<string> "(?: [^"\\\n\r] | \\. )*" | '(?: [^'\\\n\r] | \\. )*' )
    | (?P<symbol> <= | >= | != | == | && | \|\| | \*\* | \.\. | -> | [-=<>().+*/\[\]{},:;@?!%&|] )
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}


class Kind(Enum):
    """What sort of word a token is."""

    NAME = auto()
    NUMBER = auto()
    STRING = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word."""

    kind: Kind
    text: str
    offset: int
    value: int | Decimal | str | None = None
    """Of a number or a string."""


def error(message: str, text: str, offset: int) -> FeelSyntaxError:
    """Return the error that names the line and the column at `offset`."""
    before = text[:offset]
    return FeelSyntaxError(message, line=before.count("\n") + 1, column=offset - before.rfind("\n"))


def tokens(text: str) -> Iterator[Token]:
    """Split `text` into its words; the last one is always the end.

    Raises:
        FeelSyntaxError: when it is too long or has a character, number or string that no expression has.

    """
    if len(text) > MAXIMUM_LENGTH:
        raise error(f"The expression has {len(text)} characters; {MAXIMUM_LENGTH} are allowed", text, 0)
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise error(_unreadable(text[offset]), text, offset)
        word = match.group()
        match match.lastgroup:
            case "name":
                yield Token(Kind.NAME, word, offset)
            case "number":
                yield Token(Kind.NUMBER, word, offset, _number(word, text, offset))
            case "string":
                yield Token(Kind.STRING, word, offset, _string(word, text, offset))
            case "symbol":
                yield Token(Kind.SYMBOL, word, offset)
        offset = match.end()
    yield Token(Kind.END, "", len(text))


def _unreadable(character: str) -> str:
    if character in "\"'":
        return "The text that starts here has no closing quotation mark on its line"
    if character.isalpha():
        return f"Names with {character!r} are not supported yet: use letters a to z, digits and underscores"
    return f"{character!r} has no meaning in an expression"


def _number(word: str, text: str, offset: int) -> int | Decimal:
    if len(word.replace(".", "").strip("0")) > MAXIMUM_DIGITS:
        raise error(f"The number has more than {MAXIMUM_DIGITS} digits", text, offset)
    number = Decimal(word)
    return int(number) if number == number.to_integral_value() else number


def _string(word: str, text: str, offset: int) -> str:
    def replaced(match: re.Match[str]) -> str:
        short, long, simple = match.groups()
        if simple is None:
            code = int(short or long, 16)
            if code > 0x10FFFF:  # noqa: PLR2004 - the last character of Unicode
                raise error(f"{match.group()} is not a character", text, offset + match.start() + 1)
            return chr(code)
        if simple not in _SIMPLE_ESCAPES:
            raise error(f"The escape {match.group()!r} is not known", text, offset + match.start() + 1)
        return _SIMPLE_ESCAPES[simple]

    value = _ESCAPE.sub(replaced, word[1:-1])
    try:
        # FEEL writes characters beyond the 16-bit plane as two escapes; joined, they are one character.
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as cause:
        raise error("The text has half of a surrogate pair", text, offset) from cause
