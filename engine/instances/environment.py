"""What a run asks of the rest of the engine, inside the transaction of one step of one instance."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import dmn, feel
from engine.activity import Activities, Activity, Context, Perform, perform
from engine.clock import Clock
from engine.decisions import Decisions
from engine.definitions import Definitions
from engine.errors import BpmnError, Failure
from engine.identity import Identity
from engine.mail import Mailer, NoMail
from engine.model import CalledDecision, CalledElement, Element
from engine.spiff import Passed, Specification, Variables


class ActivityUnknown(Failure):
    """The process uses an activity that this installation does not have."""

    code = "activity-unknown"


Hear = Callable[[str, Passed], None]
"""Is told of every element that a token has left, with the id of the definition that it is in; called within a step."""


def nobody(_definition_id: str, _passed: Passed) -> None:
    """Hear nothing."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What runs need, whichever instance they are of."""

    activities: Activities
    identity: Identity
    definitions: Definitions
    decisions: Decisions
    clock: Clock
    zone: ZoneInfo
    mailer: Mailer = field(default_factory=NoMail)
    perform: Perform = perform
    hear: Hear = nobody

    def bind(self, session: Session, instance_id: str, definition_id: str) -> "StepEnvironment":
        """Return what one step of one instance runs with."""
        return StepEnvironment(self, session, instance_id, definition_id, feel.Settings(now=self.clock.now), self.zone)


@dataclass(frozen=True, slots=True)
class StepEnvironment:
    """See `engine.spiff.Environment`."""

    engine: Engine
    session: Session
    instance_id: str
    definition_id: str
    settings: feel.Settings
    zone: ZoneInfo

    def call(self, element: Element, inputs: Mapping[str, Any], variables: Variables) -> object:
        """Run an activity.

        A failed activity leaves nothing behind: its writes to the database are rolled back, its variables are not set.
        One that ends with a BPMN error keeps its writes and its variables.
        """
        activity = self._activity(element.activity)
        return self._within(activity, variables, partial(self.engine.perform, element, activity, inputs))

    def came(self, element: Element, activity: str, answer: Any, variables: Variables) -> object:  # noqa: ARG002 - the port's
        """Let an activity take what came of its errand; what is said of `call` is true of this, too."""
        found = self._activity(activity)
        return self._within(found, variables, partial(found.came, answer))

    def _activity(self, name: str | None) -> type[Activity]:
        activity = self.engine.activities.get(name or "")
        if activity is None:
            raise ActivityUnknown(f"There is no activity {name!r}.")
        return activity

    def _within(self, activity: type[Activity], variables: Variables, work: Callable[[Context], object]) -> object:
        context = Context(
            self.session,
            self.engine.clock,
            self.engine.identity,
            self.instance_id,
            variables.visible(),
            mailer=self.engine.mailer,
        )
        try:
            with nullcontext() if activity.only_reads else _savepoint(self.session):
                result = work(context)
        except BpmnError:
            _keep(context, variables)
            raise
        _keep(context, variables)
        return result

    def decide(self, decision: CalledDecision, definition_id: str | None, context: Mapping[str, Any]) -> object:
        """Make a decision."""
        asking = self.engine.definitions.record(self.session, definition_id or self.definition_id)
        found = self.engine.decisions.find(self.session, decision, asking.deployment_id)
        return dmn.evaluate(found, context, self.settings)

    def called(self, called: CalledElement, process: str, definition_id: str | None) -> str:
        """Return the id of the definition that a call activity runs."""
        asking = self.engine.definitions.record(self.session, definition_id or self.definition_id)
        return self.engine.definitions.bound(self.session, process, called, asking.deployment_id).id

    def specification(self, definition_id: str) -> Specification:
        """Return a definition, ready to run."""
        return self.engine.definitions.get(self.session, definition_id)

    def now(self) -> datetime:
        """Return the time, aware."""
        return self.engine.clock.now()


@contextmanager
def _savepoint(session: Session) -> Iterator[None]:
    with session.begin_nested() as savepoint:
        try:
            yield
        except BpmnError:
            # An outcome, not a failure: an attempt that was charged and a denial that was noted stay.
            savepoint.commit()
            raise


def _keep(context: Context, variables: Variables) -> None:
    for path, value in context.assigned:
        variables.assign(path, value)
