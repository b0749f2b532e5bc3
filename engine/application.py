"""Where the parts meet: what pages, the command line and tests are given. Each method is one transaction.

Here are the composition, deployment and what is done from time to time; the rest is on the attribute that is named
after it: `journeys`, `token_office`, `operations`, `views`, `events`, `background`, `audit_office`, `webhooks`, ...
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engine import audit, sandbox_rows
from engine.accounts import Accounts, Administration, ApiKeys, Desk, OwnFactor, Rules
from engine.activity import Activities, Perform, checks_here, observed, perform
from engine.adjustments import Adjustments, InForce
from engine.audit.checkpoints import Checkpoints
from engine.audit_office import AuditOffice
from engine.background import Background
from engine.clock import Clock, SystemClock
from engine.config import Settings
from engine.cookie_keys import CookieKeys
from engine.decisions import Decisions
from engine.definitions import Definitions, Parsed
from engine.deployment import Deployed, Deployments, File
from engine.egress import Egress
from engine.errand import Site
from engine.errors import Problem
from engine.events import Events
from engine.finding import Finder
from engine.form import Forms
from engine.form_library import FormLibrary
from engine.form_uses import FormUses
from engine.health import Health, look
from engine.housekeeping import Housekeeping
from engine.identity import Identity, Vault, key_encryption_key
from engine.instances import InstanceBusy, Instances
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
from engine.instances.work import Tools
from engine.jobs import jobs_of, worker_of
from engine.journeys import Journeys
from engine.mail import PostOffice, Transport
from engine.observer import Observer
from engine.operating import Operating
from engine.process_library import ProcessLibrary
from engine.replies import Replies
from engine.sign_on import SingleSignOn
from engine.store import Database, Way
from engine.store.rows import RowBusy
from engine.token_office import TokenOffice
from engine.tokens import Tokens
from engine.views import Views
from engine.webhooks import Webhooks


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
        desk = Desk(database, vault, clock, Rules.of(settings))
        self.accounts, self.administration = Accounts(desk), Administration(desk)
        self.own_factor, self.api_keys = OwnFactor(desk), ApiKeys(desk)
        self.sign_on = SingleSignOn(desk, settings.oidc)
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
        batches, bindings = vault.derive("token-batch"), vault.derive("journey-binding-digest")
        self.token_office = TokenOffice(
            database, self.write, self.tokens, self.instances, self.identity, key=batches, clock=clock
        )
        self.overview = Overview(self.instances)
        self.views = Views(database, self.overview, self.definitions, vault, clock)
        self.operations = Operating(database, self.write, self.definitions, self.instances)
        self.starts = Starts(self.instances, self.jobs)
        here = checks_here(activities, Site(Egress(settings.outgoing_allow).check, settings.secrets))
        self.deployments = Deployments(
            activities, forms, self.definitions, decisions, clock, here=here, begin=self.starts.renew
        )
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
        self.processes = ProcessLibrary(database, self.write, self.definitions, self.deployments, clock=clock)
        self.replies = Replies(database, vault, clock)
        self.journeys = Journeys(
            database,
            self.write,
            self.instances,
            self.tokens,
            self.programs,
            self.identity,
            lambda: self.observer,
            bindings,
        )
        self.cookie_keys = CookieKeys(database, vault, clock)
        self.observer = Observer()
        self._vault = vault

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
        return look(self.database, self._vault, self.worker)

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
            return self.deployments.deploy(session, files, by=by)

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
