"""Commands at the data folder of this machine.

More than 300 lines, as `remote.py` has: a class for each noun of `port.py`, and a short method for each command.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from pydantic import BaseModel

from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.errors import Problem
from engine.instances.by_parameter import Parameter
from engine.instances.search import Wanted
from engine.store.models import InstanceStatus
from engine.tokens import WhetherOpened
from engine.tokens.records import missing
from webui.api.models.audit import Verification
from webui.api.models.deployments import DeployedThing
from webui.api.models.instances import Happened, Instance, InstanceSummary
from webui.api.models.jobs import FailedJob, FailedMail, JobState
from webui.api.models.orders import MigrationPlan
from webui.api.models.tokens import Opened, Token
from webui.api.showing import shown_instance, shown_trail
from webui.cli.options import is_there, open_application
from webui.cli.site import local_identity
from webui.cli.site.port import Issued, Skip, WantedToken

Model = TypeVar("Model", bound=BaseModel)


class LocalSite:
    """The installation in the data folder, which is opened when it is first needed."""

    def __init__(self, settings: Settings, *, make: bool) -> None:
        """`make` says whether an installation is made where there is none."""
        self.settings = settings
        self._make = make
        self._application: Application | None = None

    @property
    def application(self) -> Application:
        """The application; raises `InstallationMissing`."""
        if self._application is None:
            self._application = open_application(self.settings, make=self._make)
        return self._application

    def close(self) -> None:
        """Let go of the database."""
        if self._application is not None:
            self._application.close()

    @property
    def deployments(self) -> "Deployments":
        """Files."""
        return Deployments(self)

    @property
    def tokens(self) -> "Tokens":
        """Process tokens."""
        return Tokens(self.application)

    @property
    def instances(self) -> "Instances":
        """Process instances."""
        return Instances(self.application)

    @property
    def events(self) -> "Events":
        """Messages, signals and conditions."""
        return Events(self.application)

    @property
    def jobs(self) -> "Jobs":
        """Background work."""
        return Jobs(self.application)

    @property
    def mails(self) -> "Mails":
        """Mails."""
        return Mails(self.application)

    @property
    def stores(self) -> local_identity.Stores:
        """Identity stores."""
        return local_identity.Stores(self.application)

    @property
    def users(self) -> local_identity.Users:
        """Users."""
        return local_identity.Users(self.application)

    @property
    def policies(self) -> local_identity.Policies:
        """TOTP policies."""
        return local_identity.Policies(self.application)

    @property
    def audit(self) -> "Audit":
        """The audit trail."""
        return Audit(self.application)


@dataclass(frozen=True, slots=True)
class Deployments:
    """See `port.Deployments`."""

    site: LocalSite

    def deploy(self, files: Sequence[File]) -> Sequence[DeployedThing]:
        """Deploy."""
        return [DeployedThing.model_validate(each) for each in self.site.application.deploy(files)]

    def check(self, files: Sequence[File]) -> list[Problem]:
        """Check; where there is no installation, none is made."""
        if is_there(self.site.settings):
            return list(self.site.application.check(files))
        with TemporaryDirectory() as empty:
            application = open_application(Settings(data=Path(empty)))
            try:
                return list(application.check(files))
            finally:
                application.close()


@dataclass(frozen=True, slots=True)
class Tokens:
    """See `port.Tokens`."""

    application: Application

    def issue(self, wanted: WantedToken) -> Issued:
        """Make one."""
        issued = self.application.token_office.issue(
            name=wanted.name,
            definition_key=wanted.definition,
            definition_version=wanted.version,
            type=wanted.type,
            limit=wanted.limit,
            not_before=wanted.not_before,
            not_after=wanted.not_after,
            maximum_duration=wanted.duration,
            parameters=wanted.parameters,
        )
        return Issued(issued.name, self.application.settings.link(issued.link))

    def list(self, query: str, opened: WhetherOpened | None, limit: int) -> Sequence[Token]:
        """Return the newest."""
        found = self.application.token_office.search(query, limit=limit, opened=opened)
        return _all(Token, (each.token for each in found.rows))

    def get(self, name: str) -> Token:
        """Return one."""
        with self.application.database.read() as session:
            found = self.application.tokens.named(session, name)
        if found is None:
            raise missing(name)
        return Token.model_validate(found)

    def openings(self, token_id: str) -> Opened:
        """Return who opened it."""
        return Opened.model_validate(self.application.token_office.openings(token_id))


@dataclass(frozen=True, slots=True)
class Instances:
    """See `port.Instances`."""

    application: Application

    def list(self, status: InstanceStatus | None, parameter: str | None, limit: int) -> Sequence[InstanceSummary]:
        """Return the newest."""
        wanted = Wanted(status=status, parameter=None if parameter is None else Parameter.read(parameter))
        return _all(InstanceSummary, self.application.views.search(wanted, limit=limit).rows)

    def show(self, instance_id: str) -> Instance:
        """Return one."""
        return shown_instance(self.application.views.show(instance_id))

    def history(self, instance_id: str) -> Sequence[Happened]:
        """Return what happened in one."""
        return _all(Happened, self.application.views.show(instance_id).history)

    def retry(self, instance_id: str, reason: str) -> Instance:
        """Try again."""
        self.application.operations.retry(instance_id, reason=reason)
        return self.show(instance_id)

    def skip(self, instance_id: str, variables: Mapping[str, Any], how: Skip) -> Instance:
        """Leave the element."""
        self.application.operations.skip(instance_id, variables, identity=how.identity, reason=how.reason)
        return self.show(instance_id)

    def move(self, instance_id: str, element_id: str, token_id: str | None, how: Skip) -> Instance:
        """Put a token elsewhere."""
        self.application.operations.move(instance_id, element_id, token_id, identity=how.identity, reason=how.reason)
        return self.show(instance_id)

    def change(self, instance_id: str, variables: Mapping[str, Any], reason: str) -> Instance:
        """Set variables."""
        self.application.operations.change(instance_id, variables, reason=reason)
        return self.show(instance_id)

    def suspend(self, instance_id: str, reason: str) -> Instance:
        """Let it stand still."""
        self.application.operations.suspend(instance_id, reason=reason)
        return self.show(instance_id)

    def resume(self, instance_id: str, reason: str) -> Instance:
        """Let it go on."""
        self.application.operations.resume(instance_id, reason=reason)
        return self.show(instance_id)

    def cancel(self, instance_id: str, reason: str) -> Instance:
        """End it."""
        self.application.operations.cancel(instance_id, reason=reason)
        return self.show(instance_id)

    def plan(
        self, instance_id: str, version: int | None, mapping: Mapping[str, str], *, identity: bool
    ) -> MigrationPlan:
        """Plan."""
        plan = self.application.operations.plan_migration(instance_id, version, mapping, identity=identity)
        return MigrationPlan(possible=not plan.problems, mapping=dict(plan.mapping), problems=tuple(plan.problems))

    def migrate(self, instance_id: str, version: int | None, mapping: Mapping[str, str], how: Skip) -> Instance:
        """Migrate."""
        self.application.operations.migrate(instance_id, version, mapping, identity=how.identity, reason=how.reason)
        return self.show(instance_id)


@dataclass(frozen=True, slots=True)
class Events:
    """See `port.Events`."""

    application: Application

    def message(self, name: str, key: str, variables: Mapping[str, Any], lives: timedelta) -> None:
        """Publish."""
        self.application.events.publish(name, key=key, variables=variables, time_to_live=lives)

    def signal(self, name: str, variables: Mapping[str, Any]) -> None:
        """Send."""
        self.application.events.broadcast(name, variables)

    def conditions(self, variables: Mapping[str, Any]) -> Sequence[str]:
        """Start what a condition starts."""
        return self.application.events.evaluate_conditions(variables)


@dataclass(frozen=True, slots=True)
class Jobs:
    """See `port.Jobs`."""

    application: Application

    def state(self) -> JobState:
        """Count."""
        return JobState.model_validate(self.application.background.stats())

    def failed(self, limit: int) -> Sequence[FailedJob]:
        """Return what was given up."""
        return _all(FailedJob, self.application.background.failed_jobs(limit))

    def retry(self, job_id: int) -> None:
        """Have it run now."""
        self.application.background.retry_job(job_id)


@dataclass(frozen=True, slots=True)
class Mails:
    """See `port.Mails`."""

    application: Application

    def failed(self) -> Sequence[FailedMail]:
        """Return those that were given up."""
        return _all(FailedMail, self.application.background.failed_mails())

    def retry(self, mail_id: str) -> None:
        """Have one sent now."""
        self.application.background.retry_mail(mail_id)


@dataclass(frozen=True, slots=True)
class Audit:
    """See `port.Audit`."""

    application: Application

    def verify(self, checkpoints: Sequence[Path]) -> Verification:
        """Verify; the checkpoints in the data folder are compared, too."""
        return shown_trail(self.application.audit_office.verify(checkpoints))


def _all(model: type[Model], records: Iterable[object]) -> list[Model]:
    return [model.model_validate(each) for each in records]
