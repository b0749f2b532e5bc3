"""`idflow migrate`."""

from pathlib import Path

import click

from engine.store import Database
from engine.store.migrate import Fit
from webui.cli.options import data_option, is_there, settings


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit status 1 when there is something to do.")
@data_option
def migrate(check: bool, data: Path | None) -> None:
    """Bring the tables of the database to the version of this program, and make them where there are none.

    Every other command that opens an installation does the same first. It is a step of its own for those who start
    many processes at once: of several, one migrates, and the others wait.
    """
    chosen = settings(data=data)
    if check and not is_there(chosen):
        raise click.ClickException("There are no tables yet: run idflow migrate.")
    database = Database(chosen.database_url, chosen.postgres, only_looks=check)
    try:
        if not check:
            database.migrate()
        fit = database.fit()
    finally:
        database.close()
    if fit is Fit.NEWER:
        click.echo("The tables have a newer version than this program, which may work on them all the same.")
    elif fit is not Fit.CURRENT:
        raise click.ClickException("The tables have another version than this program: run idflow migrate.")
    else:
        click.echo("The tables have the version of this program.")
