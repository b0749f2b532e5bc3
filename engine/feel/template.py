"""Text with several `${…}` in it, as Camunda 7 files write it: `Dear ${user.name}`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.feel.budget import DEFAULT, MAXIMUM_TEXT, Run, Settings, too_long_text
from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import CACHE_SIZE, Expression, compile  # noqa: A004 - feel.compile says what it does
from engine.feel.values.texts import to_text


@dataclass(frozen=True, slots=True)
class Template:
    """Literal texts and expressions, in their order."""

    text: str
    parts: tuple[str | Expression, ...]

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Every path that its expressions may read."""
        return frozenset(path for part in self.parts if isinstance(part, Expression) for path in part.paths)

    @property
    def unsure(self) -> frozenset[str]:
        """See `Expression.unsure`."""
        return frozenset(name for part in self.parts if isinstance(part, Expression) for name in part.unsure)

    @property
    def is_constant(self) -> bool:
        """See `Expression.is_constant`."""
        return all(isinstance(part, str) or part.is_constant for part in self.parts)

    @property
    def names(self) -> frozenset[str]:
        """The first part of each."""
        return frozenset(path[0] for path in self.paths)

    def evaluate(
        self,
        context: Mapping[str, object],
        settings: Settings = DEFAULT,
        warnings: list[str] | None = None,
    ) -> object:
        """Return the value when the whole is one expression, otherwise a text; null is nothing in it.

        Raises:
            FeelEvaluationError: as `Expression.evaluate`; or when a value cannot be turned into text.

        """
        if len(self.parts) == 1 and isinstance(self.parts[0], Expression):
            return self.parts[0].evaluate(context, settings, warnings)
        run, made, size = Run(context, settings), [], 0
        for part in self.parts:
            value = part if isinstance(part, str) else part.evaluate(context, settings, warnings)
            made.append("" if value is None else to_text(run, value))
            size += len(made[-1])
            if size > MAXIMUM_TEXT:
                raise too_long_text()
        return "".join(made)


def compile_as(text: str, syntax: str) -> Expression | Template:
    """Return what `text` writes in one of all syntaxes: `feel`, `juel`, or `template` for text with `${…}` in it.

    Raises:
        FeelSyntaxError: as `compile` and `compile_template`.

    """
    return compile_template(text) if syntax == "template" else compile(text, syntax)


@lru_cache(CACHE_SIZE)
def compile_template(text: str, syntax: str = "juel") -> Template:
    """Return the template that `text` writes; in `#{…}` stands the same as in `${…}`.

    Raises:
        FeelSyntaxError: when one is not closed or holds no expression; its line and column are those in `text`.

    """
    parts: list[str | Expression] = []
    place = 0
    while (opening := _opening(text, place)) >= 0:
        if opening > place:
            parts.append(text[place:opening])
        closing = _closing(text, opening + 2)
        if closing < 0:
            raise _at(text, opening, "The ${ that starts here is not closed by }", 1, 1)
        try:
            parts.append(compile(text[opening + 2 : closing], syntax))
        except FeelSyntaxError as error:
            raise _at(text, opening + 2, error.message, error.line, error.column) from error
        place = closing + 1
    if place < len(text) or not parts:
        parts.append(text[place:])
    return Template(text, tuple(parts))


def _opening(text: str, start: int) -> int:
    found = [place for place in (text.find("${", start), text.find("#{", start)) if place >= 0]
    return min(found, default=-1)


def _closing(text: str, start: int) -> int:
    """Return the place of the brace that closes; braces within quotation marks do not."""
    quote, escaped, depth = "", False, 0
    for place in range(start, len(text)):
        character = text[place]
        if quote:
            if character == quote and not escaped:
                quote = ""
            escaped = character == "\\" and not escaped
        elif character in "\"'":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            if depth == 0:
                return place
            depth -= 1
    return -1


def _at(text: str, offset: int, message: str, line: int, column: int) -> FeelSyntaxError:
    before = text[:offset]
    first = offset - before.rfind("\n")
    return FeelSyntaxError(message, before.count("\n") + line, first + column - 1 if line == 1 else column)
