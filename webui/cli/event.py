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
from webui.cli.options import data_option, installation, settings, values, values_option


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
    lives = _duration(settings(data=data), ttl) if ttl else timedelta()
    with installation(data) as application:
        application.publish(name, key=key, variables=values(pairs), time_to_live=lives)
    click.echo(f"Published: message {name}")


@_event
@click.argument("name")
def signal(name: str, pairs: tuple[str, ...], data: Path | None) -> None:
    """Send the signal NAME to every instance that waits for it, and to every process that it starts."""
    with installation(data) as application:
        application.broadcast(name, values(pairs))
    click.echo(f"Sent: signal {name}")


@_event
def condition(pairs: tuple[str, ...], data: Path | None) -> None:
    """Start every process whose conditional start event holds for the variables; print the new instances."""
    with installation(data) as application:
        started = application.evaluate_conditions(values(pairs))
    click.echo("\n".join(started) or "No condition holds.")


def _duration(chosen: Settings, text: str) -> timedelta:
    now = SystemClock().now()
    try:
        end = parse(TimerKind.DURATION, text, chosen.zone).first(now)
    except TimerInvalid as error:
        raise click.BadParameter(error.message, param_hint="--ttl") from error
    return timedelta() if end is None else end - now
