"""`python -m bench journey`, `python -m bench growth`, `python -m bench feel`, `python -m bench forms`."""

import click

from bench import feel, forms, growth, journey


@click.group()
def bench() -> None:
    """Measure Idflow."""


bench.add_command(journey.command)
bench.add_command(growth.command)
bench.add_command(feel.command)
bench.add_command(forms.command)

# What is measured in a process of its own imports this module again.
if __name__ == "__main__":
    bench(prog_name="python -m bench")
