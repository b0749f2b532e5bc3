"""What is said of an error of ours."""

import click

from engine.errors import IdflowError
from engine.store import DatabaseUnavailable
from webui.api.problems import stable_code


def say(error: IdflowError) -> None:
    """Say what is wrong, with its stable code, on standard error."""
    click.echo(f"{error.message}\n[{stable_code(error)}]", err=True)
    if isinstance(error, DatabaseUnavailable) and error.__cause__ is not None:
        # What the server or the network says, for who operates it; the password is not in it.
        click.echo(error.__cause__, err=True)
