"""`python -m bench journey`, `python -m bench growth`, `python -m bench feel`."""

import click

from bench import feel, growth, journey


@click.group()
def bench() -> None:
    """Measure Idflow."""


bench.add_command(journey.command)
bench.add_command(growth.command)
bench.add_command(feel.command)

# What is measured in a process of its own imports this module again.
if __name__ == "__main__":
    bench(prog_name="python -m bench")
