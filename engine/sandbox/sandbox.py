"""One sandbox, opened: what its designer and its end user do in it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from engine.application import Application
from engine.form import Answers, Posted
from engine.instances import End, InstanceDetail, Step
from engine.instances.given import check_names
from engine.journey_test import Message, Mock, Retry, Verb, Wait
from engine.journey_test.expecting import REACHED_AN_END, passed
from engine.journeys import Reveal
from engine.mail import text_of
from engine.model import Process
from engine.sandbox import recording
from engine.sandbox.contents import Contents
from engine.sandbox.state import WAITS_TO_START, Mail, SandboxState
from engine.throwaway import Result, Throwaway, Trial
from engine.throwaway.results import read, written

MAXIMUM_MAILS = 50
"""How many mails are kept: the newest."""

MAXIMUM_MAIL = 20_000
"""How many characters of a mail are kept."""


class Sandbox:
    """A sandbox whose database is open. What is done is kept when `contents` is stored afterwards."""

    def __init__(self, sandbox_id: str, revision: int, contents: Contents, throwaway: Throwaway) -> None:
        self.id, self.revision = sandbox_id, revision
        self.contents = contents
        self._throwaway = throwaway
        self._trial = Trial(throwaway, contents.instance_id, bytes.fromhex(contents.binding))
        throwaway.recovery_codes = contents.recovery_codes
        for element, result in contents.results.items():
            throwaway.results.set(element, read(result))

    def start(self) -> None:
        """Start the process; one that only an event can start waits for it."""
        contents = self.contents
        self._trial = Trial.start(self._throwaway, contents.key, contents.given, self._trial.binding)
        contents.steps = [recording.began(self.detail())]

    @property
    def name(self) -> str:
        """What the process is called."""
        return self._process.label

    @property
    def now(self) -> datetime:
        """What its clock says."""
        return self._throwaway.clock.now()

    def step(self) -> Step:
        """Return where the process stands, for its end user.

        Raises:
            InstanceNotFound: when nothing has started it yet.
            OtherBrowser, InstanceExpired: see `Application.step`.

        """
        return self._trial.step

    def revealing(self, step: Step) -> AbstractContextManager[Reveal]:
        """Have what returns secrets of sample users, for the page that shows `step`; see `Application.revealing`."""
        return self._application.journeys.revealing(step)

    def submit(self, task_id: str, posted: Posted) -> Answers:
        """Submit the form that is open, as its end user; see `Application.submit`."""
        task = self._trial.step.task
        sensitive = self._application.instances.forms.sensitive(task.form.content) if task else frozenset[str]()
        done = recording.submission(posted, sensitive, self._throwaway.codes(), self.contents.recovery_codes)
        answers = self._trial.submit(task_id, posted)
        if not answers.unasked:
            self._use_up(posted)
            self._note(done)
        return answers

    def wait(self, duration: timedelta) -> None:
        """Move the clock forward; raises `TimeInvalid`."""
        self._trial.wait(duration)
        self._note(Wait(recording.waited(duration)))

    def wait_for_timer(self) -> None:
        """Move the clock to when something happens by itself; raises `NoTimer`."""
        self.wait(self._trial.next_timer())

    def set_result(self, element_id: str, result: Result | None) -> None:
        """Let a service task come to a result from now on; raises `ResultInvalid`."""
        self._throwaway.results.set(element_id, result)
        self._note(Mock(element_id, result), expect=False)

    def message(self, name: str, key: str, variables: Mapping[str, Any]) -> None:
        """Publish a message; see `Application.publish`."""
        check_names(variables)
        self._trial.message(name, key, variables)
        self._note(Message(name, key, variables))

    def retry(self) -> None:
        """Try again where it stopped; raises `NotAnIncident`."""
        self._trial.retry()
        self._note(Retry())

    def detail(self) -> InstanceDetail | None:
        """Return everything about the instance; None before an event has started it."""
        return self._trial.detail

    def state(self) -> SandboxState:
        """Return what its designer sees."""
        detail = self.detail()
        self._take_mails()
        return SandboxState(
            id=self.id,
            revision=self.revision,
            key=self.contents.key,
            status=detail.record.status.value if detail else WAITS_TO_START,
            clock=self.now,
            places=detail.places if detail else (),
            passed=passed(detail),
            history=detail.history if detail else (),
            names={each.id: each.label for each in self._process.elements.values()},
            variables=detail.variables if detail else {},
            incident=detail.incident if detail else None,
            results=dict(self._throwaway.results.by_element),
            mails=[Mail(**each) for each in self.contents.mails],
            end=self._end(detail),
            users=self._throwaway.users(),
            codes=self._throwaway.codes(),
            recovery_code=next(iter(self.contents.recovery_codes), None),
        )

    def keep(self) -> Contents:
        """Return what is to be stored of it."""
        contents = self.contents
        contents.instance_id = self._trial.instance_id
        contents.clock = self.now.isoformat()
        contents.results = self.results()
        self._take_mails()
        contents.image = self._throwaway.image()
        return contents

    def results(self) -> dict[str, Any]:
        """Return the results that are set, as JSON values."""
        return {element: written(each) for element, each in self._throwaway.results.by_element.items()}

    @property
    def _application(self) -> Application:
        return self._throwaway.application

    @cached_property
    def _process(self) -> Process:
        definitions = self._application.definitions
        with self._application.database.read() as session:
            return definitions.get(session, definitions.find(session, self.contents.key).id).process

    def _end(self, detail: InstanceDetail | None) -> End | None:
        if detail is None or detail.record.status not in REACHED_AN_END:
            return None
        element = self._process.elements.get(detail.record.element_id or "")
        return End(element.id, element.name, element.documentation) if element else None

    def _note(self, verb: Verb, *, expect: bool = True) -> None:
        """Write down what was done, and what came of it where that can be something new."""
        recording.check_length(self.contents.steps)
        self.contents.steps.append(recording.step(verb, self.detail() if expect else None))

    def _use_up(self, posted: Posted) -> None:
        """Take the recovery codes from the list that were filled in."""
        typed = {recording.plain(each) for values in posted.values() for each in values if isinstance(each, str)}
        left = [each for each in self.contents.recovery_codes if recording.plain(each) not in typed]
        self.contents.recovery_codes = self._throwaway.recovery_codes = left

    def _take_mails(self) -> None:
        """Move the mails that were sent to those that are kept."""
        sent = [
            {"to": recipient, "subject": str(message["Subject"]), "text": text_of(message)[:MAXIMUM_MAIL]}
            for message, recipient in self._throwaway.mails.mails
        ]
        self._throwaway.mails.mails.clear()
        self.contents.mails = [*self.contents.mails, *sent][-MAXIMUM_MAILS:]
