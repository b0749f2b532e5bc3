"""`idflow account`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from engine.accounts import IssuedPassword, Role
from webui.cli.options import data_option, installation, settings

_ROLE = click.Choice([role.value for role in Role])


@click.group()
def account() -> None:
    """Accounts that may sign in to the backoffice."""


def _command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command that works on one account."""

    def decorate(command: Callable[..., Any]) -> click.Command:
        return account.command(name)(click.argument("name")(data_option(command)))

    return decorate


@account.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List the accounts."""
    with installation(data) as application:
        entries = application.administration.entries()
    for each in entries:
        state = "disabled" if each.account.disabled else "one-time password" if each.account.must_change else "active"
        factor = "second factor" if each.second_factor else "no second factor"
        seen = f"{each.signed_in_at:%Y-%m-%d %H:%M} UTC" if each.signed_in_at else "never"
        click.echo(f"{each.account.name}  {each.account.role}  {state}  {factor}  last signed in: {seen}")


@_command("new")
@click.option("--role", type=_ROLE, required=True, help="What the account is for.")
def new(name: str, role: str, data: Path | None) -> None:
    """Make the account NAME, and print its one-time password."""
    with installation(data) as application:
        _print(application.administration.create(name, role))


@_command("role")
@click.argument("role", type=_ROLE)
def role_(name: str, role: str, data: Path | None) -> None:
    """Give NAME another role."""
    with installation(data) as application:
        application.administration.change_role(name, role)
    click.echo(f"{name} is {role}.")


@_command("disable")
def disable(name: str, data: Path | None) -> None:
    """Let nobody sign in as NAME any more; whoever is signed in is signed out at once."""
    with installation(data) as application:
        application.administration.disable(name)
    click.echo(f"{name} is disabled.")


@_command("enable")
def enable(name: str, data: Path | None) -> None:
    """Let somebody sign in as NAME again."""
    with installation(data) as application:
        application.administration.enable(name)
    click.echo(f"{name} is enabled.")


@_command("sign-out")
def sign_out(name: str, data: Path | None) -> None:
    """Sign NAME out in every browser."""
    with installation(data) as application:
        application.administration.sign_out(name)
    click.echo(f"{name} is signed out everywhere.")


@_command("reset")
def reset(name: str, data: Path | None) -> None:
    """Print a new one-time password for NAME; whoever is signed in as NAME is signed out."""
    with installation(data) as application:
        _print(application.administration.reset(name))


@_command("reset-link")
def reset_link(name: str, data: Path | None) -> None:
    """Print a link by which NAME chooses a new password, once."""
    chosen = settings(data=data)
    with installation(data) as application:
        issued = application.administration.reset_link(name)
    click.echo(f"Reset link for {name}: {chosen.reset_link(issued.link)}")
    click.echo(f"It works once, until {issued.expires_at:%Y-%m-%d %H:%M} UTC.")


@_command("reset-second-factor")
def reset_second_factor(name: str, data: Path | None) -> None:
    """Forget the authenticator app and the recovery codes of NAME; whoever is signed in is signed out."""
    with installation(data) as application:
        application.administration.reset_second_factor(name)
    click.echo(f"{name} has no second factor any more.")


@_command("link")
@click.argument("subject")
def link(name: str, subject: str, data: Path | None) -> None:
    """Let whoever the OpenID provider knows as SUBJECT sign in as NAME."""
    with installation(data) as application:
        application.sign_on.links.link_for(name, subject)
    click.echo(f"{name} is linked.")


@_command("unlink")
def unlink(name: str, data: Path | None) -> None:
    """Let nobody sign in as NAME at the OpenID provider; whoever did is signed out."""
    with installation(data) as application:
        application.sign_on.links.unlink_for(name)
    click.echo(f"{name} is unlinked.")


def _print(issued: IssuedPassword) -> None:
    click.echo(f"One-time password of {issued.account.name}: {issued.password}")
    click.echo(f"It is good until {issued.expires_at:%Y-%m-%d %H:%M} UTC, and asks for a new one at the first sign-in.")
