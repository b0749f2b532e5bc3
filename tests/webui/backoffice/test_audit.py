from datetime import timedelta

import orjson
import pytest
from sqlalchemy import text

from engine import demo
from engine.application import Application
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited

AUDIT = "/backoffice/audit"

pytestmark = pytest.mark.usefixtures("journeys")


@pytest.fixture
def instance(application: Application) -> str:
    return application.journeys.start(demo.PROCESS, {}, b"b" * 32)


def test_events_are_found_by_what_they_are_about(
    operator: Operator, application: Application, instance: str, clock: ManualClock
) -> None:
    everything = operator.get(AUDIT).text
    assert "Instance started" in everything
    assert "Sign in succeeded" in everything
    about = operator.get(f"{AUDIT}?instance={instance}").text
    assert "Instance incident" in about
    assert "succeeded <span" not in about
    assert f"/backoffice/instances/{instance}" in about
    assert "Password changed <span" in operator.get(f"{AUDIT}?account=admin").text
    assert "No event is like this." in operator.get(f"{AUDIT}?account=nobody").text
    assert "Instance started <span" in operator.get(f"{AUDIT}?event=instance_started").text
    day = clock.now().date()
    assert "Instance started <span" in operator.get(f"{AUDIT}?since={day}&until={day}").text
    assert "No event is like this." in operator.get(f"{AUDIT}?since={day + timedelta(days=1)}").text
    assert "No event is like this." in operator.get(f"{AUDIT}?until={day - timedelta(days=1)}").text
    users = operator.get(f"{AUDIT}?event=totp_registered").text
    assert "/backoffice/audit?user=" in users


@pytest.mark.parametrize(
    "query", ["event=nonsense", "since=9999-12-31", "until=yesterday", "before=-1", "before=99999999999999999999"]
)
def test_what_makes_no_sense_is_not_looked_for(operator: Operator, instance: str, query: str) -> None:
    page = operator.get(f"{AUDIT}?{query}")
    assert page.status_code == 200
    assert "Instance started <span" in page.text


def test_pages_go_from_the_latest_event_to_the_first(
    operator: Operator, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.backoffice.audit.PAGE", 3)
    seen: list[str] = []
    address = AUDIT + "?account=admin"
    while True:
        page = operator.get(address).text
        seen += page.split('<th scope="row">')[1:]
        if 'rel="next"' not in page:
            break
        address = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        assert "account=admin" in address
    numbers = [int(each.split('muted">')[1].split("<")[0]) for each in seen]
    assert numbers == sorted(numbers, reverse=True)
    assert (
        len(numbers)
        == len(set(numbers))
        == len(audited(application, "account_created", "sign_in_succeeded", "password_changed"))
    )


def test_what_is_found_is_exported_and_that_is_audited(
    operator: Operator, application: Application, instance: str
) -> None:
    operator.get(f"{AUDIT}?instance={instance}")
    answer = operator.post(f"{AUDIT}/export", instance=instance)
    assert answer.mimetype == "application/jsonl"
    assert "attachment; filename=" in answer.headers["Content-Disposition"]
    lines = [orjson.loads(line) for line in answer.text.splitlines()]
    assert [line["event"] for line in lines] == ["instance_started", "instance_incident"]
    assert all(len(bytes.fromhex(line["hash"])) == 32 for line in lines)
    assert audited(application, "audit_exported") == [("audit_exported", {"by": "admin", "of_instance": instance})]


def test_the_trail_is_verified(operator: Operator, application: Application, instance: str) -> None:
    assert "Nothing is signed yet" in operator.get(AUDIT).text
    application.audit_office.sign()
    assert "0 events since then" in operator.get(AUDIT).text
    assert ">Whole<" in operator.get(f"{AUDIT}/verification").text
    with application.database.write() as session:
        session.execute(text("UPDATE audit_events SET event = 'user_created' WHERE event = 'instance_started'"))
    page = operator.get(f"{AUDIT}/verification").text
    assert ">Broken<" in page
    assert "was changed, put in, or does not follow" in page
