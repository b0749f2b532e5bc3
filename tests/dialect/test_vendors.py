"""Files as other tools export them are deployed, or refused with a reason for each thing that would not run."""

from pathlib import Path

import pytest

from engine.dialect import Reading, read
from engine.dialect.kinds import FLOW_NODES
from engine.model import Trigger
from tests.dialect.diagrams import ACTIVITIES

HERE = Path(__file__).parent

LIKE_CAMUNDA = {"extension-not-run", "no-form", "unknown-activity", "multi-instance"}
EXPECTED = {
    "signavio": {"no-condition"},
    "bizagi": set[str](),
    "flowable": LIKE_CAMUNDA,
    "activiti": LIKE_CAMUNDA,
    "jbpm": {"extension-not-run", "not-run", "no-form", "script-language", "no-result-variable"},
    "bonita": {"condition-language", "not-run", "no-form"},
}


def reading(path: Path) -> Reading:
    return read(path.read_bytes(), path.name, ACTIVITIES)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_other_tools_export(name: str) -> None:
    found = reading(HERE / "vendors" / f"{name}.bpmn")
    assert {each.code.removeprefix("bpmn.") for each in found.problems} == EXPECTED[name]
    assert bool(found.processes) != bool(EXPECTED[name])
    assert all(each.element and each.line and each.remedy for each in found.problems)


def test_every_vendor_is_expected() -> None:
    assert {path.stem for path in (HERE / "vendors").iterdir()} == EXPECTED.keys()


def test_what_a_designer_would_mend_first_runs() -> None:
    path = HERE / "vendors" / "signavio.bpmn"
    mended = path.read_bytes().replace(b'id="sid-g1"', b'id="sid-g1" default="sid-f4"')
    condition = b"<conditionExpression>complete</conditionExpression></sequenceFlow>"
    mended = mended.replace(
        b'sourceRef="sid-g1" targetRef="sid-e1"/>', b'sourceRef="sid-g1" targetRef="sid-e1">' + condition
    )
    found = read(mended, path.name, ACTIVITIES)
    assert found.problems == ()
    assert found.process is not None
    assert found.process.elements["sid-s1"].name == "Request received"
    assert found.process.elements["sid-t1"].lane == "Clerk"


def test_everything_that_runs_is_read_without_a_warning() -> None:
    found = reading(HERE / "everything.bpmn")
    assert found.problems == ()
    elements = [each for process in found.processes for each in process.elements.values()]
    assert {each.kind for each in elements} == FLOW_NODES
    assert {each.event.trigger for each in elements if each.event is not None} == set(Trigger)


def test_elements_are_in_the_order_of_the_file() -> None:
    process = reading(HERE / "everything.bpmn").processes[0]
    lines = [each.line for each in process.elements.values()]
    assert lines == sorted(lines)
