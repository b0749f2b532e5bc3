"""`idflow token`."""

from datetime import datetime, timedelta
from pathlib import Path

import click

from engine.store.models import TokenType
from webui.cli.options import data_option, pairs_option, variables
from webui.cli.site import WantedToken, site
from webui.cli.terminal import print_link

_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"])


@click.group()
def token() -> None:
    """Process tokens: links that start a journey."""


@token.command()
@click.option("--definition", required=True, help="The id of the process to start.")
@click.option("--version", type=int, help="Its version. [default: always the newest]")
@click.option("--name", help="A name for lists, 1 to 50 characters. [default: a random one]")
@click.option(
    "--type", "kind", type=click.Choice([each.value for each in TokenType]), default="count", show_default=True
)
@click.option("--limit", type=int, default=1, show_default=True, help="Journeys it may start, when count limited.")
@click.option("--not-before", type=_MOMENT, help="When it begins to work: 2026-01-31T09:00+01:00.")
@click.option("--not-after", type=_MOMENT, help="When it ends to work; needed when time limited.")
@click.option("--hours", type=click.IntRange(1), default=48, show_default=True, help="How long a journey may take.")
@click.option("--external-id", help="The external ID of the user that the journey is about.")
@pairs_option
@data_option
def new(
    definition: str,
    version: int | None,
    name: str | None,
    kind: str,
    limit: int,
    not_before: datetime | None,
    not_after: datetime | None,
    hours: int,
    external_id: str | None,
    pairs: tuple[str, ...],
    data: Path | None,
) -> None:
    """Make a token and print its link, which is shown only now."""
    parameters = variables(pairs) | ({"externalId": external_id} if external_id else {})
    wanted = WantedToken(
        definition=definition,
        version=version,
        name=name,
        type=TokenType(kind),
        limit=limit,
        not_before=not_before,
        not_after=not_after,
        duration=timedelta(hours=hours),
        parameters=parameters,
    )
    with site(data, make=True) as found:
        issued = found.tokens.issue(wanted)
    click.echo(f"Token: {issued.name}")
    print_link("Link", issued.url)
