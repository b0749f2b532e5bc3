"""What the terminal shows: links and QR codes."""

from io import StringIO

import click
import qrcode


def qr_text(content: str) -> str:
    """Return a QR code drawn with block characters, for a dark or a light terminal."""
    code = qrcode.QRCode(border=2)
    code.add_data(content)
    out = StringIO()
    code.print_ascii(out, invert=True)
    return out.getvalue()


def print_link(label: str, link: str) -> None:
    """Print a link on a line of its own, and its QR code below."""
    click.echo(f"{label}: {link}")
    click.echo(qr_text(link))
