"""Process tokens, one by one and by the hundred, and what became of one. Each method is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.definitions import DefinitionNotFound, Definitions
from engine.errors import Problem, Refused
from engine.identity import Cause, Identity
from engine.instances import Instances
from engine.store import Database, Write
from engine.store.models import TokenStatus
from engine.store.paging import After, Page
from engine.tokens import IssuedToken, Opened, TokenEntry, TokenRecord, Tokens, WhetherOpened, history
from engine.tokens import search as token_search
from engine.tokens.batch import BatchEntry, Batches, SheetInvalid, Terms
from engine.tokens.history import Latest, Redemption, Refusal
from engine.tokens.openings import opened
from engine.tokens.sheet import Sheet, read

PAGE = 50
"""How many redemptions, and how many refusals, are read at once."""


class NoExternalId(Refused):
    """A journey finds its user by the external ID, and this user has none. Give the user one first."""

    code = "no-external-id"


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
    """Makes, finds, renews and switches tokens."""

    def __init__(  # noqa: PLR0913 - what tokens are made of
        self,
        database: Database,
        write: Write,
        tokens: Tokens,
        instances: Instances,
        identity: Identity,
        *,
        key: bytes,
        clock: Clock,
    ) -> None:
        """Derive the links of batches by `key`, which is used for nothing else."""
        self._database = database
        self._write = write
        self._identity = identity
        self._tokens = tokens
        self._instances = instances
        self._batches = Batches(tokens, key, clock)
        self._clock = clock

    def issue(self, *, name: str | None, definition_key: str, **options: Any) -> IssuedToken:
        """Make a process token for a definition that exists; without a name it gets a random one.

        For `options` see `Tokens.create`.

        Raises:
            DefinitionNotFound: when there is no such definition.
            NotStartable: when only an event can start it.
            TokenInvalid: when the token makes no sense.

        """
        with self._database.write() as session:
            definition = self._definitions.find(session, definition_key, options.get("definition_version"))
            self._instances.check_startable(session, definition)
            name = name or self._tokens.random_name()
            return self._tokens.create(session, name=name, definition_key=definition_key, **options)

    def offer(self, store_id: str, user_id: str, definition_key: str, cause: Cause) -> IssuedToken:
        """Make a process token that begins a process once for a user, who is found by their external ID.

        Raises:
            StoreNotFound, UserNotFound: when there is no such user in this store.
            NoExternalId: when the user has none.
            DefinitionNotFound, NotStartable: when there is no such process, or only an event can start it.

        """
        with self._write() as session:
            user = self._identity.user_by_id(session, self._identity.store_by_id(session, store_id), user_id)
            if user.external_id is None:
                raise NoExternalId
            definition = self._definitions.find(session, definition_key, None)
            self._instances.check_startable(session, definition)
            issued = self._tokens.create(
                session,
                name=self._tokens.random_name(),
                definition_key=definition_key,
                parameters={"externalId": user.external_id},
                by=cause.account,
            )
            said = {"definition": definition_key, "by": cause.account, "reason": cause.reason}
            where = {"token_id": issued.id, "user_id": user.id}
            audit.record(session, self._clock, AuditAction.JOURNEY_OFFERED, **where, **said)
            return issued

    def get(self, token_id: str) -> TokenRecord:
        """Return the token with this id; raises `TokenUnknown`."""
        with self._database.read() as session:
            return self._tokens.get(session, token_id)

    def search(
        self, query: str = "", after: After | None = None, limit: int = 50, opened: WhetherOpened | None = None
    ) -> Page[TokenEntry]:
        """Return the process tokens that are looked for, the newest first; see `engine.tokens.search`."""
        with self._database.read() as session:
            return token_search.search(session, query, after, limit, opened)

    def openings(self, token_id: str) -> Opened:
        """Return who opened the link of a token, and when; raises `TokenUnknown`."""
        with self._database.read() as session:
            self._tokens.get(session, token_id)
            return opened(session, token_id)

    def renew(self, token_id: str, *, by: str | None = None) -> IssuedToken:
        """Give a token a new link; see `Tokens.renew`."""
        with self._database.write() as session:
            return self._tokens.renew(session, token_id, by=by)

    def switch(self, token_id: str, status: TokenStatus, **who: str | None) -> TokenRecord:
        """Switch a token on or off; see `Tokens.switch`."""
        with self._database.write() as session:
            return self._tokens.switch(session, token_id, status, **who)

    def look_at_sheet(self, content: bytes, terms: Terms) -> tuple[Sheet, Sequence[Problem]]:
        """Return what is in a file, and everything that is wrong with its rows; nothing is made.

        Raises:
            DefinitionNotFound, NotStartable: when there is no such process, or only an event can start it.
            TokenInvalid: when it is not the rows that are wrong.

        """
        sheet = read(content)
        with self._database.read() as session:
            self._check_process(session, terms)
            return sheet, self._batches.check(session, sheet, terms)

    def make_batch(self, content: bytes, terms: Terms, secret: bytes, *, by: str | None = None) -> int:
        """Make the tokens of a file, all or none, and return how many; the same `secret` again makes no others.

        Raises:
            SheetInvalid: with every problem of the rows.
            DefinitionNotFound, NotStartable, TokenInvalid: see `look_at_sheet`.

        """
        sheet = read(content)
        if sheet.problems:
            raise SheetInvalid(sheet.problems)
        with self._database.write() as session:
            self._check_process(session, terms)
            return self._batches.make(session, sheet, terms, secret, by)

    def take_links(self, secret: bytes, *, by: str | None = None, form: str = "csv") -> list[BatchEntry]:
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
