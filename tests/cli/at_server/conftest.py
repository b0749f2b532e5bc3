import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest
import structlog
from argon2 import PasswordHasher

from engine.accounts import passwords
from engine.api_settings import ApiSettings
from engine.application import Application
from engine.config import Settings
from tests.cli.at_server.places import Both, Place
from tests.instances.drawing import FORM_FILE, drawn
from tests.webui.api.conftest import new_key, served
from webui.cli.options import open_application


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, ready_database: Path) -> Iterator[Both]:
    folders = [tmp_path_factory.mktemp(name) / "var" for name in ("folder", "server")]
    for each in folders:
        each.mkdir()
        shutil.copyfile(ready_database, each / "idflow.sqlite3")
    settings = Settings(data=folders[0])
    application = open_application(Settings(data=folders[1], port=0, api=ApiSettings(burst=1000)))

    @contextmanager
    def opened() -> Iterator[Application]:
        found = open_application(settings)
        yield found
        found.close()

    with pytest.MonkeyPatch.context() as patch, served(application) as address:
        # The server is in this process: what it logs is not what a command says.
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        at_server = {"IDFLOW_URL": address, "IDFLOW_API_KEY": new_key(application)}
        server = Place({**at_server, "IDFLOW_DATA": "/nowhere"}, lambda: nullcontext(application))
        yield Both(Place({"IDFLOW_DATA": str(folders[0])}, opened), server)
    structlog.reset_defaults()
    application.close()


@pytest.fixture
def server(both: Both) -> Place:
    return both.places[1]


@pytest.fixture
def deploy(both: Both, tmp_path: Path) -> Callable[..., str]:
    def run(*elements: str) -> str:
        process, form = tmp_path / "p.bpmn", tmp_path / "f.form"
        process.write_bytes(drawn({"p": elements}))
        form.write_bytes(FORM_FILE.content)
        status, said = both("deploy", process, form)
        assert status == 0, said
        return said

    return run
