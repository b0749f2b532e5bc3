"""Call HTTP: what goes out, what comes back, and what is made of it."""

from typing import Any

import orjson
import pytest

from engine.deployment import File
from engine.egress import AllowList, Egress
from engine.errors import InvalidDeployment
from tests.calls.conftest import Calls, call, plain
from tests.instances.drawing import FORM_FILE, drawn
from tests.outside import VALUE, Open
from tests.receiver import Receiver, Reply

JSON = {"Content-Type": "application/json"}


def test_the_step_ends_before_the_call_and_the_answer_comes_in_another(calls: Calls) -> None:
    instance = calls.start(*plain(url="=url"), work=False)
    assert calls.receiver.requests == []
    assert calls.stands(instance) == ("active", ["c"])
    (place,) = calls.show(instance).places
    assert place.waits_for == "answer"
    assert calls.work() == 1
    assert calls.stands(instance) == ("active", ["u"])
    assert calls.result(instance) == {"status": 200, "headers": {}, "body": {"name": "Ada", "tags": [1, 2.5, None]}}
    assert (calls.jobs(), calls.work(hours=1)) == ([], 0)


def test_what_is_drawn_is_what_is_sent(calls: Calls) -> None:
    calls.start(
        *plain(
            method="PUT",
            url='=url + "?a=1"',
            query='={b: "x y&z", c: [1, true], none: null}',
            headers='={"X-One": 1, "Accept-Language": language}',
            body="={who: who, n: [1, {}]}",
            keepHeaders="X-Two, set-cookie",
        ),
        language="de",
        who="Zoë",
    )
    (request,) = calls.receiver.requests
    assert (request.method, request.path) == ("PUT", "/hook?a=1&b=x+y%26z&c=1&c=true")
    assert orjson.loads(request.body) == {"who": "Zoë", "n": [1, {}]}
    sent = {name: request.headers[name] for name in ("x-one", "accept-language", "content-type", "user-agent")}
    assert sent == {
        "x-one": "1",
        "accept-language": "de",
        "content-type": "application/json",
        "user-agent": "Idflow",
    }
    assert "cookie" not in request.headers


def test_a_text_is_sent_as_it_is(calls: Calls) -> None:
    calls.start(*plain(method="POST", url="=url", body="a=1", headers='={"Content-Type": "application/x-two"}'))
    (request,) = calls.receiver.requests
    assert (request.body, request.headers["content-type"]) == (b"a=1", "application/x-two")


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (Reply(200, {"Content-Type": "application/problem+json; charset=utf-8"}, b"[1]"), [1]),
        (Reply(200, {"Content-Type": "application/json"}, b"{no json"), "{no json"),
        (Reply(200, {"Content-Type": "text/plain; charset=iso-8859-1"}, "Zoë".encode("latin-1")), "Zoë"),
        (Reply(200, {"Content-Type": "text/html"}, "Zoë".encode()), "Zoë"),
        (Reply(200, {"Content-Type": "image/png"}, b"\x89PNG"), None),
        (Reply(200, {}, b"what"), None),
        (Reply(204), None),
    ],
)
def test_a_body_is_read_as_what_it_says_it_is(calls: Calls, reply: Reply, body: Any) -> None:
    calls.answer(reply)
    assert calls.result(calls.start(*plain(url="=url")))["body"] == body


def test_only_headers_that_were_asked_for_are_kept_and_no_cookie(calls: Calls) -> None:
    calls.answer(Reply(200, {"X-Two": "2", "X-Three": "3", "Set-Cookie": "a=b"}))
    instance = calls.start(*plain(url="=url", keepHeaders="x-two, Set-Cookie, X-None"))
    assert calls.result(instance)["headers"] == {"x-two": "2"}


def test_a_refusal_is_an_error_that_the_diagram_catches_with_the_answer(calls: Calls) -> None:
    calls.answer(Reply(404, JSON, b'{"why": "gone"}'))
    instance = calls.start(*plain(url="=url"))
    assert calls.show(instance).record.element_id == "bad"
    assert calls.result(instance) == {"status": 404, "headers": {}, "body": {"why": "gone"}}
    assert len(calls.receiver.requests) == 1


def test_a_refusal_that_nothing_catches_stops_the_instance_and_a_retry_asks_again(calls: Calls) -> None:
    calls.answer(403, Reply(200, JSON, b"1"))
    instance = calls.start("start s", call(url="=url"), "user u", "end e", "s -> c", "c -> u", "u -> e")
    assert calls.incident(instance) == "HttpError: The other system answered 403."
    calls.application.operations.retry(instance)
    assert calls.work() == 1
    assert calls.stands(instance) == ("active", ["u"])


