"""`idflow user`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson

from engine.identity import listing
from webui.api.models.users import User
from webui.cli.options import data_option, pairs_option, variables
from webui.cli.site import Who, site


@click.group()
def user() -> None:
    """Users of an identity store."""


_store = click.option("--store", "store_name", required=True, help="The identity store.")


def _of_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what names a user."""
    command = click.argument("who", metavar="USER")(data_option(_store(command)))
    return click.option("--by-id", is_flag=True, help="USER is an ID, not an external ID.")(command)


@user.command()
@click.argument("external_id")
@_store
@click.option("--locale", help="[default: the store's]")
@click.option("--time-zone", help="[default: the store's]")
@pairs_option
@data_option
def new(
    external_id: str,
    store_name: str,
    locale: str | None,
    time_zone: str | None,
    pairs: tuple[str, ...],
    data: Path | None,
) -> None:
    """Make a user with EXTERNAL_ID; --set gives an attribute."""
    with site(data) as found:
        made = found.users.create(store_name, external_id, variables(pairs), locale, time_zone)
    click.echo(f"User: {_label(made)} ({made.id})")


@user.command("list")
@_store
@click.option("--prefix", default="", help="Only those whose external ID begins with this.")
@click.option("--limit", type=click.IntRange(1, listing.MAXIMUM_LENGTH), default=100, show_default=True)
@data_option
def list_(store_name: str, prefix: str, limit: int, data: Path | None) -> None:
    """List users by external ID."""
    with site(data) as found:
        users = found.users.list(store_name, prefix, limit)
    for identifier, status, external_id in users:
        click.echo(f"{identifier}  {status:14}  {external_id or '-'}")


@user.command()
@_of_store
def show(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Show a user, without credentials."""
    with site(data) as found:
        user = found.users.get(Who(store_name, who, by_id))
    last = f"{user.last_authenticated_at:%Y-%m-%d %H:%M:%SZ}" if user.last_authenticated_at else "never"
    click.echo(f"User: {_label(user)}\nID: {user.id}\nStatus: {user.status}")
    click.echo(f"Locale: {user.locale}\nTime zone: {user.time_zone}\nAuthenticated: {last}")
    click.echo(f"Attributes: {orjson.dumps(user.attributes).decode()}")


@user.command()
@click.option("--reason", default="", help="For the audit trail.")
@_of_store
def lock(who: str, by_id: bool, store_name: str, data: Path | None, reason: str) -> None:
    """Lock a user: no credential can be used, shown or registered."""
    with site(data) as found:
        _say(found.users.lock(Who(store_name, who, by_id), reason))


@user.command()
@_of_store
def unlock(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Unlock a user, and forget failed attempts."""
    with site(data) as found:
        _say(found.users.unlock(Who(store_name, who, by_id)))


@user.command()
@_of_store
def disable(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Disable a user: like a lock, but no attempt and no time ends it."""
    with site(data) as found:
        _say(found.users.disable(Who(store_name, who, by_id)))


@user.command()
@click.confirmation_option(prompt="Delete the user with every credential?")
@_of_store
def delete(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Delete a user with every credential. The audit trail keeps the ID."""
    with site(data) as found:
        found.users.delete(Who(store_name, who, by_id))


def _say(user: User) -> None:
    click.echo(f"{_label(user)}: {user.status}")


def _label(user: User) -> str:
    return user.external_id or user.id
