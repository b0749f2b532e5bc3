"""The end user's way through a process, from a token's link to the last page. Each method is one transaction."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from typing import Any

from sqlalchemy.orm import Session

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.definitions import DefinitionNotFound, Definitions
from engine.form import Answers, Posted
from engine.identity import Identity, Revealed
from engine.instances import Instances, OtherBrowser, Step
from engine.instances.programs import Programs
from engine.instances.steps import Origin
from engine.observer import Observer
from engine.store import Database, Way, Write, queue
from engine.tokens import Seen, TokenRefused, Tokens, TokenUnknown
from engine.variables import SecretReference

Reveal = Callable[[SecretReference], str]
"""Returns a secret for the page; raises `OtherBrowser`, and what `Identity.reveal` does."""


@dataclass(frozen=True, slots=True)
class Landing:
    """What the page behind a token's link says before anything begins."""

    token_id: str
    process: str
    description: str


@dataclass(frozen=True, slots=True)
class Journeys:
    """Lets end users go through processes; a `binding` is the secret by which the one browser is known that goes on."""

    database: Database
    write: Write
    instances: Instances
    tokens: Tokens
    programs: Programs
    identity: Identity
    observer: Callable[[], Observer]
    """Returns who is told now."""
    key: bytes = field(repr=False)
    """Of the digests of browsers' secrets."""

    def landing(self, link: str) -> Landing:
        """Return what a token's link leads to; changes nothing.

        Raises:
            TokenUnknown, TokenSpent, TokenExpired, TokenInactive, TokenNotYetValid: when it leads nowhere.
            NotStartable: when only an event can start the newest version of its process.

        """
        with self.database.read() as session:
            try:
                token = self.tokens.find(session, link)
            except TokenUnknown:
                started = self.programs.waiting(session, link)
                if started is None:
                    raise
                process = self._definitions.get(session, started[1].id).process
                return Landing(started[0], process.label, process.documentation)
            self.tokens.check(token)
            definition_id = token.definition_id
            if definition_id is None:
                raise DefinitionNotFound
            self.instances.check_startable(session, self._definitions.record(session, definition_id))
            process = self._definitions.get(session, definition_id).process
            return Landing(token.id, process.label, process.documentation)

    def token_id(self, link: str) -> str:
        """Return the id of the token with this link, usable or not, or of the instance that a program started by it.

        Raises:
            TokenUnknown: when there is neither.

        """
        if (known := self.tokens.known(link)) is not None:
            return known
        with self.database.read() as session:
            try:
                return self.tokens.find(session, link).id
            except TokenUnknown:
                if (instance_id := self.programs.named(session, link)) is None:
                    raise
                return instance_id

    def opened(self, link: str, binding: bytes, device: str = "") -> None:
        """Note that somebody looks at the page behind a link, if it is a token's and can be used now.

        `binding` is what `begin` is given when they begin from this page, `device` their browser in words.
        """
        with self.database.write(Way.BESIDE) as session:
            self.tokens.open(session, link, Seen(self._bound(binding), device))

    def begin(self, link: str, binding: bytes, device: str = "") -> str:
        """Redeem a token and start its process, or take over what a program started; return the instance's id.

        `binding` is the secret of the one browser that may go on. The same binding again gives the same instance, so
        a double click begins once. `device` is that browser in words.

        Raises:
            TokenUnknown, TokenSpent, TokenExpired, TokenInactive, TokenNotYetValid: when nothing can be begun.

        """
        bound = self._bound(binding)
        try:
            with self.observer().timed("begin"), self.write(Way.BESIDE) as session:
                # Of clicks at once, the second one finds what the first has begun.
                queue(session, f"begin {bound.hex()}")
                return self._begin(session, link, Seen(bound, device))
        except TokenRefused as refusal:
            # The refused transaction is rolled back; that somebody tried is worth keeping.
            with self.database.write(Way.BESIDE) as session:
                if self.programs.named(session, link) is None:
                    self.tokens.note_refusal(session, link, refusal)
            raise

    def start(
        self, definition_key: str, variables: Mapping[str, Any], binding: bytes, *, version: int | None = None
    ) -> str:
        """Start a process without a token, for the command line and for tests."""
        with self.write(Way.BESIDE) as session:
            definition = self._definitions.find(session, definition_key, version)
            return self.instances.start(session, definition, variables, Origin(binding=self._bound(binding)))

    def step(self, instance_id: str, binding: bytes) -> Step:
        """Return where an instance stands, for its end user.

        Raises:
            InstanceNotFound, OtherBrowser, InstanceExpired: when this browser cannot go on with it.

        """
        with self.database.read() as session:
            return self.instances.step(session, instance_id, self._bound(binding))

    def submit(self, instance_id: str, binding: bytes, task_id: str, posted: Posted) -> Answers:
        """Submit a form; see `Instances.submit`.

        Raises:
            StepNotCurrent: when another form is open by now.
            InstanceBusy: when two submissions met and this one lost.
            InstanceNotFound, OtherBrowser, InstanceExpired: see `step`.

        """
        try:
            with self.observer().timed("submit", instance=instance_id), self.write(Way.BESIDE) as session:
                return self.instances.submit(session, instance_id, self._bound(binding), task_id, posted)
        except OtherBrowser:
            with self.database.write(Way.BESIDE) as session:
                audit.record(session, self._clock, AuditAction.OTHER_BROWSER, instance_id=instance_id)
            raise

    def reveal(self, step: Step, reference: SecretReference) -> str:
        """Return a secret for the page that shows `step`.

        Raises:
            OtherBrowser: when another instance made the reference, or this one shows nothing.

        """
        with self.revealing(step) as reveal:
            return reveal(reference)

    @contextmanager
    def revealing(self, step: Step) -> Iterator[Reveal]:
        """Have what returns the secrets of the page that shows `step`, which sees one moment of the database.

        It raises `OtherBrowser` when another instance made the reference, or this one shows nothing. The transaction
        begins with the first secret.
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

    def _begin(self, session: Session, link: str, seen: Seen) -> str:
        try:
            token = self.tokens.redeem(session, link, seen)
        except (TokenUnknown, TokenRefused) as refused:
            begun = self.instances.bound_to(session, seen.page)
            if begun is None and isinstance(refused, TokenUnknown):
                # Most links are those of tokens: only then it is looked for among those that programs have made.
                begun = self.programs.hand_over(session, link, seen.page)
            if begun is None:
                raise
            return begun
        definition = self._definitions.find(session, token.definition_key, token.definition_version)
        origin = Origin(token.id, token.applicant, seen.page, timedelta(seconds=token.maximum_duration))
        return self.instances.start(session, definition, token.parameters, origin)

    def _bound(self, binding: bytes) -> bytes:
        return digest(self.key, binding, sha256)

    @property
    def _definitions(self) -> Definitions:
        return self.instances.tools.engine.definitions

    @property
    def _clock(self) -> Clock:
        return self.instances.tools.engine.clock
