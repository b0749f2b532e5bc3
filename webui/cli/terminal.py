"""What the terminal shows: links and QR codes."""

import click

from forms.qr import in_terminal


def print_link(label: str, link: str) -> None:
    """Print a link on a line of its own, and its QR code below."""
    click.echo(f"{label}: {link}")
    click.echo(in_terminal(link))
