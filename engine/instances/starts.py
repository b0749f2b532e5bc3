"""The events that start the newest version of a process: messages, signals, times and conditions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import feel, timers
from engine.definitions import DefinitionRecord
from engine.errors import Failure
from engine.instances.given import check_names
from engine.instances.outbox import MAXIMUM_NAME, EventInvalid
from engine.instances.steps import Instances, Origin
from engine.jobs import Jobs, Task
from engine.model import Element, EventDefinition, Trigger
from engine.spiff.expressions import evaluate
from engine.store.models import StartSubscription

log = structlog.get_logger()

START_TIMER = "start-timer"
"""The task of a job that starts a process at a time."""


@dataclass(frozen=True, slots=True)
class Starts:
    """What may start processes."""

    instances: Instances
    jobs: Jobs

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What a worker needs to know."""
        return (Task(START_TIMER, self._timer),)

    def renew(self, session: Session, definition: DefinitionRecord) -> None:
        """Let events start this version from now on, and no older one.

        Raises:
            TimerInvalid, EventInvalid, ExpressionFailed: when a start event cannot wait: its expression gives nothing
                that fits.

        """
        session.execute(delete(StartSubscription).where(StartSubscription.definition_key == definition.key))
        self.jobs.cancel_all(session, f"{START_TIMER}:{definition.key}:")
        specification = self.instances.tools.engine.definitions.get(session, definition.id)
        for spec in specification.scope.task_specs.values():
            element = spec.element
            if element.kind != "startEvent" or element.event is None:
                continue
            session.add(
                StartSubscription(
                    definition_id=definition.id,
                    definition_key=definition.key,
                    element_id=element.id,
                    trigger=element.event.trigger.value,
                    name=self._name(element.event),
                )
            )
            if element.event.trigger is Trigger.TIMER:
                schedule, text = self._schedule(element.event)
                self._enqueue(session, definition, element, text, schedule.first(self.instances.clock.now()), 0)

    def by_condition(self, session: Session, variables: Mapping[str, Any]) -> list[str]:
        """Start every process whose conditional start event holds for `variables`, with them; return the instances.

        A condition that cannot be evaluated does not hold, and is logged.

        Raises:
            ReservedVariable, VariableInvalid: when one of `variables` cannot be set from outside.

        """
        check_names(variables)
        started = []
        query = select(StartSubscription).where(StartSubscription.trigger == Trigger.CONDITION.value)
        for start in session.scalars(query.order_by(StartSubscription.definition_key)).all():
            definition, element = self._element(session, start)
            if self._holds(definition, element, variables):
                started.append(self.instances.start(session, definition, variables, Origin(), at=element.id))
        return started

    def _timer(self, session: Session, arguments: Mapping[str, Any]) -> None:
        start = session.scalar(
            select(StartSubscription).where(
                StartSubscription.definition_id == arguments["definition"],
                StartSubscription.element_id == arguments["element"],
            )
        )
        if start is None:
            return
        definition, element = self._element(session, start)
        assert element.event is not None and element.event.timer is not None  # noqa: S101, PT018 - it is a timer
        self.instances.start(session, definition, {}, Origin(), at=element.id)
        text, due, now = arguments["text"], datetime.fromisoformat(arguments["due"]), self.instances.clock.now()
        schedule = timers.parse(element.event.timer, text, self.instances.tools.engine.zone)
        fired = arguments["fired"] + 1
        following = schedule.following(due, fired, now)
        self._enqueue(session, definition, element, text, following, fired + schedule.missed(due, now))

    def _enqueue(  # noqa: PLR0913, PLR0917 - what the next firing needs
        self,
        session: Session,
        definition: DefinitionRecord,
        element: Element,
        text: str,
        due: datetime | None,
        fired: int,
    ) -> None:
        if due is None:
            return
        which = {"definition": definition.id, "element": element.id}
        arguments = {**which, "text": text, "due": due.isoformat(), "fired": fired}
        key = f"{START_TIMER}:{definition.key}:{element.id}"
        self.jobs.enqueue(session, START_TIMER, arguments, run_at=due, key=key)

    def _schedule(self, event: EventDefinition) -> tuple[timers.Schedule, str]:
        assert event.timer is not None  # noqa: S101 - it is a timer
        text = str(self._value(event.expression, {}))
        return timers.parse(event.timer, text, self.instances.tools.engine.zone), text

    def _holds(self, definition: DefinitionRecord, element: Element, variables: Mapping[str, Any]) -> bool:
        try:
            return element.event is not None and self._value(element.event.expression, variables) is True
        except Failure as error:
            log.warning("start_condition_failed", process=definition.key, element=element.id, exc_info=error)
            return False

    def _name(self, event: EventDefinition) -> str:
        if event.trigger not in {Trigger.MESSAGE, Trigger.SIGNAL}:
            return ""
        name = self._value(event.name, {})
        if not isinstance(name, str) or not 1 <= len(name) <= MAXIMUM_NAME:
            raise EventInvalid(
                f"The {event.trigger} that starts a process has a name of 1 to {MAXIMUM_NAME} characters."
            )
        return name

    def _value(self, source: Any, variables: Mapping[str, Any]) -> Any:
        return evaluate(source, variables, feel.Settings(now=self.instances.clock.now))

    def _element(self, session: Session, start: StartSubscription) -> tuple[DefinitionRecord, Element]:
        definitions = self.instances.tools.engine.definitions
        process = definitions.get(session, start.definition_id).process
        return definitions.record(session, start.definition_id), process.elements[start.element_id]
