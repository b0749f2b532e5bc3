"""What operators see of instances. Each method is one transaction, and only opening a file writes, namely that."""

from collections.abc import Iterable, Mapping

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.definitions import Definitions
from engine.identity import Vault
from engine.instances import InstanceDetail, InstanceRecord, Trail, attachments, search
from engine.instances.attachments import AttachmentRecord
from engine.instances.inspection import Inspection, Inspector
from engine.instances.overview import Overview, ProcessNames
from engine.instances.search import Wanted
from engine.instances.statistics import Statistics, statistics
from engine.model import Element
from engine.store import Database
from engine.store.models import InstanceStatus
from engine.store.paging import After, Page


class Views:
    """Lists, counts and shows instances, and the files that people sent in them."""

    def __init__(
        self, database: Database, overview: Overview, definitions: Definitions, vault: Vault, clock: Clock
    ) -> None:
        self._database = database
        self._overview = overview
        self._definitions = definitions
        self._vault = vault
        self._clock = clock

    def counts(self) -> Mapping[InstanceStatus, int]:
        """Count the instances by status."""
        with self._database.read() as session:
            return self._overview.counts(session)

    def newest(self, *, status: InstanceStatus | None = None, limit: int = 50) -> list[InstanceRecord]:
        """Return the newest instances."""
        with self._database.read() as session:
            return list(self._overview.list(session, Wanted(status=status), limit=limit).rows)

    def search(self, wanted: Wanted, after: After | None = None, limit: int = 50) -> Page[InstanceRecord]:
        """Return the instances that are looked for; see `engine.instances.search`."""
        with self._database.read() as session:
            return self._overview.list(session, wanted, after, limit)

    def find(self, wanted: Wanted, limit: int) -> list[str]:
        """Return the ids of at most `limit` instances that are looked for."""
        with self._database.read() as session:
            return search.ids(session, wanted, None, limit)

    def statistics(self, days: int) -> Statistics:
        """Return how the journeys of the last days went; see `engine.instances.statistics`."""
        with self._database.read() as session:
            return statistics(session, self._clock.now(), days)

    def process_names(self, keys: Iterable[str]) -> dict[str, ProcessNames]:
        """Return how these processes and their elements are called in their newest versions."""
        with self._database.read() as session:
            return {key: self._overview.names(session, key) for key in keys}

    def elements_of(self, key: str, version: int) -> Mapping[str, Element]:
        """Return the elements of a version of a process by their ids; raises `DefinitionNotFound`."""
        with self._database.read() as session:
            return self._definitions.get(session, self._definitions.find(session, key, version).id).process.elements

    def show(self, instance_id: str) -> InstanceDetail:
        """Return what an operator may see of an instance."""
        with self._database.read() as session:
            return self._overview.show(session, instance_id)

    def inspect(self, instance_id: str) -> Inspection:
        """Return everything that there is to know of an instance, as of one moment."""
        with self._database.read() as session:
            return Inspector(self._overview).inspect(session, instance_id)

    def trail(self, detail: InstanceDetail) -> Trail:
        """Return the diagram of an instance and its way through it."""
        with self._database.read() as session:
            return self._overview.trail(session, detail)

    def attachments(self, instance_id: str) -> list[AttachmentRecord]:
        """Return the files that people sent in an instance; raises `InstanceNotFound`."""
        with self._database.read() as session:
            self._overview.instances.row(session, instance_id)
            return attachments.of_instance(session, instance_id)

    def open_attachment(self, instance_id: str, attachment_id: str) -> bytes:
        """Return the content of a file that somebody sent, and note that it was opened; raises `AttachmentNotFound`."""
        with self._database.write() as session:
            content = attachments.content_of(session, self._vault, instance_id, attachment_id)
            detail = {"attachment": attachment_id}
            audit.record(session, self._clock, AuditAction.ATTACHMENT_OPENED, instance_id=instance_id, **detail)
            return content
