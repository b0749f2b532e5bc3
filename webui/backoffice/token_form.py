"""The form that a process token is made with: what was filled in, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from engine.store.models import TokenType
from engine.tokens import TokenInvalid
from engine.tokens.rules import MAXIMUM_PARAMETERS

KNOWN = {"firstName": "First name", "lastName": "Last name", "email": "E-mail", "externalId": "External ID"}
"""The parameters that have a field of their own, with their labels."""

UNITS = {"minutes": "minutes", "hours": "hours", "days": "days"}
KINDS = {"text": "Text", "number": "Number", "flag": "True or false"}
PAIRS = 3
"""How many empty rows for other parameters there are at least."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_MAXIMUM_NUMBER = 40
"""In characters: no number that a parameter can hold is longer."""
_FIELDS = {"version": "process", "maximum_duration": "duration", "parameters": "parameter-0"}
"""The fields of what the engine calls otherwise."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row for another parameter, as it was filled in."""

    name: str = ""
    kind: str = "text"
    value: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was filled in."""
        return not (self.name or self.value)


@dataclass(slots=True)
class TokenForm:
    """What was filled in."""

    given: Mapping[str, str]
    pairs: Sequence[Pair]
    errors: dict[str, str] = field(default_factory=dict)
    """By field."""

    @classmethod
    def empty(cls, name: str, process: str = "") -> "TokenForm":
        """Return the form before anything was filled in."""
        given = {"name": name, "process": process, "type": TokenType.COUNT.value, "limit": "1"}
        return cls({**given, "duration": "48", "unit": "hours"}, (Pair(),) * PAIRS)

    @classmethod
    def posted(cls, form: MultiDict[str, str]) -> "TokenForm":
        """Return what was sent."""
        columns = (form.getlist(f"parameter-{each}")[: MAXIMUM_PARAMETERS + 1] for each in ("name", "kind", "value"))
        pairs = [Pair(name.strip(), kind, value) for name, kind, value in zip(*columns, strict=False)]
        pairs = [each for each in pairs if not each.empty]
        given = {key: form.get(key, "").strip() for key in form if not key.startswith("parameter-")}
        return cls(given, [*pairs, *[Pair()] * (PAIRS - len(pairs))])

    @property
    def opened(self) -> bool:
        """Whether there is something to see among the additional parameters."""
        wrong = any(each in KNOWN or each.startswith("parameter-") for each in self.errors)
        return wrong or any(self.given.get(each) for each in KNOWN) or any(not each.empty for each in self.pairs)

    def options(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return what the token is to be made with; `errors` says what could not be read. Times are in `zone`."""
        key, _, version = self.given.get("process", "").partition(":")
        if not key:
            self.errors["process"] = "Choose a process definition."
        if not self.given.get("name"):
            self.errors["name"] = "Give the token a name."
        kind = self._one_of("type", [each.value for each in TokenType])
        return {
            "name": self.given.get("name", ""),
            "definition_key": key,
            "definition_version": self._whole("process", version) if version else None,
            "type": kind,
            "limit": self._whole("limit", self.given.get("limit", "")) if kind == TokenType.COUNT else 1,
            "not_before": self._moment("not_before", zone),
            "not_after": self._moment("not_after", zone),
            "maximum_duration": self._duration(),
            "parameters": dict(self._parameters()),
        }

    def note(self, refused: TokenInvalid) -> None:
        """Keep what the engine refuses at the field that it is about."""
        place, _, name = refused.where.partition(".")
        found = _FIELDS.get(place, place or "name")
        if name:
            rows = (f"parameter-{index}" for index, pair in enumerate(self.pairs) if pair.name == name)
            found = name if name in KNOWN else next(rows, "parameter-0")
        self.errors[found] = refused.message

    def _parameters(self) -> Iterator[tuple[str, str | int | float | bool]]:
        seen = {name for name in KNOWN if self.given.get(name)}
        yield from ((name, self.given[name]) for name in KNOWN if name in seen)
        for index, pair in enumerate(self.pairs):
            if pair.empty:
                continue
            if pair.name in seen:
                self.errors[f"parameter-{index}"] = f"There are two parameters {pair.name[:50]!r}."
            seen.add(pair.name)
            try:
                yield pair.name, _value(pair)
            except ValueError:
                wanted = {"number": "a number", "flag": "true or false"}.get(pair.kind, "a text")
                self.errors[f"parameter-{index}"] = f"The value of {pair.name[:50]!r} must be {wanted}."

    def _one_of(self, name: str, choices: Sequence[str]) -> str:
        chosen = self.given.get(name, "")
        if chosen not in choices:
            self.errors[name] = "Choose one of these."
            return choices[0]
        return chosen

    def _whole(self, name: str, text: str) -> int:
        if not _WHOLE.fullmatch(text):
            self.errors[name] = "Write a whole number."
            return 1
        return int(text)

    def _duration(self) -> timedelta:
        unit, number = self._one_of("unit", list(UNITS)), self._whole("duration", self.given.get("duration", ""))
        if "unit" in self.errors:
            self.errors["duration"] = self.errors.pop("unit")
        try:
            return timedelta(**{unit: number})
        except OverflowError:
            return timedelta.max

    def _moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        text = self.given.get(name, "")
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            self.errors[name] = "Write a date and a time, such as 2026-01-31T09:00."
            return None
        return at if at.tzinfo else at.replace(tzinfo=zone)


def _value(pair: Pair) -> str | int | float | bool:
    """Return the value of a row; raises `ValueError`."""
    text = pair.value.strip()
    match pair.kind:
        case "text":
            return pair.value
        case "number" if len(text) <= _MAXIMUM_NUMBER:
            return int(text) if _WHOLE.fullmatch(text) else float(text)
        case "flag" if text.lower() in {"true", "false"}:
            return text.lower() == "true"
    raise ValueError(pair.kind)
