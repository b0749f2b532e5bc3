"""What service tasks have come to, as the history of an instance tells it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.activity import Activities
from engine.instances import HistoryEntry
from engine.instances.history import Event
from engine.model import Element, Syntax, Trigger
from engine.throwaway import Result, SetError, SetFailure, SetValue
from engine.variables import MASK
from webui.testing.recording.original import Original
from webui.testing.recording.personal import Personal


def outcome(
    element: Element, entries: Sequence[HistoryEntry], original: Original, activities: Activities, personal: Personal
) -> Result | None:
    """Return what an element has come to among these entries; None when they do not say."""
    for each in entries:
        there = original.elements.get(each.element_id or "")
        if each.event == Event.COMPLETED and each.element_id == element.id:
            return SetValue(dict(_written(element, original, activities, personal)))
        if each.event == Event.COMPLETED and there is not None and _catches_error(there, element):
            return SetError(_code(there, element, original, activities))
        if each.event == Event.INCIDENT and each.element_id == element.id:
            return _failure(element, each, original, activities, personal)
    return None


def _catches_error(boundary: Element, host: Element) -> bool:
    event = boundary.event
    return boundary.attached_to == host.id and event is not None and event.trigger is Trigger.ERROR


def _failure(
    element: Element, entry: HistoryEntry, original: Original, activities: Activities, personal: Personal
) -> Result:
    message = personal.sentence(entry.detail or "")[:255]
    incident, declared = original.detail.incident, _declared(element, activities)
    if incident is not None and incident.element_id == element.id and incident.code in declared:
        return SetError(incident.code, message)
    return SetFailure(message)


def _code(boundary: Element, host: Element, original: Original, activities: Activities) -> str:
    """Return the code that a boundary event has caught; of one that catches any, one that no other catches."""
    named = boundary.event.name.text if boundary.event is not None and boundary.event.name is not None else ""
    if named:
        return named
    others = {
        each.event.name.text
        for each in original.elements.values()
        if each.attached_to == host.id and each.event is not None and each.event.name is not None
    }
    return next((each for each in _declared(host, activities) if each not in others), "Error")


def _declared(element: Element, activities: Activities) -> list[str]:
    activity = activities.get(element.activity or "")
    return [each().error_code for each in activity.errors] if activity is not None else []


def _written(
    element: Element, original: Original, activities: Activities, personal: Personal
) -> Iterator[tuple[str, Any]]:
    """Return what an element has written, as far as it is still there."""
    activity = activities.get(element.activity or "")
    for written in activity.writes if activity is not None else ():
        path = written.path
        for key, source in element.inputs.items():
            if source is not None and source.syntax is Syntax.LITERAL:
                path = path.replace(f"{{{key}}}", source.text)
        value: Any = original.detail.variables
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None and "{" not in path:
            yield path, _open(personal.known(value))


def _open(value: Any) -> Any:
    """Return a value without the secrets that were masked in it."""
    if isinstance(value, dict):
        return {name: _open(each) for name, each in value.items() if each != MASK}
    return value
