"""Where the parts meet: what pages, the command line and tests are given. Each method is one transaction.

Here are the composition, deployment, tokens and the end user's journey; the rest is on the attribute that is named
after it: `operations`, `views`, `events`, `background`, `audit_office`, `token_office`, `webhooks`, ...
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from typing import Any, Self

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine import audit, sandbox_rows
from engine.accounts import Accounts, Administration, ApiKeys, Desk, Limits, OwnFactor, Rules
from engine.activity import Activities, Perform, checks_here, observed, perform
from engine.adjustments import Adjustments, InForce
from engine.audit import AuditAction
from engine.audit.checkpoints import Checkpoints
from engine.audit_office import AuditOffice
from engine.background import Background
from engine.clock import Clock, SystemClock
from engine.config import Settings
from engine.cookie_keys import CookieKeys
from engine.decisions import Decisions
from engine.definitions import DefinitionChoice, DefinitionNotFound, Definitions, Parsed
from engine.deployment import Deployed, Deployments, File
from engine.egress import Egress
from engine.errand import Site
from engine.errors import Problem, Refused
from engine.events import Events
from engine.finding import Finder
from engine.form import Answers, Forms, Posted
from engine.form_library import FormLibrary
from engine.form_uses import FormUses
from engine.housekeeping import Housekeeping
from engine.identity import Cause, Identity, Vault, key_encryption_key
from engine.instances import (
    InstanceBusy,
    Instances,
    OtherBrowser,
    Step,
)
from engine.instances.delivery import Delivery
from engine.instances.environment import Engine, Hear, nobody
from engine.instances.errands import Errands, looking
from engine.instances.exports import Exports
from engine.instances.heat_map import HeatMaps
from engine.instances.outbox import Outbox
from engine.instances.overview import Overview
from engine.instances.parameters import Digests
from engine.instances.programs import Programs
from engine.instances.starts import Starts
from engine.instances.steps import Origin
from engine.instances.work import Tools
from engine.jobs import jobs_of, worker_of
from engine.mail import PostOffice, Transport
from engine.observer import Observer
from engine.operating import Operating
from engine.process_library import ProcessLibrary
from engine.replies import Replies
from engine.revealing import Revealing
from engine.sign_on import SingleSignOn
from engine.store import Database, Way, queue
from engine.store.migrate import Fit
from engine.store.models import TokenStatus
from engine.store.paging import After, Page
from engine.store.rows import RowBusy
from engine.token_office import TokenOffice
from engine.tokens import IssuedToken, TokenEntry, TokenRecord, TokenRefused, Tokens, TokenUnknown
from engine.tokens import search as token_search
from engine.variables import SecretReference
from engine.views import Views
from engine.webhooks import Webhooks


class NoExternalId(Refused):
    """A journey finds its user by the external ID, and this user has none. Give the user one first."""

    code = "no-external-id"


@dataclass(frozen=True, slots=True)
class Landing:
    """What the page behind a token's link says before anything begins."""

    token_id: str
    process: str
    description: str


