"""`python -m bench journey`, `python -m bench feel`."""

import click

from bench import feel, journey


@click.group()
def bench() -> None:
    """Measure Idflow."""


bench.add_command(journey.command)
bench.add_command(feel.command)
bench(prog_name="python -m bench")
