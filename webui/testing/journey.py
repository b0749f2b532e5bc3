"""One journey, for a test: what is done in it, and what is expected of it. The same words with and without pages."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, Self

from engine.demo import USER
from engine.errors import BpmnError, IdflowError
from engine.instances import Incident, InstanceDetail
from engine.journey_test.expecting import passed, waiting
from engine.sandbox.sandboxes import EXTERNAL_ID
from engine.throwaway import Trial
from webui.testing import expecting, mocking
from webui.testing.failures import JourneyFailed
from webui.testing.form import Form
from webui.testing.kit import Kit
from webui.testing.mocking import Answer, Call
from webui.testing.names import find
from webui.testing.page import as_answers
from webui.testing.person import Person
from webui.testing.telling import explained
from webui.testing.travel import duration_of


class Journey:
    """One run through a process. What is done returns the journey, so that sentences can be joined.

    Elements are called by their names or ids. Whatever differs from what is expected raises `JourneyFailed`, which says
    what was expected, which way was taken, where it stands, the variables with secrets masked, and a diagram.
    """

    def __init__(self, kit: Kit, process: str, file: str, person: Person, report: Callable[[], Path]) -> None:
        """Be ready to start `process`, the id of one that is deployed; see the fixtures `journey`, `journey_app`."""
        self.kit = kit
        self.process = process
        self.file = file
        self.report = report
        self.trial = Trial(kit.throwaway, "", b"")
        self._person = person
        self._was = 0
        kit.journeys.append(self)

    # What is done

    def start(self, user: str | None = None, variables: Mapping[str, Any] | None = None, **more: Any) -> Self:
        """Start the process for a user, by the external ID, with process variables.

        With pages somebody opens the link of a process token and begins. A process that only an event can start waits
        for it: see `message`.
        """
        __tracebackhide__ = True
        given = {**({} if user is None else {EXTERNAL_ID: user}), **(variables or {}), **more}
        if self.trial.instance_id:
            raise JourneyFailed("It has been started already; another `journey(…)` is another run.")

        def begin() -> None:
            self.trial = self._person.begin(self.process, given)

        return self._act(begin)

    def mock(  # noqa: PLR0913 - one for each way in which an activity can end
        self,
        target: str,
        *visits: Answer,
        returns: object = mocking.UNSET,
        variables: Mapping[str, Any] | None = None,
        raises: BpmnError | type[BpmnError] | str | None = None,
        fails: str | None = None,
        calls: Callable[[Call], object] | None = None,
    ) -> Self:
        """Let an element, or every element of a type of activity (`get-user`), come to something from now on.

        `returns` is its result and `variables` is what it writes, by dotted paths; `raises` is a BPMN error, its class
        or its code; `fails` is the message of a technical failure; `calls` is a function that is called instead.
        Several `visits` (`webui.testing.mocking.returns(…)`, `raises(…)`, `fails(…)`, `real`) are one for each call.
        """
        __tracebackhide__ = True
        answers = mocking.answers(visits, returns, variables, raises, fails, calls)
        self.kit.mocks.set(self._target(target), answers)
        return self

    def unmock(self, target: str) -> Self:
        """Let activities do their own work again."""
        __tracebackhide__ = True
        self.kit.mocks.unset(self._target(target))
        return self

    def fill(self, label: str, value: object) -> Self:
        """Fill in the field with this label or name. A box is checked by `True`; a file is a path or an `Upload`."""
        __tracebackhide__ = True
        return self._act(lambda: self._person.fill({label: value}), over=False)

    def choose(self, label: str, *options: str) -> Self:
        """Choose what a field with this label or name offers."""
        __tracebackhide__ = True
        return self._act(lambda: self._person.fill({label: list(options)}), over=False)

    def check(self, label: str, *, checked: bool = True) -> Self:
        """Check a box, or clear it."""
        __tracebackhide__ = True
        return self._act(lambda: self._person.fill({label: checked}), over=False)

    def press(self, button: str | None = None) -> Self:
        """Press the button with this text; without it, the one that sends the form."""
        __tracebackhide__ = True
        return self._act(lambda: self._person.press(button))

    def submit(self, answers: Mapping[str, object] | None = None, /, **named: object) -> Self:
        """Fill in the form that is open and send it: answers by labels, or by the names of fields as keywords.

        Wrong answers leave it open: see `errors` and `assert_errors`.
        """
        __tracebackhide__ = True

        def submit() -> None:
            __tracebackhide__ = True
            if given := as_answers(answers, named):
                self._person.fill(given)
            self._person.press()

        return self._act(submit)

    def wait(self, period: timedelta | str | None = None, /, **units: float) -> Self:
        """Let time pass: `wait(minutes=16)`, `wait("P1D")`. What becomes due happens at its own time."""
        __tracebackhide__ = True
        return self._act(lambda: self.kit.wait(duration_of(self.kit.now, period, **units)), guarded=False)

    def message(self, name: str, key: str = "", variables: Mapping[str, Any] | None = None, **more: Any) -> Self:
        """Publish a message with its correlation key, and the variables that it carries."""
        __tracebackhide__ = True
        return self._act(lambda: self.trial.message(name, key, {**(variables or {}), **more}))

    def signal(self, name: str, variables: Mapping[str, Any] | None = None, **more: Any) -> Self:
        """Send a signal, with the variables that it carries."""
        __tracebackhide__ = True
        return self._act(lambda: self.trial.signal(name, {**(variables or {}), **more}))

    def retry(self) -> Self:
        """Try again where an incident has stopped it."""
        __tracebackhide__ = True
        return self._act(self.trial.retry)

    # What can be looked at

    @property
    def form(self) -> Form:
        """The form that is open."""
        return Form(self._person)

    @property
    def html(self) -> str:
        """With pages: the page as it is now, whether it has a form or not."""
        __tracebackhide__ = True
        return self._person.html

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong with the answers that were sent last, by the labels of the fields."""
        return self._person.errors()

    @property
    def detail(self) -> InstanceDetail | None:
        """Everything about the instance, secrets masked; None before an event has started it."""
        return self.trial.detail

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the elements that were passed, in their order."""
        return passed(self.detail)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The ids of the elements that wait for something in the flow."""
        return waiting(self.detail)

    @property
    def variables(self) -> Mapping[str, Any]:
        """The process variables, secrets masked."""
        detail = self.detail
        return {} if detail is None else detail.variables

    @property
    def incident(self) -> Incident | None:
        """What has stopped it."""
        detail = self.detail
        return None if detail is None else detail.incident

    @property
    def calls(self) -> Sequence[Call]:
        """Every activity that was called in this test, mocked or not, in order."""
        return self.kit.mocks.calls

    @property
    def label(self) -> str:
        """What the process is called."""
        names = (process.label for process, _ in self.kit.processes.values() if process.id == self.process)
        return next(names, self.process)

    # What is expected

    def at(self, *elements: str) -> Self:
        """Expect that exactly these elements wait for something; boundary events do not count."""
        __tracebackhide__ = True
        return self._expect(expecting.at(self._ids(elements), self.kit.elements, self.detail))

    assert_at = at

    def assert_passed(self, *elements: str) -> Self:
        """Expect that these elements were passed in this order; others may have been between them."""
        __tracebackhide__ = True
        return self._expect(expecting.passed(self._ids(elements), self.detail))

    def assert_not_passed(self, *elements: str) -> Self:
        """Expect that none of these elements was passed."""
        __tracebackhide__ = True
        return self._expect(expecting.not_passed(self._ids(elements), self.detail))

    def assert_ended(self, element: str | None = None) -> Self:
        """Expect that it has ended, at this end event if one is named."""
        __tracebackhide__ = True
        wanted = None if element is None else find(self.kit.elements, element, ("endEvent",))
        return self._expect(expecting.ended(wanted, self.kit.elements, self.detail))

    def assert_incident(self, at: str | None = None, *, code: str | None = None, message: str | None = None) -> Self:
        """Expect that an incident has stopped it: at an element, with a code, with these words in its message."""
        __tracebackhide__ = True
        wanted = None if at is None else find(self.kit.elements, at)
        return self._expect(expecting.stopped(wanted, code, message, self.detail))

    def assert_variables(self, values: Mapping[str, Any] | None = None, /, **named: Any) -> Self:
        """Expect these process variables, by their dotted paths; others may be there. A secret is `"••••••"`."""
        __tracebackhide__ = True
        return self._expect(expecting.variables({**(values or {}), **named}, self.variables))

    def assert_called(self, target: str, *, times: int | None = None, **inputs: Any) -> Self:
        """Expect that an element, or a type of activity, was called: so often, and once with these parameters."""
        __tracebackhide__ = True
        return self._expect(expecting.called(self._target(target), times, inputs, self.kit.mocks))

    def assert_errors(self, *labels: str, **messages: str) -> Self:
        """Expect that exactly the fields with these labels or names were refused, with these words in the messages."""
        __tracebackhide__ = True
        return self._expect(expecting.errors(labels, messages, self._person))

    # Inside

    def went_on(self) -> None:
        """Hear that something has happened in the installation."""
        self._person.went_on()

    def _act(self, do: Callable[[], None], *, over: bool = True, guarded: bool = True) -> Self:
        """Do something; `over` says that a step is over by it."""
        __tracebackhide__ = True
        try:
            if guarded:
                with self.kit.acting():
                    do()
            else:
                do()
        except IdflowError as error:
            self._fail(error.message)
        except JourneyFailed as failure:
            self._fail(str(failure))
        if over:
            self.kit.between_steps()
        return self

    def _expect(self, difference: str) -> Self:
        __tracebackhide__ = True
        if difference:
            self._fail(difference)
        return self

    def _fail(self, sentence: str) -> NoReturn:
        __tracebackhide__ = True
        raise JourneyFailed(f"{sentence}\n\n{explained(self)}") from None

    def _ids(self, names: Sequence[str]) -> list[str]:
        __tracebackhide__ = True
        elements = self.kit.elements
        return [find(elements, each) for each in names]

    def _target(self, target: str) -> str:
        """Return the element or the type of activity that is meant; raises `JourneyFailed` when there is none."""
        __tracebackhide__ = True
        elements = self.kit.elements
        if any(each.activity == target for each in elements.values()):
            return target
        return find(elements, target)


__all__ = ["USER", "Form", "Journey"]
