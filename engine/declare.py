"""Parameters declared once.

A class that derives from `Declared` lists its parameters as typed class attributes:

    class GetUser(Activity):
        store_name: str = parameter("Store Name", required=True, help="The identity store that the user belongs to.")
        user_key: str = parameter("User Key", default="user1", help="The name under which the process keeps the user.")

From that come the check at deployment (`read`), the element template and the reference page (`parameters`), the
conversion at run time (`read`) and the static types: an instance of the class holds the values, converted and frozen.
"""

import math
import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from typing import Any, ClassVar, Literal, Protocol, Self, dataclass_transform

from engine.errors import Failure
from engine.variables import SensitiveText

_METADATA = "idflow"
_KINDS = {
    str: "a text",
    int: "a number",
    float: "a number",
    Decimal: "a number",
    bool: "true or false",
    dict: "a context",
    list: "a list",
}
Names = Literal["identity-store", "totp-policy", "form", "form-version", "process", "decision"]
"""What a parameter can refer to."""

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


class ParameterInvalid(Failure):
    """A parameter has a value that the activity cannot take."""

    code = "parameter-invalid"


class Convertible(Protocol):
    """A type whose values are made from what is drawn: an expression that is compiled, say.

    `called`, if it has that, is what designers call such a value.
    """

    @classmethod
    def convert(cls, value: object) -> Self:
        """Return the value that is drawn as `value`; raises `ParameterInvalid` with a reason."""


