"""Carries a journey test out, in an installation that is thrown away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import PurePath
from secrets import token_bytes
from typing import Any

from engine.activity import Activities
from engine.deployment import Deployed, File
from engine.dialect import read as read_process
from engine.errors import IdflowError, NotFound, Refused
from engine.form import SHOWN, Forms
from engine.identity import PolicySettings
from engine.instances import InstanceDetail, Place
from engine.journey_test.document import (
    At,
    Ended,
    JourneyTest,
    Message,
    Mock,
    Passed,
    Retry,
    Step,
    Stopped,
    Submit,
    Variables,
    Verb,
    Wait,
)
from engine.model import Process, Syntax
from engine.store.models import InstanceStatus
from engine.throwaway import NothingOpen, StoreSettings, Throwaway, Trial
from engine.throwaway.samples import fill
from engine.timers.period import parse_period

_STORE, _POLICY = "storeName", "totpPolicy"
_ENDED = frozenset({InstanceStatus.COMPLETED, InstanceStatus.DECLINED})


class AnswersRefused(Refused):
    """The form did not take the answers."""

    code = "answers-refused"


class ProcessMissing(NotFound):
    """The process of the test is not beside it."""

    code = "process-missing"


class _Differs(Exception):
    """Something is not as expected."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a test went."""

    test: JourneyTest
    difference: str = ""
    """What is not as expected; empty when everything is."""
    line: int = 0
    """Of the step; 0 is before the first one."""
    passed: tuple[str, ...] = ()
    """The path that was taken."""
    at: tuple[str, ...] = ()
    """The elements that wait."""
    stopped: str = ""
    """Where an incident stopped it, and by what."""

    @property
    def ok(self) -> bool:
        """Whether everything was as expected."""
        return not self.difference


def run(test: JourneyTest, files: Sequence[File], *, activities: Activities, forms: Forms) -> Outcome:
    """Deploy `files`, start the process and go through the steps; the first one that differs ends it."""
    with Throwaway(token_bytes(32), activities=activities, forms=forms, now=test.given.at) as throwaway:
        try:
            trial = _start(test, files, throwaway, activities)
        except IdflowError as error:
            return Outcome(test, f"It could not start: {error.message}")
        for step in test.steps:
            try:
                _do(trial, step.verb)
            except IdflowError as error:
                return _outcome(test, trial, error.message, step)
            except _Differs as difference:
                return _outcome(test, trial, str(difference), step)
        return _outcome(test, trial, "", None)


def passed(detail: InstanceDetail) -> tuple[str, ...]:
    """Return the elements that were passed, in their order."""
    return tuple(each.element_id for each in detail.history if each.event == "completed" and each.element_id)


def waiting(detail: InstanceDetail) -> tuple[str, ...]:
    """Return the elements that wait for something in the flow: not for what may interrupt them."""
    return tuple(sorted({each.element_id for each in detail.places if _in_the_flow(each)}))


def _in_the_flow(place: Place) -> bool:
    return place.kind not in {"boundaryEvent", "subProcess"} and bool(place.waits_for or place.failed)


def _start(test: JourneyTest, files: Sequence[File], throwaway: Throwaway, activities: Activities) -> Trial:
    processes = [process for file in files for process in _processes(file, activities)]
    stores = {name: StoreSettings(name) for name in _named(processes, _STORE)}
    policies = {name: PolicySettings(issuer="Idflow") for name in _named(processes, _POLICY)}
    throwaway.furnish({**stores, **test.given.stores}.values(), {**policies, **test.given.policies})
    deployed = throwaway.application.deploy(files)
    for element, result in test.given.mocks.items():
        throwaway.results.set(element, result)
    return Trial.start(throwaway, _key(test, deployed), test.given.variables, token_bytes(32))


def _processes(file: File, activities: Activities) -> Iterator[Process]:
    if file.name.lower().endswith(".bpmn"):
        yield from read_process(file.content, file.name, activities).processes


