"""`idflow instance`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson

from engine.instances import Place
from engine.store.models import InstanceStatus
from webui.cli.options import data_option, installation


@click.group()
def instance() -> None:
    """Process instances: what became of journeys."""


@instance.command("list")
@click.option(
    "--status", type=click.Choice([each.value for each in InstanceStatus], case_sensitive=False), help="Only these."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@data_option
def list_(status: str | None, limit: int, data: Path | None) -> None:
    """List the newest instances, newest first."""
    chosen = InstanceStatus(status.upper()) if status else None
    with installation(data) as application:
        records = application.list_instances(status=chosen, limit=limit)
    for record in records:
        created = f"{record.created_at:%Y-%m-%d %H:%M:%SZ}"
        process = f"{record.process} (version {record.version})"
        row = (
            record.id,
            created,
            f"{record.status:9}",
            f"{record.applicant or '-':16}",
            process,
            record.element_id or "",
        )
        click.echo("  ".join(row).rstrip())
    if not records:
        click.echo("No instances yet. A journey begins with a link: idflow token new --help")


@instance.command()
@click.argument("instance_id")
@data_option
def show(instance_id: str, data: Path | None) -> None:
    """Show one instance: where it stands, what happened, its variables (secrets masked)."""
    with installation(data) as application:
        detail = application.show_instance(instance_id)
    record, incident = detail.record, detail.incident
    click.echo(
        f"{record.process} (version {record.version})\nStatus: {record.status}\nApplicant: {record.applicant or '-'}"
    )
    if incident:
        click.echo(f"Stopped at {incident.element_id}: {incident.message} [{incident.code}]")
        click.echo(f"It could see: {', '.join(incident.variables) or 'no variables'}")
    if detail.places:
        click.echo("\nTokens")
    for place in detail.places:
        click.echo(f"  {place.token_id}  {_where(place)}")
    click.echo("\nHistory")
    for entry in detail.history:
        click.echo(
            f"  {entry.at:%Y-%m-%d %H:%M:%SZ}  {entry.event:9}  {entry.element_id or ''}  {entry.detail or ''}".rstrip()
        )
    click.echo("\nVariables")
    _echo_json(detail.variables)
    for place in detail.places:
        if place.token_id in detail.called:
            click.echo(f"\nVariables of what {place.element_id} calls")
            _echo_json(detail.called[place.token_id])


def _where(place: Place) -> str:
    inside = f" in {place.called}" if place.called else ""
    key = f" with the key {place.key!r}" if place.key else ""
    due = f" at {place.due:%Y-%m-%d %H:%M:%SZ}" if place.due else ""
    waits = f": waits for {place.waits_for} {place.event}".rstrip() if place.waits_for else ""
    return f"{place.element_id} ({place.kind}){inside}{waits}{key}{due}{': failed' if place.failed else ''}"


def _echo_json(variables: Mapping[str, Any]) -> None:
    click.echo(orjson.dumps(variables, option=orjson.OPT_INDENT_2).decode())