def test_the_statuses_of_a_success_are_the_designers_to_say(calls: Calls) -> None:
    calls.answer(404, 201)
    elements = plain(url="=url", success="200, 404")
    assert calls.result(calls.start(*elements))["status"] == 404
    assert calls.show(calls.start()).record.element_id == "bad"


def test_a_redirect_is_no_success_and_is_not_followed(calls: Calls) -> None:
    calls.answer(Reply(302, {"Location": "http://169.254.169.254/latest/meta-data/"}))
    instance = calls.start(*plain(url="=url"))
    assert calls.show(instance).record.element_id == "bad"
    assert calls.result(instance)["status"] == 302


@pytest.mark.parametrize(
    ("location", "method", "status", "requests"),
    [
        ("/other", "GET", 302, ["/hook", "/other"]),
        ("/other", "POST", 307, ["/hook", "/other"]),
        ("/other", "POST", 302, ["/hook"]),
        ("http://169.254.169.254/", "GET", 302, ["/hook"]),
        ("http://localhost:{port}/other", "GET", 302, ["/hook"]),
        ("http://user@127.0.0.1:{port}/other", "GET", 302, ["/hook"]),
        ("https://127.0.0.1:{port}/other", "GET", 302, ["/hook"]),
    ],
)
def test_a_redirect_is_followed_to_the_same_origin_only(
    calls: Calls, location: str, method: str, status: int, requests: list[str]
) -> None:
    calls.answer(Reply(status, {"Location": location.format(port=calls.receiver.port)}), 200)
    calls.start(*plain(url="=url", method=method, redirects="same-origin"))
    assert [each.path for each in calls.receiver.requests] == requests


def test_redirects_without_end_end(calls: Calls) -> None:
    calls.answer(Reply(302, {"Location": "/hook"}))
    instance = calls.start(*plain(url="=url", redirects="same-origin"))
    assert (len(calls.receiver.requests), calls.result(instance)["status"]) == (4, 302)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(200, JSON, b'"' + b"x" * 2048 + b'"'), "more than 1 KiB"),
        (Reply(200, {**JSON, "Content-Encoding": "gzip"}, b"\x1f\x8b" + b"0" * 100), "compressed"),
        (Reply(200, JSON, b"[" * 400 + b"]" * 400), "deep"),
    ],
)
def test_an_answer_that_is_too_much_stops_the_instance(calls: Calls, reply: Reply, why: str) -> None:
    calls.answer(reply)
    instance = calls.start(*plain(url="=url", maximumAnswer="1"))
    assert why in calls.incident(instance)
    assert len(calls.receiver.requests) == 1


def test_an_address_inside_is_not_called_whatever_a_name_means_later(
    calls: Calls, receiver: Receiver, open_application: Open
) -> None:
    instance = calls.start(*plain(url="=url"), url="https://10.0.0.1/")
    assert "not a public address" in calls.incident(instance)
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    application = open_application(outgoing_allow=AllowList())
    object.__setattr__(application.errands, "http", Egress(resolve=rebinding))
    other = Calls(application, calls.clock, receiver, calls.started)
    instance = other.start(*plain(url="=url"), url=f"https://rebinding.example:{receiver.port}/")
    assert "rebinding.example is not a public address" in other.incident(instance)
    assert (asked, receiver.requests) == (["rebinding.example"], [])


def test_one_who_answers_a_byte_at_a_time_is_not_waited_for(calls: Calls) -> None:
    calls.receiver.raw = b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000
    instance = calls.start(*plain(url="=url", timeout="1", retries="0"))
    assert "errand-failed: 127.0.0.1 did not answer within 1 seconds. It was tried once." in calls.incident(instance)


@pytest.mark.parametrize(
    ("authentication", "name", "value"),
    [
        ("bearer", "authorization", f"Bearer {VALUE}"),
        ("basic", "authorization", "Basic czNjcmV0LW9mLXRoZS1jcm0="),
        ("header", "x-api-key", VALUE),
    ],
)
def test_a_secret_is_named_by_the_diagram_and_sent_by_the_server(
    calls: Calls, capfd: pytest.CaptureFixture[str], authentication: str, name: str, value: str
) -> None:
    more = {"secretHeader": "X-Api-Key"} if authentication == "header" else {}
    instance = calls.start(*plain(url="=url", authentication=authentication, secret="crm", **more))
    assert calls.receiver.requests[0].headers[name] == value
    assert calls.stands(instance) == ("active", ["u"])
    said = repr([calls.show(instance), calls.audited(), calls.application.settings, capfd.readouterr()])
    assert VALUE not in said
    assert "czNjcmV0" not in said


