"""Who asks, by which name of the server, and below which path: a proxy says it only when it is trusted."""

from dataclasses import replace
from functools import partial
from queue import Queue
from threading import Event, Thread

import pytest

from engine.application import Application
from engine.config import Settings
from forms import FormJs
from tests.webui.conftest import Site
from tests.webui.server.asking import ask
from webui.server import serve


def test_headers_of_a_proxy_that_nobody_configured_change_nothing(address: str) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    _, headers, body = ask(address, "GET", "/", headers=forged)
    assert b"evil" not in body + str(headers).encode()


def test_pages_below_a_path_of_the_public_url_link_to_each_other(site: Site) -> None:
    settings = replace(site.application.settings, public_url="http://id.example/idflow")
    application = Application.open(settings, activities={}, forms=FormJs())
    stop, urls = Event(), Queue[str]()
    thread = Thread(target=partial(serve, application, ready=urls.put, stop=stop))
    thread.start()
    address = urls.get(timeout=60).removeprefix("http://")
    status, _, body = ask(address, "GET", "/idflow/")
    stop.set()
    thread.join()
    application.close()
    assert status == 200
    assert b'href="/idflow/static/idflow.css?v=' in body


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [
        (None, "127.0.0.1"),
        ("192.0.2.1", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.9"),
        ("198.51.100.0/24, 127.0.0.1", "203.0.113.66"),
    ],
)
class TestBehindAProxy:
    @pytest.fixture
    def settings(self, settings: Settings, trusted: str | None) -> Settings:
        return replace(settings, trusted_proxy=trusted)

    def test_only_the_trusted_one_says_who_asks(self, address: str, site: Site, seen: str) -> None:
        _, headers, page = ask(address, "GET", "/backoffice/sign-in")
        token = page.decode().split('name="csrf_token" value="')[1].split('"')[0]
        sent = {
            "Cookie": headers["Set-Cookie"].split(";")[0],
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": "203.0.113.66, 198.51.100.9",
            "X-Forwarded-Host": "evil.example",
            "X-Request-ID": "from-the-proxy",
        }
        body = f"csrf_token={token}&name=admin&password=wrong"
        status, answered, _ = ask(address, "POST", "/backoffice/sign-in", body=body, headers=sent)
        assert status == 422
        assert (answered["X-Request-Id"] == "from-the-proxy") is (seen != "127.0.0.1")
        (event,) = [row for row in site.rows()["audit_events"] if "sign_in_failed" in row]
        assert f'"address":"{seen}"' in event


class TestNamesOfTheServer:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, public_url="https://id.example", trusted_hosts="Other.example")

    def test_it_answers_by_its_own_names_only(self, address: str) -> None:
        for host, expected in {
            "id.example": 200,
            "other.example:8443": 200,
            "localhost:1": 200,
            "evil.example": 400,
        }.items():
            assert ask(address, "GET", "/", headers={"Host": host})[0] == expected
        assert ask(address, "GET", "/readyz", headers={"Host": "10.0.0.7"})[0] == 200
