"""From a path to a journey that can start."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import bpmn
from engine.activity import Activity
from engine.deployment import Deployed, File
from engine.errors import InvalidDeployment
from engine.identity import PolicySettings
from engine.journey_test.document import BEGINNING
from engine.throwaway import StoreSettings
from webui.testing.failures import JourneyFailed
from webui.testing.journey import Journey
from webui.testing.kit import Kit
from webui.testing.person import Person
from webui.testing.workshop import Wanted

if TYPE_CHECKING:
    from webui.testing.plugin import Journeys

BESIDE = ("*.bpmn", "*.form", "*.dmn")
"""What is deployed together with a process: everything of these kinds in its folder."""


def opener(kit: Kit, person: Callable[[Kit], Person], here: Path, root: Path, report: Callable[[], Path]) -> "Journeys":
    """Return what opens journeys in one test, whose file is in the folder `here` of a project in `root`."""

    def open_journey(  # noqa: PLR0913 - what an installation can be like
        path: str | Path,
        *,
        process: str | None = None,
        stores: dict[str, StoreSettings] | None = None,
        policies: dict[str, PolicySettings] | None = None,
        activities: dict[str, type[Activity]] | None = None,
        now: datetime | None = None,
        allow: tuple[str, ...] = (),
    ) -> Journey:
        """Deploy what is in a folder, or beside a file, and return a journey through its process.

        A path is looked for from the folder of the test, from that of the project, from the current one, and among what
        ships with Idflow. `process` is the id of the process, where there are several. Stores and policies that the
        processes name are made with the usual settings, others or other settings are given; `activities` are added to
        those of Idflow, by type; `now` is what the clock says at first; the hosts in `allow` may be called.
        """
        __tracebackhide__ = True
        found = found_in(Path(path), (here, root, Path.cwd(), bpmn.FOLDER.parent))
        files = tuple(File.at(each) for each in beside(found))
        if not files:
            raise JourneyFailed(f"There is no process in {found}.")
        wanted = Wanted(files, stores or {}, policies or {}, activities or {}, now or BEGINNING)
        try:
            deployed = kit.deploy(wanted)
        except InvalidDeployment as invalid:
            raise JourneyFailed(f"What is in {found} cannot be deployed:\n{invalid.message}") from None
        kit.outside.allowed.update(allow)
        meant = _meant(deployed, found, process)
        return Journey(kit, meant.name, meant.file, person(kit), report)

    return open_journey


def beside(path: Path) -> Iterator[Path]:
    """Return what is deployed for a folder, or for a file with what is beside it."""
    folder = path if path.is_dir() else path.parent
    for pattern in BESIDE:
        yield from sorted(folder.glob(pattern))


def found_in(path: Path, folders: tuple[Path, ...]) -> Path:
    """Return where a path is, looked for from each folder; raises `JourneyFailed` when it is nowhere."""
    __tracebackhide__ = True
    for folder in folders:
        if (there := folder / path).exists():
            return there.resolve()
    looked = ", ".join(dict.fromkeys(map(str, folders)))
    raise JourneyFailed(f"There is no {path}; it was looked for in {looked}.")


def _meant(deployed: Sequence[Deployed], found: Path, process: str | None) -> Deployed:
    __tracebackhide__ = True
    processes = [each for each in deployed if each.kind == "process"]
    if process is None and found.is_file():
        processes = [each for each in processes if each.file == str(found)] or processes
    if process is not None:
        processes = [each for each in processes if each.name == process]
    if len(processes) == 1:
        return processes[0]
    there = ", ".join(each.name for each in deployed if each.kind == "process") or "none"
    raise JourneyFailed(f"Say which process of {found} is meant, by `process=…`: there is {there}.")
