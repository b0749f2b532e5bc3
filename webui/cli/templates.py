"""`idflow templates`."""

from pathlib import Path

import click
import orjson

from engine.element_templates import element_templates
from service_tasks import ACTIVITIES


@click.command()
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write. [default: standard output]"
)
def templates(output: Path | None) -> None:
    """Print the element templates of all activities, for Camunda Modeler and bpmn.io editors.

    Camunda Modeler reads them from its folder resources/element-templates.
    """
    text = orjson.dumps(element_templates(ACTIVITIES.values()), option=orjson.OPT_INDENT_2).decode()
    if output is None:
        click.echo(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")
