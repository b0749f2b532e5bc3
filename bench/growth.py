"""What more of something costs: each case in several sizes, and on bare SpiffWorkflow where it has the same."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import click

from bench.apart import measure
from bench.cases import Case, Cases, ManualClock, Work, variables
from bench.figures import Figure, Target
from bench.installation import installation
from bench.timing import in_turns
from engine.application import Application
from webui.logging import configure

TARGETS = {("SQLite: deploy it with its drawing", 2000): Target(5000)}
"""In milliseconds. The goals of what has several sizes are with the cases: how many times more the largest may cost."""

_LINE = "{:58} {:>6} {:>9} {:>7} {:>9}"


@click.command("growth")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True)
@click.option("--largest", type=click.IntRange(10), default=10_000, show_default=True, help="Leave out larger sizes.")
@click.option("--only", default="", help="Measure only the cases with this text in their name.")
def command(rounds: int, largest: int, only: str) -> None:
    """Measure cost against size; print medians in milliseconds, and ratios to the ten times smaller size."""
    click.echo(_LINE.format("", "size", "ms", "ratio", "bare ms"))
    for _ in _cases(rounds, largest, only, beside_bare=True, say=click.echo):
        pass


def figures(rounds: int, largest: int) -> list[Figure]:
    """Return what has a target beside it: ratios of the largest size to the ten times smaller one, and deploying."""
    return [each for found in _cases(rounds, largest, "", beside_bare=False, say=None) for each in found]


def _cases(
    rounds: int, largest: int, only: str, *, beside_bare: bool, say: Callable[[str], None] | None
) -> Iterator[list[Figure]]:
    configure(logging.ERROR)
    with ExitStack() as open_installations:

        def install(clock: ManualClock | None = None) -> Application:
            return open_installations.enter_context(installation(clock))[0]

        for case in Cases(install(), install):
            if only in case.name:
                sizes = tuple(size for size in case.sizes if size <= largest) or case.sizes[:1]
                yield _measure(case, sizes, rounds, beside_bare=beside_bare, say=say or _nothing)


def _nothing(_line: str) -> None:
    pass


def _measure(
    case: Case, sizes: Sequence[int], rounds: int, *, beside_bare: bool, say: Callable[[str], None]
) -> list[Figure]:
    found = []
    ready = {str(size): work for size in sizes if (work := _ready(case, size)) is not None}
    medians = in_turns(ready, rounds)
    for size in sizes:
        milliseconds, smaller = medians.get(str(size)), medians.get(str(size // 10))
        ratio = milliseconds / smaller if milliseconds and smaller else 0.0
        missed = f"  (goal: below {case.goal:g}x)" if case.goal is not None and ratio >= case.goal else ""
        if case.goal is not None and ratio and size == sizes[-1]:
            found.append(Figure(f"{case.name}, {size} to {size // 10}", ratio, "times", Target(case.goal)))
        if milliseconds is not None and (target := TARGETS.get((case.name, size))) is not None:
            found.append(Figure(f"{case.name}, {size}", milliseconds, "ms", target))
        name = case.name if size == sizes[0] else ""
        times = f"{ratio:.1f}x" if ratio else ""
        bare = _bare(case, size, rounds) if beside_bare else ""
        say(_LINE.format(name, size, _shown(milliseconds), times, bare) + missed)
    return found


def _ready(case: Case, size: int) -> Work | None:
    """Return what is measured, after it ran once; None when it fails."""
    try:
        work = case.work(size)
        work()
    except Exception as error:  # noqa: BLE001 - whatever it fails with, the other sizes can be measured
        click.echo(f"{case.name}, {size}: {error}", err=True)
        return None
    return work


def _bare(case: Case, size: int, rounds: int) -> str:
    if case.bare is None:
        return ""
    diagram = case.bare(size, python=True)
    return _shown(measure(diagram.content(), diagram.name, variables(size), rounds))


def _shown(milliseconds: float | None) -> str:
    return "fails" if milliseconds is None else f"{milliseconds:.2f}"
