"""What an operator does to an instance: retry, skip, move, set, suspend, resume, cancel, migrate."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from webui.api.models.instances import Instance
from webui.cli.options import data_option, reason_option, values, values_option, variables
from webui.cli.site import Skip, site

_identity_option = click.option(
    "--allow-identity-step",
    "identity",
    is_flag=True,
    help="Jump over a step that says or proves who somebody is; audited on its own.",
)


def _operation(command: Callable[..., Any]) -> click.Command:
    """Make a command that works on one instance."""
    name = command.__name__.rstrip("_")
    return click.command(name)(click.argument("instance_id")(reason_option(data_option(command))))


@_operation
def retry(instance_id: str, reason: str, data: Path | None) -> None:
    """Try again where an instance stopped with an incident."""
    with site(data) as found:
        _say(found.instances.retry(instance_id, reason))


@_operation
@values_option
@_identity_option
def skip(instance_id: str, pairs: tuple[str, ...], identity: bool, reason: str, data: Path | None) -> None:
    """Leave the element at which an instance stopped, as if it had worked, with these variables as its result."""
    with site(data) as found:
        _say(found.instances.skip(instance_id, values(pairs), Skip(identity, reason)))


@_operation
@click.argument("element_id")
@click.option("--token", help="Which token, where there are several: see idflow instance show.")
@_identity_option
def move(instance_id: str, element_id: str, token: str | None, identity: bool, reason: str, data: Path | None) -> None:
    """Take a token from its element, put it on ELEMENT_ID in the same process or sub-process, and let it go on."""
    with site(data) as found:
        _say(found.instances.move(instance_id, element_id, token, Skip(identity, reason)))


@_operation
@values_option
def set_(instance_id: str, pairs: tuple[str, ...], reason: str, data: Path | None) -> None:
    """Set process variables, but none of Idflow's own."""
    if not pairs:
        raise click.UsageError("Say what to set: --set KEY=VALUE.")
    with site(data) as found:
        _say(found.instances.change(instance_id, values(pairs), reason))


@_operation
def suspend(instance_id: str, reason: str, data: Path | None) -> None:
    """Let an instance stand still: forms cannot be submitted; timers and messages wait."""
    with site(data) as found:
        _say(found.instances.suspend(instance_id, reason))


@_operation
def resume(instance_id: str, reason: str, data: Path | None) -> None:
    """Let a suspended instance go on; what was due meanwhile happens now."""
    with site(data) as found:
        _say(found.instances.resume(instance_id, reason))


@_operation
def cancel(instance_id: str, reason: str, data: Path | None) -> None:
    """End an instance where it is."""
    with site(data) as found:
        _say(found.instances.cancel(instance_id, reason))


@_operation
@click.option("--to", "version", type=click.IntRange(1), help="The version. [default: the newest]")
@click.option(
    "--map", "mapping", multiple=True, metavar="OLD=NEW", help="Where tokens of an element go on whose id has changed."
)
@_identity_option
@click.option("--dry-run", is_flag=True, help="Only say what would happen, and what is against it.")
def migrate(
    instance_id: str,
    version: int | None,
    mapping: tuple[str, ...],
    identity: bool,
    dry_run: bool,
    reason: str,
    data: Path | None,
) -> None:
    """Let an instance go on in another version of its process. Exit status 1 when it cannot."""
    elements = variables(mapping, hint="--map")
    with site(data) as found:
        if not dry_run:
            _say(found.instances.migrate(instance_id, version, elements, Skip(identity, reason)))
            return
        plan = found.instances.plan(instance_id, version, elements, identity=identity)
        places = found.instances.show(instance_id).tokens
    for place in places:
        click.echo(f"{place.element} -> {plan.mapping.get(place.element, place.element)}")
    _list_problems(plan.problems)


def _list_problems(problems: Iterable[str]) -> None:
    listed = list(problems)
    for problem in listed:
        click.echo(f"Problem: {problem}.")
    click.echo(f"{len(listed)} problems" if listed else "The instance can be moved.")
    sys.exit(1 if listed else 0)


def _say(record: Instance) -> None:
    click.echo(" at ".join(part for part in (record.status, record.element) if part))
    if record.message:
        click.echo(record.message)
