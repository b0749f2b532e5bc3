"""`idflow run`."""

import socket
from pathlib import Path
from threading import Event, Thread

import click
import structlog

import bpmn
from engine import demo
from engine.application import Application
from webui.cli.options import data_option, open_application, settings
from webui.cli.terminal import print_link
from webui.logging import configure
from webui.server import serve

HOUSEKEEPING_SECONDS = 60

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


@click.command()
@click.option(
    "--host",
    help="Address to listen on; 0.0.0.0 lets a phone in the same network in. [default: 127.0.0.1; also IDFLOW_HOST]",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port; 0 takes any free one. [default: 8000; also IDFLOW_PORT]"
)
@click.option("--public-url", help="What links begin with, behind a proxy. [also IDFLOW_PUBLIC_URL]")
@click.option(
    "--demo/--no-demo",
    "with_demo",
    default=True,
    show_default=True,
    help="Whether to make the demo store, its user and a link to its journey.",
)
@data_option
def run(host: str | None, port: int | None, public_url: str | None, with_demo: bool, data: Path | None) -> None:
    """Run Idflow: make what is missing, serve the pages, print a link to the first journey.

    Made on the first run: the database, the keys, the account of the administrator, whose one-time password is printed
    once, the demo store with its user, and the journeys that ship.
    """
    chosen = settings(host=host, port=port, public_url=public_url, data=data)
    configure(form=chosen.log_format)
    application = open_application(chosen)
    stop = Event()
    application.worker.start(threads=1)
    house = Thread(target=_keep_house, args=(application, stop), daemon=True)
    house.start()

    def ready(base_url: str) -> None:
        click.echo(f"Idflow listens on {base_url} and keeps its data in {chosen.data.absolute()}. Stop it with Ctrl+C.")
        reachable = chosen.public_url or _reachable(base_url)
        _print_backoffice(application, f"{reachable}/backoffice/")
        if with_demo:
            print_link("Journey", f"{reachable}/t/{demo.install(application, bpmn.journeys())}")

    try:
        serve(application, ready=ready)
    finally:
        stop.set()
        # A batch that has begun is finished; the next one begins when Idflow is started again.
        house.join()
        application.close()


def _print_backoffice(application: Application, url: str) -> None:
    """Say where the backoffice is, and make its first account when there is none."""
    issued = application.accounts.make_first()
    how = f" — sign in as {issued.account.name}, one-time password {issued.password}" if issued is not None else ""
    click.echo(f"Backoffice: {url}{how}")


def _reachable(base_url: str) -> str:
    """Return a URL that another device can open: the machine's own address where the server listens everywhere."""
    scheme, _, rest = base_url.partition("://")
    host, _, port = rest.rpartition(":")
    if host.strip("[]") not in _EVERYWHERE:
        return base_url
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Nothing is sent: the system only picks the address that it would send from.
        probe.connect(("192.0.2.1", 9))
        return f"{scheme}://{probe.getsockname()[0]}:{port}"


def _keep_house(application: Application, stop: Event) -> None:
    """Keep house every minute, until told to stop."""
    log = structlog.get_logger()
    while not stop.wait(HOUSEKEEPING_SECONDS):
        try:
            application.keep_house()
        except Exception:
            log.exception("housekeeping_failed")
