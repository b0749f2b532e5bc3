"""`idflow play`."""

from functools import partial
from pathlib import Path
from secrets import token_bytes
from tempfile import TemporaryDirectory

import click

import bpmn
import forms
from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.instances import OpenTask, Step
from engine.mail import Capture
from webui.cli.options import open_application, pairs_option, variables


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pairs_option
def play(file: Path, pairs: tuple[str, ...]) -> None:
    """Run the process in FILE in the terminal: show each form, ask for its fields.

    The forms beside FILE (*.form) are deployed with it, into an installation that is thrown away afterwards. It has the
    demo identities: store and TOTP policy "demo", user "user1" with a TOTP registration. Mails are shown, not sent.
    """
    mails = Capture()
    with TemporaryDirectory() as folder:
        application = open_application(Settings(data=Path(folder)), transport=mails)
        try:
            demo.install(application, bpmn.journeys())
            deployed = application.deploy([File.at(path) for path in (file, *sorted(file.parent.glob("*.form")))])
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
    instance_id = application.start(process, start, binding)
    while (step := application.step(instance_id, binding)).task is not None:
        answers = application.submit(instance_id, binding, step.task.id, _ask(application, step, step.task))
        for key, message in answers.errors.items():
            click.echo(f"{key}: {message}", err=True)
    record = application.show_instance(instance_id).record
    if step.end is None:
        raise click.ClickException(f"Stopped at {record.element_id}: {record.message}")
    click.echo("\n".join(text for text in (f"{step.status}: {step.end.name}", step.end.documentation) if text))


def _show(mails: Capture) -> None:
    for message, recipient in mails.mails:
        text = next(message.iter_parts()).get_content()
        click.echo(f"--- Mail to {recipient}: {message['Subject']}\n{text.rstrip()}")


def _ask(application: Application, step: Step, task: OpenTask) -> dict[str, list[str]]:
    click.echo(f"--- {task.name}")
    posted = {}
    reveal = partial(application.reveal, step)
    for part in forms.plain(task.form.content, step.variables, reveal=reveal, readonly=task.readonly):
        if part.key is None:
            click.echo(part.text)
        else:
            posted[part.key] = [click.prompt(part.text, default=part.default, show_default=bool(part.default))]
    click.prompt("Press Enter to go on", default="", show_default=False)
    return posted
