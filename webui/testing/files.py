"""Runs *.journeytest.yaml: for `idflow test`, and for pytest."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from engine import journey_test
from engine.deployment import File
from engine.errors import IdflowError
from engine.journey_test import JourneyTest, Outcome
from engine.model import Process
from webui.testing.coverage.parts import Diagram
from webui.testing.coverage.visits import Trace, Visits
from webui.testing.drawing import draw
from webui.testing.kit import reached_in
from webui.testing.mocking import Mocks
from webui.testing.opening import beside
from webui.testing.outside import Outside
from webui.testing.telling import marks, written
from webui.testing.workshop import Wanted, Workshop


@dataclass(frozen=True, slots=True)
class Ran:
    """How a file went, and what it reached."""

    outcome: Outcome
    reached: tuple[tuple[Diagram, Counter[str]], ...]
    runs: tuple[tuple[Process, File, Visits], ...]

    @property
    def sentences(self) -> str:
        """What is not as expected, and how it came to that."""
        lines = [self.outcome.difference]
        if self.outcome.passed:
            lines.append(f"path: {' → '.join(self.outcome.passed)}")
        if self.outcome.at:
            lines.append(f"waits at: {', '.join(self.outcome.at)}")
        if self.outcome.stopped:
            lines.append(f"stopped at {self.outcome.stopped}")
        return "\n".join(lines)

    def picture(self, folder: Path) -> Path | None:
        """Write the diagram of the process with the way that was taken into a folder, and return its path."""
        detail = self.outcome.detail
        for process, file, visits in self.runs:
            if detail is not None and detail.record.definition_key == process.id:
                svg = draw(file.content, marks(process, visits, detail), title=process.label, alone=True)
                return written(folder, f"{process.id}-{self.outcome.test.name}", svg)
        return None


def read(path: Path) -> list[JourneyTest]:
    """Return the tests in a file; raises `JourneyTestInvalid`."""
    return journey_test.read_all(path.read_bytes(), str(path))


def run(workshop: Workshop, test: JourneyTest, path: Path) -> Ran:
    """Run a test with what is beside its file."""
    files = tuple(File.at(each) for each in beside(path.resolve()))
    wanted = Wanted(files, test.given.stores, test.given.policies, now=test.given.at)
    try:
        beginning = workshop.beginning(wanted, on_disk=False)
    except IdflowError as error:
        return Ran(journey_test.not_started(test, error), (), ())
    trace, calls = Trace(), Mocks()
    with workshop.open(wanted, beginning.image, hear=trace.hear, perform=calls.perform) as throwaway:
        calls.otherwise = throwaway.results.perform
        throwaway.recovery_codes = list(beginning.samples)
        with Outside(calls.doing).guarded():
            outcome = journey_test.run_in(throwaway, test, beginning.deployed)
    there = beginning.processes
    details = [] if outcome.detail is None else [outcome.detail]
    runs = tuple((*there[each], visits) for each, visits in trace.by_definition.items())
    return Ran(outcome, tuple(reached_in(there, trace.by_definition, details)), runs)
