"""A transport that keeps mails instead of sending them, for tests and for playing a journey."""

from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Capture:
    """Keeps what it is given."""

    sender: str = "Idflow <idflow@idflow.invalid>"
    mails: list[tuple[EmailMessage, str]] = field(default_factory=list)
    """Each message with its recipient, in order."""

    def send(self, message: EmailMessage, recipient: str) -> None:
        """Keep a mail."""
        self.mails.append((message, recipient))
