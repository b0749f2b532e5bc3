"""Landing, form, submission, end. Nothing but a POST changes anything: mail scanners open links."""

from functools import partial

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for

import forms
from engine.application import Application
from engine.errors import Gone
from engine.form import Answers, Posted
from engine.instances import OpenTask, Step, StepNotCurrent
from engine.store.models import InstanceStatus
from webui import problems
from webui.journey import binding

TASK = "task-id"
"""The hidden field that names the step; no key of a form element can have a hyphen."""

Answer = str | Response | tuple[str, int]

blueprint = Blueprint("journey", __name__)


def _application() -> Application:
    application: Application = current_app.extensions["idflow"]
    return application


@blueprint.get("/")
def home() -> Answer:
    """Say what this is; nothing is listed here."""
    return render_template("home.html")


@blueprint.get("/t/<link>")
def landing(link: str) -> Answer:
    """Say what a link leads to, with one button."""
    application = _application()
    instance_id = binding.begun(application.token_id(link))
    go_on = instance_id and url_for("journey.show", instance_id=instance_id)
    try:
        landing = application.landing(link)
    except Gone as error:
        # The person who used up the link can still go back to what it began.
        return problems.page(problems.of(error), go_on=go_on)
    return render_template("landing.html", landing=landing, nonce=binding.new_nonce(), go_on=go_on)


@blueprint.post("/t/<link>")
def begin(link: str) -> Answer:
    """Redeem the link, start the process, and bind it to this browser."""
    application = _application()
    secret = binding.secret_of(application.derive("journey-binding"), link, request.form.get("nonce", ""))
    if secret is None:
        return problems.page(problems.NO_COOKIE)
    instance_id = application.begin(link, secret)
    binding.remember(application.token_id(link), instance_id)
    response = make_response(redirect(url_for("journey.show", instance_id=instance_id), 303))
    binding.give(response, instance_id, secret)
    return response


@blueprint.get("/j/<instance_id>")
def show(instance_id: str) -> Answer:
    """Show where an instance stands: a form, the end, or why it cannot go on."""
    step = _step(instance_id)
    if step.task is not None:
        return _form(step, step.task)
    if step.status in {InstanceStatus.COMPLETED, InstanceStatus.DECLINED}:
        return render_template("end.html", step=step)
    return problems.page(problems.STOPPED, reference=step.reference)


@blueprint.post("/j/<instance_id>")
def submit(instance_id: str) -> Answer:
    """Take the answers to a form."""
    posted = request.form.to_dict(flat=False)
    task_id = request.form.get(TASK, "")
    here = url_for("journey.show", instance_id=instance_id)
    try:
        answers = _application().submit(instance_id, binding.taken(request.cookies), task_id, posted)
    except StepNotCurrent as error:
        return problems.page(problems.of(error), go_on=here)
    if answers.errors:
        step = _step(instance_id)
        if step.task is not None and step.task.id == task_id:
            return _form(step, step.task, answers, posted), 422
    return redirect(here, 303)


def _step(instance_id: str) -> Step:
    return _application().step(instance_id, binding.taken(request.cookies))


def _form(step: Step, task: OpenTask, answers: Answers | None = None, posted: Posted | None = None) -> str:
    rendered = forms.render(
        task.form.content,
        step.variables,
        reveal=partial(_application().reveal, step),
        answers=answers,
        posted=posted,
        readonly=task.readonly,
        hide_buttons=task.hide_buttons,
    )
    return render_template("form.html", step=step, task=task, rendered=rendered, task_field=TASK)
