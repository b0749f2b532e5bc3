"""Types as they are written after `instance of` and for parameters (DMN 1.5, 10.3.2.2 and 10.3.2.9)."""

from dataclasses import dataclass

from engine.feel.budget import Run
from engine.feel.values.functions import Function
from engine.feel.values.kinds import Kind, is_context, is_list, kind_of
from engine.feel.values.ranges import Bound, Range

SIMPLE = {
    "any": None,
    "null": Kind.NULL,
    "number": Kind.NUMBER,
    "string": Kind.STRING,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "date and time": Kind.DATE_TIME,
    "datetime": Kind.DATE_TIME,
    "years and months duration": Kind.YEARS_MONTHS,
    "year month duration": Kind.YEARS_MONTHS,
    "days and time duration": Kind.DAYS_TIME,
    "day time duration": Kind.DAYS_TIME,
    "list": Kind.LIST,
    "context": Kind.CONTEXT,
    "range": Kind.RANGE,
    "function": Kind.FUNCTION,
}
"""The types by their names in small letters; None is any type."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type, and the types of what is in it."""

    kind: Kind | None
    """None is any value but null."""
    inner: "Type | None" = None
    """Of the items of a list, or the ends of a range."""
    members: tuple[tuple[str, "Type"], ...] | None = None
    """Of a context's entries, or of a function's parameters (whose names are empty) and, last, its result."""

    def matches(self, run: Run, value: object) -> bool:
        """Tell whether `value` is of this type. Null is of no type but null."""
        run.tick()
        kind = kind_of(value)
        if self.kind is None:
            return kind is not Kind.NULL
        if kind is not self.kind:
            return False
        if self.inner is not None and is_list(value):
            return all(self.inner.accepts(run, item) for item in value)
        if self.inner is not None and type(value) is Range:
            return all(end is Bound.NONE or self.inner.accepts(run, end) for end in (value.start, value.end))
        if self.members is not None and is_context(value):
            return all(name in value and each.accepts(run, value[name]) for name, each in self.members)
        if self.members is not None and type(value) is Function:
            return value.accepts(len(self.members) - 1)
        return True

    def accepts(self, run: Run, value: object) -> bool:
        """Tell whether `value` can stand where this type is asked for: null can stand for anything."""
        return value is None or self.matches(run, value)
