"""Exploring in a test: what the fixture `explore` is."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpmn
from engine.deployment import File
from engine.errors import InvalidDeployment
from engine.instances import InstanceDetail
from webui.testing.coverage.parts import Diagram
from webui.testing.exploring.explorer import Explorer
from webui.testing.exploring.finding import Explored
from webui.testing.exploring.subject import Subject
from webui.testing.exploring.walking import Walker
from webui.testing.failures import HypothesisMissing, JourneyFailed
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
        self._folders = folders
        self._done: list[tuple[Subject, list[InstanceDetail]]] = []

    def reached(self) -> Iterator[tuple[Diagram, Counter[str]]]:
        """Return what was reached of each diagram so far."""
        for subject, details in self._done:
            yield from subject.reached(details)

    def __call__(  # noqa: PLR0913 - what can be said of it
        self,
        path: str | Path,
        *,
        process: str | None = None,
        seed: int = 0,
        steps: int = STEPS,
        walks: int = 0,
        expect: tuple[str, ...] = (),
        variables: Mapping[str, Any] | None = None,
        answers: Mapping[str, str] | None = None,
    ) -> Explored:
        """Explore the process in a folder or file, and return what was reached.

        After that, walk through it as often as `walks` says, with hypothesis: it fills in what fields declare to take,
        and not only what was made up for them.

        Raises:
            HypothesisMissing: when there are walks, and it is not installed.
            JourneyFailed: when something is wrong that is not among `expect`, the keys of findings; or when one of
                those was not found.

        """
        __tracebackhide__ = True
        subject = subject_of(self._workshop, self._folders, Path(path), process, variables, answers)
        key = subject.process.id
        made = Explorer(subject, seed=seed, steps=steps, seconds=SECONDS)
        self._done.append((subject, made.details))
        explored = made.explore()
        if walks:
            explored = _walked_through(made, explored, walks, frozenset(expect), f"explore {path} {key}")
        keys = {each.key for each in explored.findings}
        wrong = [f"{each.key}\n    {each.what}\n    {each.way}" for each in explored.findings if each.key not in expect]
        wrong += [f"{each}\n    was expected, and not found" for each in expect if each not in keys]
        if wrong:
            raise JourneyFailed(f"Exploring {key} with the seed {seed} has found:\n" + "\n".join(wrong))
        return explored


def subject_of(  # noqa: PLR0913, PLR0917 - what can be said of it
    workshop: Workshop,
    folders: tuple[Path, ...],
    path: Path,
    process: str | None,
    variables: Mapping[str, Any] | None,
    answers: Mapping[str, str] | None,
) -> Subject:
    """Return the process in a folder or file, which is looked for in `folders`, here, and among what ships.

    Raises:
        JourneyFailed: when it is not there, or cannot be deployed.

    """
    __tracebackhide__ = True
    place = found_in(path, (*folders, Path.cwd(), bpmn.FOLDER.parent))
    wanted = Wanted(tuple(File.at(each) for each in beside(place)))
    try:
        beginning = workshop.beginning(wanted, on_disk=False)
    except InvalidDeployment as invalid:
        raise JourneyFailed(f"What is in {place} cannot be deployed:\n{invalid.message}") from None
    own = [each.id for each, file in beginning.processes.values() if place.is_dir() or file.name == str(place)]
    key = process or next(iter(own), "")
    return Subject(workshop, wanted, key, variables=variables, answers=answers)


def _walked_through(made: Explorer, explored: Explored, walks: int, expect: frozenset[str], kept: str) -> Explored:
    """Walk through what was explored, and return both together."""
    __tracebackhide__ = True
    try:
        from webui.testing.exploring.by_hypothesis import shortest  # noqa: PLC0415 - everything else works without it
    except ImportError:
        raise HypothesisMissing from None
    known = expect | {each.key for each in explored.findings}
    walker = Walker(made.subject, expect=known, details=made.details)
    found = tuple(each for walk in shortest(walker, walks, kept) for each in walk.findings)
    unreached, reached = made.subject.coverage(made.details)
    return replace(explored, findings=(*explored.findings, *found), unreached=unreached, reached=reached)
