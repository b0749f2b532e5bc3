"""The outgoing HTTP client, against real sockets."""

import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest

from engine.config import Settings
from engine.egress import (
    AllowList,
    AnswerUnreadable,
    Call,
    CertificateInvalid,
    Egress,
    HostUnknown,
    Limits,
    NoConnection,
    TargetRefused,
    TooSlow,
)
from engine.errors import IdflowError
from engine.setting import SettingInvalid
from tests.certificate import Certificate
from tests.receiver import Receiver, Reply

LOOPBACK = AllowList.parse("X", "127.0.0.0/8")
LOCALHOST = AllowList.parse("X", "localhost")

Receive = Callable[..., Receiver]


def send(url: str, **options: Any) -> Any:
    egress = Egress(**{"allowed": LOOPBACK, **options})
    return egress.send(Call("POST", url, {"X-One": "1"}, b"content"))


def test_a_request_goes_out_as_it_was_given_and_its_answer_comes_back(receiver: Receiver) -> None:
    receiver.replies = [Reply(201, {"X-Two": "2"}, b"thanks")]
    answer = send(receiver.url + "?token=a%20b")
    assert (answer.status, answer.headers["x-two"], answer.body, answer.whole) == (201, "2", b"thanks", True)
    (request,) = receiver.requests
    assert (request.method, request.path, request.body) == ("POST", "/hook?token=a%20b", b"content")
    assert (request.headers["x-one"], request.headers["user-agent"]) == ("1", "Idflow")
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_a_redirect_is_an_answer_and_nothing_more(receiver: Receiver) -> None:
    receiver.replies = [Reply(302, {"Location": receiver.url})]
    assert send(receiver.url).status == 302
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://hooks.example.com/", "Only https"),
        ("http://10.0.0.1/", "Only https"),
        ("https://10.0.0.1/", "not a public address"),
        ("https://[::1]/", "not a public address"),
        ("https://[::ffff:10.0.0.1]/", "not a public address"),
        ("https://[64:ff9b::a00:1]/", "not a public address"),
        ("https://169.254.169.254/latest/meta-data/", "not a public address"),
        ("https://user:password@example.com/", "a user or a password"),
        ("https://user@example.com/", "a user or a password"),
        ("https://example.com/#part", "a #"),
        ("ftp://example.com/", "a whole URL"),
        ("//example.com/", "a whole URL"),
        ("example.com", "a whole URL"),
        ("file:///etc/passwd", "a whole URL"),
        ("https://exa mple.com/", "cannot be right"),
        ("https://example.com:70000/", "cannot be right"),
        ("https://example.com:0/", "cannot be right"),
        ("https://0177.0.0.1/", "no URL"),
        ("https://example.com/\r\nX: y", "no URL"),
        (f"https://example.com/{'a' * 2000}", "2000 characters"),
    ],
)
def test_what_can_be_refused_at_once_is(url: str, why: str) -> None:
    egress = Egress()
    with pytest.raises(TargetRefused, match=why):
        egress.check(url)
    with pytest.raises(TargetRefused, match=why):
        egress.send(Call("GET", url))


def test_a_host_that_is_allowed_may_be_called_in_the_clear() -> None:
    assert Egress(LOCALHOST).check("http://LOCALHOST/") == "localhost"
    assert Egress(LOOPBACK).check("http://127.0.0.9:8080/") == "127.0.0.9"
    assert Egress().check("https://hooks.example.com/a?b=c") == "hooks.example.com"


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "0"])
def test_no_way_to_write_this_machine_gets_through(receiver: Receiver, host: str) -> None:
    with pytest.raises(TargetRefused, match="not a public address"):
        send(f"https://{host}:{receiver.port}/", allowed=AllowList())
    assert receiver.requests == []


def test_the_address_that_was_looked_at_is_the_one_that_is_called(receiver: Receiver) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        """Say first what is public, and this machine to whoever asks again."""
        asked.append(host)
        return ["192.0.2.1", "127.0.0.1"] if len(asked) == 1 else ["127.0.0.1"]

    # Neither is public; then one is allowed, and only that one is called.
    with pytest.raises(TargetRefused):
        send(f"https://rebinding.example:{receiver.port}/", allowed=AllowList(), resolve=rebinding)
    assert (asked, receiver.requests) == (["rebinding.example"], [])
    asked.clear()
    allowed = AllowList.parse("X", "rebinding.example")
    url = f"http://rebinding.example:{receiver.port}/hook"
    asked.append("once")
    answer = send(url, allowed=allowed, resolve=rebinding)
    assert (answer.status, asked) == (204, ["once", "rebinding.example"])
    assert receiver.requests[0].headers["host"] == f"rebinding.example:{receiver.port}"


