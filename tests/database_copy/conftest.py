from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.audit.search import WantedEvents
from engine.config import Settings
from engine.deployment import File
from engine.store import Database
from engine.webhooks import WebhookSettings
from tests.conftest import ManualClock
from tests.database_copy.moving import Installed, Move, opened
from tests.instances.drawing import drawn
from tests.postgres import Databases, Instead
from tests.webui.conftest import Site

TIMED = ("start s", "wait pause timer PT1H", "end e", "s -> pause", "pause -> e")


@pytest.fixture(autouse=True)
def both_kinds(instead: Instead, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of SQLite are files of SQLite here."""
    monkeypatch.setattr(Database, "__init__", instead.really)


@pytest.fixture(scope="package")
def installed(instead: Instead, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    folder, clock = tmp_path_factory.mktemp("installed") / "var", ManualClock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", instead.really)
        with closing(opened(Settings(data=folder), clock)) as application:
            site = Site(application)
            person = site.person()
            page = person.begin()
            application.deploy([File("timed.bpmn", drawn({"timed": TIMED}))])
            waiting = application.journeys.start("timed", {}, b"")
            application.webhooks.create(WebhookSettings("https://hooks.example.com/", ("user.deleted",), "ours"))
            application.audit_office.export(WantedEvents(), by="somebody")
            application.audit_office.sign()
            yield Installed(folder, person.client, page.request.path, waiting, site.key)


@pytest.fixture
def move(
    installed: Installed,
    tmp_path: Path,
    postgres_databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Move]:
    made = Move(installed, tmp_path / "var", postgres_databases)
    monkeypatch.setenv("IDFLOW_DATABASE_URL", made.url)
    yield made
    postgres_databases.drop(made.name)