@dataclass(frozen=True, slots=True)
class Health:
    """Which parts of an installation work."""

    database: bool
    migrations: Fit
    vault: bool
    worker: bool

    @property
    def ready(self) -> bool:
        """Whether it can do its work: on tables of a version that is newer by one step, too."""
        return self.database and self.migrations in _SERVED and self.vault and self.worker


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
        transport: Transport | None = None,
        perform: Perform = perform,
        parsed: Parsed | None = None,
        hear: Hear = nobody,
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.activities = activities
        self.identity = Identity(vault, clock)
        self.tokens = Tokens(vault.derive("process-token"), clock)
        self.definitions = Definitions(activities, parsed)
        decisions = Decisions()
        self.forms = FormLibrary(database, forms, FormUses(self.definitions), clock)
        desk = Desk(database, vault, clock, _rules(settings))
        self.accounts, self.administration = Accounts(desk), Administration(desk)
        self.own_factor, self.api_keys = OwnFactor(desk), ApiKeys(desk)
        self.sign_on = SingleSignOn(desk, settings.oidc)
        self.deployments = Deployments(activities, forms, self.definitions, decisions, clock)
        self.deployments.here = checks_here(activities, Site(Egress(settings.outgoing_allow).check, settings.secrets))
        self.jobs = jobs_of(database, clock)
        self.outbox = Outbox(self.jobs, vault, clock)
        self.adjustments = Adjustments(database, vault, clock, settings)
        force = InForce(self.adjustments, transport)
        self.mail = PostOffice(self.jobs, vault, clock, force.transport, force.mails_kept, force.organisation)
        told = observed(perform, lambda: self.observer)
        engine = Engine(
            activities, self.identity, self.definitions, decisions, clock, settings.zone, self.mail, told, hear
        )
        digests = Digests(vault.derive("instance-parameters"))
        self.instances = Instances(Tools(engine, vault, self.outbox, digests), forms)
        self.token_office = TokenOffice(database, self.tokens, self.instances, vault.derive("token-batch"), clock)
        self.overview = Overview(self.instances)
        self.views = Views(database, self.overview, self.definitions, vault, clock)
        self.operations = Operating(database, self.write, self.definitions, self.instances)
        self.starts = Starts(self.instances, self.jobs)
        self.events = Events(self.write, self.outbox, self.starts, clock)
        self.programs = Programs(self.instances, database, self.write, vault.derive("instance-link"))
        delivery = Delivery(self.instances, self.outbox, self.jobs)
        self.errands = Errands(self.instances, Egress(settings.outgoing_allow), settings.secrets)
        self.webhooks = Webhooks(database, self.write, self.jobs, vault, clock, Egress(settings.outgoing_allow))
        tasks = (*delivery.tasks, *self.starts.tasks, *self.mail.tasks, *self.webhooks.tasks, *self.errands.tasks)
        self.worker = worker_of(database, clock, tasks, looking(self.outbox.was_asked, self.webhooks.follow))
        self.background = Background(database, self.write, self.jobs, self.mail, clock)
        checkpoints = Checkpoints(vault.derive("audit-checkpoint"), clock)
        self.audit_office = AuditOffice(database, checkpoints, settings.checkpoints, clock)
        self.housekeeping = Housekeeping(database, checkpoints, force.retention, clock)
        self.exports = Exports(self.write, self.overview, clock)
        self.finder = Finder(database, self.overview)
        self.heat_maps = HeatMaps(database, self.definitions, clock)
        self.processes = ProcessLibrary(database, self.write, self.deployments, self._deploy, clock)
        self.replies = Replies(database, vault, clock)
        self.revealing = Revealing(database, self.identity)
        self.cookie_keys = CookieKeys(database, vault, clock)
        self.observer = Observer()
        self._vault = vault
        self._binding_key = vault.derive("journey-binding-digest")

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        activities: Activities,
        forms: Forms,
        clock: Clock | None = None,
        transport: Transport | None = None,
    ) -> Self:
        """Open the installation of the settings; its folder, keys and tables are made when they are missing.

        Mails go to `transport`; None is the mail server of the settings, if they have one when a mail is sent.

        Raises:
            VaultKeyWrong: when the key-encryption key is not the one that sealed the database.

        """
        clock = clock or SystemClock()
        database = Database(settings.database_url, settings.postgres)
        database.migrate()
        with database.write() as session:
            vault = Vault.open(session, key_encryption_key(settings), clock)
        return cls(settings, database, vault, activities=activities, forms=forms, clock=clock, transport=transport)

    def close(self) -> None:
        """Finish the jobs that run, and give back what is open."""
        self.worker.stop()
        self.sign_on.close()
        self.database.close()

    def tell(self, observer: Observer) -> None:
        """Have `observer` told what happens in this process, instead of nobody."""
        self.observer = self.worker.observer = observer
        self.database.committed = lambda info: observer.audited(info.get(audit.RECORDED, {}))

    def health(self) -> Health:
        """Look whether this installation can do its work."""
        readable, fit = self.database.look()
        opens = readable and fit in _SERVED and self._vault.opens()
        return Health(readable, fit, opens, not self.worker.is_stuck)

    @contextmanager
    def write(self, way: Way = Way.ALONE) -> Iterator[Session]:
        """Open a transaction that changes something; workers look for what it has asked for, once it is committed.

        Raises:
            InstanceBusy: when two of them met at one instance, and this one lost: nothing happened.

        """
        try:
            with self.database.write(way) as session:
                yield session
        except (StaleDataError, RowBusy) as error:
            raise InstanceBusy from error
        self.worker.notify()

    def derive(self, purpose: str) -> bytes:
        """Return 32 secret bytes for one purpose, the same for every process of this installation."""
        return self._vault.derive(purpose)

    def check(self, files: Sequence[File]) -> tuple[Problem, ...]:
        """Return everything that is wrong with files that somebody wants to deploy."""
        with self.database.read() as session:
            return self.deployments.check(session, files)

    def deploy(self, files: Sequence[File], *, by: str | None = None) -> list[Deployed]:
        """Deploy all of `files` or none; raises `InvalidDeployment` with every problem.

        `by` is the name of the account that does it; None is the command line.
        """
        with self.write() as session:
            return self._deploy(session, files, by=by)

    def issue_token(self, *, name: str | None, definition_key: str, **options: Any) -> IssuedToken:
        """Make a process token for a definition that exists; without a name it gets a random one.

        For `options` see `Tokens.create`.

        Raises:
            DefinitionNotFound: when there is no such definition.
            NotStartable: when only an event can start it.
            TokenInvalid: when the token makes no sense.

        """
        with self.database.write() as session:
            definition = self.definitions.find(session, definition_key, options.get("definition_version"))
            self.instances.check_startable(session, definition)
            name = name or self.tokens.random_name()
            return self.tokens.create(session, name=name, definition_key=definition_key, **options)

    def offer_journey(self, store_id: str, user_id: str, definition_key: str, cause: Cause) -> IssuedToken:
        """Make a process token that begins a process once for a user, who is found by their external ID.

        Raises:
            StoreNotFound, UserNotFound: when there is no such user in this store.
            NoExternalId: when the user has none.
            DefinitionNotFound, NotStartable: when there is no such process, or only an event can start it.

        """
        with self.write() as session:
            user = self.identity.user_by_id(session, self.identity.store_by_id(session, store_id), user_id)
            if user.external_id is None:
                raise NoExternalId
            definition = self.definitions.find(session, definition_key, None)
            self.instances.check_startable(session, definition)
            issued = self.tokens.create(
                session,
                name=self.tokens.random_name(),
                definition_key=definition_key,
                parameters={"externalId": user.external_id},
                by=cause.account,
            )
            said = {"definition": definition_key, "by": cause.account, "reason": cause.reason}
            where = {"token_id": issued.id, "user_id": user.id}
            audit.record(session, self.clock, AuditAction.JOURNEY_OFFERED, **where, **said)
            return issued

    def process_choices(self) -> list[DefinitionChoice]:
        """Return every process with its newest versions; see `Definitions.choices`."""
        with self.database.read() as session:
            return self.definitions.choices(session)

    def token(self, token_id: str) -> TokenRecord:
        """Return the token with this id; raises `TokenUnknown`."""
        with self.database.read() as session:
            return self.tokens.get(session, token_id)

    def search_tokens(self, query: str = "", after: After | None = None, limit: int = 50) -> Page[TokenEntry]:
        """Return the process tokens that are looked for, the newest first; see `engine.tokens.search`."""
        with self.database.read() as session:
            return token_search.search(session, query, after, limit)

    def renew_token(self, token_id: str, *, by: str | None = None) -> IssuedToken:
        """Give a token a new link; see `Tokens.renew`."""
        with self.database.write() as session:
            return self.tokens.renew(session, token_id, by=by)

    def switch_token(self, token_id: str, status: TokenStatus, **who: str | None) -> TokenRecord:
        """Switch a token on or off; see `Tokens.switch`."""
        with self.database.write() as session:
            return self.tokens.switch(session, token_id, status, **who)

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
                process = self.definitions.get(session, started[1].id).process
                return Landing(started[0], process.label, process.documentation)
            self.tokens.check(token)
            definition_id = token.definition_id
            if definition_id is None:
                raise DefinitionNotFound
            definition = self.definitions.record(session, definition_id)
            self.instances.check_startable(session, definition)
            process = self.definitions.get(session, definition_id).process
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

    def begin(self, link: str, binding: bytes) -> str:
        """Redeem a token and start its process, or take over what a program started; return the instance's id.

        `binding` is the secret of the one browser that may go on. The same binding again gives the same instance, so
        a double click begins once.

        Raises:
            TokenUnknown, TokenSpent, TokenExpired, TokenInactive, TokenNotYetValid: when nothing can be begun.

        """
        bound = self._bound(binding)
        try:
            with self.observer.timed("begin"), self.write(Way.BESIDE) as session:
                # Of clicks at once, the second one finds what the first has begun.
                queue(session, f"begin {bound.hex()}")
                return self.instances.bound_to(session, bound) or self._begin(session, link, bound)
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
            with self.observer.timed("submit", instance=instance_id), self.write(Way.BESIDE) as session:
                return self.instances.submit(session, instance_id, self._bound(binding), task_id, posted)
        except OtherBrowser:
            with self.database.write(Way.BESIDE) as session:
                audit.record(session, self.clock, AuditAction.OTHER_BROWSER, instance_id=instance_id)
            raise

    def reveal(self, step: Step, reference: SecretReference) -> str:
        """Return a secret for the page that shows `step`.

        Raises:
            OtherBrowser: when another instance made the reference, or this one shows nothing.

        """
        with self.revealing(step) as reveal:
            return reveal(reference)

    def work_due(self, limit: int | None = None) -> int:
        """Run in this thread every job that is due, up to `limit` attempts; return how many attempts that took."""
        return self.worker.work_due(limit)

    def keep_house(self) -> None:
        """Do what has to be done from time to time.

        End instances whose maximum duration has passed, delete what was kept long enough, remove what nobody completed,
        may see or tries out any more, write down seals that were found broken, and sign what the audit trail has come
        to; the signature is kept in the data folder, too, so that an end of the trail that was cut off with its
        signatures is found.
        """
        self.expire_due()
        self.housekeeping.apply()
        with self.database.write() as session:
            self.identity.forget_expired(session)
            self.accounts.forget_expired(session)
            self.webhooks.forget_expired(session)
            sandbox_rows.forget_expired(session, self.clock.now())
            self.replies.forget_old(session)
            self._vault.audit_broken(session, self.clock)
        self.audit_office.sign(when_due=True)

    def expire_due(self) -> int:
        """End instances whose maximum duration has passed; return how many."""
        with self.database.write() as session:
            return self.instances.expire_due(session)

    def _deploy(self, session: Session, files: Sequence[File], *, by: str | None) -> list[Deployed]:
        deployed = self.deployments.deploy(session, files, by=by)
        for each in deployed:
            if each.new and each.definition_id is not None:
                self.starts.renew(session, self.definitions.record(session, each.definition_id))
        return deployed

    def _begin(self, session: Session, link: str, bound: bytes) -> str:
        try:
            token = self.tokens.redeem(session, link)
        except TokenUnknown:
            # Most links are those of tokens: only then it is looked for among those that programs have made.
            if (instance_id := self.programs.hand_over(session, link, bound)) is None:
                raise
            return instance_id
        definition = self.definitions.find(session, token.definition_key, token.definition_version)
        origin = Origin(token.id, token.applicant, bound, timedelta(seconds=token.maximum_duration))
        return self.instances.start(session, definition, token.parameters, origin)

    def _bound(self, binding: bytes) -> bytes:
        return digest(self._binding_key, binding, sha256)


_SERVED = frozenset({Fit.CURRENT, Fit.NEWER})


def _rules(settings: Settings) -> Rules:
    limits = Limits(timedelta(minutes=settings.session_idle), timedelta(hours=settings.session_lifetime))
    oidc = settings.oidc
    return Rules(
        limits,
        settings.require_second_factor,
        passwords=oidc is None or oidc.passwords,
        factor_after_provider=oidc is not None and oidc.second_factor,
        api=settings.api,
    )
