"""Opens the secrets of one page, in one transaction, which begins with the first of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.identity import Identity, Revealed
from engine.instances import OtherBrowser, Step
from engine.store import Database
from engine.variables import SecretReference

Reveal = Callable[[SecretReference], str]
"""Returns a secret for the page; raises `OtherBrowser`, and what `Identity.reveal` does."""


@dataclass(frozen=True, slots=True)
class Revealing:
    """Opens secrets for the end users' pages."""

    database: Database
    identity: Identity

    @contextmanager
    def __call__(self, step: Step) -> Iterator[Reveal]:
        """Have what returns the secrets of the page that shows `step`, which sees one moment of the database.

        It raises `OtherBrowser` when another instance made the reference, or this one shows nothing.
        """
        known: Revealed = {}
        with ExitStack() as stack:
            opened: list[Session] = []

            def reveal(reference: SecretReference) -> str:
                if reference.instance_id != step.instance_id or step.task is None:
                    raise OtherBrowser
                if not opened:
                    opened.append(stack.enter_context(self.database.read()))
                return self.identity.reveal(opened[0], reference, known)

            yield reveal
