"""`idflow check --json`: one document, with every file in it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import bpmn
from tests.instances.drawing import FORM_FILE, drawn

Idflow = Callable[..., Result]
KEYS = ["severity", "code", "element", "line", "message", "remedy", "field"]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    good, bad, form = tmp_path / "good.bpmn", tmp_path / "bad.bpmn", tmp_path / "f.form"
    good.write_bytes(drawn({"p": ("start s", "user u", "end e", "s -> u", "u -> e")}))
    bad.write_bytes(drawn({"q": ("start s2", "call c nobody", "end e2", "s2 -> c", "c -> e2")}))
    form.write_bytes(FORM_FILE.content)
    return {"good": good, "bad": bad, "form": form, "missing": tmp_path / "missing.bpmn"}


def test_files_without_problems_are_listed_too(idflow: Idflow, files: dict[str, Path]) -> None:
    result = idflow("check", "--json", files["good"], files["form"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, {str(files["good"]): [], str(files["form"]): []})


def test_each_problem_is_said_of_its_file(idflow: Idflow, files: dict[str, Path]) -> None:
    result = idflow("check", "--json", *files.values())
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert list(found) == [str(path) for path in files.values()]
    assert found[str(files["good"])] == []
    problems = found[str(files["bad"])]
    assert all(list(problem) == KEYS for problem in problems)
    [unknown] = [problem for problem in problems if problem["code"] == "bpmn.unknown-process"]
    assert (unknown["severity"], unknown["element"]) == ("error", "c")
    assert isinstance(unknown["line"], int)
    [unreadable] = found[str(files["missing"])]
    assert (unreadable["code"], unreadable["line"]) == ("deployment.unreadable", None)


def test_a_warning_alone_is_no_failure(idflow: Idflow, files: dict[str, Path]) -> None:
    form = json.loads(FORM_FILE.content)
    form["components"].pop()
    files["form"].write_text(json.dumps(form))
    result = idflow("check", "--json", files["form"])
    [problem] = json.loads(result.stdout)[str(files["form"])]
    assert (result.exit_code, problem["severity"]) == (0, "warning")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"<html/>", b"{"])
def test_a_file_that_is_no_process_has_a_problem_and_no_traceback(
    idflow: Idflow, files: dict[str, Path], content: bytes
) -> None:
    files["bad"].write_bytes(content)
    result = idflow("check", "--json", files["bad"], files["bad"].parent)
    assert result.exit_code == 1
    assert all(json.loads(result.stdout).values())


def test_the_console_script_prints_the_document_and_nothing_else(files: dict[str, Path], tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("idflow")
    result = subprocess.run(
        [script, "check", "--json", str(files["good"]), str(files["bad"])],
        cwd=bpmn.FOLDER.parent,
        env={**os.environ, "IDFLOW_DATA": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert len(json.loads(result.stdout)) == 2
    assert not (tmp_path / "var").exists()
