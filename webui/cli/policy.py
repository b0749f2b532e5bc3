"""`idflow policy`. Its options are the settings of a policy, as `PolicySettings` declares them."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import click

from engine.identity.policies import PolicySettings
from engine.identity.policy_settings import SETTINGS
from webui.cli.options import data_option
from webui.cli.site import site

_TYPES = get_type_hints(PolicySettings)


@click.group()
def policy() -> None:
    """TOTP policies: how one-time codes are made and checked."""


def _option(command: Callable[..., Any], setting: Field[Any], *, new: bool) -> Callable[..., Any]:
    kind = _TYPES[setting.name]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        accepted: Any = click.Choice([each.value for each in kind])
    elif int in (kind, *get_args(kind)):
        accepted = int
    else:
        accepted = str
    required = new and setting.default is MISSING
    about = SETTINGS[setting.name]
    default = "" if setting.default is MISSING or not new else f" [default: {setting.default}]"
    text = f"{about.help}{f' In {about.unit}.' if about.unit else ''}{default}"
    return click.option(f"--{setting.name.replace('_', '-')}", type=accepted, required=required, help=text)(command)


def _settings(*, new: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add an option for each setting."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for setting in reversed(fields(PolicySettings)):
            command = _option(command, setting, new=new)
        return command

    return add


def _given(values: dict[str, Any]) -> Any:
    """Return the settings that were given, in their own types."""
    enums = {name: kind for name, kind in _TYPES.items() if isinstance(kind, type) and issubclass(kind, StrEnum)}
    given = {name: value for name, value in values.items() if value is not None}
    return {name: enums[name](value) if name in enums else value for name, value in given.items()}


@policy.command()
@click.argument("name")
@_settings(new=True)
@data_option
def new(name: str, data: Path | None, **values: Any) -> None:
    """Make the TOTP policy NAME."""
    with site(data, make=True) as found:
        made = found.policies.create(name, _given(values))
    click.echo(f"Policy: {made.name} ({made.id})")


@policy.command("list")
@data_option
def list_(data: Path | None) -> None:
    """List the TOTP policies by name."""
    with site(data) as found:
        policies = found.policies.list()
    for each in policies:
        click.echo(f"{each.name}  {each.issuer}  {each.registrations} registrations")


@policy.command()
@click.argument("name")
@data_option
def show(name: str, data: Path | None) -> None:
    """Show every setting of the TOTP policy NAME."""
    with site(data) as found:
        chosen = found.policies.get(name)
    for setting in fields(PolicySettings):
        click.echo(f"{setting.name.replace('_', '-')}: {getattr(chosen, setting.name)}")


@policy.command("set")
@click.argument("name")
@_settings(new=False)
@data_option
def set_(name: str, data: Path | None, **values: Any) -> None:
    """Change settings of the TOTP policy NAME. Registered devices keep what they were registered with."""
    with site(data) as found:
        found.policies.change(name, _given(values))
    click.echo(f"Policy: {name}")
