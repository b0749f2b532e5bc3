"""The page of a process instance: its tabs, one element of it, how it keeps up to date; its export and report."""

import re
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import update

from engine import demo
from engine.application import Application
from engine.store.models import Definition
from engine.variables import MASK
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, People
from webui import create_app
from webui.backoffice import instance_page

pytestmark = pytest.mark.usefixtures("journeys")

INSTANCES = "/backoffice/instances"
LIVE = "/backoffice/api/live/instances"


def words(operator: Operator, path: str) -> str:
    page = operator.get(f"{INSTANCES}/{path}")
    assert page.status_code == 200, page.text
    body = page.text.partition("<main")[2]
    return " ".join(re.sub(r"<script.*?</script>|<[^>]*>", " ", body, flags=re.DOTALL).split())


def about(operator: Operator, path: str) -> str:
    """Return what stands in the tab."""
    return words(operator, path).partition("Audit ")[2]


def test_each_tab_has_an_address_of_its_own(operator: Operator, people: People, application: Application) -> None:
    instance_id = people.begin("nobody", note="hello")
    application.operations.retry(instance_id, reason="once more", by="ada")
    assert about(operator, f"{instance_id}?tab=variables").startswith(
        "Variables Secrets are masked. { &#34;externalId&#34;"
    )
    assert about(operator, f"{instance_id}?tab=forms") == "Forms No form was shown."
    incidents = about(operator, f"{instance_id}?tab=incidents")
    assert incidents.count("Over") == incidents.count("Open") == 1
    assert "Nothing in the diagram catches UserNotFound" in incidents
    audit = about(operator, f"{instance_id}?tab=audit")
    assert re.search(r"instance_retried \S+ \S+ ada reason: once more; element: get_user", audit)
    assert "There are no timers, no calls outside and no mails" in about(operator, f"{instance_id}?tab=jobs")
    assert about(operator, f"{instance_id}?tab=nothing").startswith("Timeline")


def test_one_element_is_what_the_tabs_are_about(operator: Operator, people: People) -> None:
    instance_id = people.begin()
    assert "Get User Done" in about(operator, instance_id)
    only = about(operator, f"{instance_id}?element=show_current_totp")
    assert only.startswith("Only Show current TOTP show_current_totp .")
    assert "Show current TOTP Under way" in only
    assert "Get User Done" not in only
    assert "No form was shown here" in about(operator, f"{instance_id}?tab=forms&element=get_user")
    assert "Show current TOTP Under way" in about(operator, f"{instance_id}?tab=forms&element=show_current_totp")
    page = operator.get(f"{INSTANCES}/{instance_id}?element=%3Cimg%3E").text
    assert "<img>" not in page
    assert "Nothing has happened here." in page


def test_an_operator_sees_what_was_answered_but_nothing_sensitive(
    operator: Operator, people: People, application: Application
) -> None:
    instance_id = people.begin(process="totp_authentication")
    task = application.journeys.step(instance_id, people.bindings[instance_id]).task
    assert task is not None
    application.journeys.submit(
        instance_id, people.bindings[instance_id], task.id, {"code": ["123456"], "password": ["hunter2"]}
    )
    tabs = [
        operator.get(f"{INSTANCES}/{instance_id}?tab={tab}").text for tab in ("forms", "variables", "audit", "timeline")
    ]
    assert "Tries" in tabs[0]
    assert not [tab for tab in tabs if "123456" in tab or "hunter2" in tab]


def test_what_is_as_it_was_is_not_sent_again(operator: Operator, people: People) -> None:
    instance_id = people.begin()
    for address in (f"{LIVE}/{instance_id}?tab=audit", LIVE):
        first = operator.get(address)
        assert first.status_code == 200
        tag = first.headers["ETag"]
        again = operator.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        people.begin() if address == LIVE else people.finish(instance_id)
        changed = operator.get(address, headers={"If-None-Match": tag})
        assert (changed.status_code, changed.headers["ETag"] != tag) == (200, True)
    assert "csrf" not in operator.get(f"{LIVE}/{instance_id}").text


def test_of_very_many_steps_the_newest_are_shown_and_the_report_has_all(
    operator: Operator, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_page, "MAXIMUM_STEPS", 2)
    instance_id = people.begin()
    shown = about(operator, instance_id)
    assert "3 earlier ones are left out here." in shown
    assert "Get User Done" not in shown
    assert "Get User Done" in words(operator, f"{instance_id}/report")


def test_whoever_is_signed_out_is_told_so_and_not_led_elsewhere(newcomer: Operator, people: People) -> None:
    assert newcomer.get(f"{LIVE}/{people.begin()}").status_code == 401


def test_the_export_says_everything_and_no_secret(
    operator: Operator, people: People, application: Application, clock: ManualClock
) -> None:
    instance_id = people.begin(desk="7")
    clock.advance(timedelta(minutes=3))
    people.finish(instance_id)
    file = operator.post(f"{INSTANCES}/{instance_id}/export")
    assert file.headers["Content-Disposition"] == f'attachment; filename="instance-{instance_id}.json"'
    read = orjson.loads(file.data)
    assert list(read) == [
        "format", "exportedAt", "id", "process", "status", "applicant", "createdAt", "endedAt", "element", "tokens",
        "incident", "steps", "forms", "variables", "calledVariables", "jobs", "files", "audit",
    ]  # fmt: skip
    assert (read["format"], read["status"], read["applicant"]) == ("idflow-instance-1", "COMPLETED", demo.USER)
    assert read["process"] == {"id": demo.PROCESS, "name": "Get Current TOTP Registration", "version": 1}
    assert read["variables"]["desk"] == "7"
    form = next(each for each in read["steps"] if each["element"] == "show_current_totp")
    assert (form["begunAt"], form["endedAt"]) == ("2026-01-15T09:30:00+00:00", "2026-01-15T09:33:00+00:00")
    assert [each["event"] for each in form["events"]] == ["waiting", "submitted"]
    assert read["audit"][0]["event"] == "instance_started"
    assert MASK in file.text
    identity = application.identity
    with stored.aside(application.database) as session:
        user = identity.user_by_external_id(session, identity.store(session, demo.STORE), demo.USER)
        totp = identity.current_totp(session, user, identity.policy(session, demo.POLICY), "test")
        assert identity.reveal(session, totp.secret) not in file.text


def test_the_report_has_every_tab_and_says_how_it_becomes_a_pdf(operator: Operator, people: People) -> None:
    report = words(operator, f"{people.begin('nobody')}/report?element=get_totp")
    for said in ("Save as PDF", "Timeline", "Variables", "Forms", "Incidents", "Jobs", "Audit", "UserNotFound"):
        assert said in report
    # All of it, whatever was looked at before.
    assert "Start Done" in report


def test_an_instance_of_a_version_that_cannot_be_read_any_more_is_still_shown(
    operator: Operator, people: People, application: Application, clock: ManualClock
) -> None:
    instance_id = people.begin()
    with application.database.write() as session:
        session.connection().execute(update(Definition).values(content=b"\0", sha256="other"))
    later = Application.open(application.settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    another = Operator(create_app(later))
    another.sign_in()
    assert "Nothing is known: this version of its process can no longer be read." in words(another, instance_id)
    assert another.post(f"{INSTANCES}/{instance_id}/export").status_code == 200
    for name in ("cancel", "move", "migrate"):
        assert another.get(f"{INSTANCES}/{instance_id}/{name}").status_code == 200
        assert another.post(f"{INSTANCES}/{instance_id}/{name}", element="finished", version="1").status_code == 422
    later.close()
