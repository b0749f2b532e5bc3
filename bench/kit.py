"""A test of the first journey beside bare SpiffWorkflow in the same run; and a hundred of them in pytest."""

import logging
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory, mkdtemp
from time import process_time

import click

import bpmn
from bench import bare
from bench.figures import Figure, Target
from bench.timing import in_turns
from webui.logging import configure
from webui.testing.browser import Browser
from webui.testing.headless import Headless
from webui.testing.kit import Kit
from webui.testing.opening import opener
from webui.testing.person import Person
from webui.testing.workshop import Workshop

_TESTS = """
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_the_first_journey(journey, number):
    journey("bpmn/get_current_totp").start(user="user1").at("Show current TOTP").submit().assert_ended("Finished")
"""

_TOOK = re.compile(r"in ([0-9.]+)s")


_JOURNEY = "journey: start to end, two expectations"
_MANY = "pytest with {count} such tests"

TARGETS = {_JOURNEY: Target(10), _MANY.format(count=100): Target(3)}
"""Milliseconds of CPU; seconds."""


@click.command("kit")
@click.option("--rounds", type=click.IntRange(1), default=200, show_default=True)
@click.option("--tests", type=click.IntRange(0), default=100, show_default=True, help="How many pytest runs; or none.")
def command(rounds: int, tests: int) -> None:
    """Measure a test of the first journey, and pytest with many of them, and without any."""
    medians, runs = measure(rounds, tests)
    base = medians["bare SpiffWorkflow, in memory"]
    click.echo(f"{'':50} {'ms of CPU':>9} {'ratio':>7}")
    for name, milliseconds in medians.items():
        click.echo(f"{name:50} {milliseconds:9.2f} {milliseconds / base:6.1f}x")
    if runs:
        click.echo("")
    for name, (took, worked) in runs.items():
        click.echo(f"{name}: {took:.2f} s, {worked:.2f} s of CPU")


def figures(rounds: int, tests: int) -> list[Figure]:
    """Return it beside its targets."""
    medians, runs = measure(rounds, tests)
    found = [Figure(name, each, "ms of CPU", TARGETS.get(name)) for name, each in medians.items()]
    return [*found, *(Figure(name, took, "s", TARGETS.get(name)) for name, (took, _) in runs.items())]


def measure(rounds: int, tests: int) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Return medians in milliseconds of CPU, and how many seconds pytest took and worked."""
    configure(logging.ERROR)
    with TemporaryDirectory() as folder:
        workshop = Workshop(lambda: Path(folder))
        measured: dict[str, Callable[[], object]] = {
            "bare SpiffWorkflow, in memory": bare.journey(),
            _JOURNEY: _one(workshop, Headless, folder),
            "the same, opened again between all steps": _one(workshop, Headless, folder, reopen=True),
            "journey_app: link, begin, form, submit, end": _one(workshop, Browser, folder, pages=True),
        }
        return in_turns(measured, rounds, process_time), _in_pytest(folder, tests) if tests else {}


def _in_pytest(folder: str, tests: int) -> dict[str, tuple[float, float]]:
    (Path(folder) / "test_many.py").write_text(_TESTS.format(count=tests))
    (Path(folder) / "test_other.py").write_text("def test_nothing():\n    pass\n")
    return {
        _MANY.format(count=tests): _pytest(folder, "test_many.py"),
        "pytest with one test of something else": _pytest(folder, "test_other.py"),
        "pytest with that test, without the plugin": _pytest(folder, "test_other.py", "-p", "no:idflow"),
    }


def _one(
    workshop: Workshop, person: Callable[[Kit], Person], folder: str, *, pages: bool = False, reopen: bool = False
) -> Callable[[], None]:
    root = bpmn.FOLDER.parent

    def run() -> None:
        kit = Kit(workshop, lambda: Path(mkdtemp(dir=folder)), pages=pages, reopen=reopen)
        j = opener(kit, person, root, root, lambda: root)("bpmn/get_current_totp")
        j.start(user="user1").at("Show current TOTP").submit().assert_ended("Finished")
        kit.close()

    return run


def _pytest(folder: str, *arguments: str) -> tuple[float, float]:
    """Return how many seconds pytest says that it took, and the processor worked for it, imports included."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    before = getrusage(RUSAGE_CHILDREN).ru_utime
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603 - our own
    worked = getrusage(RUSAGE_CHILDREN).ru_utime - before
    took = _TOOK.search(ran.stdout)
    if took is None:
        raise RuntimeError(ran.stdout)
    return float(took[1]), worked
