"""What all models share: names in camelCase, nothing that is not known in what is sent, times with a zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

from engine.variables import MASK

MAXIMUM_LIMIT = 200
"""How many entries one page has at most."""

DEFAULT_LIMIT = 50

MAXIMUM_TEXT = 1000
"""How many characters a text has where nothing less is said."""

MAXIMUM_DEPTH = 32
"""How deep lists and objects may be inside each other, in variables."""

MAXIMUM_NUMBER = 2**31 - 1
"""Of versions and revisions: what the database can count to."""

Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Of:
    """Says how the engine calls what a field shows, where that is another name."""

    name: str


class Shown(BaseModel):
    """What the API gives. New names may be added; whoever reads it leaves out what it does not know.

    A record of the engine is read by the names of its attributes, JSON by those in camelCase.
    """

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _of_record(cls, value: Any) -> Any:
        if isinstance(value, dict | BaseModel):
            return value
        named = {name: _attribute(name, field.metadata) for name, field in cls.model_fields.items()}
        return {name: getattr(value, attribute) for name, attribute in named.items() if hasattr(value, attribute)}


def _attribute(name: str, metadata: Iterable[object]) -> str:
    return next((each.name for each in metadata if isinstance(each, Of)), name)


class Sent(BaseModel):
    """What the API takes as JSON: exactly these names and types."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


def _without_defaults(schema: dict[str, Any]) -> None:
    for each in schema.get("properties", {}).values():
        each.pop("default", None)


class Partial(Sent):
    """What is to be changed of something; what is not there stays. Send it without what was not set."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    @property
    def changes(self) -> dict[str, Any]:
        """What is to be changed, by the names of the engine."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"reason"}}


class Asked(BaseModel):
    """What the API takes in an address: texts, which are read as what they stand for."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


class Nothing(Asked):
    """Takes nothing."""


class Paged(Asked):
    """Asks for one page of a list."""

    limit: Annotated[int, Field(ge=1, le=MAXIMUM_LIMIT, description="How many entries the page has at most.")] = (
        DEFAULT_LIMIT
    )
    after: Annotated[
        str | None,
        Field(min_length=1, max_length=MAXIMUM_TEXT, description="`next` of the page before this one."),
    ] = None


class Page(Shown, Generic[Item]):
    """One page of a list."""

    items: tuple[Item, ...]
    next: Annotated[str | None, Field(description="Asks for the next page, as `after`; null on the last one.")] = None

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Return how the document calls a page of these."""
        return f"{params[0].__name__}Page"


class Order(StrEnum):
    """Which end of a list comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"


def _plain(value: Mapping[str, Any]) -> Mapping[str, Any]:
    depth, layer = 0, [value]
    while layer:
        nested = [each for each in layer if isinstance(each, dict | list)]
        depth += bool(nested)
        if depth > MAXIMUM_DEPTH:
            raise ValueError(f"Put at most {MAXIMUM_DEPTH} lists and objects inside each other.")
        layer = [item for each in nested for item in (each.values() if isinstance(each, dict) else each)]
    if MASK in str(value):
        raise ValueError(f"{MASK} only stands for a secret. A secret cannot be set; leave it out.")
    return value


Variables = Annotated[
    dict[str, JsonValue],
    AfterValidator(_plain),
    Field(description="Process variables by name. What begins with an underscore is Idflow's own."),
]
"""Values that whoever sends them may set."""

Masked = Annotated[dict[str, JsonValue], Field(description=f"By name. {MASK} stands for every secret.")]
"""Values in which no secret is."""

Id = Annotated[str, StringConstraints(pattern="^[0-9a-f]{24}$"), Field(description="24 hexadecimal digits.")]
"""Of a row of ours."""

Text = Annotated[str, StringConstraints(max_length=MAXIMUM_TEXT, pattern=r"^[^\x00]*$")]
Key = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]+$")]
Version = Annotated[int, Field(ge=1, le=MAXIMUM_NUMBER)]
Moment = AwareDatetime
