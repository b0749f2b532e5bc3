"""The form of a group of settings, made from its declaration: what was filled in, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import request

from engine.adjustments import Group, State
from engine.adjustments.branding import Corners
from engine.adjustments.group import changed
from engine.config import Security
from engine.declare import Declared

CHOICES: Mapping[str, Mapping[str, str]] = {
    "security": {
        Security.STARTTLS: "STARTTLS: encrypted after a greeting",
        Security.TLS: "TLS: encrypted from the beginning",
        Security.NONE: "None: only for a server on the same machine",
    },
    "corners": {Corners.SQUARE: "Square", Corners.SLIGHT: "Slightly round", Corners.ROUND: "Round"},
}
"""How choices are called, by setting."""

T = TypeVar("T", bound=Declared)


@dataclass(slots=True)
class SettingForm(Generic[T]):
    """What was filled in, or what is in force."""

    group: Group[T]
    state: State[T]
    given: dict[str, str]
    """By attribute, as text."""
    errors: dict[str, str] = field(default_factory=dict)
    """By attribute."""
    conflict: State[T] | None = None
    """What somebody else has saved meanwhile."""
    differs: list[str] = field(default_factory=list)
    """The labels of what is different there."""

    @classmethod
    def of(cls, group: Group[T], state: State[T]) -> "SettingForm[T]":
        """Return the form before anything was filled in."""
        return cls(group, state, {each.attribute: _written(state.values, each) for each in group.declared.parameters})

    @classmethod
    def sent(cls, group: Group[T], state: State[T]) -> "SettingForm[T]":
        """Return what the current request has sent; what the environment sets is not sent."""
        form = cls.of(group, state)
        for each in group.declared.parameters:
            if each.attribute not in state.fixed:
                form.given[each.attribute] = request.form.get(each.attribute, "").strip()
        return form

    @property
    def revision(self) -> int:
        """What the person saw: after a conflict, what is there now."""
        return self.state.revision if self.conflict is not None or not _was_sent() else seen_revision()

    def values(self, **others: Any) -> T | None:
        """Return the values, `others` in the place of what is no plain text; None when `errors` says what is wrong."""
        values, errors = self.group.read({**self.given, **others})
        self.errors.update(errors)
        return None if self.errors else values

    def clash(self, conflict: State[T], values: T) -> None:
        """Note that somebody else was faster."""
        self.state = self.conflict = conflict
        self.differs = changed(conflict.saved, values)


def _was_sent() -> bool:
    return "revision" in request.form


def seen_revision() -> int:
    """Return the revision that the person saw who sent the current request."""
    return request.form.get("revision", 0, type=int)


def _written(values: Declared, each: Any) -> str:
    value = getattr(values, each.attribute)
    return str(value) if isinstance(value, str | int) and not each.sensitive else ""
