"""Commands at a server, by its API.

More than 300 lines, as `local.py` has: a class for each noun of `port.py`, and a short method for each command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from engine.deployment import File
from engine.errors import InvalidDeployment, Problem, Severity
from engine.instances import InstanceNotFound
from engine.jobs import JobNotFound
from engine.mail import MailNotFound
from engine.store.models import InstanceStatus
from engine.tokens import WhetherOpened
from engine.tokens.records import missing
from engine.tokens.rules import MAXIMUM_NAME
from webui.api.models.audit import Verification
from webui.api.models.base import MAXIMUM_LIMIT
from webui.api.models.deployments import DeployedThing, Files, SentFile
from webui.api.models.events import Message, Signal
from webui.api.models.instances import Happened, Instance, InstanceNamed, InstanceSummary
from webui.api.models.jobs import FailedJob, FailedMail, JobNamed, JobState, MailNamed
from webui.api.models.orders import Changed, Migrated, Migration, MigrationPlan, Moved, Ordered, Skipped
from webui.api.models.problem import FileProblem
from webui.api.models.tokens import NewToken, Opened, Token
from webui.cli.options import LocalOnly
from webui.cli.site import remote_identity
from webui.cli.site.naming import InputRefused, check_name, sendable
from webui.cli.site.port import Issued, Skip, WantedToken
from webui.client import Client, NotTaken, Options, Patience, ServerSettings

PATIENCE = Patience(attempts=3, first_wait=0.25)

MAXIMUM_MAILS = 100
"""How many mails that were given up are listed, as at the data folder."""


class RemoteSite:
    """The installation behind a URL."""

    def __init__(self, settings: ServerSettings) -> None:
        # Somebody waits in front of a terminal.
        client = Client.of(settings, Options(allow_http=settings.allow_http, patience=PATIENCE))
        self.client = client
        self.deployments = Deployments(client)
        self.tokens = Tokens(client)
        self.instances = Instances(client)
        self.events = Events(client)
        self.jobs = Jobs(client)
        self.mails = Mails(client)
        self.stores = remote_identity.Stores(client)
        self.users = remote_identity.Users(client)
        self.policies = remote_identity.Policies(client)
        self.audit = Audit(client)

    def close(self) -> None:
        """Hang up."""
        self.client.close()


@dataclass(frozen=True, slots=True)
class Deployments:
    """See `port.Deployments`."""

    client: Client

    def deploy(self, files: Sequence[File]) -> Sequence[DeployedThing]:
        """Deploy; problems are said of the files as they were given."""
        sent, given = _sent(files)
        found: tuple[FileProblem, ...] = ()
        try:
            return self.client.definitions.deploy(sent).deployed
        except NotTaken as refused:
            found = refused.problem.problems
            if not found:
                raise
        raise InvalidDeployment([_problem(each, given) for each in found])

    def check(self, files: Sequence[File]) -> list[Problem]:
        """Check."""
        if not files:
            return []
        sent, given = _sent(files)
        return [_problem(each, given) for each in self.client.definitions.check(sent).problems]


@dataclass(frozen=True, slots=True)
class Tokens:
    """See `port.Tokens`."""

    client: Client

    def issue(self, wanted: WantedToken) -> Issued:
        """Make one."""
        with sendable():
            new = NewToken(
                definition=wanted.definition,
                version=wanted.version,
                name=wanted.name,
                type=wanted.type,
                limit=wanted.limit,
                not_before=wanted.not_before,
                not_after=wanted.not_after,
                maximum_duration=int(wanted.duration.total_seconds()),
                parameters=dict(wanted.parameters),
            )
        made = self.client.tokens.create(new)
        return Issued(made.name, made.link)

    def list(self, query: str, opened: WhetherOpened | None, limit: int) -> Sequence[Token]:
        """Return the newest."""
        found = self.client.tokens.list(q=query, opened=opened, limit=min(limit, MAXIMUM_LIMIT))
        return tuple(islice(found, limit))

    def get(self, name: str) -> Token:
        """Return one."""
        # What is longer is the name of none, and too long to be asked for.
        if len(name) <= MAXIMUM_NAME:
            for each in self.client.tokens.list(q=name, limit=MAXIMUM_LIMIT):
                if each.name == name:
                    return each
        raise missing(name)

    def openings(self, token_id: str) -> Opened:
        """Return who opened it."""
        return self.client.tokens.openings(token_id=token_id)


@dataclass(frozen=True, slots=True)
class Instances:
    """See `port.Instances`."""

    client: Client

    def list(self, status: InstanceStatus | None, parameter: str | None, limit: int) -> Sequence[InstanceSummary]:
        """Return the newest."""
        found = self.client.instances.list(status=status, parameter=parameter, limit=min(limit, MAXIMUM_LIMIT))
        return tuple(islice(found, limit))

    def show(self, instance_id: str) -> Instance:
        """Return one."""
        return self.client.instances.get(instance_id=_known(instance_id))

    def history(self, instance_id: str) -> Sequence[Happened]:
        """Return what happened in one."""
        return self.client.instances.timeline(instance_id=_known(instance_id)).history

    def retry(self, instance_id: str, reason: str) -> Instance:
        """Try again."""
        return self.client.instances.retry(_why(reason), instance_id=_known(instance_id))

    def skip(self, instance_id: str, variables: Mapping[str, Any], how: Skip) -> Instance:
        """Leave the element."""
        with sendable():
            order = Skipped(variables=dict(variables), identity=how.identity, reason=how.reason)
        return self.client.instances.skip(order, instance_id=_known(instance_id))

    def move(self, instance_id: str, element_id: str, token_id: str | None, how: Skip) -> Instance:
        """Put a token elsewhere."""
        with sendable():
            order = Moved(element=element_id, token=token_id, identity=how.identity, reason=how.reason)
        return self.client.instances.move(order, instance_id=_known(instance_id))

    def change(self, instance_id: str, variables: Mapping[str, Any], reason: str) -> Instance:
        """Set variables."""
        with sendable():
            order = Changed(variables=dict(variables), reason=reason)
        return self.client.instances.change(order, instance_id=_known(instance_id))

    def suspend(self, instance_id: str, reason: str) -> Instance:
        """Let it stand still."""
        return self.client.instances.suspend(_why(reason), instance_id=_known(instance_id))

    def resume(self, instance_id: str, reason: str) -> Instance:
        """Let it go on."""
        return self.client.instances.resume(_why(reason), instance_id=_known(instance_id))

    def cancel(self, instance_id: str, reason: str) -> Instance:
        """End it."""
        return self.client.instances.cancel(_why(reason), instance_id=_known(instance_id))

    def plan(
        self, instance_id: str, version: int | None, mapping: Mapping[str, str], *, identity: bool
    ) -> MigrationPlan:
        """Plan."""
        with sendable():
            asked = Migration(version=version, mapping=dict(mapping), identity=identity)
        return self.client.instances.plan(asked, instance_id=_known(instance_id))

    def migrate(self, instance_id: str, version: int | None, mapping: Mapping[str, str], how: Skip) -> Instance:
        """Migrate."""
        with sendable():
            order = Migrated(version=version, mapping=dict(mapping), identity=how.identity, reason=how.reason)
        return self.client.instances.migrate(order, instance_id=_known(instance_id))


@dataclass(frozen=True, slots=True)
class Events:
    """See `port.Events`."""

    client: Client

    def message(self, name: str, key: str, variables: Mapping[str, Any], lives: timedelta) -> None:
        """Publish."""
        with sendable():
            sent = Message(name=name, key=key, variables=dict(variables), time_to_live=int(lives.total_seconds()))
        self.client.events.message(sent)

    def signal(self, name: str, variables: Mapping[str, Any]) -> None:
        """Send."""
        with sendable():
            sent = Signal(name=name, variables=dict(variables))
        self.client.events.signal(sent)

    def conditions(self, variables: Mapping[str, Any]) -> Sequence[str]:
        """Cannot be asked of a server; raises `LocalOnly`."""
        del variables
        raise LocalOnly


@dataclass(frozen=True, slots=True)
class Jobs:
    """See `port.Jobs`."""

    client: Client

    def state(self) -> JobState:
        """Count."""
        return self.client.jobs.state()

    def failed(self, limit: int) -> Sequence[FailedJob]:
        """Return what was given up."""
        found = self.client.jobs.failed(limit=MAXIMUM_LIMIT)
        return sorted(found, key=lambda each: (each.failed_at, each.id), reverse=True)[:limit]

    def retry(self, job_id: int) -> None:
        """Have it run now."""
        check_name(JobNamed, JobNotFound, job_id=job_id)
        self.client.jobs.retry(job_id=job_id)


@dataclass(frozen=True, slots=True)
class Mails:
    """See `port.Mails`."""

    client: Client

    def failed(self) -> Sequence[FailedMail]:
        """Return those that were given up."""
        return tuple(reversed(tuple(self.client.mails.failed(limit=MAXIMUM_LIMIT))))[:MAXIMUM_MAILS]

    def retry(self, mail_id: str) -> None:
        """Have one sent now."""
        check_name(MailNamed, MailNotFound, mail_id=mail_id)
        self.client.mails.retry(mail_id=mail_id)


@dataclass(frozen=True, slots=True)
class Audit:
    """See `port.Audit`."""

    client: Client

    def verify(self, checkpoints: Sequence[Path]) -> Verification:
        """Have the server verify, which compares the checkpoints in its own data folder; raises `LocalOnly`."""
        if checkpoints:
            raise LocalOnly("--checkpoint")
        return self.client.audit.verify()


def _known(instance_id: str) -> str:
    check_name(InstanceNamed, InstanceNotFound, instance_id=instance_id)
    return instance_id


def _why(reason: str) -> Ordered:
    with sendable():
        return Ordered(reason=reason)


def _sent(files: Sequence[File]) -> tuple[Files, Mapping[str, str]]:
    """Return files as they are sent, by names without folders, and what each was given as.

    Raises:
        InputRefused: when one is no text in UTF-8, or there are too many.

    """
    given: dict[str, str] = {}
    sent = []
    for number, file in enumerate(files):
        name = Path(file.name).name
        name = f"{number}-{name}" if name in given else name
        given[name] = file.name
        try:
            content = file.content.decode()
        except UnicodeDecodeError:
            content = None
        if content is None:
            raise InputRefused(f"{file.name} is no text in UTF-8, as the server wants it. Save it as UTF-8.")
        with sendable():
            sent.append(SentFile(name=name, content=content))
    with sendable():
        return Files(files=tuple(sent)), given


def _problem(found: FileProblem, given: Mapping[str, str]) -> Problem:
    about = {**dict(found), "severity": Severity(found.severity), "file": given.get(found.file, found.file)}
    return Problem(**about)
