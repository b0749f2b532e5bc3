"""`idflow token`."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

import click

from engine.csv_cells import BYTE_ORDER_MARK, LINE_END
from engine.store.models import TokenType
from engine.tokens import WhetherOpened, handed
from engine.tokens.batch import SECRET_BYTES, SheetInvalid, Terms
from engine.tokens.sheet import MAXIMUM_BYTES, read
from webui.api.models.tokens import Token
from webui.cli.options import data_option, installation, pairs_option, variables
from webui.cli.site import WantedToken, site
from webui.cli.terminal import print_link

_OPENED = "Only those whose link was opened, or was not; unbegun: opened, but nobody has begun yet."
_TIME = "%Y-%m-%d %H:%M:%SZ"
_MOMENT = click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"])


@click.group()
def token() -> None:
    """Process tokens: links that start a journey."""


def _terms_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what limits a token."""
    kinds = click.Choice([each.value for each in TokenType])
    limit, hours = "Journeys it may start, when count limited.", "How long a journey may take."
    options: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
        click.option("--hours", type=click.IntRange(1), default=48, show_default=True, help=hours),
        click.option("--not-after", type=_MOMENT, help="When it ends to work; needed when time limited."),
        click.option("--not-before", type=_MOMENT, help="When it begins to work: 2026-01-31T09:00+01:00."),
        click.option("--limit", type=int, default=1, show_default=True, help=limit),
        click.option("--type", "kind", type=kinds, default="count", show_default=True),
        click.option("--version", type=int, help="Its version. [default: always the newest]"),
    )
    for option in options:
        command = option(command)
    return command


@token.command()
@click.option("--definition", required=True, help="The id of the process to start.")
@click.option("--name", help="A name for lists, 1 to 50 characters. [default: a random one]")
@_terms_options
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


@token.command("list")
@click.option("--query", default="", metavar="TEXT", help="Only those in whose name or process this is.")
@click.option("--opened", type=click.Choice([each.value for each in WhetherOpened]), help=_OPENED)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@data_option
def list_(query: str, opened: str | None, limit: int, data: Path | None) -> None:
    """List the newest tokens, newest first: name, process, status, uses, when they were opened first."""
    with site(data) as found:
        records = found.tokens.list(query, WhetherOpened(opened) if opened else None, limit)
    for each in records:
        seen = f"opened {each.opened_at:{_TIME}}" if each.opened_at else "not opened"
        click.echo(f"{each.name:24}  {each.definition}  {each.status:8}  {_uses(each)}  {seen}")
    if not records:
        click.echo("No token is like this." if query or opened else "No tokens yet: idflow token new --help")


@token.command()
@click.argument("name")
@data_option
def show(name: str, data: Path | None) -> None:
    """Show the token NAME: what it permits, and who opened its link when."""
    with site(data) as found:
        chosen = found.tokens.get(name)
        opened = found.tokens.openings(chosen.id)
    version = "always the newest version" if chosen.version is None else f"version {chosen.version}"
    click.echo(f"Token: {chosen.name}\nID: {chosen.id}\nProcess: {chosen.definition}, {version}")
    click.echo(f"Status: {chosen.status}\nUses: {_uses(chosen)}\nMade: {chosen.created_at:{_TIME}}")
    click.echo(f"Opened: {opened.count}")
    for each in opened.entries:
        what = "began" if each.begun else "looked at it"
        click.echo(f"  {each.at:{_TIME}}  {what:12}  {each.device or 'unknown device'}")


def _uses(token: Token) -> str:
    return f"{token.uses} of {token.limit} used" if token.limit is not None else f"{token.uses} used"


@token.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--process", required=True, help="The id of the process to start.")
@_terms_options
@data_option
def import_tokens(
    file: Any,
    process: str,
    version: int | None,
    kind: str,
    limit: int,
    not_before: datetime | None,
    not_after: datetime | None,
    hours: int,
    data: Path | None,
) -> None:
    """Make a token for each row of a CSV file, all or none, and print their links as CSV, only now.

    The first row names the columns: name, first name, last name, e-mail, external ID; any other is a variable of the
    process, such as desk, age:number or vip:flag. FILE can be - for standard input.
    """
    content, secret = file.read(MAXIMUM_BYTES + 1), token_bytes(SECRET_BYTES)
    terms = Terms(process, version, TokenType(kind), limit, not_before, not_after, timedelta(hours=hours))
    with installation(data) as application:
        chosen, office = application.settings, application.token_office
        try:
            number = office.make_batch(content, terms, secret)
        except SheetInvalid as refused:
            for problem in refused.problems:
                column = f", column {problem.field}" if problem.field else ""
                place = f"line {problem.line}{column}: " if problem.line else ""
                click.echo(f"{place}{problem.message} {problem.remedy}".rstrip(), err=True)
            click.echo("Nothing was made.", err=True)
            sys.exit(1)
        lines = handed.lines(office.take_links(secret), chosen.link, chosen.zone, read(content).delimiter)
        # In UTF-8, whatever the terminal speaks.
        click.echo(f"{BYTE_ORDER_MARK}{LINE_END.join(lines)}{LINE_END}".encode(), nl=False)
        click.echo(f"{number} tokens made. The links are nowhere else: keep this file safe.", err=True)
