"""Random walks through a journey as a test, with hypothesis: what goes wrong is made as short and simple as it can be.

@walks("bpmn/totp_authentication")
def test_nobody_gets_in_without_a_code(walk):
assert walk.ended != "authenticated" or "authenticate" in walk.passed
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from webui.testing.coverage.parts import Diagram
from webui.testing.exploring.fixture import subject_of
from webui.testing.exploring.saving import save_walk
from webui.testing.exploring.walking import LONGEST, Walk, Walker
from webui.testing.failures import HypothesisMissing, JourneyFailed
from webui.testing.telling import aligned, standing, told
from webui.testing.workshop import Workshop

EXAMPLES = 50
"""How many walks a test takes unless it says so: about five seconds of them when nothing goes wrong."""

STATE = "idflow_walks"
"""What a test that takes walks keeps them under."""


@dataclass(slots=True)
class Walked:
    """The walks of one test."""

    path: Path
    folder: Path
    """Of the test."""
    process: str | None
    variables: Mapping[str, Any] | None
    answers: Mapping[str, str] | None
    longest: int
    expect: frozenset[str]
    failed: Walk | None = None
    """The last one that failed: when hypothesis is done, the simplest."""
    _walker: Walker | None = None

    def walker(self) -> Walker:
        """Return who walks; the journey is read when that is asked for first."""
        if self._walker is None:
            subject = subject_of(_workshop(), (self.folder,), self.path, self.process, self.variables, self.answers)
            self._walker = Walker(subject, self.longest, self.expect)
        return self._walker

    def told(self, walk: Walk) -> str:
        """Return what there is to know of a walk, as lines."""
        elements = self.walker().subject.elements
        lines = [("walk", each) for each in walk.steps[:1]] + [("", each) for each in walk.steps[1:]]
        variables = {} if walk.detail is None else walk.detail.variables
        return aligned([*lines, *standing(walk.detail, elements), ("variables", told(variables))])

    def taken(self) -> list[tuple[Diagram, Counter[str]]]:
        """Return what the walks have reached of each diagram, and forget them: the next test begins anew."""
        walker, self._walker = self._walker, None
        return [] if walker is None else list(walker.subject.reached(walker.details))

    def save(self, folder: Path, name: str) -> Path | None:
        """Write the walk that failed as a journey test, and return its path; None when none did."""
        return None if self.failed is None else save_walk(self.walker().subject.runner, self.failed, folder, name)


def walks(  # noqa: PLR0913 - what can be said of them
    path: str | Path,
    *,
    process: str | None = None,
    variables: Mapping[str, Any] | None = None,
    answers: Mapping[str, str] | None = None,
    longest: int = LONGEST,
    examples: int = EXAMPLES,
    expect: tuple[str, ...] = (),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test with many walks, each as its argument `walk`.

    A walk that comes to something that is wrong, and whose key is not among `expect`, fails by itself; so does one of
    which the test itself says so. It is tried first the next time, from hypothesis' example database.

    A path is looked for from the folder of the test, from the current one, and among what ships. A walk has `longest`
    steps at most, and there are as many as `examples`; `variables` and `answers` are as in `idflow explore`.

    Raises:
        HypothesisMissing: when it is not installed.

    """
    __tracebackhide__ = True
    try:
        from hypothesis import given  # noqa: PLC0415 - everything else works without it

        from webui.testing.exploring.by_hypothesis import every_walk, set_up  # noqa: PLC0415 - the same
    except ImportError:
        raise HypothesisMissing from None

    def taking_walks(test: Callable[..., None]) -> Callable[..., None]:
        folder = Path(test.__code__.co_filename).parent
        walked = Walked(Path(path), folder, process, variables, answers, longest, frozenset(expect))

        @wraps(test)
        def one_walk(*args: Any, walk: Walk, **kwargs: Any) -> None:
            __tracebackhide__ = True
            try:
                _look_at(walk)
                test(*args, walk=walk, **kwargs)
            except Exception as failed:
                walked.failed = walk
                failed.add_note(walked.told(walk))
                raise

        made = set_up(examples)(given(walk=every_walk(walked.walker))(one_walk))
        setattr(made, STATE, walked)
        return made

    return taking_walks


def _look_at(walk: Walk) -> None:
    __tracebackhide__ = True
    if walk.findings:
        found = "\n".join(f"{each.key}\n    {each.what}" for each in walk.findings)
        raise JourneyFailed(f"A walk through {walk.process} has found:\n{found}")


@cache
def _workshop() -> Workshop:
    """Return what the walks of this process share."""
    return Workshop(lambda: Path(mkdtemp(prefix="idflow-walks-")))
