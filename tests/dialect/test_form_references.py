"""Which form a user task shows, as each tool says it."""

import pytest

from engine.model import FormReference
from tests.dialect.diagrams import codes, reading
from tests.dialect.tools import user_task


def form_of(process: str) -> FormReference | None:
    found = reading(process).process
    assert found is not None
    return found.elements["task"].form


def test_form_versions() -> None:
    tagged = '<zeebe:formDefinition formId="F" bindingType="versionTag" versionTag="2"/>'
    assert form_of(user_task(tagged)) == FormReference("F", "2")
    assert form_of(user_task('<zeebe:formDefinition formId="F" bindingType="deployment"/>')) == FormReference("F")
    versioned = 'camunda:formRef="F" camunda:formRefBinding="version" camunda:formRefVersion="2"'
    assert form_of(user_task("", versioned)) == FormReference("F", "2")


@pytest.mark.parametrize(
    ("extensions", "attributes", "code"),
    [
        ('<zeebe:formDefinition formId="F" bindingType="versionTag"/>', "", "form-binding"),
        ('<zeebe:formDefinition formId="F" versionTag="1"/>', "", "form-binding"),
        ('<zeebe:formDefinition formId="F" bindingType="newest"/>', "", "form-binding"),
        ('<zeebe:formDefinition formId="=f"/>', "", "form-name"),
        ('<zeebe:formDefinition formId="F" formKey="x"/>', "", "extension-not-run"),
        ("", 'camunda:formRef="F" camunda:formRefBinding="version"', "form-binding"),
        ("", 'camunda:formRef="F" camunda:formRefVersion="1"', "form-binding"),
        ("", 'camunda:formRef="${f}"', "form-name"),
        ("", 'camunda:formRef="F" camunda:formKey="embedded:x.html"', "extension-not-run"),
    ],
)
def test_forms_that_cannot_be_found_are_refused(extensions: str, attributes: str, code: str) -> None:
    assert codes(user_task(extensions, attributes)) == [code]


def spiff_form(file: str) -> str:
    return f"""<spiffworkflow:properties>
    <spiffworkflow:property name="formJsonSchemaFilename" value="{file}"/></spiffworkflow:properties>"""


def test_spiffworkflow_names_forms_by_their_files() -> None:
    assert form_of(user_task(spiff_form("a.form"))) == FormReference("a")
    assert codes(user_task(spiff_form("a.html"))) == ["form-name"]
