"""`idflow deploy` and `idflow check`."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from engine.deployment import File
from engine.errors import Problem, Severity
from webui.cli.options import data_option
from webui.cli.site import site

_FIELDS = ("severity", "code", "element", "line", "message", "remedy", "field")
"""Of a problem, in JSON."""

_files = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.command()
@_files
@data_option
def deploy(files: tuple[Path, ...], data: Path | None) -> None:
    """Deploy processes (.bpmn), forms (.form) and decisions (.dmn).

    All of FILES are deployed, or none when one of them has an error.
    """
    with site(data, make=True) as found:
        everything = found.deployments.deploy([File.at(path) for path in files])
    for deployed in everything:
        news = "deployed" if deployed.new else "unchanged"
        click.echo(f"{deployed.kind} {deployed.name} version {deployed.version}: {news}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document: the problems of each file, by its name."
)
@data_option
def check(files: tuple[Path, ...], as_json: bool, data: Path | None) -> None:
    """Say everything that is wrong with FILES, without deploying them. Exit status 1 when there are errors.

    What a process refers to may be among FILES or deployed already.
    """
    readable, problems = _read(files)
    with site(data) as found:
        problems += found.deployments.check(readable)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if as_json:
        click.echo(_document(files, problems))
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{len(files)} files, {errors} errors, {len(problems) - errors} warnings")
    sys.exit(1 if errors else 0)


def _read(paths: Iterable[Path]) -> tuple[list[File], list[Problem]]:
    files, problems = [], []
    for path in paths:
        try:
            files.append(File.at(path))
        except OSError as error:
            message = f"The file cannot be read: {error.strerror}."
            remedy = "Look at its name and at who may read it."
            problems.append(Problem("deployment.unreadable", message, remedy, file=str(path)))
    return files, problems


def _document(files: Iterable[Path], problems: Iterable[Problem]) -> str:
    found: dict[str, list[dict[str, Any]]] = {str(path): [] for path in files}
    for problem in problems:
        about = asdict(problem)
        found.setdefault(problem.file, []).append({key: about[key] for key in _FIELDS})
    return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()
