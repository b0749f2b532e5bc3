"""What a journey may ask of the database: counted, since every statement is time that everybody pays."""

from bench.asked import Counted, counted
from engine import demo
from engine.application import Application
from tests.webui.conftest import Person, Site

STATEMENTS = {"start, show and submit": (19, 20), "over HTTP": (23, 25)}
"""On SQLite and on PostgreSQL, where clicks at once wait for each other by a statement. The first begins without a
token, so what it was started with is noted for the search of instances."""
COMMITS = 4


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
    with counted(site.application.database.engine) as found:
        over_http(person)
    check(found, "over HTTP", site)


def test_a_journey_in_the_engine_asks_the_database_for_little(site: Site) -> None:
    in_the_engine(site.application, b"1" * 32)
    with counted(site.application.database.engine) as found:
        in_the_engine(site.application, b"2" * 32)
    check(found, "start, show and submit", site)
