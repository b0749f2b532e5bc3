"""Many journeys at once, by a client in a process of its own, against `idflow run` in another.

Each client is one person after the other: landing, begin, form, submit, end, on a kept connection, with the next
request as soon as the last one was answered. With `--rate` they wait in between, so that all of them together begin so many.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Thread
from time import monotonic, perf_counter, sleep

import click

from bench.browser import Browser

_LISTENS = "Idflow listens on "
_LINK = "Journey: "
_WARM_UP_SECONDS = 1.0


@dataclass
class Load:
    """What clients have measured."""

    seconds: float = 0
    journeys: list[float] = field(default_factory=list)
    """How long each took, in milliseconds, as the rest."""
    requests: list[float] = field(default_factory=list)
    cpu: float = 0
    """Of the server, for all of them together."""


@click.command("load")
@click.option("--clients", type=click.IntRange(1), default=8, show_default=True, help="How many people at once.")
@click.option("--seconds", type=click.IntRange(1), default=10, show_default=True)
@click.option("--rate", type=click.FloatRange(0), default=0, help="Journeys a second; 0: as many as there can be.")
def command(clients: int, seconds: int, rate: float) -> None:
    """Measure how many journeys a server does, and how long its requests take."""
    with TemporaryDirectory() as folder, served(Path(folder)) as (process, base_url, link):
        _run(base_url, link, clients, _WARM_UP_SECONDS, 0)
        before = _cpu(process.pid)
        load = _run(base_url, link, clients, seconds, rate)
        load.cpu = _cpu(process.pid) - before
    click.echo(report(load))


def report(load: Load) -> str:
    """Return it for people."""
    done = len(load.journeys)
    lines = (
        f"{done / load.seconds:8.1f} journeys a second, {len(load.requests) / load.seconds:.0f} requests",
        f"{load.cpu / done:8.2f} ms of CPU of the server a journey",
        f"{_percentiles(load.requests)} a request",
        f"{_percentiles(load.journeys)} a journey",
    )
    return "\n".join(lines)


@contextmanager
def served(data: Path) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Run a server on a folder; yield its process, its address and a link to the first journey."""
    command = [sys.executable, "-c", "from webui.cli import main; main()", "run", "--port", "0", "--data", str(data)]
    log = (data / "log").open("w")
    with log, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=_environment()) as process:  # noqa: S603 - our own
        try:
            yield process, *_said(process)
        finally:
            process.terminate()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "IDFLOW_URL"}


def _said(process: subprocess.Popen[str]) -> tuple[str, str]:
    base_url = ""
    for line in process.stdout or ():
        if line.startswith(_LISTENS):
            base_url = line.removeprefix(_LISTENS).split()[0]
        if line.startswith(_LINK):
            return base_url, line.split()[1].rpartition("/")[2]
    raise RuntimeError("the server did not start")


def _run(base_url: str, link: str, clients: int, seconds: float, rate: float) -> Load:
    load, until = Load(), monotonic() + seconds
    people = [Thread(target=_people, args=(load, base_url, link, until, rate / clients)) for _ in range(clients)]
    began = perf_counter()
    for each in people:
        each.start()
    for each in people:
        each.join()
    load.seconds = perf_counter() - began
    return load


def _people(load: Load, base_url: str, link: str, until: float, rate: float) -> None:
    following = monotonic()
    while monotonic() < until:
        browser = Browser(base_url)
        began = perf_counter()
        landing = browser.get(f"/t/{link}")
        form = browser.submit(f"/t/{link}", landing)
        browser.submit(browser.path, form)
        load.journeys.append((perf_counter() - began) * 1000)
        load.requests.extend(browser.milliseconds)
        browser.close()
        if rate:
            following += 1 / rate
            sleep(max(following - monotonic(), 0))


def _cpu(pid: int) -> float:
    """Return how many milliseconds a process has worked, and its threads; Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _percentiles(milliseconds: list[float]) -> str:
    cuts = quantiles(milliseconds, n=100)
    return f"{cuts[49]:8.1f} ms half, {cuts[94]:.1f} ms 95 %, {cuts[98]:.1f} ms 99 %, {max(milliseconds):.1f} ms all of"
