"""`idflow store`."""

from pathlib import Path

import click

from webui.cli.options import data_option
from webui.cli.site import site


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
    with site(data, make=True) as found:
        made = found.stores.create(name, locale, time_zone)
    click.echo(f"Store: {made.name} ({made.id})")


@store.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List the identity stores by name."""
    with site(data) as found:
        stores = found.stores.list()
    for each in stores:
        click.echo(f"{each.name}  {each.status}  {each.users} users")


@store.command()
@click.argument("name")
@data_option
def show(name: str, data: Path | None) -> None:
    """Show the identity store NAME."""
    with site(data) as found:
        chosen = found.stores.get(name)
    click.echo(f"Store: {chosen.name}\nID: {chosen.id}\nLocale: {chosen.locale}\nTime zone: {chosen.time_zone}")
    click.echo(f"Made: {chosen.created_at:%Y-%m-%d %H:%M:%SZ}")
