"""Two nodes on one database: what one knows the other knows, and who meets somebody else is told so in plain words."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from threading import Barrier

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from engine.store import rows
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import postgres, stored
from tests.cluster.people import HIDDEN
from tests.instances.drawing import FORM_FILE, drawn
from webui import create_app

PARTS = ("start s", "user ask", "end e", "s -> ask", "ask -> e")
AGAIN = 'type="submit">Try again</button>'


@dataclass
class Nodes:
    """Two of them, and a journey with one form."""

    applications: list[Application]
    apps: list[Flask] = field(init=False)

    def __post_init__(self) -> None:
        self.apps = [create_app(each) for each in self.applications]
        self.deploy(*PARTS)

    def deploy(self, *parts: str) -> None:
        """Deploy the journey on the first one."""
        self.applications[0].deploy([File("p.bpmn", drawn({"p": parts})), FORM_FILE])

    def begin(self, node: int = 0) -> "Browser":
        link = self.applications[0].token_office.issue(name=None, definition_key="p").link
        client = self.apps[node].test_client()
        landing = client.get(f"/t/{link}").text
        begun = client.post(f"/t/{link}", data=dict(HIDDEN.findall(landing)))
        assert begun.status_code == 303, begun.text
        browser = Browser(client, begun.location)
        browser.open()
        return browser

    def answer(self, browser: "Browser") -> object:
        shown = self.applications[0].views.show(browser.instance_id)
        return shown.variables["_customFormData"]["ask"]["answer"]


@dataclass
class Browser:
    """Somebody who has begun."""

    client: FlaskClient
    path: str
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def instance_id(self) -> str:
        return self.path.rpartition("/")[2]

    def open(self) -> str:
        page = self.client.get(self.path)
        assert page.status_code == 200, page.text
        self.fields = dict(HIDDEN.findall(page.text))
        return page.text

    def at(self, app: Flask) -> "Browser":
        """Return the same browser, whose requests come to another node."""
        other = app.test_client()
        for name, path in (("idflow", "/"), ("idflow-journey", self.path)):
            cookie = self.client.get_cookie(name, path=path)
            assert cookie is not None
            other.set_cookie(name, cookie.value, path=path)
        return Browser(other, self.path, dict(self.fields))

    def send(self, answer: str) -> tuple[int, str, str]:
        sent = self.client.post(self.path, data={**self.fields, "answer": answer})
        return sent.status_code, sent.text, sent.headers.get("Retry-After", "")


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    settings = Settings(data=tmp_path / "var")
    made = [Application.open(settings, activities=ACTIVITIES, forms=FormJs()) for _ in range(2)]
    yield Nodes(made)
    for each in made:
        each.close()


def test_what_is_deployed_on_one_node_is_used_by_the_other_at_once(nodes: Nodes) -> None:
    nodes.begin(node=1)
    nodes.deploy("start s", "user ask", "user then", "end e", "s -> ask", "ask -> then", "then -> e")
    browser = nodes.begin(node=1)
    assert browser.send("first")[0] == 303
    browser.open()
    assert browser.send("second")[0] == 303
    assert nodes.applications[0].views.show(browser.instance_id).record.status.value == "COMPLETED"


def test_a_journey_goes_on_at_any_node(nodes: Nodes) -> None:
    browser = nodes.begin(node=0).at(nodes.apps[1])
    assert "Answer" in browser.open()
    assert browser.send("there")[0] == 303
    assert nodes.answer(browser) == "there"


def test_of_many_that_send_the_same_form_at_once_one_wins_and_the_others_are_told(nodes: Nodes) -> None:
    for _ in range(3):
        browser = nodes.begin()
        many = [browser.at(nodes.apps[number % 2]) for number in range(8)]
        together = Barrier(len(many))

        def send(numbered: tuple[int, Browser], together: Barrier = together) -> tuple[int, str, str]:
            together.wait()
            return numbered[1].send(str(numbered[0]))

        with ThreadPoolExecutor(len(many)) as at_once:
            answers = list(at_once.map(send, enumerate(many)))
        assert Counter(status for status, *_ in answers) == {303: 1, 409: 7}
        assert all("This time, nothing was sent." in text for status, text, _ in answers if status == 409)
        assert nodes.answer(browser) == str([status for status, *_ in answers].index(303))
    assert nodes.applications[0].audit_office.verify().breaks == ()


@pytest.mark.usefixtures("postgres_databases")
class TestInTheWay:
    def test_who_waits_too_long_for_a_step_of_another_is_told(
        self, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rows, "ROW_WAIT_SECONDS", 0.1)
        browser = nodes.begin()
        with held(nodes, browser):
            status, text, _ = browser.send("late")
        assert (status, "We are still working on what you sent just before." in text) == (409, True)
        assert browser.send("now")[0] == 303
        assert nodes.answer(browser) == "now"

    def test_who_does_not_wait_too_long_is_served(self, nodes: Nodes) -> None:
        browser = nodes.begin()
        with ThreadPoolExecutor(1) as beside:
            with held(nodes, browser) as waits:
                sent = beside.submit(browser.send, "in time")
                waits()
            assert sent.result()[0] == 303
        assert nodes.answer(browser) == "in time"


def test_what_was_typed_while_the_database_was_away_is_sent_by_trying_again(
    nodes: Nodes, postgres_databases: postgres.Databases
) -> None:
    browser, name = nodes.begin(), nodes.applications[0].database.engine.url.database or ""
    cut(postgres_databases, name, allow=False)
    status, text, retry_after = browser.send('Zoë & "Co"')
    assert (status, "We will be back in a moment" in text, AGAIN in text, int(retry_after) > 0) == (
        503,
        True,
        True,
        True,
    )
    cut(postgres_databases, name, allow=True)
    fields = {key: unescape(value) for key, value in HIDDEN.findall(text)}
    assert browser.client.post(browser.path, data=fields).status_code == 303
    assert nodes.answer(browser) == 'Zoë & "Co"'


def cut(databases: postgres.Databases, name: str, *, allow: bool) -> None:
    with psycopg.connect(databases.url("postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(allow).lower()}")
        connection.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [name])


@contextmanager
def held(nodes: Nodes, browser: Browser) -> Iterator[Callable[[], None]]:
    """Hold an instance as somebody in the middle of a step does; yields what waits until another waits for it."""
    url = stored.url(nodes.applications[0].database)
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as watcher:
        holder.execute("SELECT id FROM instances WHERE id = %s FOR UPDATE", [browser.instance_id])

        def waits() -> None:
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database"
            waiting += " WHERE datname = current_database()) OR NOT granted AND locktype = 'transactionid'"
            while (watcher.execute(waiting).fetchone() or (0,))[0] == 0:
                pass

        yield waits
        holder.rollback()
