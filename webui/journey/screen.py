"""What the end user sees of one instance: its form, that it waits, its end, or what went wrong."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol

from flask import Response, make_response, render_template, request
from werkzeug.datastructures import FileStorage

from engine.dialect import ExceededCustomDataFormRetake
from engine.form import Answers, Posted, Upload
from engine.instances import OpenTask, Step, StepNotCurrent
from engine.journeys import Reveal
from engine.store.models import InstanceStatus
from forms import TIME_ZONE, changed, is_action, render
from webui import language
from webui.problems import INCIDENT, TOO_MANY_TRIES, show

TASK_FIELD = "task-id"
"""The hidden field that says which form was open; its hyphen keeps it apart from every key of a form."""

CSRF_FIELD = "csrf_token"

LOOK_AGAIN = (1, 1, 2, 3, 5, 10, 30)
"""After how many seconds the waiting page looks again, each time that it does; then always after the last."""

LONG = 4
"""After how many looks the waiting page says that it may take a while."""

AGAIN = "again"
"""The argument in the address of the waiting page that counts its looks."""


class Run(Protocol):
    """One instance, for its end user."""

    @property
    def now(self) -> datetime:
        """The time, for what a form says about it."""

    def step(self) -> Step:
        """Return where it stands; see `Application.step`."""

    def submit(self, task_id: str, posted: Posted) -> Answers:
        """Submit the form that is open; see `Application.submit`."""

    def revealing(self, step: Step) -> AbstractContextManager[Reveal]:
        """Have what returns the secrets of the page that shows `step`; see `Application.revealing`."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The page of one instance."""

    run: Run
    address: Callable[..., str]
    """Returns the address of this page, with the given arguments."""

    def show(self) -> Response:
        """Show where it stands."""
        step = self.run.step()
        if step.task is not None:
            return self._form(step, step.task)
        match step.status:
            case InstanceStatus.INCIDENT:
                tries = step.stopped_by == ExceededCustomDataFormRetake.__name__
                return show(TOO_MANY_TRIES if tries else INCIDENT, step.reference)
            case InstanceStatus.ACTIVE | InstanceStatus.SUSPENDED:
                return self._waiting(step)
        return make_response(render_template("journey/end.html", step=step, status=step.status))

    def submit(self, sent: Mapping[str, Sequence[str | Upload]]) -> Response | None:
        """Take the answers to the open form; wrong ones are shown again with what is wrong. None is to go on.

        `sent` is what the page's form has sent; see `sent_now`.

        A form that was sent by one of its own buttons, or by the script when a field changed, is shown anew and neither
        checked nor taken: nothing changes.
        """
        posted = dict(sent)
        task_id = str(posted.pop(TASK_FIELD, [""])[0])
        posted.pop(language.FIELD, None)
        if is_action(posted):
            return self._form(*self._open(task_id), changed(posted))
        answers = self.run.submit(task_id, posted)
        if answers.errors or answers.unasked:
            step = self.run.step()
            if step.task is not None and step.task.id == task_id:
                return self._form(step, step.task, posted, check=bool(answers.errors), unasked=bool(answers.unasked))
        return None

    def _open(self, task_id: str) -> tuple[Step, OpenTask]:
        """Return the step and its form; raises `StepNotCurrent` when another one is open by now."""
        step = self.run.step()
        if step.task is None or step.task.id != task_id:
            raise StepNotCurrent
        return step, step.task

    def _waiting(self, step: Step) -> Response:
        """Say that nothing is to be done, and look again later: by a header, so that it needs no script."""
        looks = min(max(request.args.get(AGAIN, 0, type=int), 0), len(LOOK_AGAIN) - 1)
        counted: dict[str, Any] = {AGAIN: looks + 1}
        again = self.address(**counted)
        paused = step.status is InstanceStatus.SUSPENDED
        page = render_template("journey/waiting.html", step=step, paused=paused, again=again, long=looks >= LONG)
        response = make_response(page)
        response.headers["Refresh"] = f"{LOOK_AGAIN[-1] if paused else LOOK_AGAIN[looks]}; url={again}"
        return response

    def _form(
        self, step: Step, task: OpenTask, posted: Posted | None = None, *, check: bool = False, unasked: bool = False
    ) -> Response:
        spoken = language.current()
        with self.run.revealing(step) as reveal:
            form = render(
                task.form.content,
                step.variables,
                reveal=reveal,
                posted=posted,
                earlier=task.earlier,
                check=check,
                readonly=task.readonly,
                hide_buttons=task.hide_buttons,
                language=spoken.tag,
                say=language.say(spoken.tag),
                now=self.run.now,
            )
        page = render_template(
            "journey/form.html",
            form=form,
            title=form.title or task.name or step.process,
            task_field=TASK_FIELD,
            task_id=task.id,
            tries_left=task.max_attempts - task.attempts,
            unasked=unasked,
            time_zone_field=TIME_ZONE,
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors or unasked else HTTPStatus.OK)


def sent_now() -> dict[str, Sequence[str | Upload]]:
    """Return the fields and files of the current request, by name."""
    posted: dict[str, Sequence[str | Upload]] = dict(request.form.lists())
    for name, files in request.files.lists():
        posted[name] = [*posted.get(name, ()), *(_upload(each) for each in files)]
    posted.pop(CSRF_FIELD, None)
    return posted


def _upload(file: FileStorage) -> Upload:
    with closing(file):
        return Upload(file.filename or "", file.mimetype, file.read())