def test_of_several_addresses_those_that_may_be_called_are_tried(receiver: Receiver) -> None:
    tried = ["10.1.2.3", "::1", "127.0.0.2", "127.0.0.1"]
    allowed = AllowList.parse("X", "127.0.0.0/8")
    with pytest.raises(NoConnection):
        # Nothing listens there; the certificate is not looked at before.
        send("https://several.example:9/", allowed=allowed, resolve=lambda *_: tried[:3])
    with pytest.raises(IdflowError) as caught:
        send(f"https://several.example:{receiver.port}/", allowed=allowed, resolve=lambda *_: tried)
    assert caught.value.code == "egress-no-connection"


def test_a_certificate_must_be_valid_and_for_the_name(receive: Receive, certificate: Certificate) -> None:
    receiver = receive(certificate.server)
    url = f"https://localhost:{receiver.port}/"
    assert send(url, allowed=LOCALHOST, tls=certificate.client).status == 204
    with pytest.raises(CertificateInvalid, match="localhost"):
        send(url, allowed=LOCALHOST)
    with pytest.raises(CertificateInvalid):
        send(url.replace("localhost", "other.example"), tls=certificate.client, resolve=lambda *_: ["127.0.0.1"])
    assert len(receiver.requests) == 1


def test_who_speaks_no_tls_gets_nothing(receiver: Receiver) -> None:
    with pytest.raises(NoConnection):
        send(f"https://127.0.0.1:{receiver.port}/")
    assert receiver.requests == []


def test_an_answer_is_read_up_to_its_limit(receiver: Receiver) -> None:
    receiver.replies = [Reply(200, {}, b"x" * 100_000), Reply(200, {}, b"x" * 1000)]
    limits = Limits(answer=1000)
    answer = send(receiver.url, limits=limits)
    assert (len(answer.body), answer.whole) == (1000, False)
    answer = send(receiver.url, limits=limits)
    assert (len(answer.body), answer.whole) == (1000, True)


def test_whoever_dribbles_is_cut_off_when_the_time_is_over(receiver: Receiver) -> None:
    # It would go on for minutes, and then end with something else than this.
    receiver.raw = b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000
    with pytest.raises(TooSlow):
        send(receiver.url, limits=Limits(total=0.3))


def test_whoever_says_nothing_is_cut_off(receiver: Receiver) -> None:
    receiver.before_reply = lambda: receiver.ended.wait(60)
    with pytest.raises(TooSlow):
        send(receiver.url, limits=Limits(read=0.1))


def test_a_name_server_that_says_nothing_is_not_waited_for(receiver: Receiver) -> None:
    def silent(*_: object) -> list[str]:
        receiver.ended.wait(60)
        return []

    with pytest.raises(TooSlow):
        send("https://slow.example/", limits=Limits(total=0.1), resolve=silent)


def test_what_is_not_http_is_no_answer(receiver: Receiver) -> None:
    receiver.raw = b"220 mail.example.com ESMTP\r\n\r\n"
    with pytest.raises(AnswerUnreadable):
        send(receiver.url)


def test_a_name_that_nobody_knows() -> None:
    def nobody(*_: object) -> list[str]:
        raise socket.gaierror

    with pytest.raises(HostUnknown, match="host nobody"):
        send("https://nobody.example/", resolve=nobody)


def test_the_environment_does_not_count(
    receiver: Receiver, receive: Receive, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    proxy = receive()
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    assert send(receiver.url).status == 204
    assert proxy.requests == []
    assert "authorization" not in receiver.requests[0].headers


def test_no_log_and_no_error_has_the_query(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    send(receiver.url + "?key=canary")
    with pytest.raises(NoConnection) as caught:
        send("http://127.0.0.1:9/?key=canary")
    assert "canary" not in caplog.text + str(caught.value) + repr(Call("GET", "https://x/?key=canary"))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("text", ["a b", "10.0.0.0/40", "https://example.com", "*.example.com", "1.2.3", "a,,b/8", "ä"])
def test_a_list_that_makes_no_sense_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(SettingInvalid, match="IDFLOW_OUTGOING_ALLOW"):
        Settings.from_environment({"IDFLOW_OUTGOING_ALLOW": text})
    allowed = Settings.from_environment({"IDFLOW_OUTGOING_ALLOW": "Hooks.Example, 10.0.0.0/8"}).outgoing_allow
    assert allowed.names("hooks.example")
    assert allowed.names("10.9.9.9")
    assert not allowed.names("example")
