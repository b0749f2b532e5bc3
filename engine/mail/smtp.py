"""Hands mails to an SMTP server (RFC 5321, submission RFC 6409).

By `smtplib` of the standard library: a job's thread waits for one server at a time, so an asynchronous client would
only add an event loop to it, and every mail service takes SMTP.
"""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from ssl import SSLCertVerificationError, SSLContext, create_default_context
from threading import Timer
from time import monotonic
from typing import Protocol

from engine.config import Security, SmtpSettings
from engine.errors import Failure

DEADLINE_SECONDS = 45.0
"""How long a whole conversation may take: it must end within the lease of a job, however slowly a server talks."""

_PERMANENT = range(500, 600)
_ENHANCED = re.compile(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?= |$)")


class MailDelayed(Failure):
    """The mail server cannot be reached, or does not take mails now."""

    code = "mail-delayed"
    retry_helps = True


class MailRefused(Failure):
    """The mail server will never take this mail."""

    code = "mail-refused"


class Transport(Protocol):
    """Takes mails to where they are going."""

    @property
    def sender(self) -> str:
        """Who they are from: `Example Bank <noreply@example.com>`."""

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand the message over for one recipient. Blocks, for `DEADLINE_SECONDS` at most.

        Raises:
            MailDelayed: when another try may succeed.
            MailRefused: when the server refused this mail for good.

        """


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server. Its certificate must be valid, and for its name, whenever TLS is used."""

    settings: SmtpSettings
    tls: SSLContext | None = None
    """What is trusted; None is what the machine trusts (`SSL_CERT_FILE` adds to it)."""
    deadline: float = DEADLINE_SECONDS
    """In seconds."""

    @property
    def sender(self) -> str:
        """Who mails are from."""
        return self.settings.sender

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Hand the message over; see `Transport.send`."""
        self._converse(lambda server: server.send_message(message, self.settings.sender_address, [recipient]))

    def greet(self) -> None:
        """Connect, secure and sign in, and send nothing; raises `MailDelayed`."""
        self._converse(SMTP.noop)

    def _converse(self, say: Callable[[SMTP], object]) -> None:
        failure = None
        try:
            with self.connection() as connection:
                say(connection)
        except (OSError, ValueError) as error:  # those of smtplib are OSErrors
            failure = _verdict(error)
        # Outside of the handler: the text of the server, which may hold an address, does not come along.
        if failure is not None:
            raise failure

    @contextmanager
    def connection(self) -> Iterator[SMTP]:
        """Open a conversation that is signed in; its errors are those of `smtplib` and `OSError`."""
        settings, name = self.settings, _own_name()
        ends = monotonic() + self.deadline
        server, port, timeout = settings.host, settings.port, settings.timeout
        if settings.security is Security.TLS:
            tls = self.tls or create_default_context()
            connection: SMTP = SMTP_SSL(server, port, name, timeout=timeout, context=tls)
        else:
            connection = SMTP(server, port, name, timeout=timeout)
        # The timeout is for each packet: who sends a letter of an answer at a time would never run into it.
        alarm = Timer(max(0.0, ends - monotonic()), _hang_up, (connection,))
        alarm.daemon = True
        alarm.start()
        try:
            if settings.security is Security.STARTTLS:
                connection.starttls(context=self.tls or create_default_context())
            if settings.user is not None:
                connection.login(settings.user, settings.password or "")
            yield connection
            with suppress(OSError):
                connection.quit()
        finally:
            alarm.cancel()
            connection.close()


def _hang_up(connection: SMTP) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            # The plain socket's own: that of TLS would take its state away under the thread that reads from it.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _own_name() -> str:
    """Return what to greet with (RFC 5321, 4.1.1.1), without asking a name server as `smtplib` would."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _verdict(error: Exception) -> Failure:
    """Return what to make of a failure: for good is only what a server says of this mail, not of the settings."""
    match error:
        case SMTPRecipientsRefused():
            (code, reply) = next(iter(error.recipients.values()))
            return _refusal(code, reply, "the recipient")
        case SMTPSenderRefused():
            return _refusal(error.smtp_code, error.smtp_error, "the sender")
        case SMTPDataError():
            return _refusal(error.smtp_code, error.smtp_error, "the content")
        case SMTPAuthenticationError():
            return MailDelayed(f"The mail server answered {_answer(error.smtp_code, error.smtp_error)} to signing in.")
        case SMTPResponseException():
            return MailDelayed(
                f"The mail server answered {_answer(error.smtp_code, error.smtp_error)} to the greeting."
            )
        case SMTPServerDisconnected():
            return MailDelayed(f"The mail server cannot be used now: {error}.")
        case SMTPNotSupportedError():
            return MailDelayed(f"The mail server cannot be used with these settings: {error}")
        case SSLCertVerificationError():
            return MailDelayed(f"The certificate of the mail server is not valid: {error.verify_message}.")
        case OSError(strerror=str(why)):
            return MailDelayed(f"The mail server cannot be reached: {why}.")
    return MailDelayed(f"The mail server cannot be reached: {type(error).__name__}.")


def _refusal(code: int, reply: bytes | str, what: str) -> Failure:
    kind = MailRefused if code in _PERMANENT else MailDelayed
    return kind(f"The mail server answered {_answer(code, reply)} to {what}.")


def _answer(code: int, reply: bytes | str) -> str:
    """Return the code and the enhanced one (RFC 3463); the text may hold an address."""
    enhanced = _ENHANCED.match(reply if isinstance(reply, bytes) else reply.encode())
    return f"{code} {enhanced.group().decode()}" if enhanced else str(code)
