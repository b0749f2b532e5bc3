"""One installation that is thrown away.

It is an ordinary `Application` on a database in memory, or on one that somebody else throws away, so that what happens
in it is what happens in a real one; but its keys open nothing else, its mails go nowhere, its clock stands still until
it is moved, and a service task can be given a result. To open one takes about two milliseconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from engine.activity import Activities, Perform
from engine.application import Application
from engine.clock import StandingClock
from engine.config import Settings
from engine.definitions import Parsed
from engine.form import Forms
from engine.identity import PolicySettings, Vault
from engine.instances.environment import Hear, nobody
from engine.mail import Capture
from engine.store import Database, MemoryDatabase
from engine.throwaway import samples
from engine.throwaway.results import Results
from engine.throwaway.samples import Code, SampleUser, StoreSettings


class Throwaway:
    """An installation in memory, or on a given database. For one thread at a time."""

    def __init__(  # noqa: PLR0913 - what an installation is made of
        self,
        key: bytes,
        *,
        activities: Activities,
        forms: Forms,
        now: datetime,
        settings: Settings | None = None,
        image: bytes | None = None,
        parsed: Parsed | None = None,
        database: Database | None = None,
        perform: Perform | None = None,
        hear: Hear = nobody,
    ) -> None:
        """Open one whose vault has `key`, 32 bytes; `image` is what `image` of an earlier one with this key returned.

        `parsed` is what several of them share, so that a process is not parsed each time. A `database` whose tables are
        there takes the place of the one in memory. `perform` is asked instead of `results`; `hear` is told what was
        passed.
        """
        self.clock = StandingClock(now)
        self.mails = Capture()
        self.results = Results()
        self.recovery_codes: list[str] = []
        """Those of the sample users that were not used yet."""
        self._memory: MemoryDatabase | None = None
        if database is None:
            database = self._memory = MemoryDatabase(image)
        self.application = Application(
            replace(settings or Settings(), smtp=None, key=None),
            database,
            # Its keys come from nowhere else, so it never has to look for others.
            Vault(key, keys={1: key}),
            activities=activities,
            forms=forms,
            clock=self.clock,
            transport=self.mails,
            perform=perform or self.results.perform,
            parsed=parsed,
            hear=hear,
        )
        # Where it will run, other hosts and secrets may be allowed.
        self.application.deployments.here = lambda _: ()

    def furnish(self, stores: Iterable[StoreSettings], policies: Mapping[str, PolicySettings]) -> None:
        """Make stores with sample users, and policies."""
        with self.application.database.write() as session:
            self.recovery_codes += samples.furnish(session, self.application.identity, stores, policies)

    def users(self) -> list[SampleUser]:
        """Return everybody who is in a store."""
        with self.application.database.read() as session:
            return samples.users(session)

    def codes(self) -> list[Code]:
        """Return what the authenticators of everybody show now."""
        with self.application.database.read() as session:
            return samples.codes(session, self.application.identity)

    def image(self) -> bytes:
        """Return the whole database, which is the one in memory."""
        assert self._memory is not None  # noqa: S101 - a given database is kept by whoever gave it
        return self._memory.image()

    def close(self) -> None:
        """Throw it away."""
        self.application.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
