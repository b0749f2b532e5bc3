"""What a mail says and to whom, and how it is written on the wire."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from typing import Any, Self

from engine.errors import Failure
from engine.mail.addresses import read_address

MAXIMUM_SUBJECT = 255
"""In characters."""
MAXIMUM_BODY = 64 * 1024
"""Of the text and of the HTML, in characters each."""


class _Headers(HeaderRegistry):
    """Makes the class of each kind of header once, and each header that says what a part is like.

    The library makes them anew for every header, and takes most time for it. The names are those that this file and
    the library write, so there are few; and nearly every mail has the same parts.
    """

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}
        self._of_part = lru_cache(maxsize=32)(super().__call__)

    def __call__(self, name: str, value: Any) -> BaseHeader:
        return self._of_part(name, value) if name.lower() in _OF_PART else super().__call__(name, value)

    def __getitem__(self, name: str) -> type[BaseHeader]:
        key = name.lower()
        if key not in self._made:
            self._made[key] = super().__getitem__(name)
        return self._made[key]


_OF_PART = frozenset({"content-type", "content-transfer-encoding", "mime-version"})
_POLICY = SMTP.clone(header_factory=_Headers())

# Lines of any length and any letter pass every server, 8BITMIME (RFC 6152) or not.
_ENCODING = "quoted-printable"


class MailInvalid(Failure):
    """A mail cannot be sent as it is."""

    code = "mail-invalid"


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """A mail to some people, as text and as HTML. Its addresses have been read by `engine.mail.addresses`."""

    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    """A whole document."""
    cc: tuple[str, ...] = ()
    reply_to: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be sent, before anything is stored.

        Raises:
            EmailAddressInvalid: when an address is none.
            MailInvalid: when the subject is not one line, or something is too long.

        """
        for address in (*self.recipients, *filter(None, (self.reply_to,))):
            read_address(address)
        if not 1 <= len(self.subject) <= MAXIMUM_SUBJECT or not self.subject.isprintable():
            # A line break in a header would begin another one.
            raise MailInvalid(
                f"The subject of a mail is one line of 1 to {MAXIMUM_SUBJECT} characters, without control characters."
            )
        if max(len(self.text), len(self.html)) > MAXIMUM_BODY:
            raise MailInvalid(f"The body of a mail has at most {MAXIMUM_BODY} characters.")

    def __repr__(self) -> str:
        return f"Letter({len(self.recipients)} recipients)"

    @property
    def recipients(self) -> tuple[str, ...]:
        """Everyone who gets it, once."""
        return tuple(dict.fromkeys((*self.to, *self.cc)))

    def fields(self) -> dict[str, Any]:
        """Return it as JSON values that `of` reads."""
        return asdict(self)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Return the letter that `fields` wrote."""
        return cls(**{**fields, "to": tuple(fields["to"]), "cc": tuple(fields["cc"])})

    def message(self, sender: str, message_id: str, written_at: datetime) -> EmailMessage:
        """Return it as a message (RFC 5322) with a text and an HTML part (RFC 2046, 5.1.4)."""
        message = EmailMessage(_POLICY)
        message["From"] = sender
        message["To"] = self.to
        if self.cc:
            message["Cc"] = self.cc
        if self.reply_to is not None:
            message["Reply-To"] = self.reply_to
        message["Subject"] = self.subject
        message["Date"] = written_at
        message["Message-ID"] = message_id
        # So that nobody's holiday notice answers (RFC 3834, 5).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.text, cte=_ENCODING)
        message.add_alternative(self.html, subtype="html", cte=_ENCODING)
        return message
