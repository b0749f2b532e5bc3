"""The `idflow` command.

commands.py  which commands there are, and where       placed.py   imports them when they are run
options.py   what they share                           site/       whom they work with: a data folder, or a server
"""

import gc
import sys
from collections.abc import Callable

import click

from engine.errors import IdflowError
from webui.cli.commands import COMMANDS
from webui.cli.placed import PlacedGroup


@click.group(cls=PlacedGroup, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="idflow")
@click.pass_obj
def idflow(first: Callable[[], None] | None) -> None:
    """Idflow runs identity journeys: drawn as BPMN, shown to people in a browser."""
    if first is not None:
        first()


def main() -> None:
    """Run the command line; an error of ours is one clear text and exit status 1."""
    # Nothing of what is imported is ever garbage, and to look for some takes a third of the time.
    gc.disable()
    try:
        idflow(prog_name="idflow", obj=_begin)
    except IdflowError as error:
        from webui.cli.failing import say  # noqa: PLC0415 - who has no error need not wait for it

        say(error)
        sys.exit(1)
    finally:
        gc.enable()


def _begin() -> None:
    """Get ready for a command, which is imported by now; warnings go to standard error."""
    gc.freeze()
    gc.enable()
    import logging  # noqa: PLC0415 - help and completion log nothing

    from webui.logging import configure  # noqa: PLC0415 - the same

    configure(logging.WARNING)