@pytest.mark.parametrize(
    ("secret", "why"),
    [("other", "not for 127.0.0.1"), ("unknown", "There is no secret 'unknown'. Set IDFLOW_SECRET_UNKNOWN")],
)
def test_a_secret_is_sent_to_nobody_else(calls: Calls, secret: str, why: str) -> None:
    instance = calls.start(*plain(url="=url", authentication="bearer", secret=secret))
    assert why in calls.incident(instance)
    assert calls.receiver.requests == []


def test_the_audit_trail_says_whom_was_called_and_nothing_of_what_was_said(calls: Calls) -> None:
    calls.start(*plain(url='=url + "?token=t0ken"', query="={q: 1}"))
    said = {"element": "c", "activity": "call-http", "attempts": 1}
    assert calls.audited() == [{**said, "host": "127.0.0.1", "method": "GET", "status": 200}]


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ({"headers": '={"Host": "x"}'}, "not set by a process"),
        ({"headers": '={"Cookie": "x"}'}, "not set by a process"),
        ({"headers": '={"authorization": "x"}'}, "sent by Authentication"),
        ({"headers": '={"X": line}'}, "on one line"),
        ({"headers": '={"X Y": 1}'}, "cannot name a header"),
        ({"headers": "={X: {}}"}, "must be a text"),
        ({"query": "={a: {}}"}, "must be a text"),
        ({"query": '={a: string join(for i in 1..300 return "0123456789")}'}, "2000 are allowed"),
        ({"body": "=line", "method": "=verb"}, "has no Body"),
        ({"url": '="ftp://example.com"'}, "a whole URL"),
        ({"url": '="https://user:pass@example.com/"'}, "a user or a password"),
    ],
)
def test_what_cannot_be_sent_stops_the_instance_before_anybody_is_called(
    calls: Calls, inputs: dict[str, str], why: str
) -> None:
    instance = calls.start(*plain(**{"url": "=url", **inputs}), line="a\r\nb: c", verb="HEAD")
    assert why in calls.incident(instance)
    assert calls.receiver.requests == []


@pytest.mark.parametrize(
    ("inputs", "code", "severity"),
    [
        ({}, "bpmn.missing-parameter", "error"),
        ({"url": "http://api.example.com/"}, "http.url", "error"),
        ({"url": "https://192.168.0.1/"}, "http.url", "error"),
        ({"url": "no url"}, "http.url", "error"),
        ({"url": "=url", "method": "TRACE"}, "bpmn.bad-parameter", "error"),
        ({"url": "=url", "success": "2xx"}, "bpmn.bad-parameter", "error"),
        ({"url": "=url", "timeout": "3600"}, "bpmn.bad-parameter", "error"),
        ({"url": "=url", "body": "x"}, "http.body", "error"),
        ({"url": "=url", "authentication": "bearer"}, "http.secret", "error"),
        ({"url": "=url", "secret": "crm"}, "http.secret", "error"),
        ({"url": "=url", "secret": "no name", "authentication": "bearer"}, "http.secret", "error"),
        ({"url": "=url", "secret": "crm", "authentication": "header"}, "http.secret-header", "error"),
        ({"url": "=url", "secret": "unknown", "authentication": "bearer"}, "http.secret", "warning"),
        ({"url": "=url", "nonsense": "1"}, "bpmn.unknown-parameter", "error"),
    ],
)
def test_what_cannot_work_is_told_before_it_is_deployed(
    calls: Calls, inputs: dict[str, str], code: str, severity: str
) -> None:
    if severity == "error":
        with pytest.raises(InvalidDeployment) as refused:
            calls.draw(*plain(**inputs))
        problems = refused.value.problems
    else:
        problems = calls.application.check([File("p.bpmn", drawn({"p": plain(**inputs)})), FORM_FILE])
    assert (code, severity, "c") in {(each.code, each.severity.value, each.element) for each in problems}


def test_plain_http_may_be_drawn_to_a_host_that_the_operator_allows(calls: Calls) -> None:
    calls.draw(*plain(url="http://127.0.0.1:8080/people"))
