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
from engine.form import SHOWN, Forms, typed
from engine.identity import PolicySettings
from engine.journey_test.document import (
    JourneyTest,
    Message,
    Mock,
    Retry,
    Step,
    Submit,
    Verb,
    Wait,
)
from engine.journey_test.expecting import difference, passed, waiting, where
from engine.model import Process, Syntax
from engine.throwaway import NothingOpen, StoreSettings, Throwaway, Trial
from engine.throwaway.samples import fill
from engine.timers.period import parse_period

_STORE, _POLICY = "storeName", "totpPolicy"


class AnswersRefused(Refused):
    """The form did not take the answers."""

    code = "answers-refused"


class ProcessMissing(NotFound):
    """The process of the test is not beside it."""

    code = "process-missing"


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
                wrong = _do(trial, step.verb)
            except IdflowError as error:
                wrong = error.message
            if wrong:
                return _outcome(test, trial, wrong, step)
        return _outcome(test, trial, "", None)


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
    incident = detail.incident if detail is not None else None
    stopped = f"{incident.element_id}: {incident.message}" if incident else ""
    return Outcome(test, difference, step.line if step else 0, passed(detail), waiting(detail), stopped)


def _do(trial: Trial, verb: Verb) -> str:
    """Do what a step says; return what is not as it says, empty when everything is."""
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
        case _:
            return difference(trial.detail, verb)
    return ""


def _submit(trial: Trial, values: Mapping[str, Any]) -> None:
    task = trial.step.task
    if task is None:
        raise NothingOpen(f"No form is open: {where(trial.detail)}.")
    known, recovery_codes = trial.throwaway.codes(), trial.throwaway.recovery_codes
    posted = {name: [fill(each, known, recovery_codes) for each in typed(value)] for name, value in values.items()}
    answers = trial.submit(task.id, posted)
    if answers.unasked:
        # As a browser does, which shows the form again with the fields that have appeared.
        answers = trial.submit(task.id, {**posted, SHOWN: list(answers.unasked)})
    if answers.unasked:
        raise AnswersRefused(f"These fields have appeared and are not filled in: {', '.join(answers.unasked)}.")
