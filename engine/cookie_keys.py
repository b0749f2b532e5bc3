"""The keys that sign the cookies of browsers: the same on every node, changed by `idflow keys rotate --cookies`.

A key is derived from the root of the vault by its number, so that nothing secret is stored, and a node that has the
key-encryption key has them all. A new key signs once every node knows it, and what the one before it has signed is
accepted for as long as was said: nobody has to sign in again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Row, select
from sqlalchemy.exc import SQLAlchemyError

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import Refused
from engine.identity import Vault
from engine.store import Database, DatabaseBusy
from engine.store.models import CookieKey

log = structlog.get_logger()

STAYS_KNOWN = timedelta(seconds=30)
"""For how long a node uses what it has read."""

SPREADS = 2 * STAYS_KNOWN
"""How long after it was made a key begins to sign: by then every node has read it."""

ACCEPTED = timedelta(days=1)
"""How long the former key is accepted unless something else is said: no session lives longer by default."""

MAXIMUM_ACCEPTED = timedelta(days=366)

PURPOSE = "flask-session"
"""What the first key is derived for."""

_ALL = select(CookieKey.id, CookieKey.signs_from, CookieKey.former_until, CookieKey.created_at).order_by(CookieKey.id)


class AcceptedInvalid(Refused):
    """The former key is accepted for a time from 0 hours to a year."""

    code = "accepted-invalid"


@dataclass(frozen=True, slots=True)
class CookieKeyRecord:
    """A key, without itself."""

    number: int
    signs_from: datetime
    former_until: datetime
    """Until when cookies are accepted that the key before it has signed."""


@dataclass(frozen=True, slots=True)
class _Known:
    at: datetime
    rows: Sequence[CookieKeyRecord]


class CookieKeys:
    """The keys of an installation. One object serves all threads."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._known: _Known | None = None
        self._derived: dict[int, bytes] = {}

    def keys(self) -> list[bytes]:
        """Return the keys that are accepted now, the one that signs last.

        Where the database cannot be read, by what was known last.
        """
        now, known = self._clock.now(), self._known
        if known is None or not timedelta() <= now - known.at < STAYS_KNOWN:
            try:
                known = self._known = _Known(now, self.records())
            except (SQLAlchemyError, DatabaseBusy) as error:
                log.warning("cookie_keys_not_read", error=type(error).__name__)
                known = known or _Known(now, ())
        signing = max((each.number for each in known.rows if each.signs_from <= now), default=0)
        accepted = {signing}
        for each in known.rows:
            if now < each.former_until:
                # The one before it; and the new one, by which a node signs whose clock is ahead.
                accepted |= {each.number - 1, each.number}
        return [self._key(number) for number in sorted(accepted - {signing})] + [self._key(signing)]

    def rotate(self, accepted: timedelta = ACCEPTED, *, at_once: bool = False) -> CookieKeyRecord:
        """Make a new key; what the one before it has signed is accepted for a time after it has begun to sign.

        `at_once` does not wait until every node knows it: for a key that somebody may have.

        Raises:
            AcceptedInvalid: when the former key would be accepted for less than no time, or for more than a year.

        """
        if not timedelta() <= accepted <= MAXIMUM_ACCEPTED:
            raise AcceptedInvalid
        with self._database.write() as session:
            now = self._clock.now()
            rows = session.execute(_ALL).all()
            number = rows[-1].id + 1 if rows else 1
            signs_from = now if at_once else now + SPREADS
            row = CookieKey(id=number, signs_from=signs_from, former_until=signs_from + accepted, created_at=now)
            session.add(row)
            audit.record(session, self._clock, AuditAction.KEY_ROTATED, kind="cookies", stage="made", key=number)
        self._known = None
        return CookieKeyRecord(number, row.signs_from, row.former_until)

    def records(self) -> list[CookieKeyRecord]:
        """Return the keys that were made, the oldest first; without the first one of all."""
        with self._database.read() as session:
            return [_record(row) for row in session.execute(_ALL)]

    def _key(self, number: int) -> bytes:
        # Each request asks for it; the root of the vault stays the same.
        if number not in self._derived:
            self._derived[number] = self._vault.derive(f"{PURPOSE}-{number}" if number else PURPOSE)
        return self._derived[number]


def _record(row: Row[int, datetime, datetime, datetime]) -> CookieKeyRecord:
    return CookieKeyRecord(row.id, row.signs_from, row.former_until)
