"""The mail server, from the environment (`IDFLOW_SMTP_…`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.policy import SMTP
from enum import StrEnum
from typing import Self

from engine.setting import SettingInvalid, content, number

MAXIMUM_SMTP_TIMEOUT = 20
"""In seconds: a conversation has several turns, and must end within the lease of a job."""

_MAXIMUM_PORT = 65535


class Security(StrEnum):
    """How a connection to a mail server is secured; the name is verified with both kinds of TLS."""

    NONE = "none"
    """Not at all: for a server on the same machine, without a password."""
    STARTTLS = "starttls"
    """TLS after a greeting in the clear (RFC 3207); never without."""
    TLS = "tls"
    """TLS from the beginning (RFC 8314)."""

    @property
    def port(self) -> int:
        """The usual port."""
        return {Security.NONE: 25, Security.STARTTLS: 587, Security.TLS: 465}[self]


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The mail server that takes the mails of this installation."""

    host: str
    """`IDFLOW_SMTP_HOST`: the name of the server, as its certificate has it."""
    port: int
    """`IDFLOW_SMTP_PORT`: the port, 587 with `starttls`, 465 with `tls`, 25 with `none` unless it is set."""
    sender: str
    """`IDFLOW_SMTP_FROM`: the sender, `noreply@example.com` or `Example Bank <noreply@example.com>`."""
    security: Security = Security.STARTTLS
    """`IDFLOW_SMTP_SECURITY`: `starttls`, `tls`, or `none` for a server on the same machine."""
    user: str | None = None
    """`IDFLOW_SMTP_USER`: who signs in; None does not."""
    password: str | None = field(default=None, repr=False)
    """`IDFLOW_SMTP_PASSWORD`, or a file by `IDFLOW_SMTP_PASSWORD_FILE`: the password, never sent without TLS."""
    timeout: float = 10
    """`IDFLOW_SMTP_TIMEOUT`: how long it may be silent, in seconds."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self | None:
        """Read the settings from `IDFLOW_SMTP_…` variables; None without a host.

        Raises:
            SettingInvalid: when one cannot be used, or a password would go over an open connection.

        """
        names = ("host", "port", "from", "security", "user", "password", "password_file", "timeout")
        given = {name: environment.get(f"IDFLOW_SMTP_{name.upper()}", "").strip() for name in names}
        if not given["host"]:
            return None
        try:
            security = Security(given["security"] or Security.STARTTLS)
        except ValueError:
            raise SettingInvalid("IDFLOW_SMTP_SECURITY must be starttls, tls or none.") from None
        password = given["password"] or content("IDFLOW_SMTP_PASSWORD_FILE", given["password_file"])
        if (given["user"] or password) and security is Security.NONE:
            raise SettingInvalid("IDFLOW_SMTP_SECURITY is none: a password would go over the network in the clear.")
        if bool(given["user"]) is not bool(password) or not (given["user"] + password).isascii():
            raise SettingInvalid("IDFLOW_SMTP_USER and IDFLOW_SMTP_PASSWORD must be set together, in ASCII.")
        return cls(
            host=given["host"],
            port=number("IDFLOW_SMTP_PORT", given["port"], 1, _MAXIMUM_PORT) or security.port,
            sender=_mailbox("IDFLOW_SMTP_FROM", given["from"]),
            security=security,
            user=given["user"] or None,
            password=password or None,
            timeout=number("IDFLOW_SMTP_TIMEOUT", given["timeout"], 1, MAXIMUM_SMTP_TIMEOUT) or 10,
        )

    @property
    def sender_address(self) -> str:
        """The sender without a name."""
        return self.mailbox.addr_spec

    @property
    def mailbox(self) -> Address:
        """The sender, name and address apart."""
        found: Address = SMTP.header_factory("From", self.sender).addresses[0]
        return found


def _mailbox(name: str, text: str) -> str:
    """Return `text` when it is one mail address, with or without a person's name before it (RFC 5322, 3.4)."""
    header = SMTP.header_factory("From", text)
    address = header.addresses[0] if text.isprintable() and not header.defects and len(header.addresses) == 1 else None
    if address is None or not address.domain or not address.addr_spec.isascii():
        raise SettingInvalid(
            f"{name} is {text!r}; write it as Example Bank <noreply@example.com>, in ASCII after the <."
        )
    return text
