"""The methods of Java that files of Camunda 7 call on values, in JUEL only."""

from collections.abc import Callable, Mapping, Sized
from typing import TypeGuard

from engine.feel.budget import Run
from engine.feel.values.comparison import equal
from engine.feel.values.kinds import is_context, is_list, kind_of


def _is_sized(value: object) -> TypeGuard[Sized]:
    return type(value) is str or is_list(value) or is_context(value)


def is_empty(value: object) -> bool:
    """Tell whether the value is null, or a text, list or context with nothing in it."""
    return value is None or (_is_sized(value) and len(value) == 0)


def _size(run: Run, value: object) -> object:
    if _is_sized(value):
        return len(value)
    return run.null("a {} has no size", kind_of(value))


def _contains(run: Run, value: object, wanted: object) -> object:
    if type(value) is str and type(wanted) is str:
        return wanted in value
    if not is_list(value):
        return run.null("only texts and lists contain something")
    return any(equal(run, item, wanted) is True for item in value)


def _contains_key(_run: Run, value: object, key: object) -> object:
    return key in value if is_context(value) and type(key) is str else None


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
