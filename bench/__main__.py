"""`python -m bench journey`."""

import click

from bench import journey


@click.group()
def bench() -> None:
    """Measure Idflow."""


bench.add_command(journey.command)
bench(prog_name="python -m bench")
