"""Process tokens by the hundred, and what became of one. Each method is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.definitions import DefinitionNotFound, Definitions
from engine.errors import Problem
from engine.instances import Instances
from engine.store import Database
from engine.tokens import Opened, TokenRecord, Tokens, history
from engine.tokens.batch import BatchEntry, Batches, SheetInvalid, Terms
from engine.tokens.history import Latest, Redemption, Refusal
from engine.tokens.openings import opened
from engine.tokens.sheet import Sheet, read

PAGE = 50
"""How many redemptions, and how many refusals, are read at once."""


@dataclass(frozen=True, slots=True)
class TokenHistory:
    """A token and what became of it."""

    token: TokenRecord
    process: str
    """The name of its process; its id when it cannot be found any more."""
    begun: Latest[Redemption]
    refused: Latest[Refusal]
    opened: Opened


class TokenOffice:
    """Makes tokens from files, and looks at single ones."""

    def __init__(self, database: Database, tokens: Tokens, instances: Instances, key: bytes, clock: Clock) -> None:
        """Derive the links of batches by `key`, which is used for nothing else."""
        self._database = database
        self._tokens = tokens
        self._instances = instances
        self._batches = Batches(tokens, key, clock)
        self._clock = clock

    def look(self, content: bytes, terms: Terms) -> tuple[Sheet, Sequence[Problem]]:
        """Return what is in a file, and everything that is wrong with its rows; nothing is made.

        Raises:
            DefinitionNotFound, NotStartable: when there is no such process, or only an event can start it.
            TokenInvalid: when it is not the rows that are wrong.

        """
        sheet = read(content)
        with self._database.read() as session:
            self._check_process(session, terms)
            return sheet, self._batches.check(session, sheet, terms)

    def make(self, content: bytes, terms: Terms, secret: bytes, *, by: str | None = None) -> int:
        """Make the tokens of a file, all or none, and return how many; the same `secret` again makes no others.

        Raises:
            SheetInvalid: with every problem of the rows.
            DefinitionNotFound, NotStartable, TokenInvalid: see `look`.

        """
        sheet = read(content)
        if sheet.problems:
            raise SheetInvalid(sheet.problems)
        with self._database.write() as session:
            self._check_process(session, terms)
            return self._batches.make(session, sheet, terms, secret, by)

    def links(self, secret: bytes, *, by: str | None = None, form: str = "csv") -> list[BatchEntry]:
        """Return the links that `secret` has made, and note who takes them and in which form.

        Raises:
            LinksHandedOver: when there are none, or not for this long any more.

        """
        with self._database.write() as session:
            entries = self._batches.links(session, secret, by)
            said: dict[str, Any] = {"batch": self._batches.id_of(secret, by), "count": len(entries), "form": form}
            said |= {} if by is None else {"by": by}
            audit.record(session, self._clock, AuditAction.TOKEN_LINKS_TAKEN, **said)
            return entries

    def history(
        self, token_id: str, begun_before: int | None = None, refused_before: int | None = None
    ) -> TokenHistory:
        """Return a token and what became of it, the latest first; raises `TokenUnknown`."""
        with self._database.read() as session:
            token = self._tokens.get(session, token_id)
            try:
                process = self._definitions.find(session, token.definition_key, token.definition_version).name
            except DefinitionNotFound:
                process = token.definition_key
            return TokenHistory(
                token,
                process or token.definition_key,
                history.redemptions(session, token_id, begun_before, PAGE),
                history.refusals(session, token_id, refused_before, PAGE),
                opened(session, token_id),
            )

    def _check_process(self, session: Session, terms: Terms) -> None:
        definition = self._definitions.find(session, terms.definition_key, terms.definition_version)
        self._instances.check_startable(session, definition)

    @property
    def _definitions(self) -> Definitions:
        return self._instances.tools.engine.definitions
