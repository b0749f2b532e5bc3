"""`idflow instance`."""

from pathlib import Path

import click
import orjson

from engine.store.models import InstanceStatus
from webui.cli.options import data_option, open_application, settings


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
    records = open_application(settings(data=data), make=False).list_instances(status=chosen, limit=limit)
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
    detail = open_application(settings(data=data), make=False).show_instance(instance_id)
    record = detail.record
    click.echo(
        f"{record.process} (version {record.version})\nStatus: {record.status}\nApplicant: {record.applicant or '-'}"
    )
    if record.message:
        click.echo(f"Stopped at {record.element_id}: {record.message}")
    click.echo("\nHistory")
    for entry in detail.history:
        click.echo(
            f"  {entry.at:%Y-%m-%d %H:%M:%SZ}  {entry.event:9}  {entry.element_id or ''}  {entry.detail or ''}".rstrip()
        )
    click.echo("\nVariables")
    click.echo(orjson.dumps(detail.variables, option=orjson.OPT_INDENT_2).decode())


@instance.command()
@click.argument("instance_id")
@data_option
def retry(instance_id: str, data: Path | None) -> None:
    """Try again where an instance stopped with an incident."""
    application = open_application(settings(data=data), make=False)
    application.retry(instance_id)
    click.echo(application.show_instance(instance_id).record.status)
