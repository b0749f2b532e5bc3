"""`idflow instance`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from engine.instances.by_parameter import Parameter
from engine.store.models import InstanceStatus
from webui.api.models.instances import TokenPlace
from webui.cli.commands import OF_INSTANCES
from webui.cli.options import data_option
from webui.cli.placed import PlacedGroup
from webui.cli.site import site

_PARAMETER = "Only those that were started with it; NAME=VAL* is how its value begins."


def _checked(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    if given is not None and Parameter.read(given) is None:
        raise click.BadParameter("write name=value, or name=val* for how the value begins")
    return given


@click.group(cls=PlacedGroup, places=OF_INSTANCES)
def instance() -> None:
    """Process instances: what became of journeys."""


@instance.command("list")
@click.option(
    "--status", type=click.Choice([each.value for each in InstanceStatus], case_sensitive=False), help="Only these."
)
@click.option("--parameter", callback=_checked, metavar="NAME=VALUE", help=_PARAMETER)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@data_option
def list_(status: str | None, parameter: str | None, limit: int, data: Path | None) -> None:
    """List the newest instances, newest first."""
    chosen = InstanceStatus(status.upper()) if status else None
    with site(data) as found:
        records = found.instances.list(chosen, parameter, limit)
    for record in records:
        created = f"{record.created_at:%Y-%m-%d %H:%M:%SZ}"
        process = f"{record.process} (version {record.version})"
        row = (
            record.id,
            created,
            f"{record.status:9}",
            f"{record.applicant or '-':16}",
            process,
            record.element or "",
        )
        click.echo("  ".join(row).rstrip())
    if not records and parameter:
        click.echo("No instance is like this.")
    elif not records:
        click.echo("No instances yet. A journey begins with a link: idflow token new --help")


@instance.command()
@click.argument("instance_id")
@data_option
def show(instance_id: str, data: Path | None) -> None:
    """Show one instance: where it stands, what happened, its variables (secrets masked)."""
    with site(data) as found:
        record, history = found.instances.show(instance_id), found.instances.history(instance_id)
    incident = record.incident
    click.echo(
        f"{record.process} (version {record.version})\nStatus: {record.status}\nApplicant: {record.applicant or '-'}"
    )
    if incident:
        click.echo(f"Stopped at {incident.element}: {incident.message} [{incident.code}]")
        click.echo(f"It could see: {', '.join(incident.variables) or 'no variables'}")
    if record.tokens:
        click.echo("\nTokens")
    for place in record.tokens:
        click.echo(f"  {place.token}  {_where(place)}")
    click.echo("\nHistory")
    for entry in history:
        click.echo(
            f"  {entry.at:%Y-%m-%d %H:%M:%SZ}  {entry.event:9}  {entry.element or ''}  {entry.detail or ''}".rstrip()
        )
    click.echo("\nVariables")
    _echo_json(record.variables)
    for place in record.tokens:
        if place.token in record.called_variables:
            click.echo(f"\nVariables of what {place.element} calls")
            _echo_json(record.called_variables[place.token])


def _where(place: TokenPlace) -> str:
    inside = f" in {place.called_process}" if place.called_process else ""
    key = f" with the key {place.key!r}" if place.key else ""
    due = f" at {place.due:%Y-%m-%d %H:%M:%SZ}" if place.due else ""
    waits = f": waits for {place.waits_for} {place.event}".rstrip() if place.waits_for else ""
    return f"{place.element} ({place.kind}){inside}{waits}{key}{due}{': failed' if place.failed else ''}"


def _echo_json(variables: Mapping[str, Any]) -> None:
    click.echo(orjson.dumps(variables, option=orjson.OPT_INDENT_2).decode())
