"""`idflow store`."""

from pathlib import Path

import click

from engine.identity import listing
from webui.cli.options import data_option, open_application, settings


@click.group()
def store() -> None:
    """Identity stores: each holds its own users."""


@store.command()
@click.argument("name")
@click.option("--locale", default="en", show_default=True, help="What its users have unless they have their own.")
@click.option("--time-zone", default="UTC", show_default=True, help="The same.")
@data_option
def new(name: str, locale: str, time_zone: str, data: Path | None) -> None:
    """Make the identity store NAME."""
    application = open_application(settings(data=data))
    with application.write() as session:
        made = application.identity.create_store(session, name, locale=locale, time_zone=time_zone)
    click.echo(f"Store: {made.name} ({made.id})")


@store.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List the identity stores by name."""
    with open_application(settings(data=data), make=False).database.read() as session:
        for each in listing.stores(session):
            click.echo(f"{each.name}  {each.status}  {each.users} users")


@store.command()
@click.argument("name")
@data_option
def show(name: str, data: Path | None) -> None:
    """Show the identity store NAME."""
    application = open_application(settings(data=data), make=False)
    with application.database.read() as session:
        found = application.identity.store(session, name)
    click.echo(f"Store: {found.name}\nID: {found.id}\nLocale: {found.locale}\nTime zone: {found.time_zone}")
    click.echo(f"Made: {found.created_at:%Y-%m-%d %H:%M:%SZ}")
