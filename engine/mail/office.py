"""Takes letters in the transaction of a step, and has them sent by jobs: outside of it, with back-off.

Every recipient gets a mail of their own: a row and a job, so that a server that refuses one of them delays nobody. A
mail is sent at least once: when a process dies after the server has taken it, it is sent again with the same
`Message-ID`, by which mail programs know that they have it.

A mail that cannot be sent is given up: at once when the server refuses it for good (RFC 5321, 4.2.1), otherwise after
`ATTEMPTS`. That is in the audit trail and in `idflow mail list`, and `idflow mail retry` sends it once more. The
instance is not harmed: its step is done, the person has gone on, and nothing in its diagram waits for the mail.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import orjson
from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import NotFound
from engine.identity import UserRecord, Vault
from engine.identity.vault import bind
from engine.jobs import Arguments, Backoff, Jobs, Outside, Task
from engine.mail.addresses import EmailAddressInvalid, read_address
from engine.mail.letter import Letter
from engine.mail.notices import write
from engine.mail.port import MailNotConfigured, Notice
from engine.mail.smtp import MailRefused, Transport
from engine.store.models import Base, Mail
from engine.store.types import new_id

SEND = "mail"
"""The task of a job that sends one mail."""

FORGET = "mail-forget"
"""The task of the one job that removes old mails."""

ATTEMPTS = 12
"""How often a mail is tried: for two and a half hours on average, for five at most."""

BACKOFF = Backoff(base=timedelta(seconds=30), cap=timedelta(hours=1))
"""Servers that ask for patience (4yz) mean minutes."""

EMAIL = "email"
"""The attribute of a user that holds the address."""

MAXIMUM_ERROR = 255
"""How many characters of an error are kept."""

_MAILS = Base.metadata.tables[Mail.__tablename__]
_ONE = _MAILS.c.id == bindparam("one")
_INSERT = insert(_MAILS)
_WAITING = select(_MAILS).where(_ONE, _MAILS.c.content.is_not(None))
_SENT = (
    update(_MAILS)
    .where(_ONE, _MAILS.c.content.is_not(None))
    .values(content=None, error=None, failed_at=None, sent_at=bindparam("now"))
    .returning(_MAILS.c.instance_id)
)
_FAIL = (
    update(_MAILS)
    .where(_ONE, _MAILS.c.content.is_not(None))
    .values(error=bindparam("why"), failed_at=bindparam("now"))
    .returning(_MAILS.c.instance_id)
)
_RETRY = (
    update(_MAILS)
    .where(_ONE, _MAILS.c.content.is_not(None), _MAILS.c.failed_at.is_not(None))
    .values(failed_at=None)
    .returning(_MAILS.c.id)
)
_FAILED = (
    select(_MAILS.c.id, _MAILS.c.message_id, _MAILS.c.instance_id, _MAILS.c.error, _MAILS.c.created_at)
    .add_columns(_MAILS.c.failed_at)
    .where(_MAILS.c.failed_at.is_not(None))
    .order_by(_MAILS.c.failed_at.desc(), _MAILS.c.id)
    .limit(bindparam("at_most"))
)
_FORGET = delete(_MAILS).where(_MAILS.c.created_at <= bindparam("before"))
_OLDEST = select(func.min(_MAILS.c.created_at))


def _nobody(_session: Session) -> str:
    return ""


class MailNotFound(NotFound):
    """No mail that was given up has this id."""

    code = "mail-not-found"


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A mail that was given up, without what it says and to whom."""

    id: str
    message_id: str
    instance_id: str | None
    error: str
    created_at: datetime
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class PostOffice:
    """The mails of an installation; see `Mailer`."""

    jobs: Jobs
    vault: Vault
    clock: Clock
    transport: Callable[[Session], Transport | None]
    """Returns what takes mails now; None: this installation sends none."""
    kept: Callable[[Session], timedelta]
    """Returns how long a mail is kept now, sent or not; its content only until it is sent."""
    organisation: Callable[[Session], str] = _nobody
    """Returns who tells users something, below what they are told; empty: nobody says."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What the worker does for it."""
        send = Outside(self._prepare, self._send, self._finish)
        return Task(SEND, send, ATTEMPTS, BACKOFF, self._given_up), Task(FORGET, self._forget)

    def post(self, session: Session, letter: Letter, *, instance_id: str | None = None) -> str:
        """Have a letter sent; see `Mailer.post`."""
        transport = self.transport(session)
        if transport is None:
            raise MailNotConfigured
        now, message_id = self.clock.now(), f"<{new_id()}@{_domain(transport.sender)}>"
        for recipient in letter.recipients:
            identifier = new_id()
            content = self.vault.seal(orjson.dumps([recipient, letter.fields()]), _bound_to(identifier))
            row = {"id": identifier, "message_id": message_id, "content": content, "instance_id": instance_id}
            session.execute(_INSERT, {**row, "created_at": now})
            self._enqueue(session, identifier)
        self.jobs.enqueue(session, FORGET, {}, run_at=now + self.kept(session), key=FORGET)
        return message_id

    def notify(self, session: Session, user: UserRecord, notice: Notice, *, instance_id: str | None = None) -> bool:
        """Tell a user something; see `Mailer.notify`. That nobody could be told is in the audit trail."""
        if self.transport(session) is None:
            return False
        try:
            address = read_address(str(user.attributes.get(EMAIL) or ""))
        except EmailAddressInvalid as error:
            which = {"instance_id": instance_id, "user_id": user.id}
            audit.record(
                session, self.clock, AuditAction.NOTICE_NOT_SENT, **which, notice=notice.value, reason=error.error_code
            )
            return False
        letter = write(notice, user, address, self.clock.now(), self.organisation(session))
        self.post(session, letter, instance_id=instance_id)
        return True

    def failed(self, session: Session, limit: int = 100) -> list[MailRecord]:
        """Return the mails that were given up, the latest first."""
        return [MailRecord(*row) for row in session.execute(_FAILED, {"at_most": limit})]

    def retry(self, session: Session, mail_id: str) -> None:
        """Have a mail that was given up sent now, with all its attempts again; raises `MailNotFound`."""
        if session.scalar(_RETRY, {"one": mail_id}) is None:
            raise MailNotFound
        self._enqueue(session, mail_id)

    def _enqueue(self, session: Session, mail_id: str) -> None:
        self.jobs.enqueue(session, SEND, {"mail": mail_id}, key=f"{SEND}:{mail_id}")

    def _prepare(self, session: Session, arguments: Arguments) -> tuple[Transport, EmailMessage, str] | None:
        transport = self.transport(session)
        if transport is None:
            raise MailNotConfigured
        row = session.execute(_WAITING, {"one": arguments["mail"]}).one_or_none()
        if row is None:
            return None
        recipient, fields = orjson.loads(self.vault.unseal(row.content, _bound_to(row.id)))
        return transport, Letter.of(fields).message(transport.sender, row.message_id, row.created_at), recipient

    @staticmethod
    def _send(prepared: tuple[Transport, EmailMessage, str] | None) -> MailRefused | None:
        if prepared is not None:
            transport, message, recipient = prepared
            try:
                transport.send(message, recipient)
            except MailRefused as refusal:
                # No failure of the job: another try would be refused as well.
                return refusal
        return None

    def _finish(self, session: Session, arguments: Arguments, refusal: MailRefused | None) -> None:
        if refusal is not None:
            self._given_up(session, arguments, refusal.message)
        else:
            row = session.execute(_SENT, {"one": arguments["mail"], "now": self.clock.now()}).one_or_none()
            if row is not None:
                self._note(session, AuditAction.MAIL_SENT, arguments, row.instance_id)

    def _given_up(self, session: Session, arguments: Arguments, why: str) -> None:
        values = {"one": arguments["mail"], "now": self.clock.now(), "why": why[:MAXIMUM_ERROR]}
        row = session.execute(_FAIL, values).one_or_none()
        if row is not None:
            self._note(session, AuditAction.MAIL_FAILED, arguments, row.instance_id, why=why)

    def _note(
        self, session: Session, action: AuditAction, arguments: Arguments, instance_id: str | None, **detail: str
    ) -> None:
        audit.record(session, self.clock, action, instance_id=instance_id, mail=arguments["mail"], **detail)

    def _forget(self, session: Session, _arguments: Arguments) -> None:
        kept = self.kept(session)
        session.execute(_FORGET, {"before": self.clock.now() - kept})
        oldest = session.scalar(_OLDEST)
        if oldest is not None:
            self.jobs.enqueue(session, FORGET, {}, run_at=oldest + kept, key=FORGET)


def _bound_to(mail_id: str) -> bytes:
    return bind("mail", mail_id)


def _domain(sender: str) -> str:
    address: Address = SMTP.header_factory("From", sender).addresses[0]
    return address.domain
