"""The form that a process token is made with: what was filled in, and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from engine.store.models import TokenType
from engine.tokens import TokenInvalid
from engine.tokens.rules import MAXIMUM_PARAMETERS
from engine.typed_text import WHOLE
from webui.backoffice import pairs
from webui.backoffice.pairs import Pair

KNOWN = {"firstName": "First name", "lastName": "Last name", "email": "E-mail", "externalId": "External ID"}
"""The parameters that have a field of their own, with their labels."""

UNITS = {"minutes": "minutes", "hours": "hours", "days": "days"}
PREFIX = "parameter"
"""How the fields of the other parameters begin."""

_FIELDS = {"version": "process", "maximum_duration": "duration", "parameters": "parameter-0"}
"""The fields of what the engine calls otherwise."""


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
        return cls({**given, "duration": "48", "unit": "hours"}, pairs.rows())

    @classmethod
    def posted(cls, form: MultiDict[str, str]) -> "TokenForm":
        """Return what was sent."""
        given = {key: form.get(key, "").strip() for key in form if not key.startswith("parameter-")}
        return cls(given, pairs.rows(pairs.posted(form, PREFIX, MAXIMUM_PARAMETERS + 1)))

    @property
    def opened(self) -> bool:
        """Whether there is something to see among the additional parameters."""
        wrong = any(each in KNOWN or each.startswith("parameter-") for each in self.errors)
        return wrong or any(self.given.get(each) for each in KNOWN) or any(not each.empty for each in self.pairs)

    def options(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return what the token is to be made with; `errors` says what could not be read. Times are in `zone`."""
        if not self.given.get("name"):
            self.errors["name"] = "Give the token a name."
        return {"name": self.given.get("name", ""), **self.terms(zone), "parameters": dict(self._parameters())}

    def terms(self, zone: ZoneInfo) -> dict[str, Any]:
        """Return the same without a name and parameters, which each token of a file has of its own."""
        key, _, version = self.given.get("process", "").partition(":")
        if not key:
            self.errors["process"] = "Choose a process definition."
        kind = self._one_of("type", [each.value for each in TokenType])
        return {
            "definition_key": key,
            "definition_version": self._whole("process", version) if version else None,
            "type": TokenType(kind),
            "limit": self._whole("limit", self.given.get("limit", "")) if kind == TokenType.COUNT else 1,
            "not_before": self._moment("not_before", zone),
            "not_after": self._moment("not_after", zone),
            "maximum_duration": self._duration(),
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
        yield from pairs.values(self.pairs, PREFIX, self.errors, "parameter", seen)

    def _one_of(self, name: str, choices: Sequence[str]) -> str:
        chosen = self.given.get(name, "")
        if chosen not in choices:
            self.errors[name] = "Choose one of these."
            return choices[0]
        return chosen

    def _whole(self, name: str, text: str) -> int:
        if not WHOLE.fullmatch(text):
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
