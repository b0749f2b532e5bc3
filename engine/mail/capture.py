"""A transport that keeps mails instead of sending them, for tests and for playing a journey."""

from dataclasses import dataclass, field
from email.message import EmailMessage


def text_of(message: EmailMessage) -> str:
    """Return the text of a mail that was sent."""
    part = message.get_body(("plain",))
    return str(part.get_content()).rstrip() if part is not None else ""


@dataclass(frozen=True, slots=True)
class Capture:
    """Keeps what it is given."""

    sender: str = "Idflow <idflow@idflow.invalid>"
    mails: list[tuple[EmailMessage, str]] = field(default_factory=list)
    """Each message with its recipient, in order."""

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Keep a mail."""
        self.mails.append((message, recipient))
