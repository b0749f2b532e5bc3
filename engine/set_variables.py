"""Which process variables an element sets, as far as its drawing says so."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.activity import Activity, Written
from engine.dialect import CustomDataForm
from engine.dialect.kinds import CATCHING, SUB_PROCESSES, THROWING
from engine.form import Answer
from engine.model import Element, FormReference, MultiInstance, Syntax, Trigger
from engine.tokens.records import APPLICANT
from engine.variables import Kind, is_name

FormAnswers = Callable[[FormReference], Iterable[Answer]]
"""Returns what a form asks for; nothing for one that there is not."""

_ANSWERS = "_customFormData"
_FORM_DATA_KEY = next(each for each in CustomDataForm.parameters if each.key == "formDataKey")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CARRYING = frozenset({Trigger.MESSAGE, Trigger.SIGNAL})
_WHILE_SEVERAL = (
    *("numberOfInstances", "numberOfActiveInstances"),
    *("numberOfCompletedInstances", "numberOfTerminatedInstances"),
)
_CAUGHT: Mapping[Trigger, tuple[str, ...]] = {
    Trigger.ERROR: ("errorCode", "errorMessage"),
    Trigger.ESCALATION: ("escalationCode",),
}

_Sent = Mapping[tuple[Trigger, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable that is set."""

    path: str
    """Dotted, without `processvar.`."""
    kind: Kind
    by: str
    """What people call the element that sets it."""


def set_by_start() -> Iterator[Setting]:
    """Return what a process begins with when a person starts it."""
    yield Setting(APPLICANT, "text", "Process token")


def set_by(
    element: Element, activities: Mapping[str, type[Activity]], answers: FormAnswers, sent: _Sent
) -> Iterator[Setting]:
    """Return what is set when an element has run; `sent` is what `carried` found in the file."""
    activity = activities.get(element.activity or "")
    if activity is not None:
        defaults = {each.key: each.default for each in activity.parameters}
        for written in activity.writes:
            yield from _written(written, element, defaults)
    if element.form is not None:
        yield from _answered(element, answers(element.form))
    yield from (Setting(path, "any", element.label) for path in element.outputs)
    if element.result_variable:
        yield Setting(element.result_variable, "any", element.label)
    if isinstance(element.loop, MultiInstance) and element.loop.output_collection:
        yield Setting(element.loop.output_collection, "list", element.label)
    name = _event(element)
    if name is not None and not element.outputs and (element.kind in CATCHING or element.kind == "receiveTask"):
        yield from (Setting(path, "any", by) for path, by in sent.get(name, {}).items())


def carried(elements: Iterable[Element]) -> _Sent:
    """Return what the messages and signals that are sent in a file carry, each with who sends it."""
    found: dict[tuple[Trigger, str], dict[str, str]] = {}
    for element in elements:
        name = _event(element)
        if name is not None and (element.kind in THROWING or element.kind == "sendTask"):
            found.setdefault(name, {}).update(dict.fromkeys(element.inputs, element.label))
    return found


def known_within(element: Element, activities: Mapping[str, type[Activity]]) -> Iterator[Setting]:
    """Return what is known while an element runs, and nowhere else; of a sub-process, to all that is in it."""
    activity = activities.get(element.activity or "")
    if activity is not None and activity.returns:
        yield Setting("result", "any", element.label)
    if element.event is not None and element.kind in CATCHING:
        yield from (Setting(name, "text", element.label) for name in _CAUGHT.get(element.event.trigger, ()))
    if element.loop is not None:
        yield Setting("loopCounter", "number", element.label)
    if isinstance(element.loop, MultiInstance):
        yield from (Setting(name, "number", element.label) for name in _WHILE_SEVERAL)
        if element.loop.item:
            yield Setting(element.loop.item, "any", element.label)
    if element.kind in SUB_PROCESSES:
        yield from (Setting(name, "any", element.label) for name in element.inputs)


def _event(element: Element) -> tuple[Trigger, str] | None:
    """Return the message or signal of an element when its name is written as it is."""
    event = element.event
    if event is None or event.trigger not in _CARRYING or event.name is None or event.name.syntax is not Syntax.LITERAL:
        return None
    return event.trigger, event.name.text


def _written(written: Written, element: Element, defaults: Mapping[str, object]) -> Iterator[Setting]:
    path, complete = _filled(written.path, element, defaults)
    yield Setting(path, written.kind if complete else "context", element.label)
    if complete:
        yield from (Setting(f"{path}.{name}", kind, element.label) for name, kind in written.fields.items())


def _filled(path: str, element: Element, defaults: Mapping[str, object]) -> tuple[str, bool]:
    """Return a path with the drawn parameters in it; one that is an expression ends it, as nobody knows it yet."""
    parts: list[str] = []
    for part in path.split("."):
        found = _PLACEHOLDER.fullmatch(part)
        name = part if found is None else _drawn(found[1], element, defaults)
        if not is_name(name):
            return ".".join(parts), False
        parts.append(name)
    return ".".join(parts), True


def _drawn(key: str, element: Element, defaults: Mapping[str, object]) -> str:
    source = element.inputs.get(key)
    if source is None:
        return str(defaults.get(key) or "")
    return source.text if source.syntax is Syntax.LITERAL else ""


def _answered(element: Element, answers: Iterable[Answer]) -> Iterator[Setting]:
    key = element.properties.get(_FORM_DATA_KEY.key) or str(_FORM_DATA_KEY.default)
    if not is_name(key):
        return
    place = f"{_ANSWERS}.{key}"
    yield Setting(place, "context", element.label)
    yield from (Setting(f"{place}.{answer.path}", answer.kind, element.label) for answer in answers)