def _named(processes: Sequence[Process], parameter: str) -> Iterator[str]:
    """Return what the elements say literally for a parameter."""
    for process in processes:
        for element in process.elements.values():
            source = element.inputs.get(parameter)
            if source is not None and source.syntax is Syntax.LITERAL and source.text:
                yield source.text


def _key(test: JourneyTest, deployed: Sequence[Deployed]) -> str:
    processes = [each for each in deployed if each.kind == "process"]
    for each in processes:
        if test.process in {each.name, PurePath(each.file).name}:
            return each.name
    there = ", ".join(sorted(each.name for each in processes)) or "none"
    raise ProcessMissing(f"There is no process {test.process!r} beside the test; there is {there}.")


def _outcome(test: JourneyTest, trial: Trial, difference: str, step: Step | None) -> Outcome:
    detail = trial.detail
    stopped = f"{detail.incident.element_id}: {detail.incident.message}" if detail.incident else ""
    return Outcome(test, difference, step.line if step else 0, passed(detail), waiting(detail), stopped)


def _do(trial: Trial, verb: Verb) -> None:  # noqa: C901 - one case a verb
    match verb:
        case Submit(values):
            _submit(trial, values)
        case Wait(duration):
            now = trial.throwaway.clock.now()
            trial.wait(parse_period(duration).after(now, UTC) - now)
        case Message(name, key, variables):
            trial.message(name, key, variables)
        case Mock(element, result):
            trial.throwaway.results.set(element, result)
        case Retry():
            trial.retry()
        case At(elements):
            found = waiting(trial.detail)
            if set(found) != set(elements):
                raise _Differs(f"It should wait at {_listed(elements)}, and {_where(trial.detail)}.")
        case Passed(elements):
            _expect_passed(trial.detail, elements)
        case Ended(element):
            record = trial.detail.record
            if record.status not in _ENDED or record.element_id != element:
                raise _Differs(f"It should have ended at {element}, and {_where(trial.detail)}.")
        case Stopped(element, code):
            incident = trial.detail.incident
            if incident is None or incident.element_id != element or code not in {None, incident.code}:
                what = f"{element} with {code}" if code else element
                raise _Differs(f"It should have stopped at {what}, and {_where(trial.detail)}.")
        case Variables(expected):
            _expect_variables(trial.detail, expected)


def _submit(trial: Trial, values: Mapping[str, Any]) -> None:
    task = trial.step.task
    if task is None:
        raise NothingOpen(f"No form is open: it {_where(trial.detail)}.")
    known, recovery_codes = trial.throwaway.codes(), trial.throwaway.recovery_codes
    posted = {
        name: [fill(each, known, recovery_codes) for each in _typed(value)] for name, value in values.items()
    }
    answers = trial.submit(task.id, posted)
    if answers.unasked:
        # As a browser does, which shows the form again with the fields that have appeared.
        answers = trial.submit(task.id, {**posted, SHOWN: list(answers.unasked)})
    if answers.unasked:
        raise AnswersRefused(f"These fields have appeared and are not filled in: {', '.join(answers.unasked)}.")


def _typed(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _typed(each)]
    if isinstance(value, bool):
        # A box that is not checked sends nothing.
        return ["true"] if value else []
    return ["" if value is None else str(value)]


def _expect_passed(detail: InstanceDetail, elements: Sequence[str]) -> None:
    path = iter(passed(detail))
    for each in elements:
        if each not in path:
            raise _Differs(f"It should have passed {each}, and took {' → '.join(passed(detail)) or 'no step'}.")


def _expect_variables(detail: InstanceDetail, expected: Mapping[str, Any]) -> None:
    for path, value in expected.items():
        found: Any = detail.variables
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if found != value:
            raise _Differs(f"The variable {path} should be {value!r}, and is {found!r}.")


def _where(detail: InstanceDetail) -> str:
    if detail.incident is not None:
        return f"it stopped at {detail.incident.element_id}: {detail.incident.message}"
    if detail.record.ended_at is not None:
        return f"it has ended at {detail.record.element_id} ({detail.record.status})"
    return f"it waits at {_listed(waiting(detail))}"


def _listed(elements: Sequence[str]) -> str:
    return ", ".join(elements) or "nothing"
