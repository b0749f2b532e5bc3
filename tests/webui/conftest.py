import logging
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

import bpmn
from engine import demo
from engine.accounts import passwords
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import Demonstration, ManualClock
from webui import create_app
from webui.logging import configure

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Site:
    """An installation with the demonstration, and what is stored in it."""

    def __init__(self, application: Application, link: str = "") -> None:
        """Have an installation whose demonstration has `link`; without one, make it."""
        self.application = application
        self.app = create_app(application)
        self.link = link or demo.install(application, bpmn.journeys())

    def person(self) -> "Person":
        return Person(self.app, self.link)

    def issue(self, **options: Any) -> str:
        options = {"parameters": {"externalId": demo.USER}, **options}
        return self.application.token_office.issue(name="once", definition_key=demo.PROCESS, **options).link

    def deploy_form(self, change: Callable[[str], str]) -> None:
        form = (bpmn.FOLDER / demo.PROCESS / "ShowCurrentTOTP.form").read_text()
        self.application.deploy([File("ShowCurrentTOTP.form", change(form).encode())])

    def deploy_process(self, change: Callable[[str], str]) -> None:
        process = (bpmn.FOLDER / demo.PROCESS / "get_current_totp.bpmn").read_text()
        self.application.deploy([File("get_current_totp.bpmn", change(process).encode())])

    def rows(self) -> dict[str, list[Any]]:
        """Return the whole database."""
        with self.application.database.read() as session:
            return {table.name: sorted(map(str, session.execute(select(table)))) for table in stored.tables(session)}

    @property
    def key(self) -> str:
        identity = self.application.identity
        with stored.aside(self.application.database) as session:
            user = identity.user_by_external_id(session, identity.store(session, demo.STORE), demo.USER)
            totp = identity.current_totp(session, user, identity.policy(session, demo.POLICY), "test")
            return identity.reveal(session, totp.secret)


class Person:
    """Somebody with a browser."""

    def __init__(self, app: Flask, link: str) -> None:
        self.client = app.test_client()
        self.path = f"/t/{link}"

    def open(self, path: str | None = None) -> TestResponse:
        return self.client.get(path or self.path)

    def send(self, page: TestResponse, path: str | None = None, **more: str) -> TestResponse:
        """Send the form of a page."""
        return self.client.post(path or page.request.path, data={**hidden(page), **more})

    def begin(self) -> TestResponse:
        """Open the link, begin, and return the first page of the journey."""
        begun = self.send(self.open())
        assert begun.status_code == 303, begun.text
        return self.open(begun.location)


def hidden(page: TestResponse) -> dict[str, str]:
    return dict(HIDDEN.findall(page.text))


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real parameters have a test of their own."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "var")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """The same at the time at which these tests begin."""
    return Demonstration.make(tmp_path_factory.mktemp("demonstration") / "var", ManualClock())


@pytest.fixture
def site(settings: Settings, clock: ManualClock, demonstration: Demonstration) -> Iterator[Site]:
    demonstration.copy(settings.data)
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield Site(application, demonstration.link)
    application.close()


@pytest.fixture
def person(site: Site) -> Person:
    return site.person()


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that is logged, as it is written."""
    stream, before = StringIO(), (logging.root.handlers[:], logging.root.level)
    configure(logging.DEBUG, stream)
    logging.root.setLevel(logging.DEBUG)
    yield stream
    logging.root.handlers, logging.root.level = before
    structlog.reset_defaults()


FIELD = (
    '{"type": "textfield", "id": "codeField", "key": "code", "label": "Code",'
    ' "validate": {"required": true, "minLength": 6}},'
)


@pytest.fixture
def asking(site: Site) -> Site:
    """The site with a field in the form of its journey, and two tries."""
    site.deploy_form(lambda form: form.replace('"components": [', f'"components": [{FIELD}'))
    tries = '<zeebe:property name="maxAttempts" value="3" /></zeebe:properties>'
    site.deploy_process(lambda process: process.replace("</zeebe:properties>", tries))
    return site
