"""`idflow worker`."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import click

from webui.app import create_watched
from webui.cli.options import data_option, open_application, settings
from webui.cli.processes import MAXIMUM_THREADS, where, working
from webui.logging import configure
from webui.server import serve
from webui.stopping import LOOK_SECONDS, stopped_by_signals


@click.command()
@click.option(
    "--threads",
    type=click.IntRange(1, MAXIMUM_THREADS),
    default=1,
    show_default=True,
    help="How many jobs are done at once; those that wait for strangers have two threads more.",
)
@click.option(
    "--watch",
    type=click.IntRange(0, 65535),
    help="Answer /healthz, /readyz and /metrics on this port of --host; 0 takes any free one. [default: not at all]",
)
@click.option("--host", help="Address to listen on, with --watch. [default: 127.0.0.1; also IDFLOW_HOST]")
@data_option
def worker(threads: int, watch: int | None, host: str | None, data: Path | None) -> None:
    """Do the jobs: timers, messages, mails, webhooks; keep house. It serves no pages: `idflow serve` does.

    Any number of these work on one database on PostgreSQL. Told to stop (SIGTERM), it finishes what it has begun and
    begins nothing else; what a killed one had begun is done by another after some seconds.
    """
    chosen = settings(host=host, data=data)
    configure(form=chosen.log_format)
    application = open_application(replace(chosen, port=watch or 0))
    app = create_watched(application)
    with working(application, threads):
        how = "in one thread" if threads == 1 else f"in {threads} threads"
        said = f"Idflow does jobs {how}, and keeps its data in {where(chosen)}."
        if watch is None:
            stop = Event()
            with stopped_by_signals(stop):
                click.echo(said)
                while not stop.wait(LOOK_SECONDS):
                    pass
        else:
            serve(application, ready=lambda url: click.echo(f"{said} It is watched on {url}."), app=app)
    application.close()
