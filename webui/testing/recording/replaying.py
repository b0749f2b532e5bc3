"""Goes the ways of recorded instances through another version, and says what differs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from engine.deployment import DECISION_SUFFIXES, PROCESS_SUFFIXES, File
from engine.dialect import read
from engine.errors import IdflowError
from engine.form import parse
from engine.instances import InstanceDetail
from engine.journey_test import Submit
from engine.journey_test.expecting import passed, waiting
from engine.throwaway import Trial
from service_tasks import ACTIVITIES
from webui.testing.acting import perform
from webui.testing.exploring.finding import told
from webui.testing.outside import Outside
from webui.testing.recording.recorder import Recorded
from webui.testing.workshop import Wanted, Workshop

_ID = re.compile(r"[0-9a-f]{24}")
"""What is another one each time."""

_BINDING = b"replayed".ljust(32, b"\0")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    kind: str
    """`path`, `waits`, `end`, `incident`, `variables`, `answers` or `step`."""
    what: str
    """In a sentence."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """How one instance would go now."""

    instance_id: str
    status: str
    """Of the instance itself."""
    then: str
    """Where its way led in the version that it ran."""
    now: str
    differences: tuple[Difference, ...]
    exact: bool
    """Whether the whole way of the instance was gone."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Way:
    """What came of going a way."""

    detail: InstanceDetail | None
    refused: tuple[int, ...]
    """The steps whose answers were refused, by their numbers."""
    stuck: str = ""


def replay(workshop: Workshop, recorded: Recorded, files: Sequence[File]) -> Replayed:
    """Go the way of an instance through its own version and through other files, and compare.

    Raises:
        InvalidDeployment: when the files cannot be deployed.

    """
    record = recorded.original.detail.record
    before, after = _go(workshop, recorded, recorded.files), _go(workshop, recorded, joined(recorded.files, files))
    differences = tuple(_differences(recorded, before, after))
    return Replayed(
        record.id,
        record.status.value,
        _where(before.detail),
        _where(after.detail),
        differences,
        recorded.exact,
        recorded.notes,
    )


def joined(old: Sequence[File], new: Sequence[File]) -> tuple[File, ...]:
    """Return the new files, and those old ones that none of them takes the place of."""
    held = {each for file in new for each in _holds(file)}
    return (*new, *(file for file in old if not held & set(_holds(file))))


def _holds(file: File) -> Iterator[tuple[str, str]]:
    name = file.name.lower()
    if name.endswith(PROCESS_SUFFIXES):
        yield from (("process", each.id) for each in read(file.content, file.name, ACTIVITIES).processes)
    elif name.endswith(DECISION_SUFFIXES):
        yield "decisions", file.name.rpartition("/")[2]
    else:
        yield "form", str((parse(file.content) or {}).get("id"))


def _go(workshop: Workshop, recorded: Recorded, files: Sequence[File]) -> _Way:
    given = recorded.given
    wanted = Wanted(tuple(files), given.stores, given.policies, now=given.at)
    beginning = workshop.beginning(wanted, on_disk=False)
    refused: list[int] = []
    with workshop.open(wanted, beginning.image) as throwaway, Outside(lambda: "").guarded():
        throwaway.recovery_codes = list(beginning.samples)
        trial = Trial(throwaway, "", _BINDING)
        for element, result in given.mocks.items():
            throwaway.results.set(element, result)
        doing = "start"
        try:
            trial = Trial.start(throwaway, recorded.original.key, given.variables, _BINDING)
            for number, verb in enumerate(recorded.verbs):
                doing = told(verb)
                if not perform(trial, verb) and isinstance(verb, Submit):
                    refused.append(number)
        except IdflowError as error:
            return _Way(trial.detail, tuple(refused), f"It could not go on with {doing!r}: {error.message}")
        return _Way(trial.detail, tuple(refused))


def _differences(recorded: Recorded, before: _Way, after: _Way) -> Iterator[Difference]:
    one, other = before.detail, after.detail
    if after.stuck and not before.stuck:
        yield Difference("step", after.stuck)
    for number in sorted(set(after.refused) ^ set(before.refused)):
        said = "are refused now" if number in after.refused else "were refused then, and are taken now"
        yield Difference("answers", f"The answers of {told(recorded.verbs[number])!r} {said}.")
    if passed(one) != passed(other):
        yield Difference("path", _apart(passed(one), passed(other)))
    if _stopped(one) != _stopped(other):
        yield Difference("incident", f"{_stopped(one) or 'No incident'} then; {_stopped(other) or 'none'} now.")
    if _end(one) != _end(other):
        yield Difference("end", f"{_end(one) or 'It had not ended'} then; {_end(other) or 'it has not ended'} now.")
    if waiting(one) != waiting(other):
        was, now = (", ".join(waiting(each)) or "nothing" for each in (one, other))
        yield Difference("waits", f"It waited at {was}; now at {now}.")
    for name, was, now in _changed(_variables(one), _variables(other)):
        yield Difference("variables", f"{name} was {_shown(was)}, and is {_shown(now)}.")


def _apart(one: Sequence[str], other: Sequence[str]) -> str:
    for index, (was, now) in enumerate(zip_longest(one, other)):
        if was != now:
            after = f"After {' → '.join(one[max(index - _SHOWN, 0) : index])}" if index else "At first"
            return f"{after} came {was or 'nothing more'}; now {now or 'nothing more'}."
    return ""


def _stopped(detail: InstanceDetail | None) -> str:
    incident = detail.incident if detail is not None else None
    return f"{incident.element_id}: {incident.message} [{incident.code}]" if incident is not None else ""


def _end(detail: InstanceDetail | None) -> str:
    if detail is None or detail.record.ended_at is None:
        return ""
    return f"{detail.record.status.value} at {detail.record.element_id}"


def _where(detail: InstanceDetail | None) -> str:
    if detail is None:
        return "not started"
    if detail.incident is not None:
        return f"INCIDENT at {detail.incident.element_id}"
    return _end(detail) or f"waits at {', '.join(waiting(detail)) or 'nothing'}"


def _variables(detail: InstanceDetail | None) -> dict[str, Any]:
    return dict(_flat(detail.variables, "")) if detail is not None else {}


def _flat(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, each in value.items():
            yield from _flat(each, f"{path}.{name}" if path else name)
    else:
        yield path, "an id" if isinstance(value, str) and _ID.fullmatch(value) else value


def _changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            yield name, one.get(name), other.get(name)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - a line


def failed(instance_id: str, status: str, error: IdflowError) -> Replayed:
    """Return what is said of an instance that could not be recorded."""
    return replace(
        Replayed(instance_id, status, "", "", (), exact=False), notes=(f"It could not be recorded: {error.message}",)
    )
