"""The views: landing, form, waiting, end. Every one asks the application where the instance stands; none remembers."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from engine.application import Application
from engine.dialect import ExceededCustomDataFormRetake
from engine.form import Posted, Upload
from engine.instances import OpenTask, Step, StepNotCurrent
from engine.store.models import InstanceStatus
from engine.tokens import TokenRefused
from forms import TIME_ZONE, changed, is_action, render
from webui import language
from webui.journey.binding import Bindings
from webui.problems import INCIDENT, NOT_PROTECTED, TOO_MANY_TRIES, show

TASK_FIELD = "task-id"
"""The hidden field that says which form was open; its hyphen keeps it apart from every key of a form."""

CSRF_FIELD = "csrf_token"

LOOK_AGAIN = (1, 1, 2, 3, 5, 10, 30)
"""After how many seconds the waiting page looks again, each time that it does; then always after the last."""

LONG = 4
"""After how many looks the waiting page says that it may take a while."""

AGAIN = "again"
"""The argument in the address of the waiting page that counts its looks."""


@dataclass(frozen=True, slots=True)
class JourneyPages:
    """The end user's pages of one installation."""

    application: Application
    bindings: Bindings

    def landing(self, link: str) -> str:
        """Say what the link is for. Mail scanners open links: this changes nothing."""
        try:
            landing = self.application.landing(link)
        except TokenRefused:
            begun = self.bindings.journey_of(self.application.token_id(link))
            if begun is None:
                raise
            return render_template("journey/resume.html", begun=begun)
        begun = self.bindings.journey_of(landing.token_id)
        return render_template("journey/landing.html", landing=landing, nonce=self.bindings.nonce(), begun=begun)

    def begin(self, link: str) -> AnyResponse:
        """Redeem the link and go to the journey; sending the same landing page again leads to the same journey."""
        binding = self.bindings.make(link, request.form.get("nonce", ""))
        if binding is None:
            return show(NOT_PROTECTED)
        instance_id = self.application.begin(link, binding)
        response = make_response(self._to(instance_id))
        self.bindings.keep(response, binding, token_id=self.application.token_id(link), instance_id=instance_id)
        return response

    def show(self, instance_id: str) -> Response:
        """Show where the journey stands."""
        return self._page(self.application.step(instance_id, self.bindings.current()))

    def submit(self, instance_id: str) -> AnyResponse:
        """Take the answers to the open form and go on; wrong ones are shown again with what is wrong.

        A form that was sent by one of its own buttons, or by the script when a field changed, is shown anew and neither
        checked nor taken: nothing changes.
        """
        binding = self.bindings.current()
        posted = _posted()
        task_id = str(posted.pop(TASK_FIELD, [""])[0])
        posted.pop(language.FIELD, None)
        if is_action(posted):
            return self._form(*self._open(instance_id, binding, task_id), changed(posted))
        answers = self.application.submit(instance_id, binding, task_id, posted)
        if answers.errors or answers.unasked:
            step = self.application.step(instance_id, binding)
            if step.task is not None and step.task.id == task_id:
                return self._form(step, step.task, posted, check=bool(answers.errors), unasked=bool(answers.unasked))
        return self._to(instance_id)

    def _open(self, instance_id: str, binding: bytes, task_id: str) -> tuple[Step, OpenTask]:
        """Return the step and its form; raises `StepNotCurrent` when another one is open by now."""
        step = self.application.step(instance_id, binding)
        if step.task is None or step.task.id != task_id:
            raise StepNotCurrent
        return step, step.task

    def _to(self, instance_id: str) -> AnyResponse:
        response = redirect(url_for("journey.show", instance_id=instance_id), HTTPStatus.SEE_OTHER)
        language.keep(response, instance_id)
        return response

    def _page(self, step: Step) -> Response:
        if step.task is not None:
            return self._form(step, step.task)
        match step.status:
            case InstanceStatus.INCIDENT:
                tries = step.stopped_by == ExceededCustomDataFormRetake.__name__
                return show(TOO_MANY_TRIES if tries else INCIDENT, step.reference)
            case InstanceStatus.ACTIVE | InstanceStatus.SUSPENDED:
                return self._waiting(step)
        return make_response(render_template("journey/end.html", step=step, status=step.status))

    def _waiting(self, step: Step) -> Response:
        """Say that nothing is to be done, and look again later: by a header, so that it needs no script."""
        looks = min(max(request.args.get(AGAIN, 0, type=int), 0), len(LOOK_AGAIN) - 1)
        counted: dict[str, Any] = {AGAIN: looks + 1}
        again = url_for("journey.show", instance_id=step.instance_id, **counted)
        paused = step.status is InstanceStatus.SUSPENDED
        page = render_template("journey/waiting.html", step=step, paused=paused, again=again, long=looks >= LONG)
        response = make_response(page)
        response.headers["Refresh"] = f"{LOOK_AGAIN[-1] if paused else LOOK_AGAIN[looks]}; url={again}"
        return response

    def _form(
        self, step: Step, task: OpenTask, posted: Posted | None = None, *, check: bool = False, unasked: bool = False
    ) -> Response:
        spoken = language.current()
        form = render(
            task.form.content,
            step.variables,
            reveal=partial(self.application.reveal, step),
            posted=posted,
            earlier=task.earlier,
            check=check,
            readonly=task.readonly,
            hide_buttons=task.hide_buttons,
            language=spoken.tag,
            say=language.say(spoken.tag),
            now=self.application.clock.now(),
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


def _posted() -> dict[str, Sequence[str | Upload]]:
    """Return the fields and files of the current request, by name."""
    posted: dict[str, Sequence[str | Upload]] = dict(request.form.lists())
    for name, files in request.files.lists():
        posted[name] = [*posted.get(name, ()), *(_upload(each) for each in files)]
    posted.pop(CSRF_FIELD, None)
    return posted


def _upload(file: FileStorage) -> Upload:
    with closing(file):
        return Upload(file.filename or "", file.mimetype, file.read())
