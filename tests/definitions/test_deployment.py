import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bpmn
from engine import form_versions
from engine.application import Application
from engine.config import Settings
from engine.definitions import DefinitionNotFound
from engine.deployment import Deployed, File
from engine.errors import InvalidDeployment
from engine.model import FormReference
from engine.store.models import Definition, Form
from forms import FormJs
from service_tasks import ACTIVITIES

FOLDER = bpmn.FOLDER / "get_current_totp"
PROCESS = (FOLDER / "get_current_totp.bpmn").read_bytes()
FORM = (FOLDER / "ShowCurrentTOTP.form").read_bytes()
BOTH = [File("p.bpmn", PROCESS), File("f.form", FORM)]
CHANGED = FORM.replace(b"Copy key", b"Copy the key")


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    application = Application.open(Settings(data=tmp_path), activities=ACTIVITIES, forms=FormJs())
    yield application
    application.close()


def codes(application: Application, *files: File) -> list[str]:
    return [problem.code for problem in application.check(files)]


def test_changed_content_is_the_next_version_and_the_uploaded_bytes_are_kept(application: Application) -> None:
    application.deploy(BOTH)
    changed = PROCESS.replace(b"\n", b"\r\n")
    assert application.deploy([File("p.bpmn", changed)]) == [
        Deployed("p.bpmn", "process", "get_current_totp", 2, new=True)
    ]
    assert application.deploy([File("p.bpmn", changed)]) == [
        Deployed("p.bpmn", "process", "get_current_totp", 2, new=False)
    ]
    with application.database.read() as session:
        contents = {row.version: row.content for row in session.query(Definition)}
    assert contents == {1: PROCESS, 2: changed}


def test_a_process_that_went_back_to_an_older_content_is_a_new_version(application: Application) -> None:
    application.deploy([File("f.form", FORM)])
    application.deploy([File("f.form", CHANGED)])
    assert application.deploy([File("f.form", FORM)])[0].version == 3


def test_a_version_that_does_not_exist_cannot_be_started(application: Application) -> None:
    application.deploy(BOTH)
    with pytest.raises(DefinitionNotFound, match="version 7"):
        application.journeys.start("get_current_totp", {}, b"c", version=7)


def test_the_form_that_a_reference_means(application: Application) -> None:
    untagged = re.sub(rb'"versionTag": "[^"]*",', b"", FORM)
    tagged = untagged.replace(b'"id": "ShowCurrentTOTP"', b'"id": "ShowCurrentTOTP", "versionTag": "spring"')
    for content in (untagged, tagged, untagged + b"\n"):
        application.deploy([File("f.form", content)])
    with application.database.read() as session:
        versions = {
            tag: form_versions.find(session, FormReference("ShowCurrentTOTP", tag)).version
            for tag in (None, "1", "spring", "3")
        }
        with pytest.raises(form_versions.FormNotFound, match="'2'"):
            form_versions.find(session, FormReference("ShowCurrentTOTP", "2"))
    assert versions == {None: 3, "1": 1, "spring": 2, "3": 3}


def test_a_process_needs_its_forms_in_the_same_deployment_or_before(application: Application) -> None:
    process = File("p.bpmn", PROCESS)
    assert codes(application, process) == ["bpmn.unknown-form"]
    assert codes(application, *BOTH) == []
    application.deploy([File("f.form", FORM)])
    assert codes(application, process) == []
    versioned = PROCESS.replace(
        b'formId="ShowCurrentTOTP"', b'formId="ShowCurrentTOTP" bindingType="versionTag" versionTag="9"'
    )
    assert codes(application, File("p.bpmn", versioned)) == ["bpmn.unknown-form"]


def test_all_files_are_deployed_or_none(application: Application) -> None:
    with pytest.raises(InvalidDeployment) as refusal:
        application.deploy([*BOTH, File("notes.txt", b"x"), File("q.bpmn", PROCESS), File("broken.form", b"{")])
    assert {problem.code for problem in refusal.value.problems} == {
        "deployment.unknown-kind",
        "deployment.twice",
        "form.not-json",
    }
    assert {problem.file for problem in refusal.value.problems} == {"notes.txt", "q.bpmn", "broken.form"}
    with application.database.read() as session:
        assert session.query(Definition).count() + session.query(Form).count() == 0


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (File("p.bpmn", b"x" * (4 * 1024 * 1024 + 1)), "bpmn.too-large"),
        (File("p.bpmn", b""), "bpmn.not-xml"),
        (File("p.bpmn", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'), "bpmn.doctype"),
        (File("f.form", b'{"x": "' + b"y" * (2 * 1024 * 1024) + b'"}'), "form.too-large"),
        (File("f.form", b"\xff"), "form.not-utf-8"),
    ],
)
def test_what_is_no_diagram_or_form_is_refused(application: Application, file: File, code: str) -> None:
    assert code in codes(application, file)


def test_equal_content_is_parsed_once(application: Application) -> None:
    application.deploy(BOTH)
    with application.database.read() as session:
        definition = application.definitions.find(session, "get_current_totp")
        first = application.definitions.get(session, definition.id)
        assert application.definitions.get(session, definition.id) is first


def test_the_landing_page_says_what_the_documentation_of_the_process_says(application: Application) -> None:
    application.deploy(BOTH)
    link = application.token_office.issue(name=None, definition_key="get_current_totp").link
    landing = application.journeys.landing(link)
    assert landing.process == "Get Current TOTP Registration"
    assert landing.description.endswith("It takes about a minute.")


def test_of_two_versions_the_one_that_was_deployed_last_is_in_use(application: Application) -> None:
    used = FormReference("ShowCurrentTOTP")
    saved = application.forms.create(FORM, by="ada")
    with application.database.read() as session, pytest.raises(form_versions.FormNotFound):
        form_versions.find(session, used)
    first = application.forms.save_version("ShowCurrentTOTP", FORM, seen=saved.revision, by="ada", deploy=False)
    # What was only saved becomes the version in use; a deployment that changes nothing is none.
    for expected in (True, False):
        assert application.deploy([File("f.form", FORM)]) == [
            Deployed("f.form", "form", "ShowCurrentTOTP", 1, new=expected)
        ]
    application.forms.save_version("ShowCurrentTOTP", CHANGED, seen=first.draft.revision, by="ada", deploy=False)
    assert application.deploy([File("f.form", FORM)])[0].new is False
    assert application.deploy([File("f.form", CHANGED)]) == [Deployed("f.form", "form", "ShowCurrentTOTP", 2, new=True)]
    application.forms.deploy("ShowCurrentTOTP", 1, by="ada")
    with application.database.read() as session:
        assert form_versions.find(session, used).version == 1
        assert form_versions.find(session, FormReference("ShowCurrentTOTP", "1")).version == 1
