"""`idflow mail`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from engine.adjustments import InForce
from engine.config import SmtpSettings
from engine.mail import Body, Letter, MailNotConfigured, Smtp, read_address
from engine.store.types import new_id
from webui.cli.options import data_option, is_there, open_application, settings
from webui.cli.site import site

_SUBJECT = "A test mail from Idflow"
_BODY = "This installation of Idflow can send mail.\n"


@click.group()
def mail() -> None:
    """Mails: whether they can be sent, and those that could not."""


@mail.command()
@click.argument("address")
def test(address: str) -> None:
    """Send a test mail to ADDRESS now, with the settings in force; say what the mail server says."""
    chosen = settings().smtp or _saved()
    if chosen is None:
        raise MailNotConfigured
    recipient = read_address(address)
    text, html = Body.compile(_BODY).fill({}, title=_SUBJECT)
    letter = Letter((recipient,), _SUBJECT, text, html)
    message_id = f"<{new_id()}@{chosen.sender_address.rpartition('@')[2]}>"
    Smtp(chosen).send(letter.message(chosen.sender, message_id, datetime.now(UTC)), recipient)
    click.echo(f"{chosen.host}:{chosen.port} ({chosen.security}) has taken a mail for {recipient}.")


def _saved() -> SmtpSettings | None:
    """Return the mail server that was set in the browser; None without one, or without an installation."""
    found = settings()
    if not is_there(found):
        return None
    transport = InForce(open_application(found, make=False).adjustments).transport()
    return transport.settings if isinstance(transport, Smtp) else None


@mail.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List the mails that were given up, the latest first."""
    with site(data) as found:
        failed = found.mails.failed()
    for each in failed:
        click.echo(f"{each.id}  {each.failed_at:%Y-%m-%d %H:%M}  instance {each.instance or '-'}  {each.error}")


@mail.command()
@click.argument("mail_id", metavar="ID")
@data_option
def retry(mail_id: str, data: Path | None) -> None:
    """Have the mail ID sent once more."""
    with site(data) as found:
        found.mails.retry(mail_id)
    click.echo("It is sent as soon as a worker runs.")
