"""`idflow templates`."""

from pathlib import Path

import click

from service_tasks import ACTIVITIES
from webui.backoffice.templates import templates_file


@click.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write. [default: standard output]"
)
def templates(output: Path | None) -> None:
    """Print the element templates of all activities, for Camunda Modeler and bpmn.io editors.

    Camunda Modeler reads them from its folder resources/element-templates.
    """
    content = templates_file(ACTIVITIES)
    if output is None:
        click.echo(content, nl=False)
    else:
        output.write_bytes(content)
