"""The client at servers that are not there, not well, or not ours."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from engine.setting import SettingInvalid
from tests.certificate import Certificate
from tests.receiver import Receiver, Reply
from webui.api.models.stores import StoreChange
from webui.api.models.tokens import NewToken
from webui.client import (
    AnswerUnreadable,
    CallFailed,
    CertificateRefused,
    Client,
    Options,
    OtherwiseNow,
    Patience,
    ServerBroken,
    ServerSettings,
    ServerUnreachable,
    TooMany,
    UrlRefused,
)

KEY = "idflow_never-to-be-seen"
ID = "0" * 24
EMPTY = Reply(200, {"Content-Type": "application/json"}, b'{"items": [], "next": null}')
MADE = Reply(201, {"Content-Type": "application/json"}, orjson.dumps({"id": ID, "name": "n", "link": "l"}))
NEW = NewToken(definition="p")


def problem(status: int, code: str = "trouble", **headers: str) -> Reply:
    body = {"type": "", "title": "", "status": status, "detail": "It went wrong.", "code": code, "request": "r" * 16}
    return Reply(status, {"Content-Type": "application/problem+json", **headers}, orjson.dumps(body))


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(receiver: Receiver, waits: list[float]) -> Client:
    return at(receiver, waits)


def at(receiver: Receiver, waits: list[float], **options: Any) -> Client:
    keys = iter("abcdefg")
    chosen = Options(sleep=waits.append, random=lambda: 1.0, new_key=lambda: next(keys), **options)
    return Client(f"http://127.0.0.1:{receiver.port}", KEY, chosen)


def test_what_can_be_done_twice_is_tried_again(client: Client, receiver: Receiver, waits: list[float]) -> None:
    receiver.replies = [Reply(502), problem(503), EMPTY]
    assert list(client.stores.list()) == []
    assert waits == [0.5, 1.0]
    receiver.replies = [problem(503), problem(409, "idempotency-still-working", **{"Retry-After": "1"}), MADE]
    assert client.tokens.create(NEW).id == ID
    keys = [each.headers["idempotency-key"] for each in receiver.requests[-3:]]
    assert keys == ['"a"', '"a"', '"a"']
    receiver.replies = [MADE]
    client.tokens.create(NEW)
    assert receiver.requests[-1].headers["idempotency-key"] == '"b"'
    assert receiver.requests[-1].headers["user-agent"].startswith("idflow-client/")


def test_it_gives_up_after_a_few_times(client: Client, receiver: Receiver, waits: list[float]) -> None:
    receiver.replies = [problem(503)]
    with pytest.raises(ServerBroken, match=r"request r{16}"):
        list(client.stores.list())
    assert (len(receiver.requests), waits) == (4, [0.5, 1.0, 2.0])


def test_what_cannot_be_done_twice_and_what_was_decided_is_not_tried_again(
    client: Client, receiver: Receiver, waits: list[float]
) -> None:
    receiver.replies = [problem(503)]
    with pytest.raises(ServerBroken):
        client.stores.change(StoreChange(locale="de"), store_id=ID)
    receiver.replies = [problem(409)]
    with pytest.raises(OtherwiseNow, match="went wrong"):
        client.tokens.create(NEW)
    assert (len(receiver.requests), waits) == (2, [])


def test_it_waits_as_long_as_the_server_asks_up_to_a_limit(
    client: Client, receiver: Receiver, waits: list[float]
) -> None:
    receiver.replies = [problem(429, **{"Retry-After": "7"}), EMPTY]
    list(client.stores.list())
    receiver.replies = [problem(429, **{"Retry-After": "31"})]
    with pytest.raises(TooMany, match=r"Wait 31 seconds\.") as refused:
        list(client.stores.list())
    assert (refused.value.retry_after, waits) == (31, [7])


def test_redirects_and_other_answers_are_not_followed(client: Client, receiver: Receiver) -> None:
    receiver.replies = [Reply(302, {"Location": "http://127.0.0.1:9/"})]
    with pytest.raises(AnswerUnreadable, match="leads elsewhere"):
        list(client.stores.list())
    html = {"Content-Type": "text/html"}
    receiver.replies = [Reply(200, html, b"<html>")]
    with pytest.raises(AnswerUnreadable, match="no Idflow"):
        client.definitions.bpmn(key="p", version=1)
    for other in (
        Reply(200, html, b"<html>"),
        Reply(404, {}, b"not here"),
        Reply(200, {"Content-Type": "application/json"}, b'{"items": 5}'),
    ):
        receiver.replies = [other]
        with pytest.raises(AnswerUnreadable, match="no Idflow"):
            list(client.stores.list())


def test_nobody_there_is_told(receiver: Receiver, waits: list[float]) -> None:
    client = at(receiver, waits, patience=Patience(attempts=2))
    receiver.stop()
    with pytest.raises(ServerUnreachable, match="cannot be reached"):
        list(client.stores.list())
    assert waits == [0.5]


def test_silence_is_told(receiver: Receiver, waits: list[float]) -> None:
    client = at(receiver, waits, patience=Patience(attempts=1), timeout=0.05)
    receiver.before_reply = lambda: receiver.ended.wait(60)
    with pytest.raises(ServerUnreachable, match="too long"):
        list(client.stores.list())
    receiver.ended.set()


def test_a_certificate_must_be_trusted(receive: Callable[..., Receiver], certificate: Certificate) -> None:
    secure = receive(tls=certificate.server)
    secure.replies = [EMPTY]
    address = f"https://localhost:{secure.port}"
    with pytest.raises(CertificateRefused, match=r"not trusted: .*SSL_CERT_FILE"):
        list(Client(address, KEY).stores.list())
    assert not secure.requests
    with Client(address, KEY, Options(tls=certificate.client)) as trusting:
        assert list(trusting.stores.list()) == []
    assert secure.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_the_key_is_never_seen(client: Client, receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, name)
    seen = [repr(client), repr(client.connection), repr(ServerSettings("https://idflow.example.com", KEY))]
    for reply in (problem(401), problem(500), Reply(200, {}, b"<html>"), Reply(302)):
        receiver.replies = [reply]
        with pytest.raises(CallFailed) as failed:
            list(client.stores.list())
        seen += traceback.format_exception(failed.value)
        seen += [repr(vars(failed.value)), repr(failed.value.__context__)]
    receiver.stop()
    with pytest.raises(CallFailed) as gone:
        list(client.stores.list())
    assert gone.value.__context__ is None
    with pytest.raises(ValueError, match="visible ASCII") as unfit:
        Client("https://idflow.example.com", f"{KEY}\n")
    assert KEY not in "".join([*seen, *traceback.format_exception(unfit.value), caplog.text])
    assert len(receiver.requests) >= 4


@pytest.mark.parametrize(
    "url", ["https://idflow.example.com/", "http://127.0.0.1:8000", "http://[::1]", "http://localhost"]
)
def test_the_key_goes_by_https_or_stays_on_the_machine(url: str) -> None:
    settings = ServerSettings.from_environment({"IDFLOW_URL": url, "IDFLOW_API_KEY": KEY})
    assert settings is not None
    assert settings.url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["http://idflow.example.com", "http://192.0.2.1", "ftp://localhost", "idflow.example.com", "https://", "https://[",
     "https://me:secret@idflow.example.com", "https://idflow.example.com/?a=secret", "http://localhost.example.com",
     "https://idflow\x01.example.com"],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        Client(url, KEY)
    assert "secret" not in str(refused.value)


def test_http_is_allowed_where_somebody_says_so() -> None:
    given = {"IDFLOW_URL": "http://idflow.internal", "IDFLOW_API_KEY": KEY, "IDFLOW_ALLOW_HTTP": "true"}
    settings = ServerSettings.from_environment(given)
    assert settings is not None
    assert repr(Client.of(settings)) == "Client('http://idflow.internal')"


def test_settings_that_cannot_be_meant_are_refused() -> None:
    assert ServerSettings.from_environment({"IDFLOW_API_KEY": KEY}) is None
    address = {"IDFLOW_URL": "https://idflow.example.com"}
    for more in ({}, {"IDFLOW_API_KEY": KEY, "IDFLOW_API_KEY_FILE": "/dev/null"}, {"IDFLOW_API_KEY_FILE": "/nowhere"}):
        with pytest.raises(SettingInvalid) as refused:
            ServerSettings.from_environment(address | more)
        assert KEY not in str(refused.value)
