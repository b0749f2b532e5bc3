"""What others use of the settings, as it is at that moment."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from engine.adjustments.adjustments import Adjustments
from engine.adjustments.branding import BRANDING, DEFAULT_NAME
from engine.adjustments.mail import MAIL
from engine.adjustments.retention import RETENTION
from engine.config import Retention
from engine.mail import Smtp, Transport


@dataclass(frozen=True, slots=True)
class InForce:
    """The settings that are in force now. `session` is the transaction that somebody is in, if any."""

    adjustments: Adjustments
    given: Transport | None = None
    """What takes mails whatever the settings say."""

    def retention(self, session: Session | None = None) -> Retention:
        """Return how long what is over is kept."""
        return self.adjustments.current(RETENTION, session).retention()

    def mails_kept(self, session: Session) -> timedelta:
        """Return how long mails are kept."""
        return self.retention(session).mails

    def transport(self, session: Session | None = None) -> Transport | None:
        """Return what takes mails; None: nothing does."""
        if self.given is not None:
            return self.given
        smtp = self.adjustments.current(MAIL, session).smtp(self.organisation(session))
        return None if smtp is None else Smtp(smtp)

    def organisation(self, session: Session | None = None) -> str:
        """Return who asks and writes; empty when nobody has said."""
        name = self.adjustments.current(BRANDING, session).name
        return "" if name == DEFAULT_NAME else name
