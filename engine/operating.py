"""What an operator does with an instance. Each method is one transaction; `Order` says who asks for it and why."""

from collections.abc import Mapping
from typing import Any

from engine.definitions import Definitions
from engine.instances import Instances
from engine.instances.migration import Migrations
from engine.instances.operations import Operations
from engine.instances.order import Order
from engine.spiff import MigrationPlan
from engine.store import Database, Write


class Operating:
    """Retries, skips, moves, changes, suspends, resumes, cancels and migrates instances."""

    def __init__(
        self,
        database: Database,
        write: Write,
        definitions: Definitions,
        instances: Instances,
    ) -> None:
        self._database = database
        self._write = write
        self._definitions = definitions
        self._instances = instances
        self._operations = Operations(instances)
        self._migrations = Migrations(instances)

    def retry(self, instance_id: str, **order: Any) -> None:
        """Try again where an instance stopped; see `Operations.retry`."""
        with self._write() as session:
            self._operations.retry(session, instance_id, Order(**order))

    def skip(self, instance_id: str, variables: Mapping[str, Any] | None = None, **order: Any) -> None:
        """Leave the element at which an instance stopped, as if it had worked; see `Operations.skip`."""
        with self._write() as session:
            self._operations.skip(session, instance_id, variables, Order(**order))

    def move(self, instance_id: str, element_id: str, token_id: str | None = None, **order: Any) -> None:
        """Put a token on another element; see `Operations.move`."""
        with self._write() as session:
            self._operations.move(session, instance_id, element_id, token_id, Order(**order))

    def change(self, instance_id: str, variables: Mapping[str, Any], **order: Any) -> None:
        """Set process variables; see `Operations.change`."""
        with self._write() as session:
            self._operations.change(session, instance_id, variables, Order(**order))

    def suspend(self, instance_id: str, **order: Any) -> None:
        """Let an instance stand still; see `Operations.suspend`."""
        with self._write() as session:
            self._operations.suspend(session, instance_id, Order(**order))

    def resume(self, instance_id: str, **order: Any) -> None:
        """Let a suspended instance go on; see `Operations.resume`."""
        with self._write() as session:
            self._operations.resume(session, instance_id, Order(**order))

    def cancel(self, instance_id: str, **order: Any) -> None:
        """End an instance where it is; see `Operations.cancel`."""
        with self._write() as session:
            self._operations.cancel(session, instance_id, Order(**order))

    def plan_migration(
        self, instance_id: str, version: int | None = None, mapping: Mapping[str, str] | None = None, **options: Any
    ) -> MigrationPlan:
        """Return how an instance would get to a version of its process, the newest by default; changes nothing."""
        with self._database.read() as session:
            target = self._definitions.find(session, self._instances.process_of(session, instance_id), version)
            return self._migrations.plan(session, instance_id, target, mapping, **options)

    def migrate(
        self,
        instance_id: str,
        version: int | None = None,
        mapping: Mapping[str, str] | None = None,
        **order: Any,
    ) -> None:
        """Move an instance to a version of its process, the newest by default; see `Migrations.migrate`."""
        with self._write() as session:
            target = self._definitions.find(session, self._instances.process_of(session, instance_id), version)
            self._migrations.migrate(session, instance_id, target, mapping, Order(**order))
