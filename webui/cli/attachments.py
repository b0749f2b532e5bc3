"""`idflow instance files` and `file`: what people sent with forms."""

from pathlib import Path

import click

from webui.cli.options import data_option, installation


@click.command()
@click.argument("instance_id")
@data_option
def files(instance_id: str, data: Path | None) -> None:
    """List the files that were sent in an instance."""
    with installation(data) as application:
        found = application.views.attachments(instance_id)
    for each in found:
        sent = f"{each.created_at:%Y-%m-%d %H:%M:%SZ}"
        click.echo(f"{each.id}  {sent}  {each.size:>9} bytes  {each.content_type:24}  {each.name}")
    if not found:
        click.echo("No files were sent.")


@click.command()
@click.argument("instance_id")
@click.argument("file_id")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; a file that is there is left alone.",
)
@data_option
def file(instance_id: str, file_id: str, output: Path, data: Path | None) -> None:
    """Write one file that was sent in an instance to OUTPUT. It is kept in the audit trail that somebody did."""
    if output.exists():
        raise click.ClickException(f"{output} exists already.")
    with installation(data) as application:
        content = application.views.open_attachment(instance_id, file_id)
    output.write_bytes(content)
    click.echo(f"Wrote {len(content)} bytes to {output}. It may be anything: open it with care.")
