"""`idflow audit`."""

import sys
from datetime import datetime
from pathlib import Path

import click

from engine.audit import export as exporting
from engine.audit.events import between
from webui.cli.options import data_option, open_application, settings
from webui.cli.site import site

_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Audit trail: who may have to answer for what."""


@audit.command()
@click.option("--checkpoint", "files", multiple=True, type=_FILE, help="Checkpoints kept elsewhere; can be repeated.")
@data_option
def verify(files: tuple[Path, ...], data: Path | None) -> None:
    """Look for what was changed, deleted, put in or moved. Exit status 1 when something was."""
    with site(data) as where:
        found = where.audit.verify(files)
    for each in found.breaks:
        click.echo(f"{each.kind}: {each.message}")
    click.echo(
        f"{found.count} events, the last is {found.last}; signed checkpoints vouch for those up to {found.vouched}."
    )
    if found.removed:
        click.echo(f"The {found.removed_count} events up to {found.removed} were removed by retention; that is signed.")
    click.echo(f"{len(found.breaks)} breaks." if found.breaks else "The chain is whole.")
    sys.exit(1 if found.breaks else 0)


@audit.command()
@click.option("--when-due", is_flag=True, help="Only when many events were added since the last one.")
@data_option
def checkpoint(when_due: bool, data: Path | None) -> None:
    """Sign where the trail stands; print that as one line, to be kept on another machine.

    The line is kept in the database and in the data folder too.
    """
    office = open_application(settings(data=data), make=False).audit_office
    made = office.sign(when_due=when_due)
    if made is not None:
        click.echo(made.line())
        click.echo(f"Public key (Ed25519): {office.public_key.hex()}", err=True)


@audit.command()
@click.option("--since", type=_MOMENT, help="Only events from then on: 2026-01-31T09:00+01:00.")
@click.option("--until", type=_MOMENT, help="Only events before then.")
@click.option(
    "--format", "form", type=click.Choice([each.value for each in exporting.Format]), default="jsonl", show_default=True
)
@data_option
def export(since: datetime | None, until: datetime | None, form: str, data: Path | None) -> None:
    """Print events with the hashes that chain them."""
    with open_application(settings(data=data), make=False).database.read() as session:
        for line in exporting.lines(between(session, since, until), exporting.Format(form)):
            click.echo(line)
