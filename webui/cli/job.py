"""`idflow job`."""

from pathlib import Path

import click

from webui.cli.options import data_option
from webui.cli.site import site


@click.group()
def job() -> None:
    """Jobs: timers, messages and signals on their way."""


@job.command("list")
@click.option("--failed", is_flag=True, help="Only those that were given up, the latest first.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True)
@data_option
def list_(failed: bool, limit: int, data: Path | None) -> None:
    """Say how many jobs are due, waiting and failed, and list those that failed."""
    with site(data) as found:
        stats, records = found.jobs.state(), found.jobs.failed(limit)
    if not failed:
        since = f" (the oldest since {stats.due_since:%Y-%m-%d %H:%M:%SZ})" if stats.due_since else ""
        click.echo(f"Due: {stats.due}{since}\nLater: {stats.later}\nRunning: {stats.working}\nFailed: {stats.failed}")
    for record in records:
        about = " ".join(f"{name}={value}" for name, value in record.arguments.items())
        row = (f"{record.id:6}", f"{record.failed_at:%Y-%m-%d %H:%M:%SZ}", record.task, about)
        click.echo("  ".join(row) + f"  after {record.attempts} attempts: {record.error}")
    if failed and not records:
        click.echo("No job has failed.")


@job.command()
@click.argument("job_id", type=int)
@data_option
def retry(job_id: int, data: Path | None) -> None:
    """Have a job that was given up run now."""
    with site(data) as found:
        found.jobs.retry(job_id)
    click.echo(f"Job {job_id} is due now.")
