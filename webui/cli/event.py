"""`idflow event`."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from engine.clock import SystemClock
from engine.config import Settings
from engine.model import TimerKind
from engine.timers import TimerInvalid, parse
from webui.cli.options import data_option, values, values_option
from webui.cli.site import site


@click.group()
def event() -> None:
    """Messages, signals and conditions: what reaches waiting instances from outside."""


def _event(command: Callable[..., Any]) -> Any:
    return event.command()(values_option(data_option(command)))


@_event
@click.argument("name")
@click.option("--key", default="", help="The correlation key: which instance it is for.")
@click.option("--ttl", help="How long it waits for somebody, as an ISO 8601 duration: PT1H. [default: not at all]")
def message(name: str, key: str, ttl: str | None, pairs: tuple[str, ...], data: Path | None) -> None:
    """Publish a message to the instances that wait for NAME and the key, or to the processes that it starts."""
    lives = _duration(ttl) if ttl else timedelta()
    with site(data) as found:
        found.events.message(name, key, values(pairs), lives)
    click.echo(f"Published: message {name}")


@_event
@click.argument("name")
def signal(name: str, pairs: tuple[str, ...], data: Path | None) -> None:
    """Send the signal NAME to every instance that waits for it, and to every process that it starts."""
    with site(data) as found:
        found.events.signal(name, values(pairs))
    click.echo(f"Sent: signal {name}")


@_event
def condition(pairs: tuple[str, ...], data: Path | None) -> None:
    """Start every process whose conditional start event holds for the variables; print the new instances."""
    with site(data) as found:
        started = found.events.conditions(values(pairs))
    click.echo("\n".join(started) or "No condition holds.")


def _duration(text: str) -> timedelta:
    now = SystemClock().now()
    try:
        end = parse(TimerKind.DURATION, text, Settings.from_environment().zone).first(now)
    except TimerInvalid as error:
        raise click.BadParameter(error.message, param_hint="--ttl") from error
    return timedelta() if end is None else end - now
