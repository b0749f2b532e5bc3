"""Makes process tokens, finds them by their links, redeems them."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from secrets import token_bytes
from types import MappingProxyType

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.identity import NameTaken
from engine.store.models import ProcessToken, TokenStatus, TokenType
from engine.store.types import new_id
from engine.tokens import openings
from engine.tokens.openings import Seen
from engine.tokens.parameters import note
from engine.tokens.records import (
    IssuedToken,
    TokenChanged,
    TokenExpired,
    TokenInactive,
    TokenNotYetValid,
    TokenRecord,
    TokenRefused,
    TokenSpent,
    TokenUnknown,
    Value,
)
from engine.tokens.rules import DEFAULT_DURATION, MAXIMUM_NAME, NewToken
from engine.tokens.statements import BY_DIGEST, OPEN, REDEEM

LINK_BYTES = 32
"""256 random bits."""
LINK_LENGTH = 43
"""Of a link, in characters: base64url without padding."""

REMEMBERED = 256
"""Of how many links that were redeemed last the tokens are known without asking."""

_COLOURS = ("amber", "azure", "coral", "ivory", "jade", "lilac", "olive", "ruby")
_THINGS = ("brook", "cedar", "delta", "fjord", "grove", "heron", "maple", "river")
_NO_PARAMETERS: Mapping[str, Value] = MappingProxyType({})


class Tokens:
    """The process tokens of an installation."""

    def __init__(self, hmac_key: bytes, clock: Clock, random: Callable[[int], bytes] = token_bytes) -> None:
        """Use `hmac_key` for the digests of links: with another key no link is found."""
        self._key = hmac_key
        self._clock = clock
        self._random = random
        self._ids: dict[bytes, str] = {}

    def create(  # noqa: PLR0913 - everything that a token says
        self,
        session: Session,
        *,
        name: str,
        definition_key: str,
        definition_version: int | None = None,
        type: TokenType = TokenType.COUNT,  # noqa: A002 - the word that people see
        limit: int = 1,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        maximum_duration: timedelta = DEFAULT_DURATION,
        parameters: Mapping[str, Value] = _NO_PARAMETERS,
        by: str | None = None,
    ) -> IssuedToken:
        """Make a token. `limit` counts only for a count limited one; the times hold for every type.

        `by` is the name of the account that makes it; None is the command line.

        Raises:
            TokenInvalid: when one of these cannot be taken.
            NameTaken: when there is a token of this name.

        """
        now = self._clock.now()
        new = NewToken(
            name,
            definition_key,
            definition_version,
            TokenType(type),
            limit,
            not_before,
            not_after,
            maximum_duration,
            parameters,
        )
        new.check(now)
        link = self._new_link()
        row = ProcessToken(
            id=new_id(),
            name=name,
            digest=self.digest(link),
            definition_key=definition_key,
            definition_version=definition_version,
            type=new.type.value,
            status=TokenStatus.ACTIVE.value,
            limit=limit if new.type is TokenType.COUNT else None,
            uses=0,
            not_before=not_before,
            not_after=not_after,
            maximum_duration=int(maximum_duration.total_seconds()),
            parameters=dict(parameters),
            created_at=now,
            created_by=by,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError as error:
            raise NameTaken(f"There is a process token {name!r} already; choose another name.") from error
        note(session, [(row.id, parameters)])
        detail = {"name": name, "definition": definition_key, **_by(by)}
        audit.record(session, self._clock, AuditAction.TOKEN_CREATED, token_id=row.id, **detail)
        return IssuedToken(row.id, row.name, link)

    def renew(self, session: Session, token_id: str, *, by: str | None = None) -> IssuedToken:
        """Give the token a new link; the old one leads nowhere from now on, and the uses stay counted.

        Raises:
            TokenUnknown: when there is no token with this id.

        """
        row = self._by_id(session, token_id)
        link = self._new_link()
        row.digest = self.digest(link)
        session.flush()
        audit.record(session, self._clock, AuditAction.TOKEN_RENEWED, token_id=row.id, name=row.name, **_by(by))
        return IssuedToken(row.id, row.name, link)

    def switch(
        self, session: Session, token_id: str, status: TokenStatus, *, by: str | None = None, seen: str | None = None
    ) -> TokenRecord:
        """Switch the token on or off.

        Raises:
            TokenUnknown: when there is no token with this id.
            TokenChanged: when it is not of the version that was `seen`.

        """
        row = self._by_id(session, token_id)
        if seen is not None and TokenRecord.of(row).version != seen:
            raise TokenChanged
        row.status = status.value
        session.flush()
        detail = {"name": row.name, "status": status.value, **_by(by)}
        audit.record(session, self._clock, AuditAction.TOKEN_SWITCHED, token_id=row.id, **detail)
        return TokenRecord.of(row)

    def get(self, session: Session, token_id: str) -> TokenRecord:
        """Return the token with this id; raises `TokenUnknown`."""
        return TokenRecord.of(self._by_id(session, token_id))

    def named(self, session: Session, name: str) -> TokenRecord | None:
        """Return the token of this name, or None."""
        row = _one(session, ProcessToken.name == name)
        return None if row is None else TokenRecord.of(row)

    def find(self, session: Session, link: str) -> TokenRecord:
        """Return the token with this link; nothing changes.

        Raises:
            TokenUnknown: when there is none.

        """
        # What is not ASCII or has another length was never a link; no time is spent on digesting it.
        row = None
        if _is_possible(link):
            row = session.execute(BY_DIGEST, {"wanted": self.digest(link)}).one_or_none()
        if row is None:
            raise TokenUnknown
        return TokenRecord.of(row, row.definition_id)

    def check(self, record: TokenRecord) -> None:
        """Do nothing for a token that can be redeemed now.

        Raises:
            TokenInactive, TokenSpent, TokenExpired, TokenNotYetValid: for one that cannot.

        """
        now = self._clock.now()
        if record.status is not TokenStatus.ACTIVE:
            raise TokenInactive
        if record.limit is not None and record.uses >= record.limit:
            raise TokenSpent
        if record.not_after is not None and now >= record.not_after:
            raise TokenExpired
        if record.not_before is not None and now < record.not_before:
            raise TokenNotYetValid

    def redeem(self, session: Session, link: str, seen: Seen | None = None) -> TokenRecord:
        """Count one use of the token with this link and return the token; the page that was `seen` has begun with it.

        The use is counted by an update that holds only while there is one left: of two redemptions at once, however
        they interleave, the last use goes to one.

        Raises:
            TokenUnknown: when there is none.
            TokenInactive, TokenSpent, TokenExpired, TokenNotYetValid: when it cannot be used now.
            TokenSpent: when an instance has begun from the same page already.

        """
        redeemed, now = None, self._clock.now()
        if _is_possible(link):
            values = {"wanted": self.digest(link), "now": now, "page": None if seen is None else seen.page}
            redeemed = session.execute(REDEEM, values).one_or_none()
        if redeemed is None:
            self.check(self.find(session, link))
            raise TokenSpent
        token = TokenRecord.of(redeemed)
        self._remember(link, token.id)
        if seen is not None:
            openings.note(session, token.id, seen, now, begun=True)
        audit.record(
            session, self._clock, AuditAction.TOKEN_REDEEMED, token_id=token.id, name=token.name, uses=token.uses
        )
        return token

    def known(self, link: str) -> str | None:
        """Return the id of the token that was redeemed by this link; None when that was not here, or is long ago.

        The token may have another link by now; this one never leads to another token.
        """
        return self._ids.get(self.digest(link)) if _is_possible(link) else None

    def open(self, session: Session, link: str, seen: Seen) -> None:
        """Note that somebody looks at the page behind a link; nothing is noted of one that cannot be used now."""
        if not _is_possible(link):
            return
        now = self._clock.now()
        token_id = session.scalar(OPEN, {"wanted": self.digest(link), "now": now})
        if token_id is not None:
            openings.note(session, token_id, seen, now, begun=False)

    def note_refusal(self, session: Session, link: str, refusal: TokenRefused) -> None:
        """Keep in the audit trail that a token was refused: in a new transaction, the refused one is rolled back.

        Raises:
            TokenUnknown: when there is no token with this link.

        """
        token = self.find(session, link)
        audit.record(
            session, self._clock, refusal.audit_action, token_id=token.id, name=token.name, reason=refusal.code
        )

    def digest(self, link: str) -> bytes:
        """Return what the database keeps of a link."""
        return hmac.digest(self._key, link.encode(), "sha256")

    def random_name(self) -> str:
        """Return a name for a new token that people can tell from others: `amber-heron-51c04f`."""
        colour, thing, *number = self._random(5)
        return f"{_COLOURS[colour % len(_COLOURS)]}-{_THINGS[thing % len(_THINGS)]}-{bytes(number).hex()}"

    def _new_link(self) -> str:
        return urlsafe_b64encode(self._random(LINK_BYTES)).decode().rstrip("=")

    def _remember(self, link: str, token_id: str) -> None:
        if len(self._ids) >= REMEMBERED:
            self._ids = {}
        self._ids[self.digest(link)] = token_id

    def _by_id(self, session: Session, token_id: str) -> ProcessToken:
        row = _one(session, ProcessToken.id == token_id)
        if row is None:
            raise TokenUnknown(f"There is no process token with the id {token_id[:MAXIMUM_NAME]!r}.")
        return row


def _by(account: str | None) -> dict[str, str]:
    return {} if account is None else {"by": account}


def _is_possible(link: str) -> bool:
    return len(link) == LINK_LENGTH and link.isascii()


def _one(session: Session, which: ColumnElement[bool]) -> ProcessToken | None:
    # What the session has in memory may be older than the row.
    return session.scalar(select(ProcessToken).where(which).execution_options(populate_existing=True))
