"""`idflow test`."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from engine import journey_test
from engine.deployment import File
from engine.journey_test import SUFFIX, JourneyTestInvalid, Outcome
from forms import FormJs
from service_tasks import ACTIVITIES

_BESIDE = ("*.bpmn", "*.form", "*.dmn")


@click.command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def test(paths: tuple[Path, ...]) -> None:
    """Run journey tests: files that end in .journeytest.yaml, and all of them in folders.

    Each runs in an installation that is thrown away, with the processes, forms and decisions (*.bpmn, *.form, *.dmn)
    beside it. Exit status 1 when one of them differs, or when there is none.
    """
    wrong = count = 0
    for path in _found(paths):
        count += 1
        wrong += not _run(path)
    if not count:
        click.echo(f"There is no file that ends in {SUFFIX}.", err=True)
    else:
        click.echo(f"{count} tests, {wrong} differ" if wrong else f"{count} tests, all as expected")
    sys.exit(1 if wrong or not count else 0)


def _found(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else (path,)


def _run(path: Path) -> bool:
    try:
        test = journey_test.read(path.read_bytes(), str(path))
    except JourneyTestInvalid as invalid:
        click.echo(f"FAILED  {path}\n{_indented(invalid.message)}")
        return False
    files = [File.at(each) for pattern in _BESIDE for each in sorted(path.parent.glob(pattern))]
    outcome = journey_test.run(test, files, activities=ACTIVITIES, forms=FormJs())
    click.echo(f"ok      {test.name} ({path})" if outcome.ok else _told(outcome, path))
    return outcome.ok


def _told(outcome: Outcome, path: Path) -> str:
    lines = [outcome.difference]
    if outcome.passed:
        lines.append(f"path: {' → '.join(outcome.passed)}")
    if outcome.at:
        lines.append(f"waits at: {', '.join(outcome.at)}")
    if outcome.stopped:
        lines.append(f"stopped at {outcome.stopped}")
    place = f"{path}:{outcome.line}" if outcome.line else str(path)
    return f"FAILED  {outcome.test.name} ({place})\n" + _indented("\n".join(lines))


def _indented(text: str) -> str:
    return "\n".join(f"        {line}" for line in text.splitlines())
