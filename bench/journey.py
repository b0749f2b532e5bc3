"""A whole journey (start, form, submit, end) beside bare SpiffWorkflow in memory, in the same run."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import Queue
from secrets import token_bytes
from threading import Event, Thread

import click
from sqlalchemy import text

from bench import bare
from bench.balancer import Balancer
from bench.browser import Browser
from bench.figures import Figure, Target
from bench.installation import VARIABLES, installation
from bench.memory import Memory
from bench.timing import in_turns
from engine import demo
from engine.application import Application
from engine.instances.sealed import State
from engine.spiff import Run
from forms import render
from webui.logging import configure
from webui.server import serve

TARGETS = {
    "engine alone: run, save twice, load once, seal": Target(2),
    "engine with SQLite: start, show, submit": Target(8),
    "form page with its QR code, in process": Target(8),
    "a waiting instance": Target(4096),
}
"""Milliseconds; bytes in the database, indexes included."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured."""

    medians: Mapping[str, float]
    """In milliseconds."""
    waiting: float
    """Bytes that a waiting instance takes."""
    sealed: float
    """Bytes of its sealed state."""
    rows: Mapping[str, float]

    def figures(self) -> list[Figure]:
        """Return it beside its targets."""
        found = [Figure(name, each, "ms", TARGETS.get(name)) for name, each in self.medians.items()]
        name = "a waiting instance"
        return [*found, Figure(name, self.waiting, "bytes in the database", TARGETS[name])]


@click.command("journey")
@click.option("--rounds", type=click.IntRange(10), default=300, show_default=True)
@click.option(
    "--waiting", type=click.IntRange(1), default=500, show_default=True, help="Instances made to see what one takes."
)
def command(rounds: int, waiting: int) -> None:
    """Measure a journey in one process and over HTTP; print medians, ratios, rows and bytes."""
    found = measure(rounds, waiting)
    base = found.medians["bare SpiffWorkflow, in memory"]
    click.echo(f"{'':50} {'ms':>8} {'ratio':>7}")
    for name, milliseconds in found.medians.items():
        click.echo(f"{name:50} {milliseconds:8.2f} {milliseconds / base:6.1f}x")
    click.echo(f"\nA waiting instance: {found.waiting:.0f} bytes in the database, indexes included")
    per = ", ".join(f"{number:g} {name}" for name, number in found.rows.items())
    click.echo(f"  of them {found.sealed:.0f} bytes of sealed state; rows: {per}")


def measure(rounds: int, waiting: int) -> Measured:
    """Measure it: so many rounds, and so many instances made to see what one takes."""
    configure(logging.ERROR)
    with installation() as (application, link), served_here(application) as base_url:
        measured: dict[str, Callable[[], object]] = {
            "bare SpiffWorkflow, in memory": bare.journey(),
            "engine alone: run, save twice, load once, seal": _engine_alone(application),
            "engine with SQLite: start, show, submit": partial(with_database, application),
            "form page with its QR code, in process": _form_page(application),
            "over HTTP: landing, begin, form, submit, end": partial(over_http, base_url, link),
        }
        medians = in_turns(measured, rounds)
        return Measured(medians, *_sizes(application, waiting))


def _engine_alone(application: Application) -> Callable[[], None]:
    with application.database.read() as session:
        definition = application.definitions.find(session, demo.PROCESS)
        specification = application.definitions.get(session, definition.id)
    vault, environment = application.instances.tools.vault, Memory()
    totp = {"secret": "a reference", "qrCodeString": "a reference", "issuer": "Idflow Demo", "accountName": "user1"}

    def run() -> None:
        state = State({**VARIABLES, "_identityStore": {"users": {"user1": {"id": "1"}}, "currentTOTP": totp}}, {})
        begun = Run.start(specification, state.variables, environment)
        begun.advance()
        state.tasks = begun.save()
        stored = State.unseal(vault, "instance", state.seal(vault, "instance"))
        loaded = Run.load(specification, stored.tasks, stored.variables, environment)
        loaded.submit(loaded.waiting[0].id)
        stored.tasks = loaded.save()
        stored.seal(vault, "instance")
        if not loaded.completed:
            raise RuntimeError("the journey did not end")

    return run


def with_database(application: Application) -> None:
    """Go through the first journey without pages: start, show, submit."""
    binding = token_bytes(32)
    instance_id = application.journeys.start(demo.PROCESS, VARIABLES, binding)
    task = application.journeys.step(instance_id, binding).task
    if task is None:
        raise RuntimeError("no form waits")
    application.journeys.submit(instance_id, binding, task.id, {})


def _form_page(application: Application) -> Callable[[], None]:
    binding = token_bytes(32)
    instance_id = application.journeys.start(demo.PROCESS, VARIABLES, binding)

    def show() -> None:
        step = application.journeys.step(instance_id, binding)
        if step.task is None:
            raise RuntimeError("no form waits")
        render(step.task.form.content, step.variables, reveal=partial(application.journeys.reveal, step))

    return show


def over_http(base_url: str, link: str) -> None:
    """Go through the first journey."""
    browser = Browser(Balancer([base_url]))
    landing = browser.get(f"/t/{link}")
    form = browser.submit(f"/t/{link}", landing)
    browser.submit(browser.path, form)
    browser.close()


@contextmanager
def served_here(application: Application) -> Iterator[str]:
    """Serve in this process, and yield the address."""
    urls: Queue[str] = Queue()
    stop = Event()
    server = Thread(target=partial(serve, application, ready=urls.put, stop=stop))
    server.start()
    yield urls.get(timeout=10)
    stop.set()
    server.join()


def _sizes(application: Application, waiting: int) -> tuple[float, float, dict[str, float]]:
    def bytes_used() -> int:
        with application.database.write() as session:
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
            size = session.execute(text("PRAGMA page_size")).scalar_one()
            free = session.execute(text("PRAGMA freelist_count")).scalar_one()
            return int((pages - free) * size)

    def rows() -> dict[str, int]:
        with application.database.read() as session:
            names = ("instances", "history", "audit_events")
            return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}  # noqa: S608 - our own names

    rows_before, bytes_before = rows(), bytes_used()
    for _ in range(waiting):
        application.journeys.start(demo.PROCESS, VARIABLES, token_bytes(32))
    rows_after, bytes_after = rows(), bytes_used()
    with application.database.read() as session:
        sealed = session.execute(text("SELECT avg(length(state)) FROM instances WHERE status = 'ACTIVE'")).scalar_one()
    per = {name: (rows_after[name] - rows_before[name]) / waiting for name in rows_after}
    return (bytes_after - bytes_before) / waiting, sealed, per
