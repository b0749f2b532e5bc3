"""What earlier versions have stored goes on: databases migrate, journeys end, the audit trail is whole."""

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from sqlite3 import connect

import pytest
from werkzeug.test import Client

from engine import demo
from engine.application import Application
from engine.config import Settings
from engine.store.models import InstanceStatus
from webui import create_app
from webui.cli.options import open_application

HERE = Path(__file__).parent
VERSIONS = sorted(path.name.partition(".")[0] for path in HERE.glob("*.sql.gz"))
BINDING = re.compile(r"idflow.journey")
"""The cookie by which a browser goes on; the first version wrote its name otherwise."""

pytestmark = pytest.mark.sqlite("earlier versions have left files of SQLite")


@dataclass
class Upgraded:
    """An installation of an earlier version, opened by this one."""

    application: Application
    page: str
    binding: str

    @property
    def browser(self) -> Client:
        """Return the browser of the person who had got as far as the form."""
        client = Client(create_app(self.application))
        client.set_cookie("idflow-journey", self.binding, path=self.page)
        return client

    @property
    def instance(self) -> str:
        return self.page.rpartition("/")[2]

    def journey(self, browser: Client) -> str:
        page = browser.get(self.page)
        assert page.status_code == 200
        return page.get_data(as_text=True)


@pytest.fixture(params=VERSIONS)
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Upgraded]:
    version: str = request.param
    kept = json.loads((HERE / f"{version}.json").read_text())
    with closing(connect(tmp_path / "idflow.sqlite3")) as connection:
        connection.executescript(gzip.decompress((HERE / f"{version}.sql.gz").read_bytes()).decode())
    application = open_application(Settings(data=tmp_path, key=kept["key"]))
    (binding,) = (value for name, value in kept["cookies"].items() if BINDING.fullmatch(name))
    yield Upgraded(application, kept["page"], binding)
    application.close()


def test_a_journey_that_waited_for_its_form_goes_on_to_its_end(upgraded: Upgraded) -> None:
    browser = upgraded.browser
    form = upgraded.journey(browser)
    assert 'class="qrcode"' in form
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert browser.post(upgraded.page, data=hidden).status_code == 303
    assert "qrcode" not in upgraded.journey(browser)
    shown = upgraded.application.views.show(upgraded.instance)
    assert shown.record.status is InstanceStatus.COMPLETED
    assert upgraded.application.audit_office.verify().breaks == ()


def test_what_had_ended_can_be_looked_at_and_something_new_can_begin(upgraded: Upgraded) -> None:
    application = upgraded.application
    (ended,) = (each.id for each in application.views.newest() if each.status is InstanceStatus.COMPLETED)
    seen = application.views.inspect(ended)
    assert {each.element_id for each in seen.detail.history if each.event == "completed"} <= seen.elements.keys()
    binding = token_bytes(32)
    begun = application.journeys.start(demo.PROCESS, {"externalId": demo.USER}, binding)
    step = application.journeys.step(begun, binding)
    assert step.task is not None
    application.journeys.submit(begun, binding, step.task.id, {})
    assert application.views.show(begun).record.status is InstanceStatus.COMPLETED
