"""A group of settings, declared once: from it come the form, the checks, the row and the reading of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.config import Settings
from engine.declare import Declared, ParameterInvalid

T = TypeVar("T", bound=Declared)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that the environment has set, so that nobody can change it in the browser."""

    variable: str
    """`IDFLOW_SMTP_HOST`."""
    value: Any


def _nothing_fixed(_settings: Settings) -> Mapping[str, Fixed]:
    return {}


def _nothing_wrong(_values: Any) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Group(Generic[T]):
    """Settings that are saved together."""

    name: str
    """Of its row: never changed."""
    declared: type[T]
    fixed: Callable[[Settings], Mapping[str, Fixed]] = _nothing_fixed
    """Returns what the environment sets, by attribute."""
    check: Callable[[T], Mapping[str, str]] = _nothing_wrong
    """Returns what is wrong with values that are each for itself right, by attribute."""
    files: Callable[[T], frozenset[str]] | None = None
    """Returns the ids of the files that the values need; every other one goes, so one group has files."""

    def read(self, given: Mapping[str, Any]) -> tuple[T | None, dict[str, str]]:
        """Return the values that are given by attribute, and everything that is wrong; None when something is."""
        errors: dict[str, str] = {}
        values: dict[str, Any] = {}
        for each in self.declared.parameters:
            try:
                values[each.attribute] = each.convert(given.get(each.attribute))
            except ParameterInvalid as invalid:
                errors[each.attribute] = invalid.message
        if errors:
            return None, errors
        made = self.declared(**values)
        errors.update(self.check(made))
        return (None if errors else made), errors


def written(declared: Declared, *, sensitive: bool = False) -> dict[str, Any]:
    """Return what `Declared.read` reads: what is set, as JSON; either only what is secret, or nothing of it."""
    values = {each: getattr(declared, each.attribute) for each in declared.parameters if each.sensitive is sensitive}
    return {each.key: _plain(value) for each, value in values.items() if value not in (None, "", ())}


def having(declared: T, values: Mapping[str, Any]) -> T:
    """Return the same settings with some other values, by attribute."""
    own = {each.attribute: getattr(declared, each.attribute) for each in declared.parameters}
    return type(declared)(**{**own, **values})


def changed(before: Declared, after: Declared) -> list[str]:
    """Return the labels of what is different, in order."""
    return [
        each.label for each in before.parameters if getattr(before, each.attribute) != getattr(after, each.attribute)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Declared):
        return written(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
