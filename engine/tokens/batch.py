"""Many process tokens at once, and their links once more while they are handed over.

The links of a batch are not random bytes of their own: each is an HMAC of a secret that only the page holds that
asked for them, of the account and of its number in the batch. So the same page sent twice makes one batch, and whoever
holds it can fetch the links until `HANDED_OVER`, though the database has nothing but their HMACs. Neither the
database nor the key makes a link without that secret.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.errors import Gone, Problem, Refused
from engine.store.models import ProcessToken, TokenStatus, TokenType
from engine.store.types import new_id
from engine.tokens.issue import Tokens
from engine.tokens.parameters import note
from engine.tokens.records import APPLICANT, TokenInvalid
from engine.tokens.rules import DEFAULT_DURATION, NewToken
from engine.tokens.sheet import Sheet, SheetRow

SECRET_BYTES = 32
"""Of what a page or a command holds to fetch the links."""

HANDED_OVER = timedelta(minutes=15)
"""How long after they were made links can be fetched."""

CHUNK = 500
"""How many rows one statement writes or looks for."""

_ID_LENGTH = 24


class SheetInvalid(Refused):
    """The file cannot be taken; nothing was made."""

    code = "sheet-invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


class LinksHandedOver(Gone):
    """These links were shown, and cannot be shown again. Renew the link of each token that needs another."""

    code = "links-handed-over"


@dataclass(frozen=True, slots=True)
class Terms:
    """What all tokens of a batch have in common; see `NewToken`."""

    definition_key: str
    definition_version: int | None = None
    type: TokenType = TokenType.COUNT
    limit: int = 1
    not_before: datetime | None = None
    not_after: datetime | None = None
    maximum_duration: timedelta = DEFAULT_DURATION

    def token(self, row: SheetRow) -> NewToken:
        """Return the token of a row."""
        return NewToken(
            row.name or "a",
            self.definition_key,
            self.definition_version,
            self.type,
            self.limit,
            self.not_before,
            self.not_after,
            self.maximum_duration,
            row.parameters,
        )


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One token of a batch."""

    id: str
    name: str
    external_id: str | None
    link: str = field(repr=False)
    """Empty when it was renewed meanwhile."""
    expires: datetime | None


