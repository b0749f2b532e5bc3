"""Where the parts meet: the façade that pages, the command line and tests call. Each method is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from typing import Any, Self

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine import audit
from engine.activity import Activities
from engine.audit import AuditAction
from engine.clock import Clock, SystemClock
from engine.config import Settings
from engine.definitions import Definitions, Deployed, File
from engine.errors import Problem
from engine.form import Answers, Forms, Posted
from engine.identity import Identity, Vault, key_encryption_key
from engine.instances import InstanceBusy, InstanceDetail, InstanceRecord, Instances, OtherBrowser, Step
from engine.instances.activities import ActivityRunner
from engine.instances.steps import Origin
from engine.store import Database
from engine.store.models import InstanceStatus
from engine.tokens import IssuedToken, TokenRecord, TokenRefused, Tokens
from engine.variables import SecretReference


@dataclass(frozen=True, slots=True)
class Landing:
    """What the page behind a token's link says before anything begins."""

    token_id: str
    process: str
    description: str


class Application:
    """One installation of Idflow, opened."""

    def __init__(  # noqa: PLR0913 - the composition root is handed everything that others only use
        self,
        settings: Settings,
        database: Database,
        vault: Vault,
        *,
        activities: Activities,
        forms: Forms,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.activities = activities
        self.identity = Identity(vault, clock)
        self.tokens = Tokens(vault.derive("process-token"), clock)
        self.definitions = Definitions(activities, forms, clock)
        self.instances = Instances(
            self.definitions, forms, ActivityRunner(activities, self.identity, clock), vault, clock
        )
        self._vault = vault
        self._binding_key = vault.derive("journey-binding-digest")

    @classmethod
    def open(cls, settings: Settings, *, activities: Activities, forms: Forms, clock: Clock | None = None) -> Self:
        """Open the installation in `settings.data`; its folder, keys and database are made when they are missing.

        Raises:
            VaultKeyWrong: when the key-encryption key is not the one that sealed the database.

        """
        clock = clock or SystemClock()
        database = Database(settings.database_url)
        database.migrate()
        with database.write() as session:
            vault = Vault.open(session, key_encryption_key(settings), clock)
        return cls(settings, database, vault, activities=activities, forms=forms, clock=clock)

    def close(self) -> None:
        """Give back what is open."""
        self.database.close()

    def derive(self, purpose: str) -> bytes:
        """Return 32 secret bytes for one purpose, the same for every process of this installation."""
        return self._vault.derive(purpose)

    def check(self, files: Sequence[File]) -> tuple[Problem, ...]:
        """Return everything that is wrong with files that somebody wants to deploy."""
        with self.database.read() as session:
            return self.definitions.check(session, files)

    def deploy(self, files: Sequence[File]) -> list[Deployed]:
        """Deploy all of `files` or none; raises `InvalidDeployment` with every problem."""
        with self.database.write() as session:
            return self.definitions.deploy(session, files)

    def issue_token(self, *, name: str | None, definition_key: str, **options: Any) -> IssuedToken:
        """Make a process token for a definition that exists; without a name it gets a random one.

        For `options` see `Tokens.create`.
        """
        with self.database.write() as session:
            self.definitions.find(session, definition_key, options.get("definition_version"))
            name = name or self.tokens.random_name()
            return self.tokens.create(session, name=name, definition_key=definition_key, **options)

    def landing(self, link: str) -> Landing:
        """Return what a token's link leads to; changes nothing.

        Raises:
            TokenUnknown, TokenSpent, TokenExpired, TokenInactive, TokenNotYetValid: when it leads nowhere.

        """
        with self.database.read() as session:
            token = self.tokens.find(session, link)
            self.tokens.check(token)
            definition = self.definitions.find(session, token.definition_key, token.definition_version)
            process = self.definitions.get(session, definition.id).process
            return Landing(token.id, process.label, process.documentation)

    def token_id(self, link: str) -> str:
        """Return the id of the token with this link, usable or not; raises `TokenUnknown`."""
        with self.database.read() as session:
            return self.tokens.find(session, link).id

    def begin(self, link: str, binding: bytes) -> str:
        """Redeem a token and start its process; return the instance's id.

        `binding` is the secret of the one browser that may go on. The same binding again gives the same instance, so
        a double click begins once.

        Raises:
            TokenUnknown, TokenSpent, TokenExpired, TokenInactive, TokenNotYetValid: when nothing can be begun.

        """
        bound = self._bound(binding)
        try:
            with self.database.write() as session:
                return self.instances.bound_to(session, bound) or self._begin(
                    session, self.tokens.redeem(session, link), bound
                )
        except TokenRefused as refusal:
            # The refused transaction is rolled back; that somebody tried is worth keeping.
            with self.database.write() as session:
                self.tokens.note_refusal(session, link, refusal)
            raise

    def start(
        self, definition_key: str, variables: Mapping[str, Any], binding: bytes, *, version: int | None = None
    ) -> str:
        """Start a process without a token, for the command line and for tests."""
        with self.database.write() as session:
            definition = self.definitions.find(session, definition_key, version)
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
            with self.database.write() as session:
                return self.instances.submit(session, instance_id, self._bound(binding), task_id, posted)
        except StaleDataError as error:
            raise InstanceBusy from error
        except OtherBrowser:
            with self.database.write() as session:
                audit.record(session, self.clock, AuditAction.OTHER_BROWSER, instance_id=instance_id)
            raise

    def reveal(self, step: Step, reference: SecretReference) -> str:
        """Return a secret for the page that shows `step`.

        Raises:
            OtherBrowser: when another instance made the reference, or this one shows nothing.

        """
        if reference.instance_id != step.instance_id or step.task is None:
            raise OtherBrowser
        with self.database.read() as session:
            return self.identity.reveal(session, reference)

    def retry(self, instance_id: str) -> None:
        """Try again where an instance stopped."""
        with self.database.write() as session:
            self.instances.retry(session, instance_id)

    def expire_due(self) -> int:
        """End instances whose maximum duration has passed; return how many."""
        with self.database.write() as session:
            return self.instances.expire_due(session)

    def list_instances(self, *, status: InstanceStatus | None = None, limit: int = 50) -> list[InstanceRecord]:
        """Return the newest instances."""
        with self.database.read() as session:
            return self.instances.list(session, status=status, limit=limit)

    def show_instance(self, instance_id: str) -> InstanceDetail:
        """Return what an operator may see of an instance."""
        with self.database.read() as session:
            return self.instances.show(session, instance_id)

    def _begin(self, session: Session, token: TokenRecord, bound: bytes) -> str:
        definition = self.definitions.find(session, token.definition_key, token.definition_version)
        origin = Origin(token.id, token.applicant, bound, timedelta(seconds=token.maximum_duration))
        return self.instances.start(session, definition, token.parameters, origin)

    def _bound(self, binding: bytes) -> bytes:
        return digest(self._binding_key, binding, sha256)