_ConvertibleClass = type[Convertible]
_DeclaredClass = type["Declared"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an activity, or one property of a form element."""

    attribute: str
    """Its name in Python: `user_external_id`."""
    key: str
    """Its name in a diagram or form: `userExternalId`."""
    label: str
    help: str
    type: type
    """`str`, `int`, `float`, `bool`, `dict`, a `Convertible`, or a class that is `Declared` itself."""
    required: bool
    default: Any
    """None when nothing is set."""
    choices: tuple[str, ...]
    minimum: int | None
    maximum: int | None
    """Of a number; how many characters a text has at most."""
    section: str = ""
    """The heading under which an editor shows it."""
    item: _DeclaredClass | None = None
    """What a list is made of, when the type is `tuple`."""
    sensitive: bool = False
    """Whether it takes a text that is never stored."""
    names: Names | None = None
    """What it refers to, so that an editor can offer those that there are."""

    def convert(self, value: object) -> Any:
        """Return `value` as this parameter's type.

        A text that was drawn as a literal (`"6"`, `"true"`) is read as a number or a boolean where one is declared; a
        whole number is accepted where a text is declared, because identifiers often look like numbers.

        Raises:
            ParameterInvalid: when it is missing, of another type, out of range or not among the choices.

        """
        if value is None or value == "":
            if self.required:
                raise ParameterInvalid(f"{self.label} is required and has no value.")
            return self._absent
        converted = self._typed(value)
        if self.choices and converted not in self.choices:
            raise ParameterInvalid(f"{self.label} must be one of {', '.join(self.choices)}, not {converted!r}.")
        if isinstance(converted, int | float) and not isinstance(converted, bool):
            self._in_range(converted)
        if isinstance(converted, str) and self.maximum is not None and len(converted) > self.maximum:
            raise ParameterInvalid(f"{self.label} has at most {self.maximum} characters, not {len(converted)}.")
        return converted

    @property
    def convertible(self) -> _ConvertibleClass | None:
        """The type, when it makes its values itself."""
        made: Any = self.type
        return made if hasattr(made, "convert") else None

    @property
    def _absent(self) -> Any:
        """What the attribute holds when nothing is set."""
        if self.convertible is not None:
            return None if self.default is None else self.convertible.convert(self.default)
        if issubclass(self.type, Declared):
            return self.type.read({})
        return self.default

    def _in_range(self, number: float) -> None:
        if self.minimum is not None and number < self.minimum:
            raise ParameterInvalid(f"{self.label} must be at least {self.minimum}, not {number}.")
        if self.maximum is not None and number > self.maximum:
            raise ParameterInvalid(f"{self.label} must be at most {self.maximum}, not {number}.")

    def _typed(self, value: object) -> Any:
        if self.sensitive and isinstance(value, SensitiveText):
            return value.text
        if self.convertible is not None:
            try:
                return self.convertible.convert(value)
            except ParameterInvalid as error:
                raise ParameterInvalid(f"{self.label}: {error.message}") from error
        if self.item is not None and isinstance(value, list):
            return tuple(self.item.read(each) for each in value)
        if issubclass(self.type, Declared) and isinstance(value, dict):
            return self.type.read(value)
        return self._plain(value)

    def _plain(self, value: object) -> Any:
        match self.type.__name__, value:
            case "str", str() | int() if not isinstance(value, bool):
                return str(value)
            case "int", int() if not isinstance(value, bool):
                return value
            case "int", str() if _WHOLE_NUMBER.fullmatch(value):
                return int(value)
            case "float", int() | float() if not isinstance(value, bool) and math.isfinite(value):
                return value
            case "bool", bool():
                return value
            case "bool", "true" | "false":
                return value == "true"
            case "dict", dict():
                return value
        expected = "a whole number" if self.type is int else kind_of(list if self.item else self.type)
        raise ParameterInvalid(f"{self.label} must be {expected}, not {kind_of(type(value))}.")


def kind_of(plain: type) -> str:
    """Return what designers call the values of a Python type."""
    own: str = getattr(plain, "called", "something else")
    return _KINDS.get(plain, _KINDS[dict] if issubclass(plain, Declared) else own)


def parameter(  # noqa: PLR0913 - a declaration names everything that is derived from it
    label: str,
    *,
    help: str = "",  # noqa: A002 - the word that the designer sees
    default: Any = None,
    required: bool = False,
    key: str | None = None,
    choices: tuple[str, ...] = (),
    minimum: int | None = None,
    maximum: int | None = None,
    section: str = "",
    sensitive: bool = False,
    names: Names | None = None,
) -> Any:
    """Declare one parameter; see `Parameter` for each word. `key` defaults to the camelCase of the attribute.

    `default` is written as a diagram or form would.
    """
    metadata = {
        "label": label,
        "help": help,
        "required": required,
        "key": key,
        "choices": choices,
        "minimum": minimum,
        "maximum": maximum,
        "section": section,
        "sensitive": sensitive,
        "names": names,
    }
    return field(default=MISSING if required else default, kw_only=True, metadata={_METADATA: metadata})


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(parameter,))
class Declared:
    """Base of every class whose attributes are declared by `parameter`."""

    parameters: ClassVar[tuple[Parameter, ...]] = ()
    """What was declared: required ones first, otherwise in the order of the source."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        dataclass(frozen=True, kw_only=True)(cls)
        cls.parameters = tuple(sorted(_declared(cls), key=lambda each: not each.required))

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Self:
        """Return an instance from `values`, which are keyed as in a diagram or form (`userExternalId`).

        Raises:
            ParameterInvalid: for the first parameter that cannot be taken; a name that is not declared is one, too.

        """
        unknown = values.keys() - {each.key for each in cls.parameters}
        if unknown:
            raise ParameterInvalid(f"There is no parameter {', '.join(sorted(unknown))}.")
        return cls(**{each.attribute: each.convert(values.get(each.key)) for each in cls.parameters})


def _declared(cls: type) -> Iterator[Parameter]:
    hints = typing.get_type_hints(cls)
    for each in fields(cls):
        declared = each.metadata.get(_METADATA)
        if declared is None:
            continue
        default = None if each.default is MISSING else each.default
        key = declared["key"] or _camel_case(each.name)
        rest = {name: value for name, value in declared.items() if name != "key"}
        plain, item = _plain(hints[each.name])
        yield Parameter(attribute=each.name, key=key, type=plain, item=item, default=default, **rest)


def _plain(hint: Any) -> tuple[type, type[Declared] | None]:
    """Return the one type of `hint`, and what it is made of when it is a tuple.

    `str | None` is `str`, `dict[str, str]` is `dict`, `tuple[Option, ...]` is `tuple` of `Option`.
    """
    if isinstance(hint, types.UnionType):
        hint = next(arm for arm in typing.get_args(hint) if arm is not types.NoneType)
    plain: type = typing.get_origin(hint) or hint
    return plain, typing.get_args(hint)[0] if plain is tuple else None


def _camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
