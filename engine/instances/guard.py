"""Which steps say or prove who somebody is: an operator jumps over one only on purpose."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.definitions import DefinitionNotFound, DefinitionRecord
from engine.errors import Refused
from engine.instances.environment import Engine
from engine.model import CalledElement, Element, Process, Syntax

IDENTITY = "Identity"
"""The category of activities that say or prove who somebody is."""


class IdentityStepSkipped(Refused):
    """This would jump over a step that says or proves who somebody is."""

    code = "identity-step-skipped"


@dataclass(frozen=True, slots=True)
class Guard:
    """Looks through the elements that would be jumped over."""

    engine: Engine
    session: Session

    def steps(self, elements: Iterable[Element], definition: DefinitionRecord) -> tuple[Element, ...]:
        """Return those of `elements`, and of what is inside them, that say or prove who somebody is.

        Elements of a called process count as inside. One that is only known when it is called counts as such a step
        itself: what it would have done cannot be told.
        """
        process = self.engine.definitions.get(self.session, definition.id).process
        inside = [each for element in elements for each in (element, *_inside(process, element.id))]
        found = self._steps(inside, definition, set())
        return tuple({each.id: each for each in found}.values())

    def _steps(self, elements: Iterable[Element], definition: DefinitionRecord, seen: set[str]) -> Iterator[Element]:
        for element in elements:
            activity = self.engine.activities.get(element.activity or "")
            if activity is not None and activity.category == IDENTITY:
                yield element
            if element.called is not None:
                called = self._called(element.called, definition)
                if called is None:
                    yield element
                elif called.id not in seen:
                    seen.add(called.id)
                    process = self.engine.definitions.get(self.session, called.id).process
                    yield from self._steps(process.elements.values(), called, seen)

    def _called(self, called: CalledElement, definition: DefinitionRecord) -> DefinitionRecord | None:
        if called.process.syntax is not Syntax.LITERAL:
            return None
        try:
            return self.engine.definitions.bound(self.session, called.process.text, called, definition.deployment_id)
        except DefinitionNotFound:
            return None


def _inside(process: Process, scope: str) -> Iterator[Element]:
    for element in process.elements.values():
        if element.scope == scope:
            yield element
            yield from _inside(process, element.id)
