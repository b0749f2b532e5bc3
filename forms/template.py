"""Text with placeholders: `Dear {{processvar.name}}`.

A placeholder is a FEEL path (DMN 1.5, 10.3.1.2) in double braces, and nothing more: no calls, no conditions, no loops.
In it, `processvar` (or `processVar`) is the variable table, and a variable can also be named directly.

A missing value, null and a context are shown as nothing: the end user could not do anything about them. A list is shown
as its plain values, separated by commas. A secret reference is opened by the `reveal` that is handed in; without one it
is masked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from markupsafe import Markup

from engine import feel
from engine.errors import Refused
from engine.variables import MASK, SecretReference

Reveal = Callable[[SecretReference], str]
"""Opens a secret, for the end user's page of the instance that made it."""

_SECRETS = {("currentTOTP", "secret"), ("currentTOTP", "qrCodeString")}
"""How the paths end that are known to lead to a secret reference."""


class TemplateInvalid(Refused):
    """A placeholder is not a path in double braces."""

    code = "template-invalid"

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column
        """Where in its line, in characters from 1."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A text whose placeholders have been replaced."""

    parts: tuple[str, ...]
    opened: bool = False
    """Whether a secret was opened: the text holds it."""
    masked: bool = False
    """Whether a secret was not opened: the mask stands for it."""

    @property
    def text(self) -> str:
        """The text, not escaped."""
        return "".join(self.parts)

    @property
    def html(self) -> Markup:
        """The text as HTML: only literal parts that are markup already are not escaped."""
        return Markup().join(self.parts)


@dataclass(frozen=True, slots=True)
class Template:
    """Literal texts and paths, in their order."""

    parts: tuple[str | feel.Expression, ...] = ()

    @classmethod
    def compile(cls, text: str) -> Self:
        """Read the placeholders of `text`.

        Raises:
            TemplateInvalid: when braces are not closed, or there is something else than a path between them.

        """
        try:
            return cls(feel.compile_placeholders(text))
        except feel.FeelSyntaxError as error:
            where = f"character {error.column}" if error.line == 1 else f"line {error.line}, character {error.column}"
            raise TemplateInvalid(f"At {where}: {error.message}.", error.column) from error

    @property
    def expressions(self) -> tuple[feel.Expression, ...]:
        """The paths."""
        return tuple(part for part in self.parts if not isinstance(part, str))

    @property
    def prefix(self) -> str:
        """The literal text before the first placeholder."""
        first = self.parts[0] if self.parts else ""
        return first if isinstance(first, str) else ""

    @property
    def names_secret(self) -> bool:
        """Whether a path is known to lead to a secret."""
        return any((each.path or ())[-2:] in _SECRETS for each in self.expressions)

    def fill(self, scope: Mapping[str, object], reveal: Reveal | None = None) -> Filled:
        """Replace the placeholders by the values in `scope`."""
        filled = [part if isinstance(part, str) else _value(part, scope) for part in self.parts]
        secret = any(isinstance(item, SecretReference) for part in filled for item in _items(part))
        parts = tuple(part if isinstance(part, str) else _shown(part, reveal) for part in filled)
        return Filled(parts, opened=secret and reveal is not None, masked=secret and reveal is None)


def _value(expression: feel.Expression, scope: Mapping[str, object]) -> object:
    try:
        return expression.evaluate(scope)
    except feel.FeelEvaluationError:
        return None


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _shown(value: object, reveal: Reveal | None) -> str:
    texts = (_plain(item, reveal) for item in _items(value))
    return ", ".join(text for text in texts if text)


def _plain(value: object, reveal: Reveal | None) -> str:
    match value:
        case SecretReference():
            return MASK if reveal is None else reveal(value)
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case float():
            return str(value).removesuffix(".0")
    return ""
