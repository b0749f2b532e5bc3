"""What an activity may ask of mail."""

from enum import StrEnum
from typing import Protocol

from sqlalchemy.orm import Session

from engine.errors import Failure
from engine.identity import UserRecord
from engine.mail.letter import Letter


class MailNotConfigured(Failure):
    """There is no mail server. Set one in Settings > Mail, or by IDFLOW_SMTP_HOST and IDFLOW_SMTP_FROM, then retry."""

    code = "mail-not-configured"


class Notice(StrEnum):
    """What a user is told by mail without anybody drawing it: the name of its template."""

    TOTP_DISPLAYED = "totp_displayed"
    """The registered TOTP secret was shown again."""


class Mailer(Protocol):
    """Sends mails. Everything happens in the caller's transaction; what is sent is sent after it is committed."""

    def post(self, session: Session, letter: Letter, *, instance_id: str | None = None) -> str:
        """Have a letter sent to each of its recipients; return its `Message-ID`.

        Raises:
            MailNotConfigured: when there is no mail server.

        """

    def notify(self, session: Session, user: UserRecord, notice: Notice, *, instance_id: str | None = None) -> bool:
        """Tell a user something in their language, at the address in their attribute `email`; False when we cannot."""


class NoMail:
    """A mailer of an installation that has no mail server."""

    def post(self, session: Session, letter: Letter, *, instance_id: str | None = None) -> str:  # noqa: ARG002 - the port's
        """Refuse; see `Mailer.post`."""
        raise MailNotConfigured

    def notify(
        self,
        session: Session,  # noqa: ARG002 - the port's
        user: UserRecord,  # noqa: ARG002 - the port's
        notice: Notice,  # noqa: ARG002 - the port's
        *,
        instance_id: str | None = None,  # noqa: ARG002 - the port's
    ) -> bool:
        """Say nothing: whoever runs Idflow without a mail server has decided so."""
        return False
