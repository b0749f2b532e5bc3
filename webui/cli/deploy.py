"""`idflow deploy` and `idflow check`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from engine.config import Settings
from engine.deployment import File
from engine.errors import Severity
from webui.cli.options import data_option, open_application, settings

_files = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@_files
@data_option
def deploy(files: tuple[Path, ...], data: Path | None) -> None:
    """Deploy processes (.bpmn) and forms (.form): all of FILES, or none when one of them has an error."""
    application = open_application(settings(data=data))
    for deployed in application.deploy([File.at(path) for path in files]):
        news = "deployed" if deployed.new else "unchanged"
        click.echo(f"{deployed.kind} {deployed.name} version {deployed.version}: {news}")


@click.command()
@_files
@data_option
def check(files: tuple[Path, ...], data: Path | None) -> None:
    """Say everything that is wrong with FILES, without deploying them. Exit status 1 when there are errors.

    Forms that a process names may be among FILES or deployed already.
    """
    chosen = settings(data=data)
    with TemporaryDirectory() as empty:
        # Looking at files must not make an installation.
        application = open_application(chosen if chosen.database.exists() else Settings(data=Path(empty)))
        problems = application.check([File.at(path) for path in files])
        application.close()
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    click.echo(f"{len(files)} files, {errors} errors, {len(problems) - errors} warnings")
    sys.exit(1 if errors else 0)
