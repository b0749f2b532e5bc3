"""The database that is copied and the one that it is copied to: nothing of either changes here."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from engine.audit.checkpoints import Checkpoint, Checkpoints, read_from
from engine.audit.verification import Verification, verify
from engine.clock import Clock
from engine.config import Settings
from engine.database_copy.errors import (
    PostgresNotNamed,
    SourceKeyMissing,
    SourceMissing,
    TargetNotEmpty,
    VersionsDiffer,
)
from engine.database_copy.tables import check_unoccupied
from engine.identity import Vault
from engine.identity.kek import existing_key
from engine.jobs import jobs_of
from engine.store import Database
from engine.store.migrate import Fit
from engine.store.models import DataKey
from engine.store.undisturbed import undisturbed


@dataclass(frozen=True, slots=True)
class Ends:
    """What is copied, open as it is at one moment, and where to."""

    session: Session
    """Reads the source, which nobody else uses."""
    source: Database
    target: Database
    signing: Checkpoints
    kept: Sequence[Checkpoint]
    """What was signed, as the file beside the database says."""

    def verify(self, session: Session) -> Verification:
        """Go through the audit trail of either end."""
        return verify(session, [*self.signing.kept(session), *self.kept], self.signing.public_key)


@contextmanager
def opened(settings: Settings, clock: Clock, *, back: bool, only_looks: bool = False) -> Iterator[Ends]:
    """Open both ends: from SQLite to PostgreSQL, or `back`. Who `only_looks` makes nothing on the disk.

    Raises:
        PostgresNotNamed, SourceMissing, SourceKeyMissing, VersionsDiffer, TargetNotEmpty: see there.
        DatabaseInUse: when somebody else uses the source.
        DatabaseUnsuitable: when the target is no database for Idflow.
        DatabaseUnavailable: when a server does not answer.
        KeyInvalid, VaultKeyWrong: when the key does not open what is copied.

    """
    if settings.postgres is None:
        raise PostgresNotNamed
    file = settings.database
    if not back and not file.exists():
        raise SourceMissing(f"There is no installation in {settings.data.absolute()}. Name its folder with --data.")
    here = Database(f"sqlite:///{file}", only_looks=only_looks)
    # A whole table takes as long as it takes.
    there = Database(settings.postgres.url, replace(settings.postgres, statement_timeout=0))
    source, target = (there, here) if back else (here, there)
    with closing(here), closing(there):
        if not source.is_made():
            raise SourceMissing(
                f"There is no installation in {'the database of IDFLOW_DATABASE_URL' if back else file}."
            )
        _check_version(source, "The database to be copied")
        if not back or file.exists():
            check_empty(target, clock)
        with undisturbed(source) as session:
            signing = Checkpoints(_vault(session, settings, clock).derive("audit-checkpoint"), clock)
            kept = read_from(settings.checkpoints) if settings.checkpoints.exists() else []
            yield Ends(session, source, target, signing, kept)


def check_empty(target: Database, clock: Clock) -> None:
    """Look whether it has tables of this version without a row, or could have them."""
    if not target.is_made():
        with target.read() as session:
            others = inspect(session.connection()).get_table_names()
        if others:
            raise TargetNotEmpty(f"The target has tables of something else ({others[0]}). Name an empty database.")
        target.check_suitable()
        return
    _check_version(target, "The target")
    with target.read() as session:
        check_unoccupied(session)
        if next(jobs_of(target, clock).every(session), None) is not None:
            raise TargetNotEmpty("The target has jobs already. Name an empty database.")


def _check_version(database: Database, what: str) -> None:
    if database.fit() is not Fit.CURRENT:
        # The command would otherwise look at PostgreSQL alone.
        how = "env -u IDFLOW_DATABASE_URL idflow migrate" if database.is_sqlite else "idflow migrate"
        raise VersionsDiffer(
            f"{what} does not have the tables of this version of Idflow. Bring them to it with {how}, or use the "
            "version that made them."
        )


def _vault(session: Session, settings: Settings, clock: Clock) -> Vault:
    if session.scalar(select(DataKey.id).limit(1)) is None:
        raise SourceMissing("There are tables in the database to be copied, and nothing in them.")
    try:
        key = existing_key(settings)
    except FileNotFoundError as error:
        raise SourceKeyMissing from error
    return Vault.open(session, key, clock)
