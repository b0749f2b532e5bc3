"""One installation that is thrown away.

It is an ordinary `Application` on a database in memory, so that what happens in it is what happens in a real one; but
its keys open nothing else, its mails go nowhere, its clock stands still until it is moved, and a service task can be
given a result. To open one takes about two milliseconds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from engine.activity import Activities
from engine.application import Application
from engine.clock import StandingClock
from engine.config import Settings
from engine.definitions import Parsed
from engine.form import Forms
from engine.identity import PolicySettings, Vault
from engine.mail import Capture
from engine.store import MemoryDatabase
from engine.throwaway import samples
from engine.throwaway.results import Results
from engine.throwaway.samples import Code, SampleUser, StoreSettings


class Throwaway:
    """An installation in memory. For one thread at a time."""

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
    ) -> None:
        """Open one whose vault has `key`, 32 bytes; `image` is what `image` of an earlier one with this key returned.

        `parsed` is what several of them share, so that a process is not parsed each time.
        """
        self.clock = StandingClock(now)
        self.mails = Capture()
        self.results = Results()
        self.recovery_codes: list[str] = []
        """Those of the sample users that were not used yet."""
        self._database = MemoryDatabase(image)
        self.application = Application(
            replace(settings or Settings(), smtp=None, key=None),
            self._database,
            # Its keys come from nowhere else, so it never has to look for others.
            Vault(key, keys={1: key}),
            activities=activities,
            forms=forms,
            clock=self.clock,
            transport=self.mails,
            perform=self.results.perform,
            parsed=parsed,
        )

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
        """Return the whole database."""
        return self._database.image()

    def close(self) -> None:
        """Throw it away."""
        self.application.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
