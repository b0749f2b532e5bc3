"""Which instances are looked for, as it stands in the address."""

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.instances.by_parameter import NONE, Parameter
from engine.instances.search import MAXIMUM_QUERY, Wanted
from engine.store.models import InstanceStatus
from webui.backoffice.days import begins, day, ends
from webui.backoffice.instance_words import STATUSES

_MAXIMUM_VERSION = 2**31 - 1
_OLDEST = "oldest"
MAXIMUM_PARAMETER = 500
"""How many characters of `name=value` are used."""


@dataclass(frozen=True, slots=True)
class InstanceQuery:
    """What was asked for; what makes no sense is left out."""

    definition: str = ""
    version: int | None = None
    status: str = ""
    since: date | None = None
    until: date | None = None
    """The last day."""
    text: str = ""
    parameter: str = ""
    """`name=value`, as it was typed."""
    oldest: bool = False

    @classmethod
    def sent(cls, fields: MultiDict[str, str]) -> "InstanceQuery":
        """Return what was sent, in the address or in the body."""
        version = fields.get("version", type=int)
        status = fields.get("status", "")
        return cls(
            definition=fields.get("definition", ""),
            version=version if version is not None and 0 < version <= _MAXIMUM_VERSION else None,
            status=status if status in STATUSES else "",
            since=day(fields.get("since", "")),
            until=day(fields.get("until", "")),
            text=fields.get("q", "").strip()[:MAXIMUM_QUERY],
            parameter=fields.get("parameter", "").strip()[:MAXIMUM_PARAMETER],
            oldest=fields.get("sort") == _OLDEST,
        )

    @property
    def fields(self) -> dict[str, Any]:
        """Return what an address says; None is left out of it."""
        return {
            "q": self.text or None,
            "parameter": self.parameter or None,
            "definition": self.definition or None,
            "version": self.version,
            "status": self.status or None,
            "since": self.since and self.since.isoformat(),
            "until": self.until and self.until.isoformat(),
            "sort": _OLDEST if self.oldest else None,
        }

    @property
    def filtered(self) -> bool:
        """Whether anything but the order was asked for."""
        return any(value is not None for name, value in self.fields.items() if name != "sort")

    @property
    def unreadable(self) -> bool:
        """Whether the parameter is no `name=value`."""
        return bool(self.parameter) and Parameter.read(self.parameter) is None

    def wanted(self, zone: tzinfo) -> Wanted:
        """Return what the engine looks for; days are those of the zone. What cannot be read finds nothing."""
        return Wanted(
            definition_key=self.definition or None,
            version=self.version,
            status=InstanceStatus(self.status) if self.status else None,
            created_from=begins(self.since, zone),
            created_before=ends(self.until, zone),
            query=self.text,
            parameter=(Parameter.read(self.parameter) or NONE) if self.parameter else None,
            oldest_first=self.oldest,
        )
