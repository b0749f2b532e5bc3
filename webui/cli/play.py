"""`idflow play`."""

from functools import partial
from pathlib import Path
from secrets import token_bytes
from tempfile import TemporaryDirectory
from time import sleep

import click

import bpmn
import forms
from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.instances import OpenTask, Step
from engine.mail import Capture
from engine.store.models import InstanceStatus
from webui.cli.options import open_application, pairs_option, variables

LOOK_SECONDS = 0.25
"""How often it looks for what is due while the process waits."""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pairs_option
def play(file: Path, pairs: tuple[str, ...]) -> None:
    """Run the process in FILE in the terminal: show each form, ask for its fields.

    The forms and decisions beside FILE (*.form, *.dmn) are deployed with it, into an installation that is thrown away
    afterwards. Timers take their time; Ctrl+C stops. Mails are shown, not sent. The installation has the demo
    identities: store and TOTP policy "demo", user "user1" with a TOTP registration.
    """
    mails = Capture()
    with TemporaryDirectory() as folder:
        application = open_application(Settings(data=Path(folder)), transport=mails)
        try:
            demo.install(application, bpmn.journeys())
            beside = [*sorted(file.parent.glob("*.form")), *sorted(file.parent.glob("*.dmn"))]
            deployed = application.deploy([File.at(path) for path in (file, *beside)])
            process = next((each.name for each in deployed if each.kind == "process"), None)
            if process is None:
                raise click.ClickException(f"{file} is not a process.")
            _play(application, process, variables(pairs))
            application.work_due()
        finally:
            application.close()
            _show(mails)


def _play(application: Application, process: str, start: dict[str, str]) -> None:
    binding = token_bytes(32)
    instance_id = application.journeys.start(process, start, binding)
    while (step := _await_form(application, instance_id, binding)).task is not None:
        answers = application.journeys.submit(instance_id, binding, step.task.id, _ask(application, step, step.task))
        for key, message in answers.errors.items():
            click.echo(f"{key}: {message}", err=True)
    detail = application.views.show(instance_id)
    if detail.incident is not None:
        raise click.ClickException(f"Stopped at {detail.incident.element_id}: {detail.incident.message}")
    name, text = (step.end.name, step.end.documentation) if step.end else ("", "")
    click.echo("\n".join(part for part in (f"{step.status}: {name}" if name else f"{step.status}", text) if part))


def _await_form(application: Application, instance_id: str, binding: bytes) -> Step:
    """Return the step at which a form is open, or nothing happens any more; work the jobs until then."""
    said = False
    while True:
        application.work_due()
        step = application.journeys.step(instance_id, binding)
        if step.task is not None or step.status is not InstanceStatus.ACTIVE:
            return step
        if not said:
            click.echo(f"... waits at {application.views.show(instance_id).record.element_id}")
            said = True
        sleep(LOOK_SECONDS)


def _show(mails: Capture) -> None:
    for message, recipient in mails.mails:
        text = next(message.iter_parts()).get_content()
        click.echo(f"--- Mail to {recipient}: {message['Subject']}\n{text.rstrip()}")


def _ask(application: Application, step: Step, task: OpenTask) -> dict[str, list[str]]:
    click.echo(f"--- {task.name}")
    posted: dict[str, list[str]] = {}
    # Answers can make more fields appear.
    while asked := _ask_new(application, step, task, posted):
        posted.update(asked)
    click.prompt("Press Enter to go on", default="", show_default=False)
    return posted


def _ask_new(
    application: Application, step: Step, task: OpenTask, posted: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Show the form, the first time, and ask for what was not asked for yet."""
    reveal = partial(application.journeys.reveal, step)
    answers = {}
    for part in forms.plain(
        task.form.content, step.variables, reveal=reveal, readonly=task.readonly, posted=posted or None
    ):
        if part.name is None and not posted:
            click.echo(part.text)
        elif part.name is not None and part.name not in posted:
            answers[part.name] = [click.prompt(part.text, default=part.default, show_default=bool(part.default))]
    return answers
