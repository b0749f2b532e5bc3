"""Answers that are given again: who repeats a request under the same key has it done once.

draft-ietf-httpapi-idempotency-key-header. An answer may hold the link of a token, so it is sealed. A row without an
answer is a request that is worked on; its key was taken in one transaction, so of two requests at once one gets it.
"""

import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.clock import Clock
from engine.errors import Conflict, Refused
from engine.identity.vault import Vault, bind
from engine.store import Database
from engine.store.models import Reply

KEPT_FOR = timedelta(hours=24)
"""How long an answer is given again."""

WORKING = timedelta(minutes=5)
"""How long a request may be worked on; after that, nobody knows what became of it."""

_BROKEN = b""
"""Instead of an answer: what was asked for broke."""


class KeyReused(Refused):
    """Another request was sent with this Idempotency-Key before. Use a new key for each request."""

    code = "idempotency-key-reused"


class StillWorking(Conflict):
    """The request with this Idempotency-Key is still worked on."""

    code = "idempotency-still-working"
    retry_helps = True


class OutcomeUnknown(Conflict):
    """The request with this Idempotency-Key broke. Look whether it was done, and use a new key to send it again."""

    code = "idempotency-outcome-unknown"


@dataclass(frozen=True, slots=True)
class Replies:
    """The answers of an installation. Each method is one transaction, but for `forget_old`."""

    database: Database
    vault: Vault
    clock: Clock
    _secret: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Derive the key of the digests."""
        object.__setattr__(self, "_secret", self.vault.derive("idempotency-key"))

    def begin(self, who: str, key: str, fingerprint: bytes) -> bytes | None:
        """Take the key for a request of `who`; return the answer when it was given before, None to go on.

        Raises:
            KeyReused: when the key was used for a request with another fingerprint.
            StillWorking: when the same request is worked on.
            OutcomeUnknown: when nobody knows what became of it.

        """
        identifier, now = self._id(who, key), self.clock.now()
        with self.database.write() as session:
            row = session.get(Reply, identifier)
            if row is not None and row.created_at <= now - KEPT_FOR:
                session.delete(row)
                session.flush()
                row = None
            if row is None:
                try:
                    with session.begin_nested():
                        session.add(Reply(id=identifier, fingerprint=fingerprint, created_at=now))
                except IntegrityError as error:
                    raise StillWorking from error
                return None
            if row.fingerprint != fingerprint:
                raise KeyReused
            if row.content is None:
                raise StillWorking if row.created_at > now - WORKING else OutcomeUnknown
            content = self.vault.unseal(row.content, bind("reply", identifier))
        if content == _BROKEN:
            raise OutcomeUnknown
        return content

    def keep(self, who: str, key: str, content: bytes) -> None:
        """Keep the answer to a request."""
        identifier = self._id(who, key)
        with self.database.write() as session:
            session.get_one(Reply, identifier).content = self.vault.seal(content, bind("reply", identifier))

    def note_broken(self, who: str, key: str) -> None:
        """Keep that a request broke, so that it is not done twice."""
        self.keep(who, key, _BROKEN)

    def forget(self, who: str, key: str) -> None:
        """Give the key of a request back that did nothing."""
        with self.database.write() as session:
            session.execute(delete(Reply).where(Reply.id == self._id(who, key)))

    def forget_old(self, session: Session) -> None:
        """Delete what was kept long enough."""
        old = Reply.created_at <= self.clock.now() - KEPT_FOR
        session.execute(delete(Reply).where(old), execution_options={"synchronize_session": False})

    def _id(self, who: str, key: str) -> str:
        return hmac.digest(self._secret, f"{who}:{key}".encode(), "sha256").hex()
