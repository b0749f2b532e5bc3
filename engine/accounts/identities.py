"""Who accounts are at an OpenID provider, in the database.

An identity is an issuer and a subject, letter for letter (OpenID Connect Core 1.0, section 5.7): names and mail
addresses change, and are given to others. An account has one identity at most with each provider.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.errors import Conflict, NotFound, Refused
from engine.store.models import Account, AccountIdentity, UsedAnswer

MAXIMUM_SUBJECT = 255
"""In ASCII characters (OpenID Connect Core 1.0, section 2)."""

ANSWERS_KNOWN = timedelta(hours=1)
"""How long an answer is known to have been used: longer than a sign-in may take."""

_FIND = (
    select(AccountIdentity, Account)
    .join(Account, Account.id == AccountIdentity.account_id)
    .where(AccountIdentity.issuer == bindparam("issuer"), AccountIdentity.subject == bindparam("subject"))
)
_OF_ACCOUNT = select(AccountIdentity).where(AccountIdentity.account_id == bindparam("account"))


class IdentityTaken(Conflict):
    """This identity is linked to another account. Unlink it there first."""

    code = "identity-taken"


class IdentityLinked(Conflict):
    """This account is linked already. Unlink it first."""

    code = "identity-linked"


class IdentityNotLinked(NotFound):
    """This account is not linked."""

    code = "identity-not-linked"


class SubjectInvalid(Refused):
    """A subject has 1 to 255 ASCII characters, without spaces at its ends."""

    code = "subject-invalid"


@dataclass(frozen=True, slots=True)
class IdentityRecord:
    """Who an account is at a provider."""

    issuer: str
    subject: str
    created_at: datetime
    used_at: datetime | None


def find(session: Session, issuer: str, subject: str) -> tuple[AccountIdentity, Account] | None:
    """Return the identity and its account; None when it is nobody's."""
    found = session.execute(_FIND, {"issuer": issuer, "subject": subject}).one_or_none()
    return None if found is None else (found[0], found[1])


def of_account(session: Session, account_id: str) -> list[IdentityRecord]:
    """Return the identities of an account."""
    rows = session.scalars(_OF_ACCOUNT.order_by(AccountIdentity.created_at), {"account": account_id})
    return [IdentityRecord(row.issuer, row.subject, row.created_at, row.used_at) for row in rows]


def link(session: Session, account_id: str, issuer: str, subject: str, now: datetime) -> AccountIdentity:
    """Give an account an identity. Needs a writing transaction.

    Raises:
        SubjectInvalid: when no provider can have said that.
        IdentityTaken: when it is another account's.
        IdentityLinked: when the account has one of this provider.

    """
    if not (0 < len(subject) <= MAXIMUM_SUBJECT and subject.isascii() and subject.isprintable()):
        raise SubjectInvalid
    if subject != subject.strip():
        raise SubjectInvalid
    found = find(session, issuer, subject)
    if found is not None and found[1].id != account_id:
        raise IdentityTaken
    if any(each.issuer == issuer for each in of_account(session, account_id)):
        raise IdentityLinked
    row = AccountIdentity(account_id=account_id, issuer=issuer, subject=subject, created_at=now)
    session.add(row)
    session.flush()
    return row


def unlink(session: Session, account_id: str) -> list[IdentityRecord]:
    """Take its identities from an account: sessions that began with them end; raises `IdentityNotLinked`."""
    gone = of_account(session, account_id)
    if not gone:
        raise IdentityNotLinked
    session.execute(
        delete(AccountIdentity).where(AccountIdentity.account_id == account_id),
        execution_options={"synchronize_session": False},
    )
    # The database has deleted sessions with them.
    session.expire_all()
    return gone


def use_answer(session: Session, state: str, now: datetime) -> bool:
    """Note that the answer with this `state` is used; tell whether it was not before. Needs a writing transaction."""
    try:
        with session.begin_nested():
            session.add(UsedAnswer(digest=sha256(state.encode()).digest(), at=now))
    except IntegrityError:
        return False
    return True


def forget_answers(session: Session, now: datetime) -> None:
    """Delete what need not be known any more."""
    session.execute(
        delete(UsedAnswer).where(UsedAnswer.at <= now - ANSWERS_KNOWN),
        execution_options={"synchronize_session": False},
    )
