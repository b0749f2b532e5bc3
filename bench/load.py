"""Many journeys at once, by clients in a process of their own, against one server and several.

Clients go through whole journeys: as many as there can be (closed: the next request as soon as the last one was
answered), and then half as many a second, at chance times (open: whatever the answers take). Beside that: a hundred
thousand instances that wait, and ten thousand timers that are due within a minute.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep

import click

from bench import crowds
from bench.asked import Asked, asked_of
from bench.clients import Load, closed, coming
from bench.figures import Figure, Target, machine, matrix, table
from bench.places import KINDS, Place, place
from webui.logging import configure

TARGETS = {
    "rate": Target(80, at_least=True),
    "half": Target(40),
    "two": Target(1.6, at_least=True),
    "statements": Target(25),
    "commits": Target(4),
}
"""Journeys a second on SQLite with one process; milliseconds of 95 % of the requests at half of that; how many times
more two processes on PostgreSQL do than one; what a journey may ask of the database."""

WARM_UP_SECONDS = 2.0
TURNS = 5
"""How often each number of processes has its turn."""
BESIDE_RATE = 10.0
"""Journeys a second that people go through while timers fire."""

WITHIN = timedelta(minutes=1)
"""In which time they are due."""

_LOOK_SECONDS = 0.25
_PATIENCE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Served:
    """What so many processes on one database do."""

    kind: str
    processes: int
    most: Load
    half: Load
    memory: float
    """Of the largest process, in MiB."""
    size: float
    """How many bytes a journey leaves in the database."""

    @property
    def name(self) -> str:
        """What a table calls it."""
        return f"{self.kind}, {self.processes}"


@dataclass(frozen=True, slots=True)
class Beside:
    """What else a database has to do."""

    kind: str
    made: float
    """How many seconds it took to make the instances that wait."""
    crowd: Load
    """Beside instances that wait."""
    fired: float
    """How many seconds after the first was due every timer had fired."""
    timers: Load
    """While they fired."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    clients: int
    seconds: float
    processes: tuple[int, ...]
    crowd: int
    timers: int


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was measured."""

    sizes: Sizes
    served: Sequence[Served]
    beside: Sequence[Beside]
    asked: Sequence[Asked]

    def figures(self) -> list[Figure]:
        """Return what has a target."""
        one = {each.kind: each for each in self.served if each.processes == 1}
        two = {each.kind: each for each in self.served if each.processes == 2}  # noqa: PLR2004 - two
        found = []
        if "SQLite" in one:
            sqlite = one["SQLite"]
            rate = sqlite.most.rate
            found.append(Figure("SQLite, one process", rate, "journeys a second", TARGETS["rate"]))
            half = sqlite.half.percentile(95)
            found.append(Figure("the same, half of that a second: 95 % of the requests", half, "ms", TARGETS["half"]))
        if {"PostgreSQL"} <= one.keys() & two.keys():
            times = two["PostgreSQL"].most.rate / one["PostgreSQL"].most.rate
            found.append(Figure("PostgreSQL, two processes to one", times, "times", TARGETS["two"]))
        for each in self.asked:
            what = f"{each.kind}, {each.where}"
            found.append(Figure(what, each.statements, "statements a journey", TARGETS["statements"]))
            found.append(Figure(what, each.commits, "commits a journey", TARGETS["commits"]))
        return found

    def report(self) -> str:
        """Return it in Markdown."""
        parts = [table(self.figures())]
        if self.served:
            parts.append("By database and number of web processes:\n\n" + self._by_processes())
        if self.beside:
            parts.append(self._beside())
        return "\n\n".join(parts)

    def _by_processes(self) -> str:
        rows: list[tuple[str, Callable[[Served], float]]] = [
            ("journeys a second", lambda each: each.most.rate),
            ("requests: half, ms", lambda each: each.most.percentile(50)),
            ("95 %, ms", lambda each: each.most.percentile(95)),
            ("99 %, ms", lambda each: each.most.percentile(99)),
            ("ms of CPU of the servers a journey", lambda each: each.most.cpu / len(each.most.journeys)),
            ("half as many a second: half of the requests, ms", lambda each: each.half.percentile(50)),
            ("95 %, ms", lambda each: each.half.percentile(95)),
            ("99 %, ms", lambda each: each.half.percentile(99)),
            ("MiB of memory, the largest process", lambda each: each.memory),
            ("bytes a journey leaves in the database", lambda each: each.size),
        ]
        cells = [(name, [_shown(value(each)) for each in self.served]) for name, value in rows]
        return matrix([each.name for each in self.served], cells)

    def _beside(self) -> str:
        crowd, timers = f"{self.sizes.crowd:,}", f"{self.sizes.timers:,}"
        rows: list[tuple[str, Callable[[Beside], float]]] = [
            (f"{crowd} instances that wait: seconds to copy them", lambda each: each.made),
            ("journeys a second beside them", lambda each: each.crowd.rate),
            ("95 % of the requests, ms", lambda each: each.crowd.percentile(95)),
            (f"{timers} timers within {WITHIN.seconds} s: seconds until all had fired", lambda each: each.fired),
            (
                f"{BESIDE_RATE:g} journeys a second meanwhile: half of the requests, ms",
                lambda e: e.timers.percentile(50),
            ),
            ("95 %, ms", lambda each: each.timers.percentile(95)),
            ("99 %, ms", lambda each: each.timers.percentile(99)),
        ]
        cells = [(name, [_shown(value(each)) for each in self.beside]) for name, value in rows]
        return "One process, with more to do:\n\n" + matrix([each.kind for each in self.beside], cells)


def measure(kinds: Sequence[str], sizes: Sizes, say: Callable[[str], None]) -> Result:
    """Measure everything; tell what is being done."""
    served, beside, asked = [], [], []
    for kind in kinds:
        with place(kind) as there:
            asked += asked_of(there)
            say(f"{kind}, {' and '.join(map(str, sizes.processes))} web processes")
            served += _served(there, sizes)
        if sizes.crowd and sizes.timers:
            say(f"{kind}, with more to do")
            beside.append(_beside(kind, sizes))
    return Result(sizes, served, beside, asked)


def _served(there: Place, sizes: Sizes) -> list[Served]:
    """Measure every number of processes in turns: machines drift, and what is compared should have the same of it."""
    with ExitStack() as stack:
        all_servers = [stack.enter_context(there.served(each)) for each in sizes.processes]
        most = [Load() for _ in all_servers]
        for servers in all_servers:
            _ = closed(servers.urls, there.links, sizes.clients, WARM_UP_SECONDS)
        size = there.size()
        for _ in range(TURNS):
            for servers, load in zip(all_servers, most, strict=True):
                cpu = servers.cpu()
                load.add(closed(servers.urls, there.links, sizes.clients, sizes.seconds / TURNS))
                load.cpu += servers.cpu() - cpu
        left = (there.size() - size) / sum(len(each.journeys) for each in most)
        half = [
            coming(servers.urls, there.links, load.rate / 2, lambda passed: passed < sizes.seconds)
            for servers, load in zip(all_servers, most, strict=True)
        ]
        memory = [each.memory() for each in all_servers]
        measured = zip(sizes.processes, most, half, memory, strict=True)
        return [Served(there.kind, *each, left) for each in measured]


def _beside(kind: str, sizes: Sizes) -> Beside:
    with place(kind) as there:
        began = perf_counter()
        crowds.forms(there.application, sizes.crowd)
        made = perf_counter() - began
        with there.served(1) as servers:
            _ = closed(servers.urls, there.links, sizes.clients, WARM_UP_SECONDS)
            crowd = closed(servers.urls, there.links, sizes.clients, sizes.seconds)
    with place(kind) as there, there.served(1) as servers:
        first = there.application.clock.now() + lead(sizes.timers)
        definition_id = crowds.timers(there.application, sizes.timers, first, WITHIN)
        left = (first - there.application.clock.now()).total_seconds()
        sleep(max(left, 0))
        fired: list[float] = []
        watcher = Thread(target=_watch, args=(there, definition_id, fired))
        watcher.start()
        timers = coming(servers.urls, there.links, BESIDE_RATE, lambda _passed: not fired)
        watcher.join()
    return Beside(kind, made, crowd, fired[0], timers)


def lead(timers: int) -> timedelta:
    """Return how long after the first timer is made it is due: by then all of them are there."""
    return timedelta(seconds=5 + timers / 500)


def _watch(there: Place, definition_id: str, fired: list[float]) -> None:
    """Note how many seconds from now on it takes until every timer has fired."""
    began = perf_counter()
    while crowds.waiting(there.application, definition_id) and perf_counter() - began < _PATIENCE_SECONDS:
        sleep(_LOOK_SECONDS)
    fired.append(perf_counter() - began)


@click.command("load")
@click.option("--clients", type=click.IntRange(1), default=8, show_default=True, help="How many people at once.")
@click.option("--seconds", type=click.FloatRange(0.5), default=10, show_default=True, help="Of each measurement.")
@click.option("--on", "kinds", type=click.Choice(KINDS), multiple=True, default=KINDS, show_default=True)
@click.option("--processes", type=click.IntRange(1), multiple=True, default=(1, 2, 4), show_default=True)
@click.option("--crowd", type=click.IntRange(0), default=100_000, show_default=True, help="Instances that wait.")
@click.option("--timers", type=click.IntRange(0), default=10_000, show_default=True, help="Timers within a minute.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the tables to this file, too.")
def command(  # noqa: PLR0913, PLR0917 - what can be chosen
    clients: int,
    seconds: float,
    kinds: tuple[str, ...],
    processes: tuple[int, ...],
    crowd: int,
    timers: int,
    markdown: Path | None,
) -> None:
    """Measure how many journeys servers do, and how long their requests take, beside the targets."""
    configure(logging.ERROR)
    about = machine()
    result = measure(kinds, Sizes(clients, seconds, processes, crowd, timers), partial(click.echo, err=True))
    text = f"{about}; {clients} clients, {seconds:g} s each.\n\n{result.report()}\n"
    click.echo(text, nl=False)
    if markdown is not None:
        markdown.write_text(text, encoding="utf-8")


def _shown(value: float) -> str:
    return Figure("", value, "").shown
