"""Commands that are imported when they are run: what all of them need takes a second to import.

A group knows of each command where it is and what it says of itself, which is enough for help and completion.
"""

from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is declared."""

    name: str
    says: str
    """The first sentence of its help."""
    module: str = ""
    """Of this package, where that is not its name."""
    attribute: str = ""
    """What it is called in its module, where that is not its name."""

    def load(self) -> click.Command:
        """Import the command."""
        module = import_module(f"{__package__}.{self.module or self.name}")
        command: click.Command = getattr(module, self.attribute or self.name)
        return command

    def announced(self) -> click.Command:
        """Return what stands for the command until it is run: its name and what it says."""
        return click.Command(self.name, help=self.says)


class _Placed(MutableMapping[str, click.Command]):
    """Commands by their names; those in a place are imported when somebody asks for them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {each.name: each for each in places}
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            self._loaded[name] = self.places[name].load()
        return self._loaded[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        self.places.pop(name, None)
        self._loaded.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter({**self.places, **self._loaded})

    def __len__(self) -> int:
        return len({**self.places, **self._loaded})


class PlacedGroup(click.Group):
    """A group of commands, some of which are elsewhere.

    `get_command` returns what stands for such a command, `commands` and whoever runs it the command itself.
    """

    def __init__(self, *, places: Iterable[Place], **options: Any) -> None:
        """Make a group as click does, with the commands in these `places`."""
        placed = _Placed(places)
        super().__init__(commands=placed, **options)
        self._places = placed.places

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of this module, or what stands for one elsewhere; None when there is none."""
        place = self._places.get(cmd_name)
        return super().get_command(ctx, cmd_name) if place is None else place.announced()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is to be run; it is imported."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.commands[name] if name in self._places else command, rest
