"""The element templates by Camunda's own validator, which the designer leaves out."""

import json
import os
import shutil
import subprocess

import pytest

from engine.element_templates import element_templates
from service_tasks import ACTIVITIES
from tests.webui.test_bundles import FRONTEND

_CHECK = """\
import { readFileSync } from 'node:fs';
import { validateAllZeebe } from '@bpmn-io/element-templates-validator';
const { results } = validateAllZeebe(JSON.parse(readFileSync(0, 'utf8')));
console.log(JSON.stringify(results.map(({ errors }) => (errors ?? []).map(each => each.message))));
"""


def wrong_with(templates: object) -> list[list[str]]:
    node = shutil.which("node")
    if node is None or not (FRONTEND / "node_modules").is_dir() or os.environ.get("IDFLOW_SKIP_FRONTEND"):
        pytest.skip("The packages of the designer are not installed.")
    command = [node, "--input-type=module", "--eval", _CHECK]
    said = subprocess.run(command, cwd=FRONTEND, input=json.dumps(templates), capture_output=True, text=True, check=True)  # noqa: S603
    found: list[list[str]] = json.loads(said.stdout)
    return found


def test_camunda_takes_every_template() -> None:
    templates = element_templates(ACTIVITIES.values())
    broken = {**templates[0], "properties": [{"type": "Nothing"}]}
    *found, wrong = wrong_with([*templates, broken])
    assert found == [[] for _ in templates]
    assert wrong
