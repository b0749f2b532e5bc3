"""What a journey may ask of the database: counted, since every statement is time that everybody pays."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from engine import demo
from engine.application import Application
from tests.webui.conftest import Person, Site

STATEMENTS = {"start, show and submit": (20, 20), "over HTTP": (24, 25)}
"""On SQLite and on PostgreSQL, where clicks at once wait for each other by a statement. The first begins without a
token, so what it was started with is noted for the search of instances."""
COMMITS = 4


class Counted:
    def __init__(self) -> None:
        self.statements: list[str] = []
        self.commits = 0


@contextmanager
def counted(application: Application) -> Iterator[Counted]:
    counted, engine = Counted(), application.database.engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.statements.append(statement)

    def commit(_connection: object) -> None:
        counted.commits += 1

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    yield counted
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", commit)


def check(found: Counted, what: str, site: Site) -> None:
    sqlite, postgres = STATEMENTS[what]
    allowed = sqlite if site.application.database.is_sqlite else postgres
    assert len(found.statements) <= allowed, "\n".join(found.statements)
    assert 0 < found.commits <= COMMITS


def over_http(person: Person) -> None:
    assert "<h1>Finished</h1>" in person.open(person.send(person.begin()).location).text


def in_the_engine(application: Application, binding: bytes) -> None:
    instance_id = application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, binding)
    task = application.journeys.step(instance_id, binding).task
    assert task is not None
    application.journeys.submit(instance_id, binding, task.id, {})


def test_a_journey_over_http_asks_the_database_for_little(site: Site) -> None:
    over_http(site.person())
    person = site.person()
    with counted(site.application) as found:
        over_http(person)
    check(found, "over HTTP", site)


def test_a_journey_in_the_engine_asks_the_database_for_little(site: Site) -> None:
    in_the_engine(site.application, b"1" * 32)
    with counted(site.application) as found:
        in_the_engine(site.application, b"2" * 32)
    check(found, "start, show and submit", site)
