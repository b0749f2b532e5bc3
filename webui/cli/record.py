"""`idflow instance record`."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from engine.deployment import PROCESS_SUFFIXES, File
from engine.dialect import read
from engine.instances.exports import FileKind
from service_tasks import ACTIVITIES
from webui.cli.options import data_option, installation
from webui.testing.recording import Recorded, Recorder
from webui.testing.workshop import Workshop

BY = "command line"
"""Who takes it, in the audit trail."""


@click.command()
@click.argument("instance_id")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it here, with the files of the process beside it where there are none; otherwise it is printed.",
)
@click.option("--keep-values", is_flag=True, help="Keep who it was and what they wrote. Secrets are never recorded.")
@click.option("--name", help="What the test is called.")
@data_option
def record(instance_id: str, output: Path | None, keep_values: bool, name: str | None, data: Path | None) -> None:
    """Record an instance as a journey test, which idflow test runs at once.

    Its way is found again in an installation that is thrown away: by its history, its answers, and what was waited for.
    Codes become placeholders, people become the sample users, what they wrote is made up; a service task that came to
    something else there is mocked. What was replaced, made up or could not be recorded is said in the file.
    """
    if output is not None and output.exists():
        raise click.ClickException(f"{output} exists already.")
    with installation(data) as application, TemporaryDirectory() as scratch:
        recorder = Recorder(application, Workshop(lambda: Path(scratch)))
        recorded = recorder.record(instance_id, keep_people=keep_values, keep_texts=keep_values)
        detail = recorded.original.detail
        text = recorder.text(recorded, name or f"{detail.record.process}: {detail.record.status.value.lower()}")
        application.exports.take(instance_id, FileKind.JOURNEY_TEST, by=BY)
    if output is None:
        click.echo(text, nl=False)
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    beside = list(_write_beside(recorded, output.parent))
    output.write_text(text, encoding="utf-8")
    click.echo("\n".join([f"Written to {output}", *beside, *(f"- {each}" for each in recorded.notes)]))


def _write_beside(recorded: Recorded, folder: Path) -> Iterator[str]:
    """Write the files of the process where there are none, and say what was done."""
    there = [path for path in folder.iterdir() if path.name.endswith(PROCESS_SUFFIXES)]
    for path in there:
        content = path.read_bytes()
        if any(each.id == recorded.original.key for each in read(content, path.name, ACTIVITIES).processes):
            if content not in {each.content for each in recorded.files}:
                yield f"- {path} is another version of the process: the test may go another way with it."
            return
    for file in recorded.files:
        path = folder / _file_name(file)
        if not path.exists():
            path.write_bytes(file.content)
            yield f"- {path} is as it was deployed"


def _file_name(file: File) -> str:
    return Path(file.name).name
