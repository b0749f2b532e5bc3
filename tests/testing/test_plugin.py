"""What pytest shows of journeys: failures, files, coverage."""

import json
import subprocess
import sys

import pytest
from lxml import etree

import bpmn

pytest_plugins = ["pytester"]

FAILING = """
def test_elsewhere(journey):
    journey("bpmn/totp_registration").start(user="new-user").at("Show recovery codes")

def test_otherwise(journey, store):
    j = journey("bpmn/totp_registration").start(user="new-user")
    j.submit(code=store.current_code("new-user"))
    assert 1 == 2

def test_stopped(journey):
    j = journey("bpmn/get_current_totp").start(user="nobody").assert_ended()
"""

FILE = """\
name: It waits elsewhere
process: get_current_totp
given:
  variables: {externalId: user1}
steps:
  - at: finished
---
name: As it should
process: get_current_totp
given:
  variables: {externalId: user1}
steps:
  - submit:
  - ended: finished
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project of somebody else's, with a journey."""
    folder = pytester.mkdir("bpmn") / "get_current_totp"
    folder.mkdir()
    for each in (
        *(bpmn.FOLDER / "get_current_totp").glob("*.bpmn"),
        bpmn.FOLDER / "get_current_totp/ShowCurrentTOTP.form",
    ):
        (folder / each.name).write_bytes(each.read_bytes())
    return pytester


def test_a_failure_explains_itself(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(FAILING)
    ran = pytester.runpytest_inprocess("--bpmn-report=shown", "-p", "no:randomly")
    ran.assert_outcomes(failed=3)
    ran.stdout.fnmatch_lines(
        [
            '>       journey("bpmn/totp_registration").start(user="new-user").at("Show recovery codes")',
            "E*JourneyFailed: It should wait at show_codes ('Show recovery codes'), and it waits at register.",
            "E       journey    Register TOTP (*totp_registration.bpmn)",
            "E       path       start → get_user → start_registration",
            "E       waits at   register ('Set up the authenticator')",
            "E       called     get_user: get-user(storeName='demo', userExternalId='new-user', userKey='user1')",
            "E       variables  {'externalId': 'new-user',",
            "E                *'secret': '••••••',",
            "E       diagram    *test_elsewhere-totp_registration.svg",
            # A test that failed for another reason tells the same, apart.
            "*- journey totp_registration -*",
            "waits at   show_codes ('Show recovery codes')",
            "*complete-totp-registration(totpRegistrationKey='totpReg1', code='••••••')",
            "E*JourneyFailed: It should have ended, and it stopped at get_user: *",
            "E       stopped    get_user ('Get User'): *'nobody'. [[]UserNotFound[]]",
        ]
    )
    # Nothing of the kit itself is shown.
    assert "webui/testing/journey.py" not in ran.stdout.str()
    drawn = (
        pytester.path / "shown" / "test_a_failure_explains_itself.py_test_stopped-get_current_totp.svg"
    ).read_text()
    assert '<g class="stopped" data-element="get_user"' in drawn
    assert '<g class="reached" data-element="to_get_user"' in drawn
    assert "<script" not in drawn


def test_files_are_tests(project: pytest.Pytester) -> None:
    file = project.path / "bpmn" / "get_current_totp" / "two.journeytest.yaml"
    file.write_text(FILE)
    ran = project.runpytest_inprocess("-v", "bpmn")
    ran.assert_outcomes(failed=1, passed=1)
    ran.stdout.fnmatch_lines(
        [
            "bpmn/get_current_totp/two.journeytest.yaml::It waits elsewhere FAILED*",
            "bpmn/get_current_totp/two.journeytest.yaml::As it should PASSED*",
            "*two.journeytest.yaml:6: It waits elsewhere",
            "It should wait at finished, and it waits at show_current_totp.",
            "path: start → get_user → get_totp",
            "diagram: *.svg",
        ]
    )
    file.write_text(FILE.replace("at: finished", "att: finished"))
    ran = project.runpytest_inprocess("bpmn")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*two.journeytest.yaml:6: This is no step.*"])


REACHING = """
def test_to_the_end(journey):
    journey("bpmn/get_current_totp").start(user="user1").submit()

def test_to_the_form(journey):
    journey("bpmn/get_current_totp").start(user="user1")
"""


def test_coverage_is_said_and_written_and_merged_from_processes(project: pytest.Pytester) -> None:
    project.makepyfile(REACHING)
    there = project.path / "bpmn" / "get_current_totp" / "get_current_totp.bpmn"
    (project.path / "bpmn" / "other.bpmn").write_text(there.read_text().replace('"get_current_totp"', '"other"'))
    # What ran in one process of several is told by another, as with more of them.
    ran = project.runpytest_inprocess("-n1", "--bpmn-cov=bpmn", "--bpmn-report=report", "--bpmn-cov-fail-under=60")
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    ran.assert_outcomes(passed=2)
    ran.stdout.fnmatch_lines(
        [
            "*coverage of diagrams*",
            "process *nodes * flows * boundary * total",
            "get_current_totp (bpmn/get_current_totp/get_current_totp.bpmn) *5/5 *4/4 *- *100 %",
            "other (bpmn/other.bpmn) *0/5 *0/4 *- *0 %",
            "    missing: start (Start), line 10",
            "total *5/10 *4/8 *- *50 %",
            "Written to report/index.html",
            "50.0 % were reached, which is less than 60 %.",
        ]
    )
    written = json.loads((project.path / "report" / "coverage.json").read_text())
    first = written["diagrams"][0]
    assert {each["id"]: each["hits"] for each in first["parts"]}["to_get_user"] == 2
    assert (first["nodes"], first["flows"], first["percent"]) == ([5, 5], [4, 4], 100.0)
    assert len(written["tests"]) == 2
    root = etree.parse(project.path / "report" / "cobertura.xml").getroot()
    assert (root.get("line-rate"), root.get("lines-covered")) == ("0.5000", "9")
    line = root.find(".//class[@name='get_current_totp']//line[@number='13']")
    assert line is not None
    assert line.get("hits") == "2"
    page = (project.path / "report" / "index.html").read_text()
    assert "default-src 'none'; style-src 'sha256-" in page
    assert "<script" not in page
    assert 'data-count="get_user"' in page


def test_a_run_without_journeys_imports_nothing(pytester: pytest.Pytester) -> None:
    made = pytester.makepyfile(
        "import sys\n"
        "def test_it():\n"
        "    assert not {'engine', 'flask', 'sqlalchemy', 'lxml', 'webui.app'} & set(sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:hypothesispytest", str(made)],
        cwd=pytester.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
