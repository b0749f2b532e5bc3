"""What the processes of an installation consist of: `idflow run` is all of it, `serve` and `worker` are parts."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import click
import structlog

from engine.application import Application
from engine.config import Settings

HOUSEKEEPING_SECONDS = 60

MAXIMUM_THREADS = 64
"""How many threads one process may do jobs with: each needs a connection to the database."""


@contextmanager
def working(application: Application, threads: int) -> Iterator[None]:
    """Do jobs and keep house meanwhile; at the end, what has begun is finished, and nothing else begins."""
    stop = Event()
    application.worker.start(threads=threads)
    house = Thread(target=_keep_house, args=(application, stop), name="house", daemon=True)
    house.start()
    try:
        yield
    finally:
        stop.set()
        # A batch that has begun is finished; the next one begins when Idflow is started again.
        house.join()
        application.worker.stop()


def where(settings: Settings) -> str:
    """Return where an installation has its data, for people; never a password."""
    return "a database on PostgreSQL" if settings.postgres else str(settings.data.absolute())


def say_backoffice(application: Application, url: str) -> None:
    """Say where the backoffice is, and make its first account when there is none."""
    issued = application.accounts.make_first()
    how = f" — sign in as {issued.account.name}, one-time password {issued.password}" if issued is not None else ""
    click.echo(f"Backoffice: {url}{how}")


def _keep_house(application: Application, stop: Event) -> None:
    """Keep house every minute, until told to stop."""
    log = structlog.get_logger()
    while not stop.wait(HOUSEKEEPING_SECONDS):
        try:
            application.keep_house()
        except Exception:
            log.exception("housekeeping_failed")
