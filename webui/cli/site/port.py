"""What commands need to have done, by noun, whoever does it: this machine (local.py) or a server (remote.py).

What comes back are the models of the API, or records of the engine that hold the same. Errors are those of the engine,
with the same codes and texts from both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from engine.deployment import File
from engine.errors import Problem
from engine.store.models import InstanceStatus, TokenType
from engine.tokens import WhetherOpened
from webui.api.models.audit import Verification
from webui.api.models.deployments import DeployedThing
from webui.api.models.instances import Happened, Instance, InstanceSummary
from webui.api.models.jobs import FailedJob, FailedMail, JobState
from webui.api.models.orders import MigrationPlan
from webui.api.models.policies import Policy, PolicySummary
from webui.api.models.stores import Store, StoreSummary
from webui.api.models.tokens import Opened, Token
from webui.api.models.users import User


@dataclass(frozen=True, slots=True)
class WantedToken:
    """A process token that is to be made."""

    definition: str
    version: int | None
    name: str | None
    type: TokenType
    limit: int
    not_before: datetime | None
    not_after: datetime | None
    duration: timedelta
    parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Issued:
    """A process token that was just made."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Skip:
    """How an operator lets an instance go on."""

    identity: bool = False
    """Whether steps that say or prove who somebody is may be jumped over."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """Names a user."""

    store: str
    """By its name."""
    text: str
    by_id: bool = False
    """Whether `text` is an ID, not an external ID."""


class Deployments(Protocol):
    """Files."""

    def deploy(self, files: Sequence[File]) -> Sequence[DeployedThing]:
        """Deploy all or none; raises `InvalidDeployment`."""

    def check(self, files: Sequence[File]) -> list[Problem]:
        """Return everything that is wrong."""


class Tokens(Protocol):
    """Process tokens."""

    def issue(self, wanted: WantedToken) -> Issued:
        """Make one."""

    def list(self, query: str, opened: WhetherOpened | None, limit: int) -> Sequence[Token]:
        """Return the newest in whose name or process `query` is."""

    def get(self, name: str) -> Token:
        """Return the one of this name; raises `TokenUnknown`."""

    def openings(self, token_id: str) -> Opened:
        """Return who opened its link."""


class Instances(Protocol):
    """Process instances. What changes one returns it as it is then."""

    def list(self, status: InstanceStatus | None, parameter: str | None, limit: int) -> Sequence[InstanceSummary]:
        """Return the newest."""

    def show(self, instance_id: str) -> Instance:
        """Return one."""

    def history(self, instance_id: str) -> Sequence[Happened]:
        """Return what happened in one, the oldest first."""

    def retry(self, instance_id: str, reason: str) -> Instance:
        """Try again where it stopped."""

    def skip(self, instance_id: str, variables: Mapping[str, Any], how: Skip) -> Instance:
        """Leave the element at which it stopped."""

    def move(self, instance_id: str, element_id: str, token_id: str | None, how: Skip) -> Instance:
        """Put a token on another element."""

    def change(self, instance_id: str, variables: Mapping[str, Any], reason: str) -> Instance:
        """Set variables."""

    def suspend(self, instance_id: str, reason: str) -> Instance:
        """Let it stand still."""

    def resume(self, instance_id: str, reason: str) -> Instance:
        """Let it go on."""

    def cancel(self, instance_id: str, reason: str) -> Instance:
        """End it."""

    def plan(
        self, instance_id: str, version: int | None, mapping: Mapping[str, str], *, identity: bool
    ) -> MigrationPlan:
        """Say how it would get to another version."""

    def migrate(self, instance_id: str, version: int | None, mapping: Mapping[str, str], how: Skip) -> Instance:
        """Let it go on in another version."""


class Events(Protocol):
    """Messages, signals and conditions."""

    def message(self, name: str, key: str, variables: Mapping[str, Any], lives: timedelta) -> None:
        """Publish a message."""

    def signal(self, name: str, variables: Mapping[str, Any]) -> None:
        """Send a signal."""

    def conditions(self, variables: Mapping[str, Any]) -> Sequence[str]:
        """Start what a condition starts; return the ids of the instances."""


class Jobs(Protocol):
    """Background work."""

    def state(self) -> JobState:
        """Count it."""

    def failed(self, limit: int) -> Sequence[FailedJob]:
        """Return what was given up, the latest first."""

    def retry(self, job_id: int) -> None:
        """Have it run now."""


class Mails(Protocol):
    """Mails."""

    def failed(self) -> Sequence[FailedMail]:
        """Return those that were given up, the latest first."""

    def retry(self, mail_id: str) -> None:
        """Have one sent now."""


class Stores(Protocol):
    """Identity stores, by their names."""

    def create(self, name: str, locale: str, time_zone: str) -> Store:
        """Make one."""

    def list(self) -> Sequence[StoreSummary]:
        """Return all by name."""

    def get(self, name: str) -> Store:
        """Return one."""


class Users(Protocol):
    """Users."""

    def create(
        self, store: str, external_id: str, attributes: Mapping[str, Any], locale: str | None, time_zone: str | None
    ) -> User:
        """Make one."""

    def list(self, store: str, prefix: str, limit: int) -> Sequence[tuple[str, str, str | None]]:
        """Return ID, status and external ID of those whose external ID begins so, in its order."""

    def get(self, who: Who) -> User:
        """Return one."""

    def lock(self, who: Who, reason: str) -> User:
        """Shut one out."""

    def unlock(self, who: Who) -> User:
        """End every lock of one."""

    def disable(self, who: Who) -> User:
        """Disable one."""

    def delete(self, who: Who) -> None:
        """Delete one with every credential."""


class Policies(Protocol):
    """TOTP policies, by their names."""

    def create(self, name: str, settings: Mapping[str, Any]) -> Policy:
        """Make one."""

    def list(self) -> Sequence[PolicySummary]:
        """Return all by name."""

    def get(self, name: str) -> Policy:
        """Return one."""

    def change(self, name: str, settings: Mapping[str, Any]) -> None:
        """Change settings of one."""


class Audit(Protocol):
    """The audit trail."""

    def verify(self, checkpoints: Sequence[Path]) -> Verification:
        """Look for what was changed; compared with these files of checkpoints, too."""


class Site(Protocol):
    """An installation, wherever it is."""

    @property
    def deployments(self) -> Deployments:
        """Deploys files, and looks at them."""

    @property
    def tokens(self) -> Tokens:
        """Makes, finds and switches process tokens."""

    @property
    def instances(self) -> Instances:
        """Looks at instances, and moves them on."""

    @property
    def events(self) -> Events:
        """Publishes messages and signals."""

    @property
    def jobs(self) -> Jobs:
        """Looks at jobs, and tries them again."""

    @property
    def mails(self) -> Mails:
        """Looks at mails that wait."""

    @property
    def stores(self) -> Stores:
        """Makes and finds identity stores."""

    @property
    def users(self) -> Users:
        """Makes, finds and changes users."""

    @property
    def policies(self) -> Policies:
        """Makes and finds TOTP policies."""

    @property
    def audit(self) -> Audit:
        """Looks at the audit trail."""

    def close(self) -> None:
        """Let go of it."""
