"""Sends one mail at once, for whoever sets up a mail server: what the server said, and what that means."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from smtplib import SMTP, SMTPException, SMTPNotSupportedError, SMTPResponseException, SMTPServerDisconnected
from ssl import SSLCertVerificationError, SSLError

from engine.mail.smtp import Smtp

PATIENCE = 15.0
"""How long the whole conversation may take, in seconds: somebody is waiting for the page."""

MAXIMUM_ANSWER = 500
"""How many characters of an answer are shown."""

_TAKEN = 250
_SIGNING_IN = "signing in"

_MEANINGS = {
    421: "The server is closing down or has too much to do. Try again later.",
    450: "The mailbox is busy. Try again later.",
    451: "The server had an error of its own. Try again later.",
    452: "The server has no room left. Try again later.",
    454: "The server cannot do this now. Try again later.",
    530: "The server wants somebody to sign in, or an encrypted connection: look at the user name and the security.",
    534: "The server wants another way of signing in than a password, or a password for apps.",
    535: "The user name or the password is wrong.",
    550: "The server does not take it: the address may not exist, or you may not send from or to it.",
    551: "The recipient is elsewhere.",
    552: "The mail or the mailbox is too large.",
    553: "The server does not take this address.",
    554: "The server refused the mail as a whole, often because of where it comes from.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    taken: bool
    meaning: str
    """In plain words."""
    answer: str = ""
    """What the server said last, as it said it; empty when it said nothing."""


class _Said(Exception):
    """The server did not agree."""

    def __init__(self, what: str, code: int, reply: bytes | str) -> None:
        super().__init__(what)
        self.what, self.code, self.reply = what, code, reply


def try_out(smtp: Smtp, message: EmailMessage, recipient: str) -> Outcome:
    """Hand a mail over to a server, and return what it said. Blocks for `PATIENCE` at most."""
    server = f"{smtp.settings.host}, port {smtp.settings.port}"
    try:
        with Smtp(smtp.settings, smtp.tls, PATIENCE).connection() as connection:
            code, reply = _send(connection, smtp.settings.sender_address, message, recipient)
    except _Said as said:
        return Outcome(False, _meaning(said.what, said.code), _shown(said.code, said.reply))
    except SMTPResponseException as error:
        what = _SIGNING_IN if "Authentication" in type(error).__name__ else "the greeting"
        return Outcome(False, _meaning(what, error.smtp_code), _shown(error.smtp_code, error.smtp_error))
    except (OSError, ValueError) as error:
        return Outcome(False, _trouble(server, error))
    return Outcome(True, "The server has taken the mail. Look whether it arrives.", _shown(code, reply))


def _send(connection: SMTP, sender: str, message: EmailMessage, recipient: str) -> tuple[int, bytes]:
    connection.ehlo_or_helo_if_needed()
    steps: list[tuple[str, Callable[[], tuple[int, bytes]]]] = [
        ("the sender", lambda: connection.mail(sender)),
        ("the recipient", lambda: connection.rcpt(recipient)),
        ("the content", lambda: connection.data(message.as_bytes(policy=POLICY))),
    ]
    code, reply = 0, b""
    for what, step in steps:
        try:
            code, reply = step()
        except SMTPResponseException as error:
            raise _Said(what, error.smtp_code, error.smtp_error) from None
        if code not in {_TAKEN, 251}:
            raise _Said(what, code, reply)
    return code, reply


def _meaning(what: str, code: int) -> str:
    return f"The server did not agree to {what}. {_MEANINGS.get(code, '')}".rstrip()


def _shown(code: int, reply: bytes | str) -> str:
    said = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    text = " ".join(said.split())
    return f"{code} {''.join(each for each in text if each.isprintable())}"[:MAXIMUM_ANSWER]


def _trouble(server: str, error: Exception) -> str:
    """Return what it means that there was no answer."""
    match error:
        case SSLCertVerificationError():
            return f"The certificate of {server} is not valid for this name: {error.verify_message}."
        case SSLError():
            return f"{server} does not speak TLS like this. Try the other kind of security, or another port."
        case SMTPNotSupportedError():
            return f"{server} cannot do what the settings ask for: {error}"
        case SMTPServerDisconnected():
            return f"{server} ended the conversation, or said nothing for too long."
        case SMTPException():
            return f"{server} said something that is no SMTP."
        case socket.gaierror():
            return f"There is no server of this name: {server}."
        case TimeoutError():
            return f"{server} did not answer in time. A firewall may be in between, or the port may be wrong."
        case ConnectionRefusedError():
            return f"Nothing listens at {server}."
    return f"{server} cannot be reached: {getattr(error, 'strerror', None) or type(error).__name__}."
