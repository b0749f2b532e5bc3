"""How a built-in function is declared: once, by its parameters as the standard writes them.

    @LIBRARY.function("substring", "string: string, start position: integer, length?: integer")

A `?` after a name: it may be left away. A `?` after a type: it may be null. `name*` takes all further arguments;
`name+` takes one list, or all further arguments as one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.feel.values.kinds import FOREIGN, Kind, adopted, is_list, kind_of
from engine.feel.values.numbers import number, whole

_F = TypeVar("_F", bound=Callable[..., object])

MISMATCH = object()
"""What stands for an argument of another type."""

_TEMPORAL = {Kind.DATE, Kind.TIME, Kind.DATE_TIME, Kind.YEARS_MONTHS, Kind.DAYS_TIME}


def _number(value: object) -> object:
    known = number(value)
    return MISMATCH if known is None else known


def _integer(value: object) -> object:
    known = whole(value)
    return MISMATCH if known is None else known


def _list(value: object) -> object:
    if value is None:
        return MISMATCH
    if type(value) is list:
        return value
    return list(value) if is_list(value) else [value]


def _of(*kinds: Kind) -> Callable[[object], object]:
    known = frozenset(kinds)
    return lambda value: value if kind_of(value) in known else MISMATCH


CONVERTERS: Mapping[str, Callable[[object], object]] = {
    "any": lambda value: value,
    "number": _number,
    "integer": _integer,
    "string": _of(Kind.STRING),
    "boolean": _of(Kind.BOOLEAN),
    "list": _list,
    "context": _of(Kind.CONTEXT),
    "function": _of(Kind.FUNCTION),
    "range": _of(Kind.RANGE),
    "date": _of(Kind.DATE),
    "time": _of(Kind.TIME),
    "date and time": _of(Kind.DATE_TIME),
    "day": _of(Kind.DATE, Kind.DATE_TIME),
    "days and time duration": _of(Kind.DAYS_TIME),
    "duration": _of(Kind.YEARS_MONTHS, Kind.DAYS_TIME),
    "temporal": _of(*_TEMPORAL),
    "point": lambda value: MISMATCH if kind_of(value) is Kind.RANGE or value is None else value,
}
"""How an argument becomes what a parameter asks for; `MISMATCH` when it cannot."""

_KEEPS_LISTS = {"any", "list", "point"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a function takes."""

    name: str
    type: str
    required: bool = True
    nullable: bool = False
    rest: str = ""
    """`*` or `+`, when it takes all further arguments."""

    def convert(self, value: object) -> object:
        """Return the argument as the function takes it, or `MISMATCH`; a list of one stands for its item."""
        if value is None and self.nullable:
            return None
        if type(value) in FOREIGN:
            value = adopted(value)
        converter = CONVERTERS[self.type]
        found = converter(value)
        if found is MISMATCH and type(value) is list and len(value) == 1 and self.type not in _KEEPS_LISTS:
            return converter(value[0])
        return found


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a function."""

    parameters: tuple[Parameter, ...]
    call: Callable[..., object]
    changing: bool = False
    """Whether it gives another value the next time."""

    def arrange(self, positional: int, names: Sequence[str]) -> tuple["Slot", ...] | None:
        """Return which arguments go to which parameter; None when they do not fit."""
        if names:
            return self._arrange_named(names)
        slots: list[Slot] = []
        taken = 0
        for parameter in self.parameters:
            if parameter.rest:
                if parameter.rest == "+" and taken >= positional:
                    return None
                slots.append(Slot(parameter, tuple(range(taken, positional))))
                taken = positional
            elif taken < positional:
                slots.append(Slot(parameter, (taken,)))
                taken += 1
            elif parameter.required:
                return None
        return tuple(slots) if taken == positional else None

    def _arrange_named(self, names: Sequence[str]) -> tuple["Slot", ...] | None:
        known = {parameter.name for parameter in self.parameters}
        if not known.issuperset(names):
            return None
        slots: list[Slot] = []
        for parameter in self.parameters:
            if parameter.name in names:
                slots.append(Slot(parameter, (names.index(parameter.name),)))
            elif parameter.required:
                return None
            else:
                slots.append(Slot(parameter, None))
        while slots and slots[-1].places is None:
            slots.pop()
        return tuple(slots)


@dataclass(frozen=True, slots=True)
class Slot:
    """The arguments that go to one parameter, by their places; None when it is left away."""

    parameter: Parameter
    places: tuple[int, ...] | None

    def argument(self, values: Sequence[object]) -> object:
        """Return what the function is given, or `MISMATCH`."""
        if self.places is None:
            return None
        parameter = self.parameter
        if not parameter.rest:
            return parameter.convert(values[self.places[0]])
        given = [values[place] for place in self.places]
        if parameter.rest == "+" and len(given) == 1:
            return _list(given[0])
        return given


class Library:
    """The functions of one topic."""

    def __init__(self) -> None:
        self.functions: dict[str, list[Overload]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.functions)

    def function(self, name: str, parameters: str = "", *, changing: bool = False) -> Callable[[_F], _F]:
        """Declare the decorated function under `name`; several declarations of one name are tried in their order."""

        def declare(call: _F) -> _F:
            declared = tuple(_parameter(each) for each in parameters.split(", ")) if parameters else ()
            self.functions.setdefault(name, []).append(Overload(declared, call, changing))
            return call

        return declare


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(": ")
    rest = name[-1] if name[-1] in "*+" else ""
    required = not name.endswith("?")
    nullable = kind.endswith("?")
    return Parameter(name.rstrip("?*+"), kind.removesuffix("?"), required, nullable, rest)
