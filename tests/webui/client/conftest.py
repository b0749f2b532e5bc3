from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from engine.application import Application
from engine.config import Settings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import Demonstration, ManualClock
from tests.webui.api.conftest import new_key, served
from webui.client import Client


@dataclass(frozen=True)
class Server:
    """An installation with the demonstration, on a real socket; several tests work with it."""

    application: Application
    address: str
    key: str
    """May do everything that keys may."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, demonstration: Demonstration) -> Iterator[Server]:
    settings = Settings(data=tmp_path_factory.mktemp("served") / "var", port=0)
    demonstration.copy(settings.data)
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=ManualClock())
    with served(application) as address:
        yield Server(application, address, new_key(application))
    application.close()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    with Client(server.address, server.key) as client:
        yield client
