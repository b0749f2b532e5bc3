"""Carries a journey test out, in an installation that is thrown away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import PurePath
from secrets import token_bytes
from types import MappingProxyType
from typing import Any

from engine.activity import Activities
from engine.deployment import Deployed, File
from engine.errors import IdflowError, NotFound, Refused
from engine.form import SHOWN, Answers, Forms, Posted, Upload, typed
from engine.instances import InstanceDetail
from engine.journey_test.document import (
    JourneyTest,
    Message,
    Mock,
    Retry,
    Signal,
    Step,
    Submit,
    Verb,
    Wait,
)
from engine.journey_test.expecting import difference, passed, waiting, where
from engine.throwaway import NothingOpen, Surroundings, Throwaway, Trial
from engine.throwaway.samples import fill
from engine.timers.period import parse_period


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
    detail: InstanceDetail | None = None
    """Everything about the instance; None when nothing has started it."""

    @property
    def ok(self) -> bool:
        """Whether everything was as expected."""
        return not self.difference


def run(test: JourneyTest, files: Sequence[File], *, activities: Activities, forms: Forms) -> Outcome:
    """Deploy `files`, start the process and go through the steps; the first one that differs ends it."""
    with Throwaway(token_bytes(32), activities=activities, forms=forms, now=test.given.at) as throwaway:
        around = Surroundings.of(files, activities)
        throwaway.furnish({**around.stores, **test.given.stores}.values(), {**around.policies, **test.given.policies})
        try:
            deployed = throwaway.application.deploy(files)
        except IdflowError as error:
            return not_started(test, error)
        return run_in(throwaway, test, deployed)


def run_in(throwaway: Throwaway, test: JourneyTest, deployed: Sequence[Deployed]) -> Outcome:
    """Do the same in an installation that is furnished, and in which the process is deployed; its clock is as given."""
    try:
        for element, result in test.given.mocks.items():
            throwaway.results.set(element, result)
        trial = Trial.start(throwaway, _key(test, deployed), test.given.variables, token_bytes(32))
    except IdflowError as error:
        return not_started(test, error)
    for step in test.steps:
        try:
            wrong = do(trial, step.verb)
        except IdflowError as error:
            wrong = error.message
        if wrong:
            return _outcome(test, trial, wrong, step)
    return _outcome(test, trial, "", None)


def not_started(test: JourneyTest, error: IdflowError) -> Outcome:
    """Return how a test went whose process could not be deployed or started."""
    return Outcome(test, f"It could not start: {error.message}")


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
    return Outcome(test, difference, step.line if step else 0, passed(detail), waiting(detail), stopped, detail)


def do(trial: Trial, verb: Verb) -> str:
    """Do what a step says; return what is not as it says, empty when everything is.

    Raises:
        IdflowError: when it cannot be done: no form is open, nothing has stopped it.

    """
    match verb:
        case Submit(values):
            submit(trial, values)
        case Wait(duration):
            now = trial.throwaway.clock.now()
            trial.wait(parse_period(duration).after(now, UTC) - now)
        case Message(name, key, variables):
            trial.message(name, key, variables)
        case Signal(name, variables):
            trial.signal(name, variables)
        case Mock(element, result):
            trial.throwaway.results.set(element, result)
        case Retry():
            trial.retry()
        case _:
            return difference(trial.detail, verb)
    return ""


def submit(trial: Trial, values: Mapping[str, Any], files: Posted = MappingProxyType({})) -> Answers:
    """Fill in the form that is open, with `files` for some fields, and send it; return what it says.

    Answers that are refused are no error here.

    Raises:
        NothingOpen: when no form is open.
        PlaceholderUnknown: when there is no such code.
        AnswersRefused: when fields have appeared that are not filled in.

    """
    task = trial.step.task
    if task is None:
        raise NothingOpen(f"No form is open: {where(trial.detail)}.")
    known, recovery_codes = trial.throwaway.codes(), trial.throwaway.recovery_codes
    posted: dict[str, Sequence[str | Upload]] = {
        name: [fill(each, known, recovery_codes) for each in typed(value)] for name, value in values.items()
    }
    posted |= files
    answers = trial.submit(task.id, posted)
    if answers.unasked:
        # As a browser does, which shows the form again with the fields that have appeared.
        answers = trial.submit(task.id, {**posted, SHOWN: list(answers.unasked)})
    if answers.unasked:
        raise AnswersRefused(f"These fields have appeared and are not filled in: {', '.join(answers.unasked)}.")
    return answers
