"""What one test has: an installation, opened when it is first needed, and everything that happens in it."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from engine.deployment import Deployed, File
from engine.instances import InstanceDetail
from engine.instances.history import Event
from engine.journey_test.document import BEGINNING
from engine.journey_test.expecting import waiting
from engine.mail import Capture
from engine.model import Element, Process
from engine.throwaway import Surroundings, Throwaway, Trial
from webui.testing.coverage.parts import Diagram
from webui.testing.coverage.visits import Trace, Visits, reached
from webui.testing.failures import JourneyFailed
from webui.testing.mocking import Mocks
from webui.testing.outbox import Outbox
from webui.testing.outside import Outside
from webui.testing.people import People
from webui.testing.travel import Travel
from webui.testing.workshop import DEFAULT, Beginning, Wanted, Workshop, furnish, ids_of, known

if TYPE_CHECKING:
    from webui.testing.journey import Journey

_CAME_TO = frozenset({Event.WAITING, Event.INCIDENT})


class Kit:
    """What one test has. For one thread."""

    def __init__(
        self,
        workshop: Workshop,
        folder: Callable[[], Path],
        *,
        pages: bool = False,
        reopen: bool = False,
        name: str = "journey",
    ) -> None:
        """Begin a test called `name`.

        With `pages`, its installation is one on disk with the pages in front of it; with `reopen`, it is closed and
        opened again between all steps. `folder` returns where the test may keep files.
        """
        self.workshop = workshop
        self.name = name
        self.folder = folder
        self.pages = pages
        self.trace = Trace()
        self.mocks = Mocks()
        self.outside = Outside(self.mocks.doing)
        self.mocks.goes_out = lambda: bool(self.outside.allowed)
        self.clock = Travel(self)
        self.people = People(self)
        self.outbox = Outbox(self._mails)
        self.journeys: list[Journey] = []
        self.processes: dict[str, tuple[Process, File]] = {}
        """What is deployed, by the ids of definitions."""
        self.recovery_codes: dict[tuple[str, str], list[str]] = {}
        self.stores: list[str] = []
        self.policies: list[str] = []
        self._reopen = reopen
        self._wanted = Wanted(())
        self._path: Path | None = None
        self._throwaway: Throwaway | None = None

    @property
    def throwaway(self) -> Throwaway:
        """The installation; raises `JourneyFailed` before there is one."""
        __tracebackhide__ = True
        if self._throwaway is None:
            raise JourneyFailed(
                'There is nothing yet: journey("…") comes first: it makes the stores that its process names.'
            )
        return self._throwaway

    @property
    def store(self) -> str:
        """The name of the first identity store."""
        return self.stores[0] if self.stores else DEFAULT

    @property
    def now(self) -> datetime:
        """What the clock says."""
        return BEGINNING if self._throwaway is None else self._throwaway.clock.now()

    @property
    def elements(self) -> dict[str, Element]:
        """The elements of everything that is deployed, by their ids."""
        return {each.id: each for process, _ in self.processes.values() for each in process.elements.values()}

    def deploy(self, wanted: Wanted) -> Sequence[Deployed]:
        """Deploy files in the installation, which is opened by that; return what was deployed."""
        if self._throwaway is None:
            beginning = self.workshop.beginning(wanted, on_disk=self.pages)
            self._wanted = wanted
            self._open(beginning)
            deployed = beginning.deployed
            self.processes.update(beginning.processes)
        else:
            deployed = self._add(wanted)
        return deployed

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Do something in the installation: nothing outside is called meanwhile, and mistakes of mocks come out."""
        __tracebackhide__ = True
        with self.outside.guarded():
            yield
        if (failure := self.mocks.failure) is not None:
            self.mocks.failure = None
            raise failure

    def wait(self, duration: timedelta) -> None:
        """Move the clock forward; what becomes due happens at its own time."""
        __tracebackhide__ = True
        with self.acting():
            trials = [each.trial for each in self.journeys] or [Trial(self.throwaway, "", b"")]
            trials[0].wait(duration)
        for each in self.journeys:
            each.went_on()

    def between_steps(self) -> None:
        """Close the installation and open it again, if the test asks for that: nothing may live in memory only.

        An instance is saved and loaded between all steps in any case; this also forgets everything else.
        """
        if not self._reopen or self._throwaway is None:
            return
        old, clock = self._throwaway, self._throwaway.clock.now()
        image = self._path or old.image()
        old.close()
        self._throwaway = self.workshop.open(
            replace(self._wanted, now=clock), image, perform=self.mocks.perform, hear=self.trace.hear
        )
        self._throwaway.mails.mails.extend(old.mails.mails)
        self._throwaway.recovery_codes = old.recovery_codes
        for each in self.journeys:
            each.trial.throwaway = self._throwaway

    def reached(self) -> Iterator[tuple[Diagram, Counter[str]]]:
        """Return what was reached of each process: how often each part."""
        details = [each for each in (journey.detail for journey in self.journeys) if each is not None]
        yield from reached_in(self.processes, self.trace.by_definition, details)

    def close(self) -> None:
        """Throw the installation away."""
        if self._throwaway is not None:
            self._throwaway.close()

    def _open(self, beginning: Beginning) -> None:
        image = beginning.image
        if isinstance(image, Path):
            self._path = self.folder() / "journey.sqlite3"
            image = Path(shutil.copyfile(image, self._path))
        self._throwaway = self.workshop.open(self._wanted, image, perform=self.mocks.perform, hear=self.trace.hear)
        self._throwaway.recovery_codes = list(beginning.samples)
        self.recovery_codes = {who: list(codes) for who, codes in beginning.recovery_codes.items()}
        self.stores, self.policies = list(beginning.stores), list(beginning.policies)

    def _add(self, wanted: Wanted) -> Sequence[Deployed]:
        """Deploy files of another journey in the same installation."""
        around = Surroundings.of(wanted.files, self.throwaway.application.activities)
        stores = {name: each for name, each in {**around.stores, **wanted.stores}.items() if name not in self.stores}
        policies = {
            name: each for name, each in {**around.policies, **wanted.policies}.items() if name not in self.policies
        }
        self.recovery_codes |= furnish(self.throwaway, stores, policies)
        self.stores += stores
        self.policies += policies
        deployed = self.throwaway.application.deploy(wanted.files)
        self.processes.update(known(self.throwaway, wanted.files, ids_of(deployed)))
        return deployed

    def _mails(self) -> Capture:
        return Capture() if self._throwaway is None else self._throwaway.mails


def reached_in(
    processes: Mapping[str, tuple[Process, File]], visits: Mapping[str, Visits], details: Sequence[InstanceDetail]
) -> Iterator[tuple[Diagram, Counter[str]]]:
    """Return what was reached of each process, by what was heard and by where instances stand."""
    stood = {each for detail in details for each in _stood(detail)}
    for definition_id, (process, file) in processes.items():
        if definition_id in visits:
            yield Diagram.of(file.name, file.content, process), reached(process, visits[definition_id], stood)


def _stood(detail: InstanceDetail) -> Iterator[str]:
    """Return the elements that an instance came to, whether it left them or not."""
    yield from waiting(detail)
    yield from (each.element_id for each in detail.history if each.event in _CAME_TO and each.element_id)
