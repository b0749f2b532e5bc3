"""Process instances in the backoffice: the list, and one of them; nothing secret in either."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import orjson
import pytest

import bpmn
from engine import demo
from engine.application import Application
from engine.deployment import File
from engine.variables import MASK
from tests import stored
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, People
from webui import headers
from webui.backoffice import instances
from webui.backoffice.instance_page import TABS

pytestmark = pytest.mark.usefixtures("journeys")

INSTANCES = "/backoffice/instances"
DATA = re.compile(r'<script type="application/json" id="diagram-data">(.*?)</script>', re.DOTALL)


def diagram(operator: Operator, instance_id: str) -> Any:
    page = operator.get(f"{INSTANCES}/{instance_id}")
    assert page.status_code == 200, page.text
    found = DATA.search(page.text)
    assert found
    return orjson.loads(found[1])


def rows(operator: Operator, query: str = "") -> list[str]:
    page = operator.get(f"{INSTANCES}?{query}")
    assert page.status_code == 200
    body = page.text.partition("<tbody")[2].partition(">")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in body.split("</tr>")[:-1]]


def test_an_instance_shows_where_it_went_and_where_it_stands(
    operator: Operator, people: People, clock: ManualClock
) -> None:
    instance_id = people.begin()
    data = diagram(operator, instance_id)
    assert (data["mode"], data["incident"]) == ("instance", None)
    assert data["content"] == (bpmn.FOLDER / demo.PROCESS / f"{demo.PROCESS}.bpmn").read_text()
    assert data["passed"] == ["start", "get_user", "get_totp"]
    assert data["flows"] == ["to_get_user", "to_get_totp", "to_show_current_totp"]
    assert data["tokens"] == [{"element": "show_current_totp", "waitsFor": "form"}]
    clock.advance(timedelta(minutes=3))
    people.finish(instance_id)
    data = diagram(operator, instance_id)
    assert (data["tokens"], data["flows"][-1], data["passed"][-1]) == ([], "to_finished", "finished")
    page = operator.get(f"{INSTANCES}/{instance_id}").text
    text = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    for said in (
        "Completed",
        "Duration 3 minutes",
        "It has ended at Finished .",
        "Show current TOTP Done 3 minutes",
        "Form submitted",
    ):
        assert said in text, said


def test_no_secret_is_on_the_page_of_an_instance(operator: Operator, people: People, application: Application) -> None:
    instance_id = people.begin()
    pages = [operator.get(f"{INSTANCES}/{instance_id}?tab={tab}").text for tab in TABS]
    pages += [operator.get(f"{INSTANCES}/{instance_id}/{name}").text for name in ("report", "change", "move")]
    pages.append(operator.post(f"{INSTANCES}/{instance_id}/export").text)
    pages.append(operator.get(f"/backoffice/api/live/instances/{instance_id}?tab=variables").text)
    identity = application.identity
    with stored.aside(application.database) as session:
        user = identity.user_by_external_id(session, identity.store(session, demo.STORE), demo.USER)
        totp = identity.current_totp(session, user, identity.policy(session, demo.POLICY), "test")
        secrets = [identity.reveal(session, each) for each in (totp.secret, totp.uri)]
    shown = [page.count(MASK) >= 2 for page in pages]
    assert shown == [tab == "variables" for tab in TABS] + [True, False, False, True, True]
    for secret in secrets:
        assert not any(secret in page for page in pages)


def test_an_incident_is_said_in_words_and_in_the_diagram(operator: Operator, people: People) -> None:
    instance_id = people.begin("nobody")
    data = diagram(operator, instance_id)
    assert data["incident"]["element"] == "get_user"
    assert "nobody" in data["incident"]["message"]
    assert data["passed"] == ["start"]
    page = operator.get(f"{INSTANCES}/{instance_id}").text
    assert "UserNotFound" in page
    assert "It could see externalId." in page


def test_what_people_wrote_ends_no_element_of_the_page(
    operator: Operator, people: People, application: Application
) -> None:
    hostile = "</script><img src=x onerror=alert(1)>"
    process = (bpmn.FOLDER / demo.PROCESS / f"{demo.PROCESS}.bpmn").read_text()
    written = hostile.replace("<", "&lt;")
    application.deploy([File("p.bpmn", process.replace('name="Get User"', f'name="{written}"').encode())])
    instance_id = people.begin(hostile, note=hostile)
    page = operator.get(f"{INSTANCES}/{instance_id}").text
    assert "<img" not in page
    assert written in diagram(operator, instance_id)["content"]
    assert "<img" not in operator.get(INSTANCES).text


def test_the_list_is_filtered_by_process_version_and_status(
    operator: Operator, application: Application, people: People, clock: ManualClock
) -> None:
    assert "There are no process instances yet" in operator.get(INSTANCES).text
    people.begin()
    clock.advance(timedelta(minutes=20))
    people.begin("nobody")
    process = (bpmn.FOLDER / demo.PROCESS / f"{demo.PROCESS}.bpmn").read_text()
    application.deploy([File("p.bpmn", process.replace('name="Get User"', 'name="Find User"').encode())])
    people.finish(people.begin("user1"))
    people.begin(process="device_lost")
    assert len(rows(operator)) == 4
    (older,) = rows(operator, f"definition={demo.PROCESS}&version=1&status=ACTIVE")
    assert older.startswith("user1 ")
    assert "Get Current TOTP Registration version 1 20 minutes ago 20 minutes Active" in older
    (stopped,) = rows(operator, "status=INCIDENT")
    assert stopped.startswith("nobody ")
    assert stopped.endswith("Incident")
    (done,) = rows(operator, f"definition={demo.PROCESS}&version=2")
    assert done.endswith("Completed")
    assert len(rows(operator, "definition=device_lost")) == 1
    assert rows(operator, "definition=nowhere") == []


def test_filters_stay_on_every_page_of_the_list(
    operator: Operator, people: People, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instances, "PAGE", 2)
    for number in range(3):
        clock.advance(timedelta(minutes=1))
        people.begin(f"user{number}x")
    people.begin(process="device_lost")
    page = operator.get(f"{INSTANCES}?definition={demo.PROCESS}&status=INCIDENT").text
    found = re.search(r'rel="next" href="[^"?]*\?([^"]+)"', page)
    assert found
    older = rows(operator, found[1].replace("&amp;", "&"))
    assert [each.split()[0] for each in older] == ["user0x"]
    assert "Newest" in operator.get(f"{INSTANCES}?{found[1].replace('&amp;', '&')}").text


def test_a_filter_that_makes_no_sense_breaks_nothing(operator: Operator, people: People) -> None:
    people.begin()
    for query in ("version=x", "version=-1", "version=99999999999999999999", "status=GONE", "after=x", "definition=%00",
                  "definition=%3Cimg%3E", "after=99999999999999999-a"):  # fmt: skip
        page = operator.get(f"{INSTANCES}?{query}")
        assert page.status_code == 200, query
        assert "<img" not in page.text


def test_what_no_instance_has_as_its_id_is_not_found(operator: Operator) -> None:
    for hostile in ("nowhere", "..", "x" * 3000, "%00", "' OR 1=1 --", "<img src=x>"):
        page = operator.get(f"{INSTANCES}/{quote(hostile, safe='%')}")
        assert page.status_code == 404, hostile
        assert "<img" not in page.text


def test_the_page_with_the_diagram_needs_no_exception_from_the_policy(operator: Operator, people: People) -> None:
    policies = {
        operator.get(path).headers["Content-Security-Policy"] for path in (INSTANCES, f"{INSTANCES}/{people.begin()}")
    }
    assert policies == {headers.CONTENT_SECURITY_POLICY}
