import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine import demo, process_file
from engine.application import Application
from engine.config import Settings
from engine.store.models import AuditEvent
from forms import FormJs
from forms.blank import blank
from service_tasks import ACTIVITIES
from tests.conftest import Demonstration, ManualClock
from webui import create_app

PASSWORD = "wobbly kettle orbit"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
DATA = re.compile(r'<script type="application/json" id="[a-z]+-data">(.*?)</script>', re.DOTALL)


class Operator:
    """Somebody with a browser."""

    def __init__(self, app: Flask, address: str = "192.0.2.7") -> None:
        self.client = app.test_client()
        self.environment = {"REMOTE_ADDR": address}
        self.token = ""

    def get(self, path: str, **more: Any) -> TestResponse:
        page = self.client.get(path, environ_base=self.environment, **more)
        found = TOKEN.search(page.text) if "html" in (page.content_type or "") else None
        self.token = found[1] if found else self.token
        return page

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token, **fields}, environ_base=self.environment)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Send JSON as the builder does."""
        sent = {"X-CSRFToken": self.token, "Content-Type": "application/json", **headers}
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.open(path, method=method, data=content, headers=sent, environ_base=self.environment)

    def sign_in(self, password: str = PASSWORD, name: str = "admin", **more: str) -> TestResponse:
        self.get("/backoffice/sign-in")
        return self.post("/backoffice/sign-in", name=name, password=password, **more)

    def data(self, name: str) -> dict[str, Any]:
        """Return what the builder's page holds."""
        return self._data(f"/backoffice/forms/{name}")

    def process(self, key: str) -> dict[str, Any]:
        """Return what the designer's page holds."""
        return self._data(f"/backoffice/processes/{key}")

    def _data(self, path: str) -> dict[str, Any]:
        page = self.get(path)
        assert page.status_code == 200, page.text
        found = DATA.search(page.text)
        assert found
        data: dict[str, Any] = orjson.loads(found[1])
        self.token = data["csrf"]
        return data

    def save(self, name: str, content: str, revision: int) -> TestResponse:
        return self.call("PUT", f"/backoffice/api/forms/{name}/draft", {"content": content, "revision": revision})

    def save_version(self, name: str, content: str, revision: int, *, deploy: bool = False) -> TestResponse:
        body = {"content": content, "revision": revision, "deploy": deploy}
        return self.call("POST", f"/backoffice/api/forms/{name}/versions", body)

    def save_process(self, key: str, content: str, revision: int) -> TestResponse:
        """Save the draft."""
        return self.call("PUT", f"/backoffice/api/processes/{key}/draft", {"content": content, "revision": revision})

    def keep_process(self, key: str, content: str, revision: int, *, deploy: bool = False) -> TestResponse:
        """Save a state, or deploy."""
        body = {"content": content, "revision": revision, "deploy": deploy}
        return self.call("POST", f"/backoffice/api/processes/{key}/versions", body)


@pytest.fixture
def journeys(settings: Settings, demonstration: Demonstration) -> None:
    """Let the installation have the demonstration: `pytest.mark.usefixtures` in a module that needs it."""
    demonstration.copy(settings.data)


@pytest.fixture
def application(settings: Settings, clock: ManualClock) -> Iterator[Application]:
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield application
    application.close()


@pytest.fixture
def one_time(application: Application) -> str:
    """The one-time password of the first account."""
    issued = application.accounts.make_first()
    assert issued is not None
    return issued.password


@pytest.fixture
def app(application: Application) -> Flask:
    return create_app(application)


@pytest.fixture
def newcomer(app: Flask, one_time: str) -> Operator:
    """Nobody is signed in."""
    return Operator(app)


@pytest.fixture
def operator(application: Application, newcomer: Operator, one_time: str) -> Operator:
    """An administrator who is signed in and has a password; that pages do this has tests of its own."""
    where, accounts = {"address": newcomer.environment["REMOTE_ADDR"], "device": "Werkzeug"}, application.accounts
    signed_in = accounts.sign_in("admin", one_time, **where)
    newcomer.client.set_cookie(
        "idflow-backoffice", accounts.change_password(signed_in, one_time, PASSWORD, **where).session
    )
    newcomer.get("/backoffice/new-form")
    return newcomer


@pytest.fixture
def colleague(app: Flask, application: Application, operator: Operator) -> Callable[..., Operator]:
    """Make somebody with a role, and sign them in: a browser with a password of its own."""

    def make(role: str, name: str = "", address: str = "192.0.2.8") -> Operator:
        issued = application.administration.create(name or role, role)
        person = Operator(app, address)
        person.sign_in(issued.password, issued.account.name)
        person.get("/backoffice/password")
        changed = person.post("/backoffice/password", current=issued.password, new=PASSWORD, repeated=PASSWORD)
        assert changed.status_code == 303, changed.text
        person.get("/backoffice/account")
        return person

    return make


def form(name: str = "Welcome", title: str = "Welcome", *more: dict[str, Any]) -> str:
    """Return a form document that can be deployed."""
    document = orjson.loads(blank(name, title))
    button = {"type": "button", "id": "done", "label": "Done", "action": "submit"}
    document["components"] += [*more, button]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def process(key: str = "welcome", name: str = "Welcome", tags: str = "", steps: str = "") -> str:
    """Return a process that can be deployed."""
    said = f'<zeebe:properties><zeebe:property name="tags" value="{tags}" /></zeebe:properties>' if tags else ""
    extensions = f"<bpmn:extensionElements>{said}</bpmn:extensionElements>" if tags else ""
    steps = steps or '<bpmn:sequenceFlow id="on" sourceRef="start" targetRef="end" />'
    inside = f'{extensions}<bpmn:startEvent id="start" /><bpmn:endEvent id="end" />{steps}'
    text = process_file.blank(key, name).decode()
    return text.replace('isExecutable="true" />', f'isExecutable="true">{inside}</bpmn:process>')


def audited(application: Application, *events: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what the audit trail says of these events, in order."""
    with application.database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    return [(row.event, row.detail) for row in rows if row.event in events]


class People:
    """Those who begin processes, each in a browser of their own."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.bindings: dict[str, bytes] = {}

    def begin(self, user: str = demo.USER, process: str = demo.PROCESS, **parameters: str) -> str:
        """Return the instance of a token for `user`."""
        given = {"externalId": user, **parameters}
        issued = self.application.token_office.issue(name=None, definition_key=process, parameters=given)
        binding = len(self.bindings).to_bytes(32)
        instance_id = self.application.journeys.begin(issued.link, binding)
        self.bindings[instance_id] = binding
        return instance_id

    def finish(self, instance_id: str) -> None:
        """Submit the form that is open."""
        task = self.application.journeys.step(instance_id, self.bindings[instance_id]).task
        assert task is not None
        self.application.journeys.submit(instance_id, self.bindings[instance_id], task.id, {})


@pytest.fixture
def people(application: Application) -> People:
    return People(application)
