"""Where an installation is measured: a file of SQLite, or a database of a PostgreSQL server; and its processes."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import bpmn
from bench import crowds
from bench.clients import OPEN_CLIENTS
from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.database_settings import DatabaseSettings
from forms import FormJs
from service_tasks import ACTIVITIES

KINDS = ("SQLite", "PostgreSQL")

_LISTENS = "Idflow listens on "
_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "autovacuum": "on"}
_PROGRAM = "from webui.cli import main; main()"


@dataclass
class Processes:
    """What serves, and does the jobs."""

    running: list[subprocess.Popen[str]] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)

    def cpu(self) -> float:
        """Return how many milliseconds they have worked, with all their threads; Linux only."""
        return sum(map(_cpu, self.running))

    def memory(self) -> float:
        """Return how much the largest of them has in memory, in MiB; Linux only."""
        return max(map(_memory, self.running))


@dataclass
class Place:
    """A database with the demonstration in it."""

    kind: str
    settings: Settings
    application: Application
    link: str
    """Of the first journey."""
    links: Sequence[str]
    """The same, each of somebody else."""

    def size(self) -> int:
        """Return how many bytes the database takes, indexes included."""
        if self.settings.postgres is not None:
            import psycopg  # noqa: PLC0415 - an extra

            with psycopg.connect(self.settings.postgres.url) as connection:
                row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
                return int(row[0]) if row else 0
        with sqlite3.connect(self.settings.database) as connection:
            pages, size, free = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "page_size", "freelist_count")
            )
            return int((pages - free) * size)

    @contextmanager
    def served(self, processes: int) -> Iterator[Processes]:
        """Run so many processes that serve, on ports of their own.

        Where Idflow has a command that only serves, one more process does the jobs; otherwise each does both.
        """
        from webui.cli import idflow  # noqa: PLC0415 - which others measure nothing with

        apart = "serve" in idflow.commands
        command = ["serve"] if apart else ["run", "--no-demo"]
        with ExitStack() as stack:
            found = Processes()
            for _ in range(processes):
                process = stack.enter_context(self._process(*command, "--port", "0"))
                found.running.append(process)
                found.urls.append(_listens(process))
            if apart:
                found.running.append(stack.enter_context(self._process("worker")))
            yield found

    @contextmanager
    def _process(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("IDFLOW_")}
        # Those who ask say whose address they have.
        environment |= {"IDFLOW_DATA": str(self.settings.data), "IDFLOW_TRUSTED_PROXY": "127.0.0.1"}
        if self.settings.postgres is not None:
            environment["IDFLOW_DATABASE_URL"] = self.settings.postgres.url
        with (
            (self.settings.data / "log").open("a") as log,
            subprocess.Popen(  # noqa: S603 - our own
                [sys.executable, "-c", _PROGRAM, *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.terminate()


@contextmanager
def place(kind: str) -> Iterator[Place]:
    """Make an installation on a fresh database of a kind, which keeps what it has promised when the power fails."""
    with ExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory()))
        postgres = None
        if kind == "PostgreSQL":
            # The tests know how to start one; only here it writes to the disk.
            from tests.postgres import Server  # noqa: PLC0415 - see above

            server = Server(_DURABLE, in_memory=False)
            stack.callback(server.stop)
            postgres = DatabaseSettings(server.url("postgres"))
        settings = Settings(data=data, port=0, postgres=postgres)
        application = Application.open(settings, activities=ACTIVITIES, forms=FormJs())
        stack.callback(application.close)
        link = demo.install(application, bpmn.journeys())
        yield Place(kind, settings, application, link, crowds.people(application, OPEN_CLIENTS))


def _listens(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if line.startswith(_LISTENS):
            return line.removeprefix(_LISTENS).split()[0].rstrip(",")
    raise RuntimeError("the server did not start")


def _cpu(process: subprocess.Popen[str]) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _memory(process: subprocess.Popen[str]) -> float:
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
