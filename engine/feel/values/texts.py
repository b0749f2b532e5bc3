"""Values as text (DMN 1.5, 10.3.4.1, `string`), and as JSON. A value that is none of FEEL's is never shown."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.feel.budget import MAXIMUM_DEPTH, MAXIMUM_TEXT, Run, too_deep, too_long_text
from engine.feel.errors import FeelEvaluationError, FeelOpaqueError
from engine.feel.values.kinds import FOREIGN, Kind, adopted, is_context, is_list, kind_of
from engine.feel.values.numbers import Number, decimal, number, settled, written
from engine.feel.values.ranges import Bound, Range

_PLAIN_KEY = re.compile(r"[^\W\d]\w*")
_NAMES = {None: "null", True: "true", False: "false"}
_HIDDEN = frozenset({Kind.RANGE, Kind.FUNCTION, Kind.OPAQUE})


@dataclass(frozen=True, slots=True)
class _Style:
    """How a text is made of what is no list and no context."""

    key: Callable[[str], str]
    other: Callable[[Run, object, int], Iterable[str]]


def to_text(run: Run, value: object) -> str:
    """Return the value as `string(…)` writes it: a text as it is, and quoted within a list or context.

    Raises:
        FeelEvaluationError: when it is opaque or a function, or holds one; or when it is too large.

    """
    if type(value) is str:
        return value
    return _joined(run, _parts(run, value, 0, _TEXT))


def json_text(run: Run, value: object) -> str:
    """Return the value as JSON text.

    Raises:
        FeelEvaluationError: when it is or holds a range, a function or a value that is none of FEEL's; or is too large.

    """
    return _joined(run, _parts(run, value, 0, _JSON))


def _joined(run: Run, made: Iterator[str]) -> str:
    parts: list[str] = []
    size = 0
    for part in made:
        run.tick(1 + (len(part) >> 6))
        size += len(part)
        if size > MAXIMUM_TEXT:
            raise too_long_text()
        parts.append(part)
    return "".join(parts)


def _parts(run: Run, value: object, depth: int, style: _Style) -> Iterator[str]:
    if depth > MAXIMUM_DEPTH:
        raise too_deep()
    if type(value) in FOREIGN:
        value = adopted(value)
    if is_list(value):
        yield "["
        for place, item in enumerate(value):
            yield ", " if place else ""
            yield from _parts(run, item, depth + 1, style)
        yield "]"
    elif is_context(value):
        yield "{"
        for place, (key, item) in enumerate(value.items()):
            yield f"{', ' if place else ''}{style.key(_text_key(key))}: "
            yield from _parts(run, item, depth + 1, style)
        yield "}"
    else:
        yield from style.other(run, value, depth)


def _other(run: Run, value: object, depth: int) -> Iterable[str]:
    return _range(run, value, depth) if type(value) is Range else (_scalar(value),)


def _scalar(value: object) -> str:
    if value is None or type(value) is bool:
        return _NAMES[value]
    if type(value) is str:
        return _quoted(value)
    known = number(value)
    return _visible(value) if known is None else written(known)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _quoted(key)


def _range(run: Run, value: Range, depth: int) -> Iterator[str]:
    if value.start is Bound.NONE or value.end is Bound.NONE:
        upper = value.start is Bound.NONE
        included = value.end_included if upper else value.start_included
        yield ("<" if upper else ">") + ("= " if included else " ")
        yield from _parts(run, value.end if upper else value.start, depth + 1, _TEXT)
        return
    yield "[" if value.start_included else "("
    yield from _parts(run, value.start, depth + 1, _TEXT)
    yield ".."
    yield from _parts(run, value.end, depth + 1, _TEXT)
    yield "]" if value.end_included else ")"


def _visible(value: object) -> str:
    """Return a date, time or duration as text; raises the error of any other value."""
    kind = kind_of(value)
    if kind in _HIDDEN:
        raise hidden(kind)
    return str(value)


def hidden(kind: Kind) -> FeelEvaluationError:
    """Return the error of a value that must not be turned into text."""
    if kind is Kind.OPAQUE:
        return FeelOpaqueError(
            "An opaque value can only be handed on and compared with null: it is no text and no JSON."
        )
    return FeelEvaluationError(f"A {kind} cannot be turned into text or kept as JSON.")


def to_json(value: object) -> Any:
    """Return any value of FEEL as JSON has it: dates, times and durations as their ISO 8601 texts.

    A number that is not whole becomes the nearest float.

    Raises:
        FeelEvaluationError: when it is or holds a range, a function or a value that is none of FEEL's; or is too large.

    """
    return _json(Run({}), value, 0)


def _json(run: Run, value: object, depth: int) -> Any:
    run.tick()
    if depth > MAXIMUM_DEPTH:
        raise too_deep()
    if type(value) in FOREIGN:
        value = adopted(value)
    if value is None or type(value) is bool or type(value) is str:
        return value
    if is_list(value):
        return [_json(run, item, depth + 1) for item in value]
    if is_context(value):
        return {_text_key(key): _json(run, item, depth + 1) for key, item in value.items()}
    known = number(value)
    return _visible(value) if known is None else json_number(known)


def _json_other(run: Run, value: object, depth: int) -> Iterable[str]:
    return (_quoted(_json(run, value, depth)),)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_TEXT, _JSON = _Style(_key, _other), _Style(_quoted, _json_other)


def _text_key(key: object) -> str:
    if type(key) is not str:
        raise FeelEvaluationError("A context has a key that is no text.")
    return key


def json_number(value: Number) -> int | float:
    """Return a number as JSON has it.

    Raises:
        FeelEvaluationError: when no float is near it.

    """
    if type(value) is int and value.bit_length() < sys.float_info.max_exp:
        # Nearly every number, and every one of a list that is evaluated: kept fast.
        return value
    try:
        near = float(value)
    except OverflowError:
        near = float("inf")
    if number(near) is None:
        raise FeelEvaluationError("A number is too large to be kept as JSON.")
    if type(value) is int:
        return value
    exact = settled(decimal(value))
    return exact if type(exact) is int else near
