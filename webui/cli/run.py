"""`idflow run`."""

import socket
from pathlib import Path

import click

import bpmn
from engine import demo
from webui.cli.options import data_option, open_application, settings
from webui.cli.processes import say_backoffice, where, working
from webui.cli.terminal import print_link
from webui.logging import configure
from webui.server import serve

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
    """Run Idflow in one process: make what is missing, serve the pages, do the jobs, print a link to the first journey.

    Made on the first run: the database, the keys, the account of the administrator, whose one-time password is printed
    once, the demo store with its user, and the journeys that ship.
    """
    chosen = settings(host=host, port=port, public_url=public_url, data=data)
    configure(form=chosen.log_format)
    application = open_application(chosen)

    def ready(base_url: str) -> None:
        click.echo(f"Idflow listens on {base_url} and keeps its data in {where(chosen)}. Stop it with Ctrl+C.")
        reachable = chosen.public_url or _reachable(base_url)
        say_backoffice(application, f"{reachable}/backoffice/")
        if with_demo:
            print_link("Journey", f"{reachable}/t/{demo.install(application, bpmn.journeys())}")

    with working(application, threads=1):
        serve(application, ready=ready)
    application.close()


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
