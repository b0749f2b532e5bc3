"""Exploring in a test: what the fixture `explore` is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpmn
from engine.deployment import File
from engine.errors import InvalidDeployment
from webui.testing.exploring.explorer import Explorer
from webui.testing.exploring.finding import Explored
from webui.testing.failures import JourneyFailed
from webui.testing.opening import beside, found_in
from webui.testing.workshop import Wanted, Workshop

STEPS = 100
"""How many things are done in a test unless it says so: that takes about a second."""

SECONDS = 60.0
"""How long that may take, on the slowest machine: by then a test has done less."""


class Exploring:
    """Explores journeys in one test."""

    def __init__(self, workshop: Workshop, folders: tuple[Path, ...]) -> None:
        self._workshop = workshop
        self._folders = (*folders, Path.cwd(), bpmn.FOLDER.parent)

    def __call__(  # noqa: PLR0913 - what can be said of it
        self,
        path: str | Path,
        *,
        process: str | None = None,
        seed: int = 0,
        steps: int = STEPS,
        expect: tuple[str, ...] = (),
        variables: Mapping[str, Any] | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> Explored:
        """Explore the process in a folder or file, and return what was reached.

        Raises:
            JourneyFailed: when something is wrong that is not among `expect`, the keys of findings; or when one of
                those was not found.

        """
        __tracebackhide__ = True
        place = found_in(Path(path), self._folders)
        files = tuple(File.at(each) for each in beside(place))
        wanted = Wanted(files)
        try:
            beginning = self._workshop.beginning(wanted, on_disk=False)
        except InvalidDeployment as invalid:
            raise JourneyFailed(f"What is in {place} cannot be deployed:\n{invalid.message}") from None
        own = [each.id for each, file in beginning.processes.values() if place.is_dir() or file.name == str(place)]
        key = process or next(iter(own), "")
        made = Explorer(
            self._workshop, wanted, key, seed=seed, steps=steps, seconds=SECONDS, variables=variables, answers=answers
        )
        explored = made.explore()
        keys = {each.key for each in explored.findings}
        wrong = [f"{each.key}\n    {each.what}\n    {each.way}" for each in explored.findings if each.key not in expect]
        wrong += [f"{each}\n    was expected, and not found" for each in expect if each not in keys]
        if wrong:
            raise JourneyFailed(f"Exploring {key} with the seed {seed} has found:\n" + "\n".join(wrong))
        return explored
