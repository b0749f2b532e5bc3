"""`idflow database`."""

from pathlib import Path

import click

from engine import database_copy
from engine.clock import SystemClock
from engine.config import Settings
from webui.cli.options import data_option, settings


@click.group()
def database() -> None:
    """Database: from one kind to another."""


@database.command()
@click.option("--check", is_flag=True, help="Only look whether it can be done, and how much there is.")
@click.option("--back", is_flag=True, help="From PostgreSQL to SQLite.")
@click.option("--force", is_flag=True, help="Copy a broken audit trail as it is.")
@data_option
def copy(check: bool, back: bool, force: bool, data: Path | None) -> None:
    """Copy everything from the file in the data folder into the empty database of IDFLOW_DATABASE_URL.

    Nothing else may work on either meanwhile: stop every `idflow run`, `serve` and `worker` first. All of it is copied,
    read again, compared, and only then there; the source stays as it is.
    """
    chosen = settings(data=data)
    if check:
        found = database_copy.look(chosen, SystemClock(), back=back, force=force)
        for name, rows in found.rows.items():
            _say(name, rows)
        click.echo(f"{_all(found)} can be copied. Nothing was changed.")
        return
    made = database_copy.copy(chosen, SystemClock(), _say, back=back, force=force)
    click.echo(
        f"{_all(made)} were copied, read again and compared. The audit trail is "
        f"{f'broken at {made.breaks} places, as it was' if made.breaks else 'whole'}, with {made.events} events."
    )
    _say_what_next(chosen, back=back)


def _say(name: str, rows: int) -> None:
    if rows:
        click.echo(f"  {name:<24}{rows:>12,}")


def _all(found: database_copy.Copied) -> str:
    return f"{sum(found.rows.values()):,} rows of {sum(map(bool, found.rows.values()))} tables"


def _say_what_next(chosen: Settings, *, back: bool) -> None:
    if back:
        click.echo(f"Unset IDFLOW_DATABASE_URL: Idflow then works on {chosen.database}.")
    else:
        key = "IDFLOW_KEY, or the file of IDFLOW_KEY_FILE" if chosen.key is not None else chosen.key_file
        click.echo("Not in the database, and needed by every machine that works on it:")
        click.echo(f"  the key-encryption key: {key}")
        click.echo("  the IDFLOW_… variables, the secrets of diagrams (IDFLOW_SECRET_…) among them")
        if chosen.checkpoints.exists():
            click.echo(f"Keep the signatures of the audit trail, too: {chosen.checkpoints}")
    source = "the former database" if back else str(chosen.database)
    click.echo(f"Let nothing work on {source} again: both would send the same mails. Keep it until you are sure.")
