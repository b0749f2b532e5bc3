"""The methods of Java that files of Camunda 7 call on values, in JUEL only."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from engine.feel.budget import Run
from engine.feel.values.comparison import equal
from engine.feel.values.kinds import Kind, kind_of

_SIZED = {Kind.LIST, Kind.CONTEXT, Kind.STRING}


def is_empty(value: object) -> bool:
    """Tell whether the value is null, or a text, list or context with nothing in it."""
    return value is None or (kind_of(value) in _SIZED and len(cast("Sequence[object]", value)) == 0)


def _size(run: Run, value: object) -> object:
    if kind_of(value) in _SIZED:
        return len(cast("Sequence[object]", value))
    return run.null("a {} has no size", kind_of(value))


def _contains(run: Run, value: object, wanted: object) -> object:
    if type(value) is str and type(wanted) is str:
        return wanted in value
    if kind_of(value) is not Kind.LIST:
        return run.null("only texts and lists contain something")
    return any(equal(run, item, wanted) is True for item in cast("Sequence[object]", value))


def _contains_key(_run: Run, value: object, key: object) -> object:
    return key in cast("Mapping[str, object]", value) if kind_of(value) is Kind.CONTEXT and type(key) is str else None


def _of_text(work: Callable[..., object]) -> Callable[..., object]:
    def method(run: Run, *values: object) -> object:
        if any(type(value) is not str for value in values):
            return run.null("only texts have this method")
        return work(*values)

    return method


METHODS: Mapping[str, tuple[int, Callable[..., object]]] = {
    "equals": (1, equal),
    "size": (0, _size),
    "length": (0, _size),
    "isEmpty": (0, lambda _run, value: is_empty(value)),
    "contains": (1, _contains),
    "containsKey": (1, _contains_key),
    "startsWith": (1, _of_text(str.startswith)),
    "endsWith": (1, _of_text(str.endswith)),
    "equalsIgnoreCase": (1, _of_text(lambda one, other: one.lower() == other.lower())),
    "toLowerCase": (0, _of_text(str.lower)),
    "toUpperCase": (0, _of_text(str.upper)),
    "trim": (0, _of_text(str.strip)),
}
"""The methods of Java that files of Camunda 7 call, by the number of their arguments."""
