"""Which steps say or prove who somebody is: an operator jumps over one only on purpose, and that is audited."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.audit import MAXIMUM_TEXT, AuditAction
from engine.definitions import DefinitionNotFound, DefinitionRecord
from engine.errors import Refused
from engine.instances import history
from engine.instances.history import Event
from engine.instances.order import Order
from engine.instances.work import Work
from engine.model import CalledElement, Element, Process, Syntax, Trigger

IDENTITY = "Identity"
"""The category of activities that say or prove who somebody is."""


class IdentityStepSkipped(Refused):
    """This would jump over a step that says or proves who somebody is."""

    code = "identity-step-skipped"


@dataclass(frozen=True, slots=True)
class Guard:
    """Looks at what an operator would jump over in one instance."""

    work: Work

    def among(self, elements: Iterable[Element], definition: DefinitionRecord) -> tuple[Element, ...]:
        """Return those of `elements`, and of what is inside them, that say or prove who somebody is.

        Elements of a called process count as inside. One that is only known when it is called counts as such a step
        itself: what it would have done cannot be told.
        """
        process = self._process(definition)
        inside = [each for element in elements for each in (element, *_inside(process, element.id))]
        return tuple({each.id: each for each in self._steps(inside, definition, set())}.values())

    def before(
        self, element_id: str, definition: DefinitionRecord, renamed: Mapping[str, str] | None = None
    ) -> tuple[Element, ...]:
        """Return the steps that can lead to an element, and that the instance has never done.

        So a token does not get behind such a step by way of another branch. `renamed` are the new ids of elements
        that had another when they were done.
        """
        rows = history.read(self.work.session, self.work.row.id)
        done = {row.element_id for row in rows if row.event == Event.COMPLETED}
        done |= {(renamed or {}).get(each or "") for each in done}
        process = self._process(definition)
        steps = self.among([process.elements[each] for each in _before(process, element_id)], definition)
        return tuple(each for each in steps if each.id not in done)

    def check(self, steps: Iterable[Element], order: Order) -> None:
        """Do nothing without `steps`; when the order allows to jump over them, audit it.

        Raises:
            IdentityStepSkipped: when they are not.

        """
        jumped = {each.id: each for each in steps}
        if not jumped:
            return
        if not order.identity:
            names = ", ".join(repr(each.label) for each in jumped.values())
            raise IdentityStepSkipped(
                f"This would jump over {names}: steps that say or prove who somebody is. Allow it if that is meant."
            )
        self.work.audit(AuditAction.IDENTITY_STEP_SKIPPED, order, elements=", ".join(jumped)[:MAXIMUM_TEXT])

    def _steps(self, elements: Iterable[Element], definition: DefinitionRecord, seen: set[str]) -> Iterator[Element]:
        activities = self.work.tools.engine.activities
        for element in elements:
            activity = activities.get(element.activity or "")
            if activity is not None and activity.category == IDENTITY:
                yield element
            if element.called is not None:
                called = self._called(element.called, definition)
                if called is None:
                    yield element
                elif called.id not in seen:
                    seen.add(called.id)
                    yield from self._steps(self._process(called).elements.values(), called, seen)

    def _called(self, called: CalledElement, definition: DefinitionRecord) -> DefinitionRecord | None:
        if called.process.syntax is not Syntax.LITERAL:
            return None
        definitions = self.work.tools.engine.definitions
        try:
            return definitions.bound(self.work.session, called.process.text, called, definition.deployment_id)
        except DefinitionNotFound:
            return None

    def _process(self, definition: DefinitionRecord) -> Process:
        return self.work.tools.engine.definitions.get(self.work.session, definition.id).process


def _inside(process: Process, scope: str) -> Iterator[Element]:
    for element in process.elements.values():
        if element.scope == scope:
            yield element
            yield from _inside(process, element.id)


def _before(process: Process, element_id: str) -> set[str]:
    """Return the elements from which one can get to another in the same process or sub-process."""
    ways: dict[str, set[str]] = {}
    for flow in process.flows.values():
        ways.setdefault(flow.target, set()).add(flow.source)
    links: dict[tuple[str, str], set[str]] = {}
    for element in process.elements.values():
        if element.attached_to is not None:
            ways.setdefault(element.id, set()).add(element.attached_to)
        if (name := _link(element)) is not None and element.kind == "intermediateThrowEvent":
            links.setdefault((element.scope, name), set()).add(element.id)
    for element in process.elements.values():
        if (name := _link(element)) is not None and element.kind == "intermediateCatchEvent":
            ways.setdefault(element.id, set()).update(links.get((element.scope, name), ()))
    seen: set[str] = set()
    ahead = [element_id]
    while ahead:
        for source in ways.get(ahead.pop(), ()):
            if source not in seen:
                seen.add(source)
                ahead.append(source)
    return seen - {element_id}


def _link(element: Element) -> str | None:
    event = element.event
    return event.name.text if event and event.trigger is Trigger.LINK and event.name else None
