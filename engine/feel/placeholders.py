"""Text with paths in double braces, as forms have it: `Dear {{processvar.name}}`."""

import re
from collections.abc import Iterator

from engine.feel.errors import FeelSyntaxError
from engine.feel.expression import Expression, compile  # noqa: A004 - feel.compile says what it does

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def compile_placeholders(text: str) -> tuple[str | Expression, ...]:
    """Return the literal texts of `text` and the paths between them, in their order.

    A placeholder is one path of plain names and nothing more: no calls, no conditions, no loops. What becomes of the
    values, and how they are escaped, is the caller's.

    Raises:
        FeelSyntaxError: when braces are not closed, or there is something else than a path between them; its line and
            column are those in `text`.

    """
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[str | Expression]:
    position = 0
    while (opening := text.find("{{", position)) >= 0:
        if opening > position:
            yield text[position:opening]
        closing = text.find("}}", opening)
        if closing < 0:
            raise _at(text, opening, "The {{ that starts here is not closed by }}")
        yield _path(text, opening + 2, closing)
        position = closing + 2
    if position < len(text):
        yield text[position:]


def _path(text: str, start: int, end: int) -> Expression:
    try:
        expression = compile(text[start:end])
    except FeelSyntaxError as error:
        offset = sum(len(line) + 1 for line in text[start:end].split("\n")[: error.line - 1])
        raise _at(text, start + offset + error.column - 1, error.message) from error
    if expression.path is None or not all(map(_PLAIN_NAME.fullmatch, expression.path)):
        raise _at(text, start, "What stands here in braces is not a path")
    return expression


def _at(text: str, place: int, message: str) -> FeelSyntaxError:
    before = text[:place]
    return FeelSyntaxError(message, before.count("\n") + 1, place - before.rfind("\n"))
