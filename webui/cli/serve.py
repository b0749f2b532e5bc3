"""`idflow serve`."""

from pathlib import Path

import click

from webui.cli.options import data_option, open_application, settings
from webui.cli.processes import say_backoffice, where
from webui.logging import configure
from webui.server import serve as serve_pages


@click.command()
@click.option("--host", help="Address to listen on. [default: 127.0.0.1; also IDFLOW_HOST]")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port; 0 takes any free one. [default: 8000; also IDFLOW_PORT]"
)
@click.option("--public-url", help="What links begin with, behind a proxy. [also IDFLOW_PUBLIC_URL]")
@data_option
def serve(host: str | None, port: int | None, public_url: str | None, data: Path | None) -> None:
    """Serve the pages and the API, and do no jobs: `idflow worker` does them, here or on another machine.

    Any number of these work on one database on PostgreSQL, and any of them answers any request. Told to stop (SIGTERM),
    it takes no new connection and lets the requests that are here get their answers.
    """
    chosen = settings(host=host, port=port, public_url=public_url, data=data)
    configure(form=chosen.log_format)
    application = open_application(chosen)

    def ready(base_url: str) -> None:
        click.echo(f"Idflow listens on {base_url}, does no jobs, and keeps its data in {where(chosen)}.")
        say_backoffice(application, f"{chosen.public_url or base_url}/backoffice/")

    serve_pages(application, ready=ready)
    application.close()
