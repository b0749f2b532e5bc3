"""`idflow account`."""

from pathlib import Path

import click

from webui.cli.options import data_option, installation


@click.group()
def account() -> None:
    """Accounts that may sign in to the backoffice."""


@account.command()
@click.argument("name")
@data_option
def reset(name: str, data: Path | None) -> None:
    """Print a new one-time password for NAME; whoever is signed in as NAME is signed out."""
    with installation(data) as application:
        issued = application.accounts.reset(name)
    click.echo(f"One-time password of {issued.account.name}: {issued.password}")
    click.echo(f"It is good until {issued.expires_at:%Y-%m-%d %H:%M} UTC, and asks for a new one at the first sign-in.")
