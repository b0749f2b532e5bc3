"""What an operator says on the page that asks whether something is to be done to an instance."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from werkzeug.datastructures import MultiDict

from engine.audit import MAXIMUM_TEXT
from engine.variables import MASK

MAXIMUM_DEPTH = 32
"""How deep lists and contexts may be inside each other."""

MAPPED = "map."
"""How the names of fields begin that say where the tokens of an element go on."""

_MAXIMUM_NUMBER = 2**31 - 1
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)


@dataclass(slots=True)
class ActionForm:
    """As it was sent, with what is wrong with it."""

    reason: str = ""
    variables: str = ""
    """JSON."""
    element: str = ""
    token: str = ""
    version: int | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    identity: bool = False
    revision: int | None = None
    """Of the instance, as it was shown."""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, fields: MultiDict[str, str]) -> "ActionForm":
        """Return what was sent, in the address or in the body."""
        mapping = {
            name.removeprefix(MAPPED): value for name, value in fields.items() if name.startswith(MAPPED) and value
        }
        form = cls(
            reason=fields.get("reason", "").strip(),
            variables=fields.get("variables", "").strip(),
            element=fields.get("element", "").strip(),
            token=fields.get("token", ""),
            version=_number(fields.get("version", "")),
            mapping={old: new for old, new in mapping.items() if old != new},
            identity=fields.get("identity") == "yes",
            revision=_number(fields.get("revision", "")),
        )
        if len(form.reason) > MAXIMUM_TEXT:
            form.errors["reason"] = f"Use up to {MAXIMUM_TEXT} characters."
        return form

    def order(self, by: str) -> dict[str, Any]:
        """Return who orders it, why, and having seen what."""
        return {"reason": self.reason, "by": by, "revision": self.revision, "identity": self.identity}

    def read_variables(self, *, required: bool) -> dict[str, Any]:
        """Return the variables, or note what is wrong with them."""
        if not self.variables:
            if required:
                self.errors["variables"] = 'Write what to set as JSON: {"name": "value"}.'
            return {}
        try:
            read = orjson.loads(self.variables)
        except orjson.JSONDecodeError as error:
            self.errors["variables"] = f"This is no JSON: line {error.lineno}, column {error.colno}: {error.msg}."
            return {}
        if not isinstance(read, dict) or (required and not read):
            self.errors["variables"] = 'Write a JSON object with the names and values: {"name": "value"}.'
        elif _depth(read) > MAXIMUM_DEPTH:
            self.errors["variables"] = f"Put at most {MAXIMUM_DEPTH} lists and objects inside each other."
        elif MASK in self.variables or MASK in orjson.dumps(read).decode():
            self.errors["variables"] = f"{MASK} only stands for a secret here. A secret cannot be set; leave it out."
        else:
            return read
        return {}


def _number(text: str) -> int | None:
    number = int(text) if _NUMBER.fullmatch(text) else 0
    return number if 0 < number <= _MAXIMUM_NUMBER else None


def _depth(value: Any) -> int:
    depth, layer = 0, [value]
    while layer and depth <= MAXIMUM_DEPTH:
        nested = [each for each in layer if isinstance(each, dict | list)]
        depth += bool(nested)
        layer = [item for each in nested for item in (each.values() if isinstance(each, dict) else each)]
    return depth
