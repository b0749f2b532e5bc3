"""What the server listens at, and what it takes."""

import socket
from dataclasses import replace

import pytest

from engine.application import Application
from forms import FormJs
from tests.webui.conftest import Site
from tests.webui.server.asking import ask
from webui.server import AddressTaken, serve


def test_a_free_port_is_taken_and_told(address: str, site: Site) -> None:
    assert int(address.rpartition(":")[2]) > 0
    assert ask(address, "GET", "/healthz")[::2] == (200, b"ok")
    assert ask(address, "GET", f"/t/{site.link}")[0] == 200


def test_the_server_does_not_say_what_it_is(address: str) -> None:
    assert "Server" not in ask(address, "GET", "/")[1]


def test_a_large_body_is_refused_in_our_words(address: str) -> None:
    status, headers, body = ask(address, "POST", "/t/x", body=b"x" * (1024 * 1024 + 1))
    assert (status, b"<h1>" in body) == (413, True)
    assert "Content-Security-Policy" in headers


def test_large_headers_are_refused(address: str) -> None:
    assert ask(address, "GET", "/", headers={"X-Large": "x" * 40_000})[0] == 431


def test_an_address_that_is_taken_is_told_with_a_remedy(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = replace(site.application.settings, port=port)
        taken = Application.open(settings, activities={}, forms=FormJs())
        with pytest.raises(AddressTaken, match=f"port {port}.*--port"):
            serve(taken, ready=pytest.fail)
        taken.close()
