"""The machine: Python, SQLite, the disk, the clock."""

import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from webui.doctor.finding import Finding, error, ok, warning

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)
"""The newest that the tests were run with."""

OLDEST_SQLITE = (3, 35, 0)
"""The first that has `RETURNING`."""

LOW_DISK, LEAST_DISK = 1024**3, 100 * 1024**2
"""How many bytes should be free, and must be."""

NOT_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right says an earlier time than that."""

_FEATURES = {
    "RETURNING": "CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1) RETURNING a",
    "ON CONFLICT": "CREATE TABLE t (a PRIMARY KEY); INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING",
    "row values": "SELECT (1, 2) < (1, 3)",
    "partial indexes": "CREATE TABLE t (a); CREATE INDEX i ON t (a) WHERE a > 1",
}


@dataclass(frozen=True, slots=True)
class Machine:
    """What there is to be looked at."""

    python: tuple[int, ...]
    sqlite: tuple[int, ...]
    is_threadsafe: bool
    """Whether the library of SQLite may be used by several threads."""
    free: int
    """Bytes on the disk of the data folder."""
    now: datetime

    @classmethod
    def this(cls, folder: Path, now: datetime) -> Self:
        """Return this machine, with the disk that `folder` is on or would be on."""
        there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
        free = shutil.disk_usage(there).free
        return cls(tuple(sys.version_info[:3]), sqlite3.sqlite_version_info, sqlite3.threadsafety > 1, free, now)


def examine(machine: Machine) -> Iterator[Finding]:
    """Look at the machine."""
    yield _python(machine.python)
    yield _sqlite(machine)
    yield _disk(machine.free)
    yield _clock(machine.now)


def _python(version: tuple[int, ...]) -> Finding:
    name = f"Python {_dotted(version)}"
    if version[:2] < OLDEST_PYTHON:
        return error("python", f"{name} is too old.", f"Install Python {_dotted(OLDEST_PYTHON)} or newer.")
    if version[:2] > NEWEST_PYTHON:
        remedy = f"Nothing, if all works; otherwise use Python {_dotted(NEWEST_PYTHON)}."
        return warning("python", f"{name} is newer than what Idflow was tested with.", remedy)
    return ok("python", f"{name}.")


def _sqlite(machine: Machine) -> Finding:
    name = f"SQLite {_dotted(machine.sqlite)}"
    missing = [feature for feature, script in _FEATURES.items() if not _runs(script)]
    if machine.sqlite < OLDEST_SQLITE or missing:
        return error("sqlite", f"{name} is too old.", f"Use a Python with SQLite {_dotted(OLDEST_SQLITE)} or newer.")
    if not machine.is_threadsafe:
        return error("sqlite", f"{name} was built for one thread only.", "Use another build of Python.")
    return ok("sqlite", f"{name}, with all that is needed.")


def _runs(script: str) -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.executescript(script)
        except sqlite3.Error:
            return False
    return True


def _disk(free: int) -> Finding:
    has = f"{free // 1024**2:,} MiB are free on the disk of the data folder."
    if free < LEAST_DISK:
        return error("disk-space", has, "Make room: when the disk is full, no journey goes on.")
    if free < LOW_DISK:
        return warning("disk-space", has, "Make room, or shorten how long what is over is kept (IDFLOW_KEEP_…).")
    return ok("disk-space", has)


def _clock(now: datetime) -> Finding:
    said = f"The clock says {now:%Y-%m-%d %H:%M:%S} UTC."
    if now < NOT_BEFORE:
        remedy = "Set it, and keep it by NTP: codes and links depend on the time."
        return error("clock", f"{said} That is before this version was made.", remedy)
    return ok("clock", said)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
