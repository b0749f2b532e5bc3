"""What an expression costs: compiled and evaluated, beside the same condition as a Python function."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import click

from bench.figures import Figure, Target
from bench.timing import in_turns
from engine import feel
from engine.feel.expression import Expression
from engine.feel.syntax.parser import parse

CONDITION = "processvar.form.age >= 18 and processvar._identityStore.currentTOTP != null"
FILTER = "count(processvar.items[amount > 50]) > 10"
TARGETS = {
    "evaluate the condition": Target(5),
    "evaluate it beside 100 kB of variables": Target(5),
    "compile the condition": Target(1000),
}
"""In microseconds."""

BATCH = 200
"""How many evaluations are timed at once."""


def _variables(extra: int) -> dict[str, Any]:
    table = {
        "form": {"age": 20},
        "_identityStore": {"currentTOTP": {"digits": 6}},
        "items": [{"amount": amount} for amount in range(100)],
        "extra": {f"key{place}": "x" * 90 for place in range(extra)},
    }
    return {**table, "processvar": table}


def _python(context: dict[str, Any]) -> bool:
    table = context["processvar"]
    return table["form"]["age"] >= 18 and table["_identityStore"]["currentTOTP"] is not None  # noqa: PLR2004 - the example's own age


def _times(work: Callable[[], object], count: int = BATCH) -> Callable[[], None]:
    def run() -> None:
        for _ in range(count):
            work()

    return run


def _other() -> Callable[[str, dict[str, Any]], object] | None:
    """Return bkflow-feel's way to evaluate, when it is installed."""
    try:
        return import_module("bkflow_feel.api").parse_expression  # type: ignore[no-any-return] # the other library has no types
    except ImportError:
        return None


@click.command("feel")
@click.option("--rounds", type=click.IntRange(10), default=100, show_default=True)
def command(rounds: int) -> None:
    """Measure FEEL beside bare Python; print medians in microseconds and ratios."""
    medians = measure(rounds)
    base = medians["Python function"]
    click.echo(f"{CONDITION}\n\n{'':45} {'µs':>8} {'ratio':>7}")
    for name, microseconds in medians.items():
        click.echo(f"{name:45} {microseconds:8.2f} {microseconds / base:6.1f}x")
    if _other() is None:
        click.echo("\nbkflow-feel is not installed: nothing to compare with.")


def figures(rounds: int) -> list[Figure]:
    """Return it beside its targets."""
    return [Figure(name, each, "µs", TARGETS.get(name)) for name, each in measure(rounds).items()]


def measure(rounds: int) -> dict[str, float]:
    """Return medians in microseconds."""
    small, large = _variables(0), _variables(1000)
    condition, items = feel.compile(CONDITION), feel.compile(FILTER)
    measured = {
        "Python function": _times(lambda: _python(small)),
        "evaluate the condition": _times(lambda: condition.evaluate(small)),
        "evaluate it beside 100 kB of variables": _times(lambda: condition.evaluate(large)),
        "evaluate a filter over 100 items": _times(lambda: items.evaluate(small)),
        "compile the condition": _times(lambda: Expression(CONDITION, parse(CONDITION))),
        "compile it again (cached)": _times(lambda: feel.compile(CONDITION)),
    }
    other = _other()
    if other is not None:
        measured["bkflow-feel: evaluate the condition"] = _times(lambda: other(CONDITION, small))
    return {name: each / BATCH * 1000 for name, each in in_turns(measured, rounds).items()}
