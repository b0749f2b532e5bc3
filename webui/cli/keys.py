"""`idflow keys`."""

from datetime import timedelta
from pathlib import Path

import click

from engine.clock import SystemClock
from engine.config import Settings
from engine.cookie_keys import ACCEPTED
from engine.identity.kek import read_key
from engine.identity.rotation import Rotation, rotate_kek
from engine.store import Database
from webui.cli.options import check_there, data_option, open_application, settings


@click.group()
def keys() -> None:
    """Keys: the data keys that seal secrets, and the key-encryption key that wraps those."""


@keys.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List the data keys, and how many sealed values need each."""
    for key in _rotation(settings(data=data)).data_keys():
        newest = "  seals new values" if key.newest else ""
        click.echo(f"{key.id:>4}  {key.created_at:%Y-%m-%d %H:%M:%SZ}  {key.values} values{newest}")


@keys.command()
@click.option("--kek", is_flag=True, help="The key-encryption key instead of the data key.")
@click.option(
    "--new-key-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --kek, where IDFLOW_KEY holds the key: a file (mode 0600) with the new one, 32 bytes in Base64.",
)
@click.option("--cookies", is_flag=True, help="The key that signs the cookies of browsers instead.")
@click.option(
    "--accept",
    type=click.IntRange(0, 24 * 366),
    metavar="HOURS",
    help="With --cookies: for how long the former key is accepted; 0 signs everybody out. [default: 24]",
)
@click.option("--fresh", is_flag=True, help="A new data key even where an earlier rotation has left values over.")
@data_option
def rotate(
    kek: bool, new_key_file: Path | None, cookies: bool, accept: int | None, fresh: bool, data: Path | None
) -> None:
    """Make a new key, and use it for everything. Idflow may run meanwhile; after --kek, restart it.

    A rotation that was interrupted is finished by running the same command again.
    """
    chosen = settings(data=data)
    if new_key_file is not None and not kek:
        raise click.UsageError("--new-key-file belongs to --kek.")
    if accept is not None and not cookies:
        raise click.UsageError("--accept belongs to --cookies.")
    if cookies and kek:
        raise click.UsageError("--cookies and --kek are two rotations.")
    if cookies:
        _rotate_cookies(chosen, ACCEPTED if accept is None else timedelta(hours=accept))
        return
    if kek:
        _rotate_kek(chosen, new_key_file)
        return
    done = _rotation(chosen).rotate(fresh=fresh, progress=lambda values: click.echo(f"{values} values", err=True))
    click.echo(f"{'Finished the rotation to' if done.resumed else 'Made'} data key {done.key}: {done.values} values.")
    for place in done.broken:
        click.echo(f"Does not open, and was left as it is: {place}", err=True)
    if done.broken:
        raise click.ClickException(f"{len(done.broken)} values do not open.")


@keys.command()
@data_option
def prune(data: Path | None) -> None:
    """Delete the data keys that seal nothing any more."""
    deleted = _rotation(settings(data=data)).prune()
    click.echo(f"Deleted data keys: {', '.join(map(str, deleted)) or 'none'}")


def _rotate_cookies(chosen: Settings, accepted: timedelta) -> None:
    # Who wants nobody to be accepted any more does not want to wait for it.
    made = open_application(chosen, make=False).cookie_keys.rotate(accepted, at_once=not accepted)
    click.echo(f"Made cookie key {made.number}: it signs from {made.signs_from:%Y-%m-%d %H:%M:%SZ} on.")
    click.echo(f"The former one is accepted until {made.former_until:%Y-%m-%d %H:%M:%SZ}.")


def _rotation(chosen: Settings) -> Rotation:
    application = open_application(chosen, make=False)
    return Rotation(application.database, application.identity.vault, application.clock)


def _rotate_kek(chosen: Settings, new_key_file: Path | None) -> None:
    # Not through the application: when a rotation was interrupted, its key does not open the database.
    check_there(chosen)
    replacement = None if new_key_file is None else read_key(new_key_file)
    database = Database(chosen.database_url, chosen.postgres)
    try:
        database.migrate()
        made = rotate_kek(database, chosen, SystemClock(), replacement=replacement)
    finally:
        database.close()
    click.echo("The key-encryption key is a new one." if made else "The rotation that was interrupted is finished.")
    click.echo("Copy the new key to where you keep it, apart from the backups, and restart every process of Idflow.")
    if new_key_file is not None:
        click.echo(f"Set IDFLOW_KEY to what {new_key_file} holds.")
