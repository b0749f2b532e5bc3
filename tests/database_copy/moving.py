"""An installation on SQLite in the middle of much, and its copy that moves to PostgreSQL."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from engine.application import Application
from engine.config import DatabaseSettings, Settings
from engine.database_copy.tables import rows, tables
from engine.store import Database
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.postgres import Databases
from webui.cli import idflow


@dataclass
class Installed:
    """An installation on SQLite, in the middle of much."""

    folder: Path
    browser: FlaskClient
    """Of somebody who is at a form."""
    page: str
    waiting: str
    """The instance that waits for a timer."""
    key: str
    """The TOTP secret of the user."""


def opened(settings: Settings, clock: ManualClock) -> Application:
    return Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)


class Move:
    """A copy of the installation, and an empty database on PostgreSQL."""

    def __init__(self, installed: Installed, folder: Path, databases: Databases) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.name = databases.make("template0")
        self.url = databases.url(self.name)
        shutil.copytree(installed.folder, folder)

    @property
    def file(self) -> Path:
        return self.folder / "idflow.sqlite3"

    def idflow(self, *arguments: str) -> Result:
        return CliRunner().invoke(idflow, arguments, env={"IDFLOW_DATA": str(self.folder)})

    def run(self, *options: str) -> str:
        """Copy, and return what is said."""
        result = self.idflow("database", "copy", *options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *options: str) -> str:
        """Return the code with which the copy is refused."""
        result = self.idflow("database", "copy", *options)
        assert result.exit_code == 1
        code: str = result.exception.code  # type: ignore[union-attr]
        return code

    def sql(self, *statements: str) -> None:
        """Do something to the database on PostgreSQL."""
        with psycopg.connect(self.url) as connection:
            for each in statements:
                connection.execute(each.encode())

    def change(self, statement: str, *values: str) -> None:
        """Do something to the file of SQLite."""
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute(statement, values)
            connection.commit()

    @contextmanager
    def moved(self) -> Iterator[Application]:
        """Open the installation on PostgreSQL."""
        settings = Settings(data=self.folder, postgres=DatabaseSettings(url=self.url))
        with closing(opened(settings, self.clock)) as application:
            yield application

    def rows(self, database: Database) -> dict[str, list[Any]]:
        """Return what a database has, but for jobs."""
        with database.read() as session:
            return {each.name: [tuple(row) for row in rows(each, session)] for each in tables()}

    def rows_on_sqlite(self) -> dict[str, list[Any]]:
        with closing(Database(f"sqlite:///{self.file}")) as database:
            return self.rows(database)

    def rows_on_postgres(self) -> dict[str, list[Any]]:
        with closing(Database(self.url)) as database:
            return self.rows(database)

    def digest(self) -> str:
        return sha256(self.file.read_bytes()).hexdigest()

    def is_empty(self) -> bool:
        """Tell whether no table on PostgreSQL has a row, or there are none."""
        with closing(Database(self.url)) as database:
            return not database.is_made() or not any(self.rows(database).values())
