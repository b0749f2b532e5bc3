"""Whether an installation can do its work, part by part."""

from dataclasses import dataclass

from engine.identity import Vault
from engine.jobs import Worker
from engine.store import Database
from engine.store.migrate import Fit

_SERVED = frozenset({Fit.CURRENT, Fit.NEWER})


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


def look(database: Database, vault: Vault, worker: Worker) -> Health:
    """Look at every part; nothing is raised for one that does not work."""
    readable, fit = database.look()
    opens = readable and fit in _SERVED and vault.opens()
    return Health(readable, fit, opens, not worker.is_stuck)
