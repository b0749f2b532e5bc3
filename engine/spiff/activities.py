"""Tasks: what an atomic activity does (BPMN 2.0.2, 10.3.3)."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import UserTaskMixin

from engine.errand import Errand, checked
from engine.spiff.catching import WAITS, CatchingTask
from engine.spiff.element import ElementSpec
from engine.spiff.scope import TokenVariables, definition_of
from engine.spiff.throwing import inputs_of, throw
from engine.spiff.token import Token

OPEN = "open"
"""The note of a user task that a person can work on."""

ANSWER = "answer"
"""What a token waits for whose activity has work to do outside."""

ERRAND = "errand"
"""The note of such a token: what is to be done, and the type of the activity that does it."""

ANSWERED = "answered"
"""The note of such a token, with what came of it."""

SUBMITTED = "submitted"
"""The note of a user task that a person has completed."""


class Task(ElementSpec):
    """A task without anything to do: a manual or abstract task, which is passed at once."""

    def work(self, token: Token) -> bool:
        """Do nothing but keep outputs."""
        self.keep_outputs(token)
        return True


class ServiceTask(ElementSpec):
    """Runs an activity."""

    def work(self, token: Token) -> bool:
        """Run it and keep what it returns as `result`."""
        return run_activity(self, token)


class SendTask(ElementSpec):
    """Sends a message, or runs the activity that sends something."""

    def work(self, token: Token) -> bool:
        """Send."""
        if self.element.activity is None and self.element.event is not None:
            throw(token, self.element.event)
            return True
        return run_activity(self, token)


class ReceiveTask(CatchingTask):
    """Waits for a message."""


class ScriptTask(ElementSpec):
    """Evaluates FEEL and keeps the value."""

    def work(self, token: Token) -> bool:
        """Evaluate."""
        script = self.element.script
        keep_result(self, token, None if script is None else token.workflow.evaluate(token, script))
        return True


class BusinessRuleTask(ElementSpec):
    """Makes a decision, or runs an activity that does."""

    def work(self, token: Token) -> bool:
        """Decide; input parameters can be named in the decision beside the variables."""
        if self.element.decision is None:
            return run_activity(self, token)
        context = {**token.workflow.visible(token), **inputs_of(token)}
        environment = token.workflow.top_workflow.environment
        keep_result(self, token, environment.decide(self.element.decision, definition_of(token.workflow), context))
        return True


class UserTask(UserTaskMixin, ElementSpec):
    """Waits for a person. It is completed by `Run.submit` alone."""

    def work(self, token: Token) -> bool:
        """Open the task, or keep the outputs of one that was submitted."""
        if SUBMITTED not in token.notes:
            self.arm(token)
            token.notes[OPEN] = True
            return False
        self.keep_outputs(token)
        return True


def run_activity(spec: ElementSpec, token: Token) -> bool:
    """Run the activity of an element; return whether it is done, or waits for what comes of its errand."""
    if ANSWERED in token.notes:
        _take(spec, token)
        return True
    if WAITS in token.notes:
        return False
    environment = token.workflow.top_workflow.environment
    result = environment.call(spec.element, inputs_of(token, lend=True), TokenVariables(token))
    if isinstance(result, Errand):
        spec.arm(token)
        token.notes |= {WAITS: ANSWER, ERRAND: {"activity": spec.element.activity, **checked(result)}}
        return False
    spec.keep_outputs(token, {"result": result})
    return True


def _take(spec: ElementSpec, token: Token) -> None:
    environment = token.workflow.top_workflow.environment
    activity, answer = token.notes[ERRAND]["activity"], token.notes[ANSWERED]
    try:
        result = environment.came(spec.element, activity, answer, TokenVariables(token))
    except Exception:
        # Whoever tries it again wants another answer.
        del token.notes[ANSWERED], token.notes[ERRAND]
        raise
    spec.keep_outputs(token, {"result": result})
    # Not before, so that it can be kept again after somebody has put the mapping right.
    del token.notes[ANSWERED], token.notes[ERRAND]


def keep_result(spec: ElementSpec, token: Token, value: Any) -> None:
    """Keep what an element computed."""
    if spec.element.result_variable:
        token.workflow.assign(token, spec.element.result_variable, value)
    spec.keep_outputs(token, {"result": value})
