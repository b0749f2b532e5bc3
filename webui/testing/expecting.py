"""What is said where a journey is not as expected; empty when it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.instances import InstanceDetail
from engine.journey_test import Ended, Passed, Stopped
from engine.journey_test.document import At
from engine.journey_test.expecting import difference, where
from engine.journey_test.expecting import passed as path_of
from engine.model import Element
from engine.variables import masked
from webui.testing.mocking import Mocks
from webui.testing.names import said
from webui.testing.person import Person


def at(wanted: Sequence[str], elements: Mapping[str, Element], detail: InstanceDetail | None) -> str:
    """Return what is to be said when others wait."""
    if not difference(detail, At(tuple(wanted))):
        return ""
    listed = ", ".join(said(elements, each) for each in wanted) or "nothing"
    return f"It should wait at {listed}, and {where(detail)}."


def passed(wanted: Sequence[str], detail: InstanceDetail | None) -> str:
    """Return what is to be said when these were not passed in this order."""
    return difference(detail, Passed(tuple(wanted)))


def not_passed(wanted: Sequence[str], detail: InstanceDetail | None) -> str:
    """Return what is to be said when one of these was passed."""
    found = [each for each in wanted if each in path_of(detail)]
    return f"It should not have passed {', '.join(found)}, and took {' → '.join(path_of(detail))}." if found else ""


def ended(wanted: str | None, elements: Mapping[str, Element], detail: InstanceDetail | None) -> str:
    """Return what is to be said when it has not ended there."""
    if wanted is None:
        over = detail is not None and detail.record.ended_at is not None
        return "" if over else f"It should have ended, and {where(detail)}."
    if not difference(detail, Ended(wanted)):
        return ""
    return f"It should have ended at {said(elements, wanted)}, and {where(detail)}."


def stopped(at: str | None, code: str | None, message: str | None, detail: InstanceDetail | None) -> str:
    """Return what is to be said when no such incident has stopped it."""
    incident = None if detail is None else detail.incident
    if incident is None:
        return f"An incident should have stopped it, and {where(detail)}."
    if at is not None and (wrong := difference(detail, Stopped(at, code))):
        return wrong
    if code not in {None, incident.code}:
        return f"An incident with the code {code} should have stopped it, and it is {incident.code}: {incident.message}"
    if message is not None and message not in incident.message:
        return f"The incident should say {message!r}, and it says {incident.message!r}."
    return ""


def variables(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    """Return what is to be said when a variable has another value; contexts may hold more than is expected."""
    for path, value in wanted.items():
        found: Any = there
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if not _within(value, found):
            return f"The variable {path} should be {value!r}, and is {masked(found)!r}."
    return ""


def called(target: str, times: int | None, inputs: Mapping[str, Any], mocks: Mocks) -> str:
    """Return what is to be said when it was not called like that."""
    calls = mocks.of(target)
    if times is not None and len(calls) != times:
        was = f"was called {_times(len(calls))}" if calls else "was not called"
        return f"{target} should have been called {_times(times)}, and {was}."
    if times == 0:
        return ""
    if not calls:
        others = ", ".join(dict.fromkeys(each.activity for each in mocks.calls)) or "nothing"
        return f"{target} should have been called; called were {others}."
    if inputs and not any(_within(inputs, each.inputs) for each in calls):
        asked = ", ".join(f"{name}={value!r}" for name, value in inputs.items())
        return f"{target} should have been called with {asked}; it was called as {'; '.join(map(str, calls))}."
    return ""


def errors(labels: Sequence[str], messages: Mapping[str, str], person: Person) -> str:
    """Return what is to be said when other fields were refused."""
    there = person.errors()
    by_name = {each.name: each.label for each in person.page.fields} if there else {}
    wanted = {by_name.get(each, each): "" for each in labels}
    wanted |= {by_name.get(each, each): words for each, words in messages.items()}
    if set(wanted) != set(there):
        found = ", ".join(f"{label}: {message}" for label, message in there.items()) or "nothing"
        return f"{', '.join(wanted) or 'Nothing'} should have been refused, and it was {found}."
    for label, words in wanted.items():
        if words not in there[label]:
            return f"{label} should have been refused with {words!r}, and it says {there[label]!r}."
    return ""


def _within(wanted: Any, found: Any) -> bool:
    """Tell whether a value is as wanted; a context may have more."""
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and all(
            name in found and _within(value, found[name]) for name, value in wanted.items()
        )
    return bool(wanted == found)


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")
