"""What Camunda's own tools say of our files: the schema of element templates, and the linter of Camunda Modeler.

One run of Node looks at everything; it bundles nothing that is shipped.
"""

import json
from pathlib import Path
from typing import Any

import pytest

import bpmn
from engine.element_templates import element_templates
from service_tasks import ACTIVITIES
from tests.camunda import look
from tests.dialect.diagrams import END, START, document, flow

JOURNEYS = sorted(path for files in bpmn.journeys() for path in files if path.suffix == ".bpmn")
DESIGNED = Path(__file__).with_name("designed.bpmn")
"""A process with every activity, as the designer has saved it."""
BAD_TEMPLATE = {**element_templates([])[0], "id": "bad", "properties": 1}
BAD_FILE = document(
    START.replace("/>", "><timerEventDefinition/></startEvent>") + END + flow("start_1", "end_1"),
    attributes='id="d" xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0"',
)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the tools say of each template and of each file, by its name."""
    folder = tmp_path_factory.mktemp("camunda")
    templates, bad = folder / "templates.json", folder / "bad.bpmn"
    templates.write_text(json.dumps([*element_templates(ACTIVITIES.values()), BAD_TEMPLATE]))
    bad.write_bytes(BAD_FILE)
    return look(templates, *JOURNEYS, DESIGNED, bad)


def test_every_element_template_keeps_to_the_schema(said: dict[str, Any]) -> None:
    bad = said["templates"].pop("bad")
    assert bad
    assert said["templates"].keys() == {f"idflow.{each}" for each in (*ACTIVITIES, "custom-data-form")}
    assert not any(said["templates"].values()), said["templates"]


def test_the_linter_of_camunda_modeler_finds_nothing_in_what_the_designer_saves(said: dict[str, Any]) -> None:
    text = DESIGNED.read_text(encoding="utf-8")
    assert all(f'zeebe:modelerTemplate="idflow.{each}"' in text for each in (*ACTIVITIES, "custom-data-form"))
    assert said["files"][DESIGNED.name] == []


def test_the_linter_of_camunda_modeler_finds_nothing_in_the_journeys(said: dict[str, Any]) -> None:
    assert any("start_1" in report for report in said["files"]["bad.bpmn"])
    assert {path.name: said["files"][path.name] for path in JOURNEYS} == {path.name: [] for path in JOURNEYS}
