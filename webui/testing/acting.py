"""Does what a step of a journey test says, and tells whether a form has taken its answers."""

from datetime import UTC

from engine import journey_test
from engine.form import Upload
from engine.journey_test import Submit, Verb, Wait
from engine.throwaway import Trial
from engine.timers.period import parse_period

UPLOAD = Upload("example.pdf", "application/pdf", b"%PDF-1.4 made up")
"""What is sent in a field for files, whatever file it was."""


def perform(trial: Trial, verb: Verb) -> bool:
    """Do what a step says; return whether a form has taken the answers, true for everything else.

    Raises:
        IdflowError: when it cannot be done.

    """
    if isinstance(verb, Submit):
        answers = journey_test.submit(trial, verb.values, {name: [UPLOAD] for name in verb.left_out})
        return not answers.errors
    if isinstance(verb, Wait):
        now = trial.throwaway.clock.now()
        trial.wait(parse_period(verb.duration).after(now, UTC) - now)
        return True
    journey_test.do(trial, verb)
    return True
