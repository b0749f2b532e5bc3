"""What is known of an instance, for whoever takes it away as a file: that is audited."""

from dataclasses import dataclass
from enum import StrEnum

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.instances.inspection import Inspection, Inspector
from engine.instances.overview import Overview
from engine.store import Write


class FileKind(StrEnum):
    """As what it is taken away."""

    JSON = "json"
    PDF = "pdf"
    JOURNEY_TEST = "journey-test"


@dataclass(frozen=True, slots=True)
class Exports:
    """Hands instances on, each in a transaction of its own."""

    write: Write
    overview: Overview
    clock: Clock

    def take(self, instance_id: str, kind: FileKind, *, by: str, key: str | None = None) -> Inspection:
        """Return what there is to know, and note who takes it, with which API key; raises `InstanceNotFound`."""
        with self.write() as session:
            found = Inspector(self.overview).inspect(session, instance_id)
            detail = {"by": by, "file": kind.value} | ({} if key is None else {"key": key})
            audit.record(
                session, self.clock, AuditAction.INSTANCE_EXPORTED, instance_id=found.detail.record.id, **detail
            )
            return found
