"""`idflow backup` and `idflow restore`."""

from pathlib import Path

import click

from engine import backup as backups
from engine.clock import SystemClock
from webui.cli.options import data_option, installation, settings

_NEW = click.Path(dir_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_NEW)
@click.option(
    "--with-key", is_flag=True, help="With the key-encryption key: whoever has the file can then open every secret."
)
@data_option
def backup(file: Path, with_key: bool, data: Path | None) -> None:
    """Write everything into FILE, a new one, while Idflow runs: the database and the signatures of its audit trail.

    The key-encryption key is not in it, unless --with-key asks for it; without the key, no backup can be opened.
    """
    with installation(data) as application:
        contents = backups.make(application, file, with_key=with_key)
        where = "IDFLOW_KEY" if application.settings.key is not None else str(application.settings.key_file)
    click.echo(f"{file} has what was there at {contents.made_at:%Y-%m-%d %H:%M:%S} UTC: {', '.join(contents.files)}.")
    click.echo("It has the key: keep it as safe as a password." if with_key else f"The key is not in it: {where}")


@click.command()
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace an installation that is newer or another one; it is kept aside.")
@data_option
def restore(file: Path, force: bool, data: Path | None) -> None:
    """Put the backup FILE in the place of an installation that does not run.

    First it is looked at as a whole: whether it is undamaged, whether the key opens it, whether its audit trail is what
    was signed. What was there before is kept beside it.
    """
    chosen = settings(data=data)
    restored = backups.restore(chosen, file, SystemClock(), force=force)
    click.echo(
        f"{chosen.data} is what it was at {restored.made_at:%Y-%m-%d %H:%M:%S} UTC; its audit trail is whole, with "
        f"{restored.events} events."
        if not force
        else f"{chosen.data} is what it was at {restored.made_at:%Y-%m-%d %H:%M:%S} UTC, with {restored.events} events."
    )
    for path in restored.kept:
        click.echo(f"What was there is kept: {path}")
