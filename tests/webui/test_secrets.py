"""A canary: one journey over the real server, at the lowest log level, and then a search for what must be nowhere."""

import re
from base64 import b32decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from queue import Queue
from threading import Event, Thread
from urllib.parse import quote, urlencode

import pytest

from engine.config import Settings
from engine.tokens import Tokens
from tests import logs, stored
from tests.webui.conftest import HIDDEN, Site
from webui.server import serve


class Browser:
    """As little of a browser as a journey needs; it counts every byte that it was sent."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}
        self.pages: list[tuple[str, str]] = []

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        """Return the page, after redirects."""
        connection = HTTPConnection(self.address, timeout=10)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, urlencode(fields or {}), headers)
        response = connection.getresponse()
        page = response.read().decode()
        connection.close()
        for each in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(each).items()}
        self.pages.append((f"{method} {path}", f"{response.headers}{page}"))
        location = response.headers["Location"]
        return self.ask("GET", location) if location else page


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, port=0)


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """Everything that this process logs, libraries too, as it is written."""
    with logs.everything() as written:
        yield written


@pytest.fixture
def browser(log: Callable[[], str], site: Site) -> Iterator[Browser]:
    stop, urls = Event(), Queue[str]()
    thread = Thread(target=partial(serve, site.application, ready=urls.put, stop=stop))
    thread.start()
    yield Browser(urls.get(timeout=10).removeprefix("http://"))
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


def spellings(key: str) -> list[str]:
    """Return how a Base32 key could be written."""
    data = b32decode(key)
    base64 = b64encode(data).decode().rstrip("=")
    return [key, key.lower(), quote(key), data.hex(), base64, base64.replace("+", "-").replace("/", "_"), repr(data)]


def journey(browser: Browser, link: str) -> str:
    """Go the whole way, with the mistakes that people make, and return the form's address."""
    landing = browser.ask("GET", f"/t/{link}")
    form = browser.ask("POST", f"/t/{link}", dict(HIDDEN.findall(landing)))
    path = browser.pages[-1][0].removeprefix("GET ")
    fields = dict(HIDDEN.findall(form))
    browser.ask("POST", path, {**fields, "task-id": "another"})
    browser.ask("POST", path, {})
    browser.ask("POST", path, fields)
    browser.ask("POST", path, fields)
    browser.ask("GET", f"/t/{link}")
    return path


def test_the_log_of_a_journey_has_no_secret_no_link_and_no_cookie(
    browser: Browser, site: Site, log: Callable[[], str]
) -> None:
    journey(browser, site.link)
    written = log()
    # Were these missing, nothing else would prove anything.
    assert "route=journey.submit" in written
    assert "SELECT" in written
    assert browser.cookies.keys() == {"idflow", "idflow-journey"}
    for secret in (*spellings(site.key), "otpauth:", site.link, *browser.cookies.values()):
        assert secret not in written


def test_no_page_but_the_form_has_the_secret(browser: Browser, site: Site) -> None:
    path = journey(browser, site.link)
    holding = [
        title for title, page in browser.pages if "otpauth" in page or any(each in page for each in spellings(site.key))
    ]
    assert holding == [f"GET {path}"]
    assert browser.ask("GET", path).count("<h1>Finished</h1>") == 1


def test_the_database_has_no_secret_no_link_and_no_cookie(browser: Browser, site: Site) -> None:
    journey(browser, site.link)
    files = [each for each in site.application.settings.data.rglob("*") if each.is_file()]
    kept = b"".join(each.read_bytes() for each in files) + stored.content(site.application.database)
    assert b"token_redeemed" in kept
    for secret in (*spellings(site.key), "otpauth:", site.link, *browser.cookies.values()):
        assert secret.encode() not in kept


def test_an_error_on_the_server_tells_neither_page_nor_log_what_it_was_about(
    browser: Browser, site: Site, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object, __: object, link: str) -> None:
        raise RuntimeError(f"no token {link}")

    monkeypatch.setattr(Tokens, "find", fail)
    page = browser.ask("GET", f"/t/{site.link}")
    reference = re.search(r"<code>([0-9a-f]{8})</code>", page)
    assert reference
    assert f"reference={reference[1]}" in log()
    assert site.link not in page + log()


def test_head_says_what_get_says_without_the_page(browser: Browser, site: Site) -> None:
    for path in (f"/t/{site.link}", "/", "/healthz", "/nowhere"):
        answers = []
        for method in ("GET", "HEAD"):
            connection = HTTPConnection(browser.address, timeout=10)
            connection.request(method, path)
            response = connection.getresponse()
            names = {name for name in response.headers if name not in {"Date", "Set-Cookie", "X-Request-Id"}}
            answers.append((response.status, {name: response.headers[name] for name in names}, response.read()))
            connection.close()
        (status, headers, body), head = answers
        assert head == (status, headers, b"")
        assert body
