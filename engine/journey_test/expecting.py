"""What is expected of an instance, and what is said where it is not so."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.instances import InstanceDetail, Place
from engine.journey_test.document import At, Ended, Passed, Stopped, Variables
from engine.store.models import InstanceStatus

Expectation = At | Passed | Ended | Stopped | Variables

REACHED_AN_END = frozenset({InstanceStatus.COMPLETED, InstanceStatus.DECLINED})


def passed(detail: InstanceDetail | None) -> tuple[str, ...]:
    """Return the elements that were passed, in their order."""
    history = detail.history if detail is not None else ()
    return tuple(each.element_id for each in history if each.event == "completed" and each.element_id)


def waiting(detail: InstanceDetail | None) -> tuple[str, ...]:
    """Return the elements that wait for something in the flow: not for what may interrupt them."""
    places = detail.places if detail is not None else ()
    return tuple(sorted({each.element_id for each in places if _in_the_flow(each)}))


def difference(detail: InstanceDetail | None, expected: Expectation) -> str:
    """Return what is not as expected, as a sentence; empty when everything is."""
    match expected:
        case At(elements):
            as_expected, what = set(waiting(detail)) == set(elements), f"It should wait at {_listed(elements)}"
        case Ended(element):
            record = detail.record if detail is not None else None
            as_expected = record is not None and record.status in REACHED_AN_END and record.element_id == element
            what = f"It should have ended at {element}"
        case Stopped(element, code):
            incident = detail.incident if detail is not None else None
            as_expected = incident is not None and incident.element_id == element and code in {None, incident.code}
            what = f"It should have stopped at {element}{f' with {code}' if code else ''}"
        case Passed(elements):
            return _missing(passed(detail), elements)
        case Variables(values):
            return _other(detail.variables if detail is not None else {}, values)
    return "" if as_expected else f"{what}, and {where(detail)}."


def where(detail: InstanceDetail | None) -> str:
    """Return where it stands: the end of a sentence."""
    if detail is None:
        return "nothing has started it"
    if detail.incident is not None:
        return f"it stopped at {detail.incident.element_id}: {detail.incident.message.removesuffix('.')}"
    if detail.record.ended_at is not None:
        return f"it has ended at {detail.record.element_id} ({detail.record.status})"
    return f"it waits at {_listed(waiting(detail))}"


def _missing(path: Sequence[str], elements: Sequence[str]) -> str:
    left = iter(path)
    missing = next((each for each in elements if each not in left), None)
    return "" if missing is None else f"It should have passed {missing}, and took {' → '.join(path) or 'no step'}."


def _other(variables: Mapping[str, Any], expected: Mapping[str, Any]) -> str:
    for path, value in expected.items():
        found: Any = variables
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if found != value:
            return f"The variable {path} should be {value!r}, and is {found!r}."
    return ""


def _in_the_flow(place: Place) -> bool:
    return place.kind not in {"boundaryEvent", "subProcess"} and bool(place.waits_for or place.failed)


def _listed(elements: Sequence[str]) -> str:
    return ", ".join(elements) or "nothing"
