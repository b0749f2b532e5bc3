"""Traces, as a collector gets them: connected, and without anything that is nobody's business."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from engine import demo
from engine.config import Settings
from engine.journeys import Journeys
from engine.setting import SettingInvalid
from engine.store.models import TokenStatus
from tests.webui.conftest import Person, Site
from tests.webui.test_secrets import spellings
from webui import create_app, telemetry
from webui.proxies import Proxies
from webui.telemetry import EXTENSION, TelemetryMissing

TRACE = "0af7651916cd43dd8448eb211c80319c"
CARRIED = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}


class Collector:
    """Takes what is sent by OTLP over HTTP."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_POST(self) -> None:
                assert self.path == "/v1/traces"
                collector.received.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        self.base_url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def spans(self) -> list[dict[str, Any]]:
        found = []
        for body in self.received:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                named = {each.key: each.value.string_value for each in resource.resource.attributes}
                assert named["service.name"] == "idflow"
                for span in (each for scope in resource.scope_spans for each in scope.spans):
                    assert not span.events
                    assert not span.status.message
                    values = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
                    ids = {"trace": span.trace_id.hex(), "id": span.span_id.hex(), "parent": span.parent_span_id.hex()}
                    found.append({"name": span.name, "failed": span.status.code == 2, **ids, **values})
        return found


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture
def settings(settings: Settings, collector: Collector) -> Settings:
    return replace(settings, telemetry=f"{collector.base_url}/v1/traces")


@pytest.fixture
def traced(site: Site) -> Iterator[Site]:
    yield site
    site.app.extensions[EXTENSION].shutdown()


def named(spans: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [each for each in spans if each["name"] == name]
    return found


def test_a_journey_is_one_connected_trace_without_anything_personal(
    traced: Site, collector: Collector, log: StringIO
) -> None:
    person, key = traced.person(), traced.key
    person.client.environ_base = {"REMOTE_ADDR": "203.0.113.77", "HTTP_USER_AGENT": "Canary-Browser"} | {
        f"HTTP_{name.upper()}": value for name, value in CARRIED.items()
    }
    form = person.open(f"{person.begin().request.path}?canary=query")
    person.send(form, canary="answer")
    instance = form.request.path.removeprefix("/j/")
    traced.app.extensions[EXTENSION].force_flush()
    spans = collector.spans()
    assert {each["trace"] for each in spans} == {TRACE}
    begin, step = named(spans, "POST /t/<link>"), named(spans, "step begin")
    assert begin["http.response.status_code"] == 303
    assert step["parent"] == begin["id"]
    for activity in ("get-user", "get-totp"):
        found = named(spans, f"activity {activity}")
        assert found["parent"] == step["id"]
        assert found["idflow.instance"] == instance
    submit = named(spans, "POST /j/<instance_id>")
    assert named(spans, "step submit")["parent"] == submit["id"]
    assert begin["idflow.instance"] == submit["idflow.instance"] == instance
    assert not any(each["failed"] for each in spans)
    assert f"trace={TRACE}" in log.getvalue()
    assert f"request={submit['idflow.request']}" in log.getvalue()
    cookies = [value for _, value in _cookies(person)]
    sent = b"".join(collector.received)
    secrets = (*spellings(key), "otpauth", traced.link, demo.USER, "canary", "Canary", "203.0.113.77", *cookies)
    for secret in secrets:
        assert secret.encode() not in sent, secret


def _cookies(person: Person) -> list[tuple[str, str]]:
    return [(each.key, each.value) for each in (person.client._cookies or {}).values()]


def test_what_fails_is_told_by_its_kind_alone(
    traced: Site, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = traced.person()
    landing = person.open()
    traced.application.token_office.switch(traced.application.journeys.token_id(traced.link), TokenStatus.INACTIVE)
    person.send(landing)
    person.open(f"/t/{'x' * 43}")
    person.open("/nowhere/secret")
    person.client.open("/t/x", method="SECRET")

    def fail(*_: object) -> None:
        raise RuntimeError(traced.link)

    monkeypatch.setattr(Journeys, "landing", fail)
    person.open()
    traced.app.extensions[EXTENSION].force_flush()
    spans = collector.spans()
    refused = named(spans, "step begin")
    assert (refused["failed"], refused["error.type"]) == (True, "TokenInactive")
    broken = [each for each in spans if each.get("http.response.status_code") == 500]
    assert [(each["name"], each["error.type"]) for each in broken] == [("GET /t/<link>", "500")]
    assert [each["name"] for each in spans if each.get("http.route") == "-"] == ["_OTHER -"] * 2
    sent = b"".join(collector.received)
    for text in (traced.link, "x" * 43, "SECRET", "nowhere", "RuntimeError"):
        assert text.encode() not in sent, text


def test_jobs_are_followed_too(traced: Site, collector: Collector) -> None:
    traced.application.events.publish("Nobody waits", variables={"canary": "canary"})
    while traced.application.work_due():
        pass
    traced.app.extensions[EXTENSION].force_flush()
    jobs = [each for each in collector.spans() if each["name"].startswith("job ")]
    assert jobs
    assert all(each["idflow.job"] and not each["parent"] for each in jobs)
    assert b"canary" not in b"".join(collector.received)


def test_only_a_trusted_proxy_says_which_trace_a_request_belongs_to() -> None:
    seen: list[bool] = []

    def app(environ: dict[str, Any], _: Any) -> list[bytes]:
        seen.append("HTTP_TRACEPARENT" in environ)
        assert "HTTP_BAGGAGE" not in environ
        return []

    proxies = Proxies(app, replace(Settings(), trusted_proxy="192.0.2.1").proxies)
    for address in ("192.0.2.1", "192.0.2.2"):
        proxies({"REMOTE_ADDR": address, "HTTP_TRACEPARENT": CARRIED["traceparent"], "HTTP_BAGGAGE": "a=b"}, None)
    assert seen == [True, False]


def test_nothing_of_it_is_loaded_unless_it_is_asked_for() -> None:
    code = "import sys, webui.cli, webui; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/"}, "http://c:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c/t"}, "http://c/t"),
        ({"IDFLOW_TELEMETRY": "https://d", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}, "https://d/v1/traces"),
    ],
)
def test_the_address_is_that_of_opentelemetry_or_our_own(given: dict[str, str], address: str | None) -> None:
    assert Settings.from_environment(given).telemetry == address


def test_an_address_that_is_none_and_packages_that_are_missing_are_said(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingInvalid):
        Settings.from_environment({"IDFLOW_TELEMETRY": "collector:4317"})
    site.app.extensions[EXTENSION].shutdown()
    monkeypatch.setattr(telemetry, "find_spec", lambda _: None)
    with pytest.raises(TelemetryMissing, match=r"idflow\[telemetry\]"):
        create_app(site.application)
