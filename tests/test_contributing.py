"""What CONTRIBUTING.md shows is made in a copy of the tree, and what it says to run is run there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
FILES = dict(re.findall(r"`(\w+/[\w/]+\.[\w.]+)`[^`]*?:\n\n```\w+\n(.*?)```", TEXT, re.DOTALL))
COMMANDS = re.findall(r"^    ((?:idflow|python -m pytest) .*)$", TEXT, re.MULTILINE)

GREW = ("service_tasks", "forms", "tests", "bpmn")
"""Where files are added."""

# In one process, as most of the time goes into starting one.
RUN = """
import contextlib, io, json, sys

import pytest

commands = [each.split() for each in json.load(sys.stdin)]
said = io.StringIO()
with contextlib.redirect_stdout(said):
    failed = pytest.main(["-n", "0", "-q", *(each[3] for each in commands if each[0] == "python")])
came = {"tests": said.getvalue()}
assert not failed, came

from click.testing import CliRunner

from forms.declarations import declarations
from webui.cli import idflow

came["palette"] = [each["type"] for each in declarations()["elements"]]
for words in (each for each in commands if each[0] == "idflow"):
    ran = CliRunner().invoke(idflow, words[1:])
    assert ran.exit_code == 0, ran.output
    came[" ".join(words[:2])] = ran.output
print(json.dumps(came))
"""


def test_the_activity_the_form_element_and_the_journey_that_are_shown_work_as_is_said(tmp_path: Path) -> None:
    for each in GREW:
        left_out = shutil.ignore_patterns("__pycache__", "golden", "data", "vendors")
        shutil.copytree(ROOT / each, tmp_path / each, ignore=left_out, copy_function=os.symlink)
    for each in ("engine", "webui", "pyproject.toml"):
        (tmp_path / each).symlink_to(ROOT / each)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        input=json.dumps(COMMANDS),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    came = json.loads(done.stdout)
    # What is shown is tested, and what is tested is offered in the designer and in the form builder.
    assert len(COMMANDS) == 6
    assert "4 passed" in came["tests"]
    assert "idflow.greet" in {each["id"] for each in json.loads(came["idflow templates"])}
    assert "colour" in came["palette"]
    assert came["idflow check"] == "2 files, 0 errors, 0 warnings\n"
    assert "2 tests, all as expected" in came["idflow test"]
    assert "KNOWN   incident:ask" in came["idflow explore"]
