"""The mails that were sent in a test: they go nowhere else."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from engine.mail import Capture, text_of
from webui.testing.failures import JourneyFailed


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one recipient."""

    to: str
    subject: str
    text: str
    message: EmailMessage
    """The whole of it."""

    def __str__(self) -> str:
        return f"to {self.to}: {self.subject}"


class Outbox:
    """The mails, in the order in which they were sent."""

    def __init__(self, capture: Callable[[], Capture]) -> None:
        self._capture = capture

    @property
    def mails(self) -> list[Mail]:
        """All of them."""
        return [
            Mail(recipient, str(message["Subject"]), text_of(message), message)
            for message, recipient in self._capture().mails
        ]

    @property
    def last(self) -> Mail:
        """The latest one."""
        __tracebackhide__ = True
        if not (mails := self.mails):
            raise JourneyFailed("No mail was sent.")
        return mails[-1]

    def assert_sent(self, *, to: str | None = None, subject: str | None = None, text: str | None = None) -> Mail:
        """Expect a mail to somebody, with these words in its subject and its text; return the latest of them."""
        __tracebackhide__ = True
        mails = self.mails
        found = [
            each
            for each in mails
            if to in {None, each.to} and (subject or "") in each.subject and (text or "") in each.text
        ]
        if not found:
            wanted = {"to": to, "subject": subject, "text": text}
            asked = ", ".join(f"{name} {value!r}" for name, value in wanted.items() if value is not None)
            there = "; ".join(map(str, mails)) or "no mail"
            raise JourneyFailed(f"A mail should have been sent ({asked}), and there is {there}.")
        return found[-1]

    def assert_empty(self) -> None:
        """Expect that no mail was sent."""
        __tracebackhide__ = True
        if mails := self.mails:
            raise JourneyFailed(f"No mail should have been sent, and there is {'; '.join(map(str, mails))}.")

    def clear(self) -> None:
        """Forget those that were sent so far."""
        self._capture().mails.clear()

    def __len__(self) -> int:
        return len(self._capture().mails)

    def __iter__(self) -> Iterator[Mail]:
        return iter(self.mails)
