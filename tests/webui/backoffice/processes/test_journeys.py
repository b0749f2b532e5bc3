"""Journeys that come with Idflow, as processes of one's own."""

import pytest

import bpmn
from engine import demo
from engine.application import Application
from tests.webui.backoffice.conftest import Operator
from tests.webui.backoffice.processes.making import PATH

JOURNEY = (bpmn.FOLDER / demo.PROCESS / "get_current_totp.bpmn").read_bytes()


@pytest.fixture
def journeys(operator: Operator, application: Application) -> Operator:
    demo.install(application, bpmn.journeys())
    return operator


def test_a_journey_is_copied_with_its_forms(operator: Operator, application: Application) -> None:
    page = operator.get("/backoffice/new-process")
    assert page.text.count("<option") == len(bpmn.journeys())
    made = operator.post(PATH, journey=demo.PROCESS)
    assert made.location == f"{PATH}/{demo.PROCESS}/forms"
    assert operator.process(demo.PROCESS)["content"] == JOURNEY.decode()
    assert application.processes.history(demo.PROCESS).versions == ()
    page = operator.get(made.location)
    assert "ShowCurrentTOTP" in page.text
    assert application.forms.list() == []
    drafts = operator.post(made.location, deploy="false")
    assert drafts.location == f"{made.location}?done=forms-made"
    assert application.forms.open("ShowCurrentTOTP").deployed is None
    refused = operator.keep_process(demo.PROCESS, JOURNEY.decode(), 1, deploy=True)
    assert refused.status_code == 422
    draft = operator.data("ShowCurrentTOTP")
    assert operator.save_version("ShowCurrentTOTP", draft["content"], 1, deploy=True).status_code == 201
    assert operator.keep_process(demo.PROCESS, JOURNEY.decode(), 1, deploy=True).status_code == 201
    assert "Every form that the process shows is deployed" in operator.get(made.location).text


def test_the_forms_of_a_journey_can_be_deployed_at_once(operator: Operator, application: Application) -> None:
    made = operator.post(PATH, journey="device_lost")
    after = operator.post(made.location, deploy="true")
    assert after.location == f"{PATH}/device_lost?done=forms-made"
    assert {each.state for each in application.forms.list()} == {"deployed"}
    assert len(application.forms.list()) == 4
    content = operator.process("device_lost")["content"]
    assert operator.keep_process("device_lost", content, 1, deploy=True).status_code == 201


def test_a_journey_that_is_there_gets_another_key(journeys: Operator) -> None:
    assert journeys.post(PATH, journey=demo.PROCESS).location == f"{PATH}/get_current_totp_2"
    assert journeys.post(PATH, journey=demo.PROCESS).location == f"{PATH}/get_current_totp_3"
    data = journeys.process("get_current_totp_2")
    assert (data["name"], data["problems"]) == ("Get Current TOTP Registration 2", [])
    assert 'bpmnElement="get_current_totp_2"' in data["content"]
    assert journeys.post(PATH, journey=demo.PROCESS, name="My Own").location == f"{PATH}/my_own"
    assert journeys.process("my_own")["name"] == "My Own"
    content = data["content"]
    assert journeys.keep_process("get_current_totp_2", content, 1, deploy=True).status_code == 201
    for wrong in ("../../etc/passwd", "", "nothing"):
        assert journeys.post(PATH, journey=wrong).status_code == 400
