"""A new process: an empty canvas, its name and key, and the same key again after it was discarded."""

import pytest
from lxml import etree

from engine.application import Application
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, audited, process
from tests.webui.backoffice.listed import rows
from tests.webui.backoffice.processes.making import MODEL, PATH, make


def test_a_new_process_is_an_empty_canvas(operator: Operator, clock: ManualClock) -> None:
    assert make(operator, "  Größe & <Maß>  1 ").location == f"{PATH}/grosse_mass_1"
    data = operator.process("grosse_mass_1")
    root = etree.fromstring(data["content"].encode())
    (drawn,) = root.iter(f"{MODEL}process")
    assert dict(drawn.attrib) == {"id": "grosse_mass_1", "name": "Größe & <Maß> 1", "isExecutable": "true"}
    assert len(drawn) == 0
    platform = {etree.QName(str(name)).localname: value for name, value in root.attrib.items()}
    assert platform["executionPlatform"] == "Camunda Cloud"
    assert platform["executionPlatformVersion"]
    assert not {"exporter", "exporterVersion"} & set(platform)
    (plane,) = root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNPlane")
    assert plane.get("bpmnElement") == "grosse_mass_1"
    assert (data["key"], data["name"], data["revision"]) == ("grosse_mass_1", "Größe & <Maß> 1", 1)
    assert (data["savedAt"], data["deployed"]) == (clock.now().isoformat(), None)
    assert [each["code"] for each in data["problems"]] == ["bpmn.empty"]


@pytest.mark.parametrize(
    ("name", "key", "field"),
    [
        ("", "", "name"),
        ("   ", "x", "name"),
        ("x" * 201, "", "name"),
        ("a\nb", "", "name"),
        ("名前", "", "key"),
        *(("A", key, "key") for key in ("1a", "a b", "a/b", "../x", "..", "a%2fb", "a\\b", "a\x00b", "ü", "x" * 201)),
        *(("A", key, "key") for key in ("-a", "<b>", "a'b")),
    ],
)
def test_a_name_or_key_that_cannot_be_one_is_refused(operator: Operator, name: str, key: str, field: str) -> None:
    refused = make(operator, name, key=key)
    assert refused.status_code == 422
    assert f'<a href="#{field}">' in refused.text
    assert rows(operator.get(PATH)) == []


@pytest.mark.parametrize(("name", "key"), [("Get  TOTP!", "get_totp"), ("2nd step", "process_2nd_step"), ("É", "e")])
def test_a_key_is_made_from_the_name(operator: Operator, name: str, key: str) -> None:
    assert make(operator, name).location == f"{PATH}/{key}"
    assert make(operator, name).status_code == 422
    assert make(operator, name, key="other.key-1").location == f"{PATH}/other.key-1"
    assert make(operator, "名前", key="named").location == f"{PATH}/named"


def test_what_was_discarded_can_be_made_again(operator: Operator, application: Application) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(), 1)
    assert "the process is gone" in operator.get(f"{PATH}/welcome/discard").text
    assert operator.post(f"{PATH}/welcome/discard", revision="1").status_code == 409
    gone = operator.post(f"{PATH}/welcome/discard", revision="2")
    assert gone.location == f"{PATH}?done=discarded"
    assert operator.get(f"{PATH}/welcome").status_code == 404
    assert operator.save_process("welcome", "x", 3).status_code == 404
    assert [detail["key"] for _, detail in audited(application, "process_draft_discarded")] == ["welcome"]
    assert make(operator, "Welcome").status_code == 303
    history = application.processes.history("welcome")
    assert (history.process.draft.revision, history.states) == (4, ())


def test_without_its_draft_a_deployed_process_is_what_is_deployed(operator: Operator) -> None:
    make(operator, "Welcome")
    operator.keep_process("welcome", process(), 1, deploy=True)
    operator.keep_process("welcome", "broken", 2)
    gone = operator.post(f"{PATH}/welcome/discard", revision="3")
    assert gone.location == f"{PATH}/welcome/versions?done=discarded"
    data = operator.process("welcome")
    assert (data["content"], data["savedAt"], data["revision"]) == (process(), None, 4)
    assert operator.save_process("welcome", "from the tab that was open", 3).status_code == 409
    assert "saved-3" in operator.get(f"{PATH}/welcome/versions").text
