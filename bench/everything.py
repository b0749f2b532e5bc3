"""All benchmarks, one after the other: every figure that they promise beside its target."""

from collections.abc import Callable
from pathlib import Path

import click

from bench import feel, forms, growth, journey, kit, load
from bench.figures import machine, table
from bench.load import Sizes
from bench.places import KINDS

RESULTS = Path(__file__).with_name("RESULTS.md")

_QUICK = Sizes(clients=2, seconds=1, processes=(1,), crowd=0, timers=0)
_WHOLE = Sizes(clients=8, seconds=10, processes=(1, 2, 4), crowd=100_000, timers=10_000)


@click.command("all")
@click.option("--quick", is_flag=True, help="Few rounds, only on SQLite: to see that everything is measured.")
@click.option("--to", type=click.Path(path_type=Path), default=RESULTS, show_default="bench/RESULTS.md")
def command(*, quick: bool, to: Path) -> None:
    """Measure everything, and write what came of it. That a target is missed is no failure of this command."""
    about = machine()
    said = (
        f"Written by `python -m bench all`: {about}. What each line means is in [README.md](README.md). Machines "
        "differ, and what else they do counts: a target is met or missed on this one, in this run."
    )
    parts = ["# What was measured", said]
    for title, measured in _benchmarks(quick=quick).items():
        click.echo(title)
        parts += [f"## {title}", measured()]
    to.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    click.echo(f"Written to {to.name}.")


def _benchmarks(*, quick: bool) -> dict[str, Callable[[], str]]:
    few = 10 if quick else 100
    sizes, kinds = (_QUICK, KINDS[:1]) if quick else (_WHOLE, KINDS)
    return {
        "A journey": lambda: table(journey.measure(few, 5 * few).figures()),
        "Many journeys": lambda: load.measure(kinds, sizes, lambda _: None).report(),
        "A form": lambda: table(forms.figures(few)),
        "A test": lambda: table(kit.figures(few, 0 if quick else 100)),
        "More of it": lambda: table(growth.figures(1 if quick else 5, 10 if quick else 10_000)),
        "An expression": lambda: table(feel.figures(few)),
    }
