"""`python -m bench journey`, `growth`, `feel`, `forms`, `kit`, `load`."""

import click

from bench import feel, forms, growth, journey, kit, load


@click.group()
def bench() -> None:
    """Measure Idflow."""


bench.add_command(journey.command)
bench.add_command(growth.command)
bench.add_command(feel.command)
bench.add_command(forms.command)
bench.add_command(kit.command)
bench.add_command(load.command)

# What is measured in a process of its own imports this module again.
if __name__ == "__main__":
    bench(prog_name="python -m bench")
