"""`idflow test`."""

import shutil
from pathlib import Path

import pytest

import bpmn
from tests.cli.conftest import Idflow

TEST = """\
name: Somebody new registers
process: totp_registration
given:
  variables: {externalId: new-user}
steps:
  - at: register
  - submit: {code: "{{totp}}"}
  - at: show_codes
  - submit:
  - ended: finished
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("*.journeytest.yaml")
    shutil.copytree(bpmn.FOLDER / "totp_registration", tmp_path / "journeys" / "registration", ignore=ignored)
    (tmp_path / "journeys" / "registration" / "new.journeytest.yaml").write_text(TEST)
    return tmp_path / "journeys"


def test_the_tests_in_a_folder_run_and_leave_nothing(idflow: Idflow, folder: Path, tmp_path: Path) -> None:
    result = idflow("test", folder)
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "1 tests, all as expected")
    assert result.output.startswith("ok      Somebody new registers (")
    assert not (tmp_path / "var").exists()


def test_the_tests_that_ship_are_as_expected_and_reach_everything(idflow: Idflow) -> None:
    result = idflow("test", bpmn.FOLDER, "--fail-under", 100)
    assert "FAILED" not in result.output
    assert "missing" not in result.output
    assert result.exit_code == 0
    assert result.output.splitlines()[-1].endswith(" 100 %")


def test_what_was_not_reached_is_told_and_drawn(idflow: Idflow, folder: Path, tmp_path: Path) -> None:
    result = idflow("test", folder, "--report", tmp_path / "report", "--fail-under", "90")
    assert "missing: get_user_no_user (No user), line 25" in result.output
    assert "% were reached, which is less than 90 %." in result.output
    assert result.exit_code == 1
    written = sorted(each.name for each in (tmp_path / "report").iterdir())
    assert written == ["cobertura.xml", "coverage.json", "index.html"]
    page = (tmp_path / "report" / "index.html").read_text()
    assert '<g class="missed" data-element="get_user_no_user"' in page
    assert '<g class="reached" data-element="register"' in page


def test_a_changed_diagram_is_told_with_the_path_and_where_it_waits(idflow: Idflow, folder: Path) -> None:
    file = folder / "registration" / "totp_registration.bpmn"
    file.write_text(file.read_text().replace('"show_codes"', '"tell_codes"'))
    result = idflow("test", folder / "registration" / "new.journeytest.yaml")
    assert result.exit_code == 1
    assert "new.journeytest.yaml:8)" in result.output
    assert "It should wait at show_codes, and it waits at tell_codes." in result.output
    assert "path: start → get_user" in result.output
    assert result.output.splitlines()[-1] == "1 tests, 1 differ"


def test_what_cannot_start_or_be_read_is_told(idflow: Idflow, folder: Path) -> None:
    test = folder / "registration" / "new.journeytest.yaml"
    test.write_text(TEST.replace("process: totp_registration", "process: nowhere"))
    assert "There is no process 'nowhere' beside the test" in idflow("test", test).output
    test.write_text(TEST.replace("submit: {", "submits: {"))
    broken = idflow("test", test)
    assert (broken.exit_code, "new.journeytest.yaml:7: This is no step." in broken.output) == (1, True)
    test.unlink()
    assert idflow("test", folder).exit_code == 1
