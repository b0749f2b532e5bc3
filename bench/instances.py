"""How long a page of instances takes that are looked for by their parameters, where there are a hundred thousand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from sqlalchemy import insert, text

from bench.timing import in_turns
from engine.instances import search
from engine.instances.by_parameter import Parameter
from engine.instances.parameters import SEALED, Digests
from engine.instances.search import Wanted
from engine.store import Database
from engine.store.models import (
    Definition,
    Instance,
    InstanceParameter,
    InstanceStatus,
    ProcessToken,
    TokenStatus,
    TokenType,
)
from engine.store.paging import After
from engine.tokens.parameters import note
from engine.tokens.records import APPLICANT

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = 50
STATE = b"\1" * 900
"""About what an instance of the first journey has."""
NAMES = ("Anna", "Anton", "Berta", "Cem", "Dora", "Emil", "Fatma", "Gül", "Hans", "Ida")
_CHUNK = 5000
_DIGESTS = Digests(b"key")


@dataclass(frozen=True, slots=True)
class Shape:
    """How many tokens started the instances, how many others were never used, and how many a program started."""

    name: str
    tokens: int
    unused: int = 0
    without: int = 0


def _shapes(instances: int) -> Iterator[Shape]:
    yield Shape("each instance has a token of its own", instances)
    yield Shape("a hundred instances have one token", max(instances // 100, 1))
    yield Shape("one token has all instances", 1)
    yield Shape("the same, beside as many tokens that nobody used", 1, instances)
    yield Shape("the same, beside as many instances that a program started", 1, instances, instances)


@click.command("instances")
@click.option("--rows", type=click.IntRange(100), default=100_000, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=15, show_default=True)
@click.option("--url", help="A database that is empty. [default: one of SQLite]")
def command(rows: int, rounds: int, url: str | None) -> None:
    """Measure pages of instances that are looked for by their parameters."""
    for shape in _shapes(rows):
        with _filled(shape, rows, url) as database:
            click.echo(f"{shape.name}, {rows} instances")
            for name, milliseconds in in_turns(_measured(database, rows), rounds).items():
                click.echo(f"  {name:66} {milliseconds:8.2f} ms")


def _measured(database: Database, rows: int) -> dict[str, Callable[[], object]]:
    far = After(BEGIN + timedelta(seconds=rows // 10), "0" * 24)
    asked = {
        "no parameter": Wanted(),
        "one of all: external ID": Wanted(query="user-000777"),
        "one of all: email=…": Wanted(parameter=Parameter("email", "anna.0@example.org")),
        "a tenth of all: anna": Wanted(query="anna"),
        "all: a": Wanted(query="user"),
        "all, and what is rare besides: a, incidents": Wanted(query="user", status=InstanceStatus.INCIDENT),
        "all, of one process": Wanted(query="user", definition_key="p", version=1),
        "all, the oldest": Wanted(query="user", oldest_first=True),
        "a tenth by name, and all": Wanted(query="user", parameter=Parameter("firstName", "anna")),
        "none": Wanted(query="nobody"),
        "those that tokens have which nobody used": Wanted(query="unused"),
    }
    measured: dict[str, Callable[[], object]] = {}
    for name, wanted in asked.items():
        measured[name] = partial(_page, database, wanted, None)
        if name.startswith(("all", "a tenth", "no p")):
            measured[f"{name} (a page far behind)"] = partial(_page, database, wanted, far)
    return measured


def _page(database: Database, wanted: Wanted, after: After | None) -> object:
    with database.read() as session:
        return search.ids(session, wanted, after, PAGE + 1, _DIGESTS)


@contextmanager
def _filled(shape: Shape, rows: int, url: str | None) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'many.sqlite3'}")
        database.migrate()
        if url is not None:
            with database.write() as session:
                for table in ("instances", "process_tokens", "definitions"):
                    session.execute(text(f"TRUNCATE {table} CASCADE"))
        _fill(database, shape, rows)
        if url is not None:
            with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        yield database
        database.close()


def _fill(database: Database, shape: Shape, rows: int) -> None:
    definition = {"id": "d", "key": "p", "version": 1, "name": "P", "file": "p.bpmn", "content": b"", "sha256": ""}
    with database.write() as session:
        session.execute(insert(Definition), [{**definition, "created_at": BEGIN}])
    for first in range(0, shape.tokens + shape.unused, _CHUNK):
        made = [_token(number, shape) for number in range(first, min(first + _CHUNK, shape.tokens + shape.unused))]
        with database.write() as session:
            session.execute(insert(ProcessToken), made)
            note(session, [(each["id"], each["parameters"]) for each in made])
    for first in range(0, rows, _CHUNK):
        with database.write() as session:
            session.execute(
                insert(Instance), [_instance(each, shape) for each in range(first, min(first + _CHUNK, rows))]
            )
    for first in range(rows, rows + shape.without, _CHUNK):
        others = range(first, min(first + _CHUNK, rows + shape.without))
        # As old as the others.
        started = [
            {**_instance(each, shape), "token_id": None, "created_at": BEGIN + timedelta(seconds=each - rows)}
            for each in others
        ]
        with database.write() as session:
            session.execute(insert(Instance), started)
            session.execute(insert(InstanceParameter), [row for each in started for row in _variables(each["id"])])


def _token(number: int, shape: Shape) -> dict[str, Any]:
    name, known = NAMES[number % len(NAMES)], "user" if number < shape.tokens else "unused"
    parameters = {
        "externalId": f"{known}-{number:06}",
        "firstName": name,
        "lastName": f"{known}-{number % 1000}",
        "email": f"{name}.{number}@example.org",
        "desk": number % 100,
    }
    return {
        "id": f"{number:024x}",
        "name": f"t{number}",
        "digest": number.to_bytes(32),
        "definition_key": "p",
        "type": TokenType.UNLIMITED.value,
        "status": TokenStatus.ACTIVE.value,
        "uses": 1,
        "maximum_duration": 3600,
        "parameters": parameters,
        "created_at": BEGIN,
    }


def _variables(instance_id: str) -> Iterator[dict[str, str]]:
    """Five, of which four are sealed."""
    yield {"instance_id": instance_id, "name": APPLICANT, "key": f"program-{instance_id}"}
    for name in ("firstName", "lastName", "email", "desk"):
        for under in (name, ""):
            yield {"instance_id": instance_id, "name": SEALED, "key": _DIGESTS.of(under, f"{name} {instance_id}")}


def _instance(number: int, shape: Shape) -> dict[str, Any]:
    return {
        # As random as ids are, and the same in each run.
        "id": f"{number * 0x9E3779B97F4A7C15 % 2**64:016x}{number:08x}",
        "definition_id": "d",
        "token_id": f"{number % shape.tokens:024x}",
        "status": InstanceStatus.COMPLETED.value if number % 5000 else InstanceStatus.INCIDENT.value,
        "revision": 1,
        "state": STATE,
        "created_at": BEGIN + timedelta(seconds=number),
    }
