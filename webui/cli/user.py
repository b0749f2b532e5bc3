"""`idflow user`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import orjson

from engine.identity import UserRecord, UserStatus, listing
from webui.cli.options import data_option, open_application, pairs_option, settings, variables


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
    application = open_application(settings(data=data), make=False)
    with application.write() as session:
        made = application.identity.create_user(
            session,
            application.identity.store(session, store_name),
            external_id=external_id,
            attributes=variables(pairs),
            locale=locale,
            time_zone=time_zone,
        )
    click.echo(f"User: {made.label} ({made.id})")


@user.command("list")
@_store
@click.option("--prefix", default="", help="Only those whose external ID begins with this.")
@click.option("--limit", type=click.IntRange(1, listing.MAXIMUM_LENGTH), default=100, show_default=True)
@data_option
def list_(store_name: str, prefix: str, limit: int, data: Path | None) -> None:
    """List users by external ID."""
    application = open_application(settings(data=data), make=False)
    with application.database.read() as session:
        store = application.identity.store(session, store_name)
        for each in listing.users(session, store, prefix=prefix, limit=limit):
            click.echo(f"{each.id}  {each.status:14}  {each.external_id or '-'}")


@user.command()
@_of_store
def show(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Show a user, without credentials."""

    def print_it(_: Any, __: Any, found: UserRecord) -> None:
        last = f"{found.last_authenticated_at:%Y-%m-%d %H:%M:%SZ}" if found.last_authenticated_at else "never"
        click.echo(f"User: {found.label}\nID: {found.id}\nStatus: {found.status}")
        click.echo(f"Locale: {found.locale}\nTime zone: {found.time_zone}\nAuthenticated: {last}")
        click.echo(f"Attributes: {orjson.dumps(dict(found.attributes)).decode()}")

    _with_user(who, by_id, store_name, data, print_it)


@user.command()
@click.option("--reason", default="", help="For the audit trail.")
@_of_store
def lock(who: str, by_id: bool, store_name: str, data: Path | None, reason: str) -> None:
    """Lock a user: no credential can be used, shown or registered."""
    _with_user(who, by_id, store_name, data, lambda identity, session, it: identity.lock_user(session, it, reason))


@user.command()
@_of_store
def unlock(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Unlock a user, and forget failed attempts."""
    _with_user(who, by_id, store_name, data, lambda identity, session, it: identity.unlock_user(session, it))


@user.command()
@_of_store
def disable(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Disable a user: like a lock, but no attempt and no time ends it."""

    def change(identity: Any, session: Any, it: UserRecord) -> None:
        identity.update_user(session, it, status=UserStatus.DISABLED)

    _with_user(who, by_id, store_name, data, change)


@user.command()
@click.confirmation_option(prompt="Delete the user with every credential?")
@_of_store
def delete(who: str, by_id: bool, store_name: str, data: Path | None) -> None:
    """Delete a user with every credential. The audit trail keeps the ID."""
    _with_user(who, by_id, store_name, data, lambda identity, session, it: identity.delete_user(session, it))


def _with_user(
    who: str, by_id: bool, store_name: str, data: Path | None, work: Callable[[Any, Any, UserRecord], object]
) -> None:
    """Find the user, do the work, and say the status after it."""
    application = open_application(settings(data=data), make=False)
    identity = application.identity
    with application.write() as session:
        store = identity.store(session, store_name)
        find = identity.user_by_id if by_id else identity.user_by_external_id
        after = work(identity, session, find(session, store, who))
        if isinstance(after, UserRecord):
            click.echo(f"{after.label}: {after.status}")
