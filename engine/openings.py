"""Who opened the links of process tokens, for pages. Each method is one transaction."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.store import Database, Way
from engine.tokens import Opened, Seen, Tokens
from engine.tokens.openings import opened


@dataclass(frozen=True, slots=True)
class Openings:
    """Notes and shows openings; see `engine.tokens.openings`."""

    database: Database
    tokens: Tokens
    digest: Callable[[bytes], bytes]
    """Returns what the database keeps of the secret of one page in one browser."""

    def note(self, link: str, binding: bytes, device: str) -> None:
        """Note that somebody looks at the page behind a link, if it can be used now.

        `binding` is the secret that `Application.begin` is given when they begin from this page; `device` is their
        browser in words.
        """
        with self.database.write(Way.BESIDE) as session:
            self.tokens.open(session, link, Seen(self.digest(binding), device))

    def of(self, token_id: str) -> Opened:
        """Return the openings of a token; raises `TokenUnknown`."""
        with self.database.read() as session:
            self.tokens.get(session, token_id)
            return opened(session, token_id)
