"""Process variables: the table that an instance has once, written `processvar` in expressions.

Values are JSON (text, numbers, booleans, null, lists, contexts) and `SecretReference`, which only an activity can put
there. In storage the references stand beside the data, by their paths, so that no text, number or context that a
person submits can ever be read back as one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Any, Literal

import orjson

from engine.errors import Failure

MASK = "••••••"
"""What stands for a secret wherever it is not shown to its owner."""

MAXIMUM_BYTES = 256 * 1024
"""How large the variables of one instance may be, as JSON."""

Kind = Literal["text", "number", "boolean", "context", "list", "secret", "any"]
"""What a variable is, as a designer is told; a secret is a reference that only the end user's form opens."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class VariableInvalid(Failure):
    """A process variable has a name or a value that cannot be kept."""

    code = "variable-invalid"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Stands for a secret that only the end user's page of the instance that made it can open."""

    kind: str
    """What is behind it: `totp-secret` or `totp-uri`."""
    id: str
    """The row that holds the sealed secret."""
    instance_id: str
    """The instance that may open it."""

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK


class SensitiveText:
    """A text that a person submitted and that is never stored, logged or shown: a password.

    The activities that follow in the same step can read it where they declare so; what is stored of it is null. An
    expression can hand it on whole and compare it with null, and nothing else.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SensitiveText) and compare_digest(self.text.encode(), other.text.encode())

    def __hash__(self) -> int:
        return hash(self.text)


def is_name(text: str) -> bool:
    """Tell whether `text` can name a variable without quotes: ASCII letters, digits and underscores, no digit first."""
    return _NAME.fullmatch(text) is not None


def scope(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an expression can name: every variable directly, and the whole table as `processvar`.

    `processVar` is the same; the table is not copied.
    """
    return {**variables, "processvar": variables, "processVar": variables}


def assign(variables: dict[str, Any], path: str, value: object) -> None:
    """Set the value at a dotted `path`, making contexts on the way.

    Raises:
        VariableInvalid: when a part of the path is not a name or stands for something that is not a context, or the
            value is not JSON or too large.

    """
    # Here, where it is known which element did it; the whole table is looked at again when it is stored.
    _dumps(masked(value))
    *parents, last = path.split(".")
    if not all(is_name(part) for part in (*parents, last)):
        raise VariableInvalid(
            f"{path!r} cannot name a variable: use letters, digits and underscores, separated by dots."
        )
    table = variables
    for part in parents:
        if table.get(part) is None:
            # Null is as good as missing, as it is in FEEL.
            table[part] = {}
        table = table[part]
        if not isinstance(table, dict):
            raise VariableInvalid(f"{path!r} cannot be set: {part!r} is not a context.")
    table[last] = value


def masked(value: Any) -> Any:
    """Return a copy of `value` in which the mask stands for every secret: for people, logs and exports."""
    match value:
        case SecretReference() | SensitiveText():
            return MASK
        case dict():
            return {key: masked(item) for key, item in value.items()}
        case list():
            return [masked(item) for item in value]
    return value


def holds_secret(value: Any) -> bool:
    """Tell whether `value` is, or holds at any depth, a secret reference."""
    return any(True for _ in _references(value, ()))


def fingerprint(value: Any) -> Any:
    """Return what tells whether `value` was changed: contexts of digests, 8 bytes each."""
    if isinstance(value, dict):
        return {key: fingerprint(item) for key, item in value.items()}
    return blake2b(encode({"": value}), digest_size=8).hexdigest()


def merge(target: dict[str, Any], name: str, value: Any, given: Any) -> None:
    """Set `target[name]` to `value` where that differs from what `given`, its fingerprint of before, stands for.

    Inside of contexts only what was changed is set, so that nothing that others set meanwhile is lost.
    """
    present = target.get(name)
    if isinstance(value, dict) and isinstance(given, dict) and isinstance(present, dict):
        for key, item in value.items():
            merge(present, key, item, given.get(key))
    elif fingerprint(value) != given:
        target[name] = value


def encode(variables: Mapping[str, Any]) -> bytes:
    """Return the variables as bytes that `decode` reads.

    Raises:
        VariableInvalid: when a value is not JSON, or the whole is larger than `MAXIMUM_BYTES`.

    """
    references = [[path, each.kind, each.id, each.instance_id] for path, each in _references(variables, ())]
    # Null is only a place holder for a reference: decode puts it back by its path. A sensitive text stays null.
    data = _dumps(variables)
    return orjson.dumps([orjson.Fragment(data), references])


def decode(data: bytes) -> dict[str, Any]:
    """Return the variables that `encode` wrote."""
    variables, references = orjson.loads(data)
    for path, kind, identifier, instance_id in references:
        table = variables
        for part in path[:-1]:
            table = table[part]
        table[path[-1]] = SecretReference(kind, identifier, instance_id)
    return dict(variables)


def _dumps(value: Any) -> bytes:
    try:
        data = orjson.dumps(value, default=_stored, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    except TypeError as error:
        raise VariableInvalid(f"A process variable cannot be kept: {error}.") from error
    if len(data) > MAXIMUM_BYTES:
        raise VariableInvalid(f"The process variables take {len(data)} bytes; {MAXIMUM_BYTES} are allowed.")
    return data


def _stored(value: object) -> None:
    """Return what is stored in the place of a secret."""
    if not isinstance(value, SecretReference | SensitiveText):
        # What orjson itself says, so that other values are refused in the same words.
        raise TypeError(f"Type is not JSON serializable: {type(value).__name__}")


def _references(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], SecretReference]]:
    match value:
        case SecretReference():
            yield path, value
        case dict():
            for key, item in value.items():
                yield from _references(item, (*path, key))
        case list():
            for index, item in enumerate(value):
                yield from _references(item, (*path, index))
