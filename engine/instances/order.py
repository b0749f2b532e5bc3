"""What an operator orders to be done to an instance: by whom, why, and having seen what."""

from dataclasses import dataclass
from typing import Any

from engine.audit import MAXIMUM_TEXT
from engine.errors import Conflict
from engine.store.models import Instance


class InstanceChanged(Conflict):
    """The instance went on, or somebody else did something to it, since you looked at it. Nothing was done."""

    code = "instance-changed"


@dataclass(frozen=True, slots=True)
class Order:
    """Who orders it. The audit trail keeps `reason` and `by`."""

    reason: str = ""
    by: str | None = None
    """The name of an account; None is the command line."""
    revision: int | None = None
    """The saved step that whoever orders it has seen: when there is another by now, nothing is done."""
    identity: bool = False
    """Whether a step that says or proves who somebody is may be jumped over."""
    key: str | None = None
    """The name of the API key that the account does it with; None is a browser or the command line."""

    def check(self, row: Instance) -> None:
        """Do nothing when the instance is as it was seen; raises `InstanceChanged`."""
        if self.revision is not None and row.revision != self.revision:
            raise InstanceChanged

    def detail(self) -> dict[str, Any]:
        """Return what the audit trail keeps."""
        given = {"reason": self.reason[:MAXIMUM_TEXT], "by": self.by, "key": self.key}
        return {name: value for name, value in given.items() if value}
