"""Text with FEEL in it: `Dear {{processvar.name}}{{#if vip}}, welcome back{{/if}}`, or as a whole `=processvar.name`.

See `engine.feel.blocks` for what can stand in double braces. In it, `processvar` (or `processVar`) is the variable
table, and a variable can also be named directly.

A missing value, null, a context and what cannot be worked out are shown as nothing: the end user could not do anything
about them. A list is shown as its plain values, separated by commas. A secret reference is opened by the `reveal` that
is handed in; without one it is masked. A value is put in once and never read again: braces in it are braces.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Self

from markupsafe import Markup

from engine import feel
from engine.declare import ParameterInvalid
from engine.typed_text import written
from engine.variables import MASK, SecretReference, SensitiveText
from forms.names import Names

Reveal = Callable[[SecretReference], str]
"""Opens a secret, for the end user's page of the instance that made it."""

MAXIMUM_FILLED = 2_000
"""How many values and texts the loops of one template may make; what would come after them is not shown."""

_SECRETS = frozenset({"secret", "qrCodeString", "recoveryCodes"})
"""How the paths below `_identityStore` end that are known to lead to secret references."""


class TemplateInvalid(ParameterInvalid):
    """A text is not one with FEEL in double braces."""

    code = "template-invalid"

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column
        """Where in its line, in characters from 1."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A text whose expressions have been replaced by their values."""

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


@dataclass(frozen=True)
class Template:
    """A text of a form, compiled once."""

    kind: ClassVar[str] = "text"
    """How the form builder asks for it."""

    parts: feel.Parts = ()

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the template that is written as `value`.

        Raises:
            TemplateInvalid: when braces or blocks are not closed, or something between them is no expression.
            ParameterInvalid: when it is no text.

        """
        if not isinstance(value, str):
            raise ParameterInvalid("this is not a text.")
        return cls.compile(value)

    @classmethod
    def compile(cls, text: str) -> Self:
        """Return the template that `text` writes; raises `TemplateInvalid`."""
        try:
            parts: feel.Parts = (feel.compile(text[1:]),) if text.startswith("=") else feel.compile_blocks(text)
        except feel.FeelSyntaxError as error:
            where = f"character {error.column}" if error.line == 1 else f"line {error.line}, character {error.column}"
            raise TemplateInvalid(f"At {where}: {error.message}.", error.column) from error
        for each in feel.expressions(parts):
            if each.unsure:
                name = min(each.unsure)
                raise TemplateInvalid(f"An operator is missing in {name!r}.", text.find(name.split()[0]) + 1)
        return cls(parts)

    @cached_property
    def expressions(self) -> tuple[feel.Expression, ...]:
        """Every expression in it."""
        return tuple(feel.expressions(self.parts))

    @property
    def names(self) -> frozenset[str]:
        """The variables that it may read."""
        return frozenset().union(*(each.names for each in self.expressions))

    @property
    def unchanging(self) -> str | None:
        """The source of a value in it that is always the same, and so hardly meant: `7*7`; None when there is none."""
        values = (part for part in self.parts if isinstance(part, feel.Expression))
        return next((each.text for each in values if each.is_constant), None)

    @cached_property
    def constant(self) -> Filled | None:
        """What it says, when that is always the same."""
        texts = tuple(part for part in self.parts if isinstance(part, str))
        return Filled(texts) if len(texts) == len(self.parts) else None

    @property
    def prefix(self) -> str:
        """The literal text before the first expression."""
        first = self.parts[0] if self.parts else ""
        return first if isinstance(first, str) else ""

    @property
    def names_secret(self) -> bool:
        """Whether a path is known to lead to a secret."""
        return any(_is_secret(path) for each in self.expressions for path in each.paths)

    def fill(self, scope: Mapping[str, object], reveal: Reveal | None = None) -> Filled:
        """Replace the expressions by their values in `scope`."""
        if self.constant is not None:
            return self.constant
        filled = list(values_of(self.parts, scope))
        secret = any(isinstance(item, SecretReference) for part in filled for item in _items(part))
        parts = tuple(part if isinstance(part, Literal | Markup) else shown(part, reveal) for part in filled)
        return Filled(parts, opened=secret and reveal is not None, masked=secret and reveal is None)


class LongText(Template):
    """A text of several lines."""

    kind: ClassVar[str] = "multiline"


def values_of(parts: feel.Parts, scope: Mapping[str, object]) -> Iterator[object]:
    """Return literal texts as they are, and the value of each expression; blocks are carried out."""
    for made, each in enumerate(_values(parts, scope)):
        if made == MAXIMUM_FILLED:
            return
        yield each


def _values(parts: feel.Parts, scope: Mapping[str, object]) -> Iterator[object]:
    for part in parts:
        match part:
            case str():
                yield Literal(part) if type(part) is str else part
            case feel.Expression():
                yield evaluated(part, scope)
            case feel.If(condition, inside):
                if evaluated(condition, scope) is True:
                    yield from _values(inside, scope)
            case feel.Loop(items, inside):
                for item in _items(evaluated(items, scope) or []):
                    yield from _values(inside, item_scope(scope, item))


class Literal(str):
    """A text that the author of the form wrote, told apart from a value."""

    __slots__ = ()


def item_scope(scope: Mapping[str, object], item: object) -> Names:
    """Return what can be named where an item of a list is looked at."""
    entries = item if isinstance(item, dict) else {}
    parent = scope.get("this", scope)
    names = Names({**scope, **entries, "this": item, "parent": parent, "_this_": item, "_parent_": parent})
    return names.with_patience(scope.patience if isinstance(scope, Names) else None)


def evaluated(expression: feel.Expression, scope: Mapping[str, object], *, decides: bool = False) -> object:
    """Return the value of an expression; null when it cannot be worked out, or the page has taken too long already.

    That is noted where the value `decides` what is asked or taken: answers must not make a rule disappear.
    """
    patience = scope.patience if isinstance(scope, Names) else None
    if patience is not None and patience.is_over:
        patience.undecided = patience.undecided or expression.text * decides
        return None
    started = patience.clock() if patience is not None else 0
    try:
        return expression.evaluate(scope)
    except feel.FeelEvaluationError:
        if patience is not None:
            patience.undecided = patience.undecided or expression.text * decides
        return None
    finally:
        if patience is not None:
            patience.took(patience.clock() - started)


def _is_secret(path: tuple[str, ...]) -> bool:
    return path[-1] in _SECRETS and ("_identityStore" in path or path[-2:-1] == ("currentTOTP",))


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def shown(value: object, reveal: Reveal | None = None) -> str:
    """Return a value as text, not escaped."""
    texts = (_plain(item, reveal) for item in _items(value))
    return ", ".join(text for text in texts if text)


def _plain(value: object, reveal: Reveal | None) -> str:
    match value:
        case SecretReference():
            return MASK if reveal is None else reveal(value)
        case SensitiveText():
            return MASK
        case str() | bool() | int() | Decimal() | float():
            return written(value)
        case None | dict() | list():
            return ""
    try:
        text = feel.to_json(value)
    except feel.FeelEvaluationError:
        return ""
    return text if isinstance(text, str) else ""