class Batches:
    """Makes batches of tokens."""

    def __init__(self, tokens: Tokens, key: bytes, clock: Clock) -> None:
        """Derive links by `key`, which is used for nothing else."""
        self._tokens = tokens
        self._key = key
        self._clock = clock

    def check(self, session: Session, sheet: Sheet, terms: Terms) -> tuple[Problem, ...]:
        """Return everything that is wrong with the rows.

        Raises:
            TokenInvalid: when it is the terms that are wrong.

        """
        now = self._clock.now()
        terms.token(SheetRow(0, "", {})).check(now)
        problems = list(sheet.problems)
        for row in sheet.rows:
            try:
                terms.token(row).check(now)
            except TokenInvalid as refused:
                column = sheet.column(refused.where)
                problems.append(Problem("sheet.value", refused.message, "", line=row.line, field=column))
        taken = _taken(session, [row.name for row in sheet.rows if row.name])
        problems += [
            Problem(
                "sheet.name-taken",
                f"There is a process token {row.name!r} already.",
                "Give it another name, or none: then it gets a random one.",
                line=row.line,
                field=sheet.column("name"),
            )
            for row in sheet.rows
            if row.name in taken
        ]
        return tuple(sorted(problems, key=lambda each: each.line or 0))

    def id_of(self, secret: bytes, by: str | None) -> str:
        """Return the id of the batch that this secret of an account makes."""
        return hmac.digest(self._key, _parted(b"batch", secret, by), "sha256").hex()[:_ID_LENGTH]

    def is_made(self, session: Session, batch: str) -> bool:
        """Tell whether there is such a batch."""
        return session.scalar(select(ProcessToken.id).where(ProcessToken.batch_id == batch).limit(1)) is not None

    def make(self, session: Session, sheet: Sheet, terms: Terms, secret: bytes, by: str | None) -> int:
        """Make all of the tokens, or none; return how many. One event of the audit trail says so.

        A batch that this secret has made already is left alone.

        Raises:
            SheetInvalid: with everything that is wrong with the rows.
            TokenInvalid: when it is the terms that are wrong.

        """
        batch = self.id_of(secret, by)
        if self.is_made(session, batch):
            return len(sheet.rows)
        if problems := self.check(session, sheet, terms):
            raise SheetInvalid(problems)
        now, names = self._clock.now(), self._names(session, sheet.rows)
        rows: list[dict[str, Any]] = [
            {
                "id": new_id(),
                "name": name,
                "digest": self._tokens.digest(self._link(secret, by, number)),
                "definition_key": terms.definition_key,
                "definition_version": terms.definition_version,
                "type": terms.type.value,
                "status": TokenStatus.ACTIVE.value,
                "limit": terms.limit if terms.type is TokenType.COUNT else None,
                "uses": 0,
                "not_before": terms.not_before,
                "not_after": terms.not_after,
                "maximum_duration": int(terms.maximum_duration.total_seconds()),
                "parameters": dict(row.parameters),
                "created_at": now,
                "created_by": by,
                "batch_id": batch,
            }
            for number, (row, name) in enumerate(zip(sheet.rows, names, strict=True))
        ]
        try:
            for start in range(0, len(rows), CHUNK):
                session.execute(insert(ProcessToken), rows[start : start + CHUNK])
        except IntegrityError as error:
            # Somebody else was first, on a database that lets two write at once.
            raise SheetInvalid([_beaten()]) from error
        made = [(each["id"], row.parameters) for each, row in zip(rows, sheet.rows, strict=True)]
        for start in range(0, len(made), CHUNK):
            note(session, made[start : start + CHUNK])
        about = {"definition": terms.definition_key, "version": terms.definition_version, "count": len(rows)}
        said: dict[str, Any] = {**about, "batch": batch, **({} if by is None else {"by": by})}
        audit.record(session, self._clock, AuditAction.TOKENS_IMPORTED, **said)
        return len(rows)

    def links(self, session: Session, secret: bytes, by: str | None) -> list[BatchEntry]:
        """Return the tokens with their links, in the order of the file.

        Raises:
            LinksHandedOver: when there are none, or not for this long any more.

        """
        columns = (ProcessToken.id, ProcessToken.name, ProcessToken.digest, ProcessToken.parameters)
        query = select(*columns, ProcessToken.not_after, ProcessToken.created_at)
        found = session.execute(query.where(ProcessToken.batch_id == self.id_of(secret, by))).all()
        if not found or self._clock.now() >= found[0].created_at + HANDED_OVER:
            raise LinksHandedOver
        links = [self._link(secret, by, number) for number in range(len(found))]
        known = {self._tokens.digest(link): (number, link) for number, link in enumerate(links)}
        # One that was renewed has another link, which only its page has shown; it comes last.
        last = (len(found), "")
        rows = sorted(found, key=lambda row: (known.get(row.digest, last)[0], row.name))
        return [
            BatchEntry(
                row.id, row.name, _text(row.parameters.get(APPLICANT)), known.get(row.digest, last)[1], row.not_after
            )
            for row in rows
        ]

    def _link(self, secret: bytes, by: str | None, number: int) -> str:
        derived = hmac.digest(self._key, _parted(b"link", secret, by) + number.to_bytes(4), "sha256")
        return urlsafe_b64encode(derived).decode().rstrip("=")

    def _names(self, session: Session, rows: Sequence[SheetRow]) -> list[str]:
        """Return the name of each row; those without one get random ones that nobody else has."""
        given = {row.name for row in rows}
        free: set[str] = set()
        while len(free) < sum(not row.name for row in rows):
            more = {self._tokens.random_name() for _ in range(CHUNK)} - given
            free |= more - _taken(session, [*more])
        return [row.name or free.pop() for row in rows]


def _parted(purpose: bytes, secret: bytes, by: str | None) -> bytes:
    """Return bytes that no other purpose, secret and account give."""
    account = b"" if by is None else b"by:" + by.encode()
    return b"".join(len(part).to_bytes(4) + part for part in (purpose, secret, account))


def _taken(session: Session, names: Sequence[str]) -> set[str]:
    """Return those of the names that a token has."""
    taken: set[str] = set()
    for start in range(0, len(names), CHUNK):
        taken |= {
            *session.scalars(select(ProcessToken.name).where(ProcessToken.name.in_(names[start : start + CHUNK])))
        }
    return taken


def _beaten() -> Problem:
    return Problem("sheet.name-taken", "Somebody has just made a token of one of these names.", "Send the file again.")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
