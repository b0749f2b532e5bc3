import re
from dataclasses import replace
from typing import Any

import pytest

from engine import demo
from engine.application import Application
from engine.config import SettingInvalid, Settings
from engine.instances.steps import Origin
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.webui.conftest import Site
from webui import create_app

TOKEN = "t" * 40
SAMPLE = re.compile(r"^(idflow_\w+)(\{[^}]*\})? ([0-9.e+-]+)$", re.MULTILINE)


def asked(site: Site) -> dict[str, float]:
    answer = site.app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return {name + labels: float(value) for name, labels, value in SAMPLE.findall(answer.text)}


def test_a_journey_is_counted_where_it_happened(site: Site) -> None:
    person = site.person()
    person.send(person.begin())
    site.application.journeys.start(demo.PROCESS, {}, b"b" * 32)
    person.open("/t/" + "x" * 43)
    site.person().open()
    found = asked(site)
    assert found['idflow_http_requests_total{route="journey.begin",status="303"}'] == 1
    assert found['idflow_http_request_seconds_count{route="journey.submit"}'] == 1
    assert found["idflow_instances_started_total"] == 2
    assert found['idflow_instances_ended_total{status="COMPLETED"}'] == 1
    assert found["idflow_incidents_total"] == 1
    assert found['idflow_instances{status="INCIDENT"}'] == 1
    assert found['idflow_instances{status="SUSPENDED"}'] == 0
    assert found['idflow_step_seconds_count{kind="begin"}'] == 1
    assert found['idflow_step_seconds_count{kind="submit"}'] == 1
    assert found['idflow_token_refusals_total{code="token-unknown"}'] == 1
    assert found['idflow_audit_events_total{event="token_redeemed"}'] == 1
    assert found["idflow_database_up"] == 1


def test_jobs_are_counted(site: Site) -> None:
    with site.application.database.write() as session:
        for task in ("timer", "nobody knows"):
            site.application.jobs.enqueue(session, task, {"instance": "0" * 24, "token": "1"})
    assert asked(site)['idflow_jobs{state="due"}'] == 2
    site.application.work_due()
    found = asked(site)
    assert found['idflow_job_seconds_count{outcome="done",task="timer"}'] == 1
    assert found['idflow_job_seconds_count{outcome="failed",task="unknown"}'] >= 1


def test_what_was_rolled_back_is_not_counted(site: Site) -> None:
    application = site.application
    definition_key = demo.PROCESS

    def begin_and_fail() -> None:
        with application.write() as session:
            found = application.definitions.find(session, definition_key)
            application.instances.start(session, found, {}, Origin())
            raise KeyError

    with pytest.raises(KeyError):
        begin_and_fail()
    assert asked(site)["idflow_instances_started_total"] == 0


def test_no_label_has_what_a_person_sent(site: Site) -> None:
    client = site.app.test_client()
    for path in ("/canary", "/t/canary", "/j/canary", "/backoffice/canary"):
        client.get(path)
    client.open("/", method="CANARY")
    assert "canary" not in client.get("/metrics").text.lower()


@pytest.mark.sqlite("it breaks the file")
def test_a_database_that_does_not_answer_is_told(site: Site) -> None:
    site.application.database.close()
    path = site.application.settings.database
    path.unlink()
    path.mkdir()
    found = asked(site)
    assert found["idflow_database_up"] == 0
    assert 'idflow_jobs{state="due"}' not in found


@pytest.mark.parametrize(
    ("changes", "address", "given", "status"),
    [
        ({}, "127.0.0.1", None, 200),
        ({}, "::1", None, 200),
        ({}, "192.0.2.7", None, 404),
        ({"public_url": "https://id.example"}, "127.0.0.1", None, 404),
        ({"trusted_proxy": "127.0.0.1/32"}, "127.0.0.1", None, 404),
        ({"metrics_token": TOKEN}, "192.0.2.7", f"Bearer {TOKEN}", 200),
        ({"metrics_token": TOKEN, "public_url": "https://id.example"}, "127.0.0.1", f"Bearer {TOKEN}", 200),
        ({"metrics_token": TOKEN}, "127.0.0.1", None, 401),
        ({"metrics_token": TOKEN}, "192.0.2.7", f"Bearer {TOKEN}x", 401),
    ],
)
def test_only_the_machine_itself_or_who_has_the_token_may_ask(
    site: Site, changes: dict[str, Any], address: str, given: str | None, status: int
) -> None:
    settings = replace(site.application.settings, **changes)
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs())
    headers = {"Authorization": given} if given else {}
    client = create_app(application).test_client()
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    application.close()
    assert answer.status_code == status
    assert ("idflow_" in answer.text) is (status == 200)
    assert (answer.headers.get("WWW-Authenticate") == "Bearer") is (status == 401)


def test_a_token_that_can_be_guessed_is_refused_and_never_repeated() -> None:
    with pytest.raises(SettingInvalid) as refused:
        Settings.from_environment({"IDFLOW_METRICS_TOKEN": "short canary"})
    assert "canary" not in str(refused.value)
