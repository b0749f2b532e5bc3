"""The mail server: declared once. When the environment names one, all of it comes from there."""

import re
from collections.abc import Mapping
from email.headerregistry import Address

from engine.adjustments.group import Fixed, Group
from engine.config import Security, Settings, SmtpSettings
from engine.declare import Declared, parameter
from engine.mail import EmailAddressInvalid, read_address
from engine.smtp_settings import MAXIMUM_SMTP_TIMEOUT

MAXIMUM_TEXT = 253
"""Of a host name, a user name, an address, in characters (RFC 1035, 2.3.4 for the first)."""
MAXIMUM_SENDER = 100
MAXIMUM_PASSWORD = 1000

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]+")
_LABELS = {"port": "PORT", "security": "SECURITY", "user": "USER", "timeout": "TIMEOUT"}


class MailSettings(Declared):
    """Who takes the mails of this installation, and who they are from."""

    host: str | None = parameter(
        "Server", maximum=MAXIMUM_TEXT, help="Its name, as its certificate has it. Empty: no mail is sent."
    )
    security: str = parameter(
        "Security",
        default=Security.STARTTLS.value,
        choices=tuple(Security),
        help="The certificate is verified with both kinds of TLS.",
    )
    port: int | None = parameter(
        "Port", minimum=1, maximum=65535, help="Empty: the usual one, 587 with STARTTLS, 465 with TLS, 25 without."
    )
    user: str | None = parameter("User name", maximum=MAXIMUM_TEXT, help="Empty: nobody signs in there.")
    password: str | None = parameter(
        "Password", maximum=MAXIMUM_PASSWORD, sensitive=True, help="Kept sealed, and never shown again."
    )
    sender: str | None = parameter(
        "Sender address", maximum=MAXIMUM_TEXT, help="Who mails are from: noreply@example.com."
    )
    sender_name: str | None = parameter(
        "Sender name", maximum=MAXIMUM_SENDER, help="Empty: the name of the organisation, if Branding has one."
    )
    timeout: int = parameter(
        "Patience", default=10, minimum=1, maximum=MAXIMUM_SMTP_TIMEOUT, help="How many seconds it may be silent."
    )

    def smtp(self, organisation: str | None = None) -> SmtpSettings | None:
        """Return it for the transport; None sends no mail."""
        if not self.host or not self.sender:
            return None
        name, _, domain = self.sender.rpartition("@")
        shown = Address(self.sender_name or organisation or "", name, domain)
        security = Security(self.security)
        return SmtpSettings(
            host=self.host,
            port=self.port or security.port,
            sender=str(shown),
            security=security,
            user=self.user,
            password=self.password,
            timeout=self.timeout,
        )


def _fixed(settings: Settings) -> Mapping[str, Fixed]:
    # All or nothing: a password of one server must not go to another one.
    smtp = settings.smtp
    if smtp is None:
        return {}
    shown = smtp.mailbox
    found = {name: Fixed(f"IDFLOW_SMTP_{of}", getattr(smtp, name)) for name, of in _LABELS.items()}
    return {
        **found,
        "host": Fixed("IDFLOW_SMTP_HOST", smtp.host),
        "security": Fixed("IDFLOW_SMTP_SECURITY", smtp.security.value),
        "timeout": Fixed("IDFLOW_SMTP_TIMEOUT", int(smtp.timeout)),
        "password": Fixed("IDFLOW_SMTP_PASSWORD", smtp.password),
        "sender": Fixed("IDFLOW_SMTP_FROM", shown.addr_spec),
        "sender_name": Fixed("IDFLOW_SMTP_FROM", shown.display_name or None),
    }


def _wrong(mail: MailSettings) -> Mapping[str, str]:
    errors: dict[str, str] = {}
    if mail.host and not _HOST.fullmatch(mail.host):
        errors["host"] = "Write the name of a server, without a port: smtp.example.com."
    if mail.host and not mail.sender:
        errors["sender"] = "Say who mails are from."
    if mail.sender:
        try:
            _ = read_address(mail.sender)
        except EmailAddressInvalid as invalid:
            errors["sender"] = invalid.message
    if mail.sender_name and not mail.sender_name.isprintable():
        errors["sender_name"] = "Take the control characters out of the name."
    if bool(mail.user) is not bool(mail.password):
        missing = "user" if mail.password else "password"
        errors[missing] = "A user name and a password go together: give both, or none."
    elif mail.user and mail.security == Security.NONE:
        errors["security"] = "The password would go over the network in the clear: choose STARTTLS or TLS."
    elif not f"{mail.user or ''}{mail.password or ''}".isascii():
        errors["password"] = "The user name and the password must be ASCII."  # noqa: S105 - a message
    return errors


MAIL = Group("mail", MailSettings, _fixed, _wrong)
