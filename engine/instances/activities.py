"""Runs an activity for an instance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import variables
from engine.activity import Activities, Context
from engine.clock import Clock
from engine.errors import BpmnError, Failure
from engine.identity import Identity
from engine.model import Element


class ActivityUnknown(Failure):
    """The process uses an activity that this installation does not have."""

    code = "activity-unknown"


@dataclass(frozen=True, slots=True)
class ActivityRunner:
    """What activities need, whichever instance they run for."""

    activities: Activities
    identity: Identity
    clock: Clock

    def bind(
        self, session: Session, instance_id: str, table: dict[str, Any]
    ) -> Callable[[Element, Mapping[str, Any]], object]:
        """Return what runs the activities of one step of one instance.

        A failed activity leaves nothing behind: its writes to the database are rolled back, its variables are not set.
        One that ends with a BPMN error keeps its writes.
        """

        def call(element: Element, inputs: Mapping[str, Any]) -> object:
            activity = self.activities.get(element.activity or "")
            if activity is None:
                raise ActivityUnknown(f"There is no activity {element.activity!r}.")
            ready = activity.read(inputs)
            context = Context(session, self.clock, self.identity, instance_id, table)
            with session.begin_nested() as savepoint:
                try:
                    result = ready.run(context)
                except BpmnError:
                    # An outcome, not a failure: an attempt that was charged and a denial that was noted stay.
                    savepoint.commit()
                    raise
            for path, value in context.assigned:
                variables.assign(table, path, value)
            return result

        return call
