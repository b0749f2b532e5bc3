"""What `idflow doctor` looks at: whether an installation can do its work, and what to do where it cannot.

finding.py   what is found            machine.py   Python, SQLite, disk, clock
settings.py  the environment          folder.py    the data folder and the key
database.py  tables, vault, trail     address.py   how people reach it, and what it may reach
mail.py      the mail server          parts.py     what the build made

Nothing is changed, and nothing is made.
"""

from collections.abc import Iterator, Mapping

from engine.clock import Clock
from engine.config import Settings
from webui.doctor import address, database, folder, mail, parts
from webui.doctor import machine as machines
from webui.doctor import settings as environment
from webui.doctor.finding import Finding, Level
from webui.doctor.machine import Machine

__all__ = ["Finding", "Level", "Machine", "examine"]


def examine(
    settings: Settings, variables: Mapping[str, str], machine: Machine, clock: Clock, *, with_mail: bool = False
) -> Iterator[Finding]:
    """Yield what is found, as it is found; `with_mail` talks to the mail server, without sending anything."""
    yield from machines.examine(machine)
    yield from environment.examine(variables)
    yield from address.examine(settings)
    yield from parts.examine()
    yield from folder.examine(settings)
    yield from database.examine(settings, clock)
    if with_mail:
        yield from mail.examine(settings, clock)
