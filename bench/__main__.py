"""`python -m bench journey`, `growth`, `feel`, `forms`, `instances`, `kit`, `load`; `all` of them."""

import click

from bench import everything, feel, forms, growth, instances, journey, kit, load


@click.group()
def bench() -> None:
    """Measure Idflow."""


bench.add_command(journey.command)
bench.add_command(growth.command)
bench.add_command(feel.command)
bench.add_command(forms.command)
bench.add_command(kit.command)
bench.add_command(instances.command)
bench.add_command(load.command)
bench.add_command(everything.command)

# What is measured in a process of its own imports this module again.
if __name__ == "__main__":
    bench(prog_name="python -m bench")
