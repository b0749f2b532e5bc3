"""`idflow test`."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from engine.journey_test import SUFFIX, JourneyTest, JourneyTestInvalid
from webui.testing import files
from webui.testing.coverage import Coverage
from webui.testing.coverage.choice import Choice
from webui.testing.coverage.folder import write
from webui.testing.coverage.table import table
from webui.testing.failures import OutsideCall
from webui.testing.workshop import Workshop


@click.command("test")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--coverage", is_flag=True, help="Say what of the diagrams in these folders was reached, and what was not."
)
@click.option("--fail-under", type=float, metavar="PERCENT", help="Fail when less of the diagrams was reached.")
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write coverage (index.html, coverage.json, cobertura.xml) and the diagrams of tests that differ here.",
)
def test(paths: tuple[Path, ...], coverage: bool, fail_under: float | None, report: Path | None) -> None:
    """Run journey tests: files that end in .journeytest.yaml, and all of them in folders.

    Each runs in an installation that is thrown away, with the processes, forms and decisions (*.bpmn, *.form, *.dmn)
    beside it. Exit status 1 when one of them differs, when there is none, or when too little was reached.
    """
    reached, results = Coverage(), list[bool]()
    with TemporaryDirectory() as folder:
        workshop = Workshop(lambda: Path(folder))
        for path in _found(paths):
            results += _run(workshop, path, reached, report)
    count, wrong = len(results), results.count(False)
    if not count:
        click.echo(f"There is no file that ends in {SUFFIX}.", err=True)
    else:
        click.echo(f"{count} tests, {wrong} differ" if wrong else f"{count} tests, all as expected")
    short = False
    if coverage or fail_under is not None or report is not None:
        short = _tell(
            Choice([each if each.is_dir() else each.parent for each in paths], Path.cwd()).of(reached),
            fail_under,
            report,
        )
    sys.exit(1 if wrong or short or not count else 0)


def _found(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else (path,)


def _run(workshop: Workshop, path: Path, reached: Coverage, report: Path | None) -> Iterator[bool]:
    """Run the tests in a file, and say how each went."""
    try:
        tests = files.read(path)
    except JourneyTestInvalid as invalid:
        click.echo(f"FAILED  {path}\n{_indented(invalid.message)}")
        yield False
        return
    for test in tests:
        yield _run_one(workshop, test, path, reached, report)


def _run_one(workshop: Workshop, test: JourneyTest, path: Path, reached: Coverage, report: Path | None) -> bool:
    try:
        ran = files.run(workshop, test, path)
    except OutsideCall as call:
        click.echo(f"FAILED  {test.name} ({path}:{test.line})\n{_indented(str(call))}")
        return False
    for diagram, hits in ran.reached:
        reached.add(f"{path}::{test.name}", diagram, hits)
    if ran.outcome.ok:
        click.echo(f"ok      {test.name} ({path})")
        return True
    place = f"{path}:{ran.outcome.line}" if ran.outcome.line else str(path)
    click.echo(f"FAILED  {test.name} ({place})\n" + _indented(ran.sentences))
    if report is not None and (picture := ran.picture(report)):
        click.echo(_indented(f"diagram: {picture}"))
    return False


def _tell(coverage: Coverage, limit: float | None, report: Path | None) -> bool:
    """Say what was reached, and write it down; return whether that is too little."""
    click.echo("\n" + "\n".join(table(coverage)))
    if report is not None:
        write(coverage, report)
        click.echo(f"Written to {report / 'index.html'}")
    total = coverage.total().percent
    if limit is None or total >= limit:
        return False
    click.echo(f"{total:.1f} % were reached, which is less than {limit:g} %.", err=True)
    return True


def _indented(text: str) -> str:
    return "\n".join(f"        {line}" for line in text.splitlines())
