"""Options that commands share, and the application behind them."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import orjson

from engine.application import Application
from engine.config import Settings
from engine.errors import NotFound
from engine.mail import Transport
from engine.store import Database
from forms import FormJs
from service_tasks import ACTIVITIES

AT_SERVER = "IDFLOW_URL"


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--data`."""
    folder = click.Path(file_okay=False, path_type=Path)
    text = "Folder of the database and the keys. [default: var; also IDFLOW_DATA]"
    return click.option("--data", type=folder, help=text)(command)


class LocalOnly(click.ClickException):
    """This works at the data folder of a machine, and `IDFLOW_URL` names a server."""

    exit_code = 2

    def __init__(self, what: str = "", instead: str = "Unset it, on the machine that has the folder.") -> None:
        """Say that `what` cannot be done by a server, the command unless it is said, and what to do instead."""
        context = click.get_current_context(silent=True)
        what = what or (context.command_path if context else "this")
        super().__init__(f"{AT_SERVER} is set, and a server does not do {what}. {instead}")


def at_server() -> bool:
    """Tell whether commands work at a server, and not at the data folder of this machine."""
    return bool(os.environ.get(AT_SERVER, "").strip())


def settings(**given: Any) -> Settings:
    """Return the settings of the environment, overridden by the options that were given.

    Raises:
        LocalOnly: when commands work at a server.

    """
    if at_server():
        raise LocalOnly
    return replace(Settings.from_environment(), **{name: value for name, value in given.items() if value is not None})


class InstallationMissing(NotFound):
    """There is no installation of Idflow in this folder."""

    code = "installation-missing"


def is_there(chosen: Settings) -> bool:
    """Tell whether there is an installation, without making one."""
    if chosen.postgres is None:
        return chosen.database.exists()
    database = Database(chosen.database_url, chosen.postgres, only_looks=True)
    try:
        return database.is_made()
    finally:
        database.close()


def check_there(chosen: Settings) -> None:
    """Do nothing where there is an installation; raises `InstallationMissing`."""
    if not is_there(chosen):
        raise InstallationMissing(
            "There is no installation in the database of IDFLOW_DATABASE_URL; idflow run makes one."
            if chosen.postgres
            else f"There is no installation in {chosen.data.absolute()}. Name its folder with --data; idflow run makes "
            "one."
        )


def open_application(chosen: Settings, *, make: bool = True, transport: Transport | None = None) -> Application:
    """Open the installation with everything that ships; where there is none, it is made when `make` says so.

    Mails go to `transport`; None is the mail server of the settings.

    Raises:
        InstallationMissing: when there is none and it is not to be made.

    """
    if not make:
        check_there(chosen)
    application = Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), transport=transport)
    if context := click.get_current_context(silent=True):
        # Whatever the command does with it: a server is told that nobody is there any more.
        context.call_on_close(application.close)
    return application


@contextmanager
def installation(data: Path | None) -> Iterator[Application]:
    """Open the installation that is there, and close it at the end; raises `InstallationMissing`."""
    application = open_application(settings(data=data), make=False)
    try:
        yield application
    finally:
        application.close()


def pairs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--set`."""
    text = "A process variable at the start; can be repeated."
    return click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help=text)(command)


def values_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--set` for values of any kind."""
    text = "A variable; VALUE is JSON if it reads as JSON, otherwise text. Can be repeated."
    return click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help=text)(command)


def reason_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--reason`."""
    return click.option("--reason", default="", help="Why; kept in the audit trail.")(command)


def values(pairs: tuple[str, ...]) -> Mapping[str, Any]:
    """Return `KEY=VALUE` texts as a table of JSON values."""
    return {key: _value(text) for key, text in variables(pairs).items()}


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def variables(pairs: tuple[str, ...], *, hint: str = "--set") -> dict[str, str]:
    """Return `KEY=VALUE` texts as a table."""
    table = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r} is not KEY=VALUE.", param_hint=hint)
        table[key] = value
    return table
