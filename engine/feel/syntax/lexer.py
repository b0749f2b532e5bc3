"""The words of an expression (DMN 1.5, 10.3.1.2 and 10.3.1.5), for both ways to write one."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto

from engine.feel.budget import MAXIMUM_SOURCE
from engine.feel.errors import FeelSyntaxError
from engine.feel.values.numbers import DIGITS, MAXIMUM_EXPONENT, Number, settled

_START = (
    "A-Za-z_?\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
"""What a name can start with (DMN 1.5, 10.3.1.2, rule 28)."""

_WORDS = r"""
      (?P<space>  (?: [\s\u0085\u180e\u200b\ufeff] | //[^\n\r]* | /\*.*?\*/ )+ )
    | (?P<number> (?: [0-9]+ (?: \.[0-9]+ )? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
    | (?P<name>   [{start}] [{start}0-9\u00b7\u0300-\u036f\u203f-\u2040]* )
    | (?P<quoted> `[^`\n\r]+` )
    | (?P<string> "(?: [^"\\\n\r] | \\. )*" {more_strings} )
    | (?P<symbol> <= | >= | != | == | && | \|\| | \*\* | \.\.\. | \.\. | -> | [-=<>().+*/\[\]{{}},:;@?!%&|'] )
    """
_FEEL = re.compile(_WORDS.format(start=_START, more_strings=""), re.VERBOSE | re.DOTALL)
_JUEL = re.compile(
    _WORDS.format(start=_START.replace("?", ""), more_strings=r"| '(?: [^'\\\n\r] | \\. )*'"), re.VERBOSE | re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_SIMPLE_ESCAPES = {'"': '"', "'": "'", "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}
_LAST_CHARACTER = 0x10FFFF


class Word(Enum):
    """What sort of word a token is."""

    NAME = auto()
    QUOTED = auto()
    """A name in backquotes."""
    NUMBER = auto()
    STRING = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One word."""

    word: Word
    text: str
    offset: int
    value: Number | str | None = None
    """Of a number or a string."""


def error(message: str, text: str, offset: int) -> FeelSyntaxError:
    """Return the error that names the line and the column at `offset`."""
    before = text[:offset]
    return FeelSyntaxError(message, line=before.count("\n") + 1, column=offset - before.rfind("\n"))


def tokens(text: str, *, juel: bool = False) -> list[Token]:
    """Split `text` into its words; the last one is always the end.

    Raises:
        FeelSyntaxError: when it is too long or has a character, number or string that no expression has.

    """
    if len(text) > MAXIMUM_SOURCE:
        raise error(f"The expression has {len(text)} characters; {MAXIMUM_SOURCE} are allowed", text, 0)
    match_at = (_JUEL if juel else _FEEL).match
    found: list[Token] = []
    offset = 0
    while offset < len(text):
        match = match_at(text, offset)
        if match is None or (text.startswith("/*", offset) and match.lastgroup != "space"):
            raise error(_unreadable(text[offset:]), text, offset)
        written = match.group()
        match match.lastgroup:
            case "name":
                found.append(Token(Word.NAME, written, offset))
            case "symbol":
                found.append(Token(Word.SYMBOL, written, offset))
            case "number":
                found.append(Token(Word.NUMBER, written, offset, _number(written, text, offset)))
            case "string":
                found.append(Token(Word.STRING, written, offset, _string(written, text, offset)))
            case "quoted":
                found.append(Token(Word.QUOTED, written[1:-1], offset))
        offset = match.end()
    found.append(Token(Word.END, "", len(text)))
    return found


def _unreadable(rest: str) -> str:
    if rest[0] in "\"'":
        return "The text that starts here has no closing quotation mark on its line"
    if rest.startswith("/*"):
        return "The comment that starts here is not closed by */"
    if rest[0] == "`":
        return "The name that starts here has no closing backquote on its line"
    return f"{rest[0]!r} has no meaning in an expression"


def _number(written: str, text: str, offset: int) -> Number:
    mantissa, _, exponent = written.lower().partition("e")
    if len(mantissa.replace(".", "").strip("0")) > DIGITS:
        raise error(f"The number has more than {DIGITS} digits", text, offset)
    if len(exponent.lstrip("+-0")) > len(str(MAXIMUM_EXPONENT)) or abs(Decimal(written).adjusted()) > MAXIMUM_EXPONENT:
        raise error(f"The exponent of the number is beyond {MAXIMUM_EXPONENT}", text, offset)
    return settled(Decimal(written))


def _string(written: str, text: str, offset: int) -> str:
    def replaced(match: re.Match[str]) -> str:
        short, long, simple = match.groups()
        if simple is not None:
            # Backslashes of regular expressions are written as they are: "\d".
            return _SIMPLE_ESCAPES.get(simple, match.group())
        code = int(short or long, 16)
        if code > _LAST_CHARACTER:
            raise error(f"{match.group()} is not a character", text, offset + match.start() + 1)
        return chr(code)

    value = _ESCAPE.sub(replaced, written[1:-1]) if "\\" in written else written[1:-1]
    if value.isascii():
        return value
    try:
        # FEEL writes characters beyond the 16-bit plane as two escapes; joined, they are one character.
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as cause:
        raise error("The text has half of a surrogate pair", text, offset) from cause
