"""The journeys as drawings: everything is drawn, and every outcome leads somewhere."""

import re
from pathlib import Path

import pytest
from lxml import etree

import bpmn
from engine.dialect.custom_data_form import CustomDataForm
from engine.element_templates import element_templates
from service_tasks import ACTIVITIES
from tests.journeys.conftest import Installation

NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
}
FOLDERS = [files[0].parent for files in bpmn.journeys()]
NEW = [each for each in FOLDERS if each.name != "get_current_totp"]
EVERY = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def drawing(folder: Path) -> etree._ElementTree:
    return etree.parse(folder / f"{folder.name}.bpmn")


def raised(task: etree._Element) -> set[str]:
    kind = task.find(".//zeebe:taskDefinition", NAMES)
    if kind is not None:
        return {error.__name__ for error in ACTIVITIES[kind.get("type", "")].errors}
    asks = task.find(".//zeebe:property[@name='maxAttempts']", NAMES) is not None
    return {error.__name__ for error in CustomDataForm.errors} if asks else set()


@pytest.mark.parametrize("folder", NEW, ids=lambda folder: folder.name)
def test_every_outcome_of_every_step_has_an_event(folder: Path) -> None:
    root = drawing(folder).getroot()
    codes = {each.get("id"): each.get("errorCode") for each in root.iterfind("bpmn:error", NAMES)}
    for task in root.iterfind(".//bpmn:process/*", NAMES):
        caught = set()
        for event in root.iterfind(f".//bpmn:boundaryEvent[@attachedToRef='{task.get('id')}']", NAMES):
            definition = event.find("bpmn:errorEventDefinition", NAMES)
            if definition is not None:
                caught.add(codes.get(definition.get("errorRef", "")))
        assert None in caught or raised(task) <= caught, (task.get("id"), raised(task) - caught)


@EVERY
def test_everything_is_drawn_once_and_nothing_covers_another(folder: Path) -> None:
    root = drawing(folder).getroot()
    parts = [each.get("id") for each in root.iterfind(".//bpmn:process/*", NAMES) if each.get("id")]
    shapes = root.findall(".//bpmndi:BPMNShape", NAMES)
    drawn = [each.get("bpmnElement") for each in (*shapes, *root.iterfind(".//bpmndi:BPMNEdge", NAMES))]
    assert sorted(map(str, drawn)) == sorted(map(str, parts))
    boxes = {}
    for shape in shapes:
        bounds = shape.find("dc:Bounds", NAMES)
        assert bounds is not None
        boxes[shape.get("bpmnElement")] = [float(bounds.get(name, "")) for name in ("x", "y", "width", "height")]
    hosts = {each.get("id"): each.get("attachedToRef") for each in root.iterfind(".//bpmn:boundaryEvent", NAMES)}
    for one, (x, y, width, height) in boxes.items():
        for other, (x2, y2, width2, height2) in boxes.items():
            apart = x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y
            assert one == other or apart or hosts.get(one) == other or hosts.get(other) == one, (one, other)


@EVERY
def test_every_flow_begins_and_ends_at_its_elements(folder: Path) -> None:
    root = drawing(folder).getroot()
    flows = {each.get("id"): each for each in root.iterfind(".//bpmn:sequenceFlow", NAMES)}
    for edge in root.iterfind(".//bpmndi:BPMNEdge", NAMES):
        flow, points = flows[edge.get("bpmnElement")], edge.findall("di:waypoint", NAMES)
        for reference, point in ((flow.get("sourceRef"), points[0]), (flow.get("targetRef"), points[-1])):
            bounds = root.find(f".//bpmndi:BPMNShape[@bpmnElement='{reference}']/dc:Bounds", NAMES)
            assert bounds is not None
            x, y, width, height = (float(bounds.get(name, "")) for name in ("x", "y", "width", "height"))
            px, py = float(point.get("x", "")), float(point.get("y", ""))
            assert x <= px <= x + width
            assert y <= py <= y + height
            assert px in {x, x + width} or py in {y, y + height}


@EVERY
def test_the_readme_names_every_activity_form_and_variable(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    source = (folder / f"{folder.name}.bpmn").read_text(encoding="utf-8")
    for name in re.findall(r'(?:taskDefinition type|formId)="([^"]+)"', source):
        assert f"`{name}`" in text, name
    assert "`externalId`" in text


def test_every_journey_is_deployed_without_a_warning(installation: Installation) -> None:
    def check(application: object) -> list[str]:
        from engine.deployment import File  # noqa: PLC0415

        return [
            str(problem)
            for files in bpmn.journeys()
            for problem in application.check([File.at(path) for path in files])  # type: ignore[attr-defined]
        ]

    assert installation.call(check) == []


def test_no_two_journeys_have_a_form_of_one_name() -> None:
    names = [path.stem for files in bpmn.journeys() for path in files if path.suffix == ".form"]
    assert len(names) == len(set(names))


@EVERY
def test_every_activity_is_drawn_from_its_template_as_it_is_now(folder: Path) -> None:
    templates = {each["id"]: each for each in element_templates(ACTIVITIES.values())}
    name = f"{{{NAMES['zeebe']}}}modelerTemplate"
    for task in drawing(folder).getroot().iterfind(".//bpmn:process/*", NAMES):
        kind = task.find(".//zeebe:taskDefinition", NAMES)
        if kind is None and task.find(".//zeebe:formDefinition", NAMES) is None:
            continue
        template = templates[f"idflow.{'custom-data-form' if kind is None else kind.get('type')}"]
        drawn = {each: task.get(name + each) for each in ("", "Version", "Icon")}
        assert drawn == {"": template["id"], "Version": str(template["version"]), "Icon": template["icon"]["contents"]}
