"""The same journey, written by four tools, is the same process."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.dialect import read
from engine.model import FormReference, Process, Source, Syntax
from tests.dialect.diagrams import ACTIVITIES, activity, codes, document, flow, reading, task_between

ZEEBE = """<startEvent id="start_1" name="Start"/>
<serviceTask id="get_user" name="Get User"><extensionElements>
  <zeebe:taskDefinition type="get-user"/>
  <zeebe:ioMapping>
    <zeebe:input source="demo" target="storeName"/>
    <zeebe:input source="=processvar.externalId" target="userExternalId"/>
  </zeebe:ioMapping>
</extensionElements></serviceTask>
<serviceTask id="get_totp" name="Get TOTP"><extensionElements>
  <zeebe:taskDefinition type="get-totp"/>
  <zeebe:ioMapping>
    <zeebe:input source="demo" target="storeName"/>
    <zeebe:input source="default" target="totpPolicy"/>
    <zeebe:input source="user1" target="userKey"/>
  </zeebe:ioMapping>
</extensionElements></serviceTask>
<userTask id="show" name="Show current TOTP"><extensionElements>
  <zeebe:userTask/>
  <zeebe:formDefinition formId="ShowCurrentTOTP"/>
  <zeebe:properties><zeebe:property name="formDataKey" value="ShowCurrentTOTP"/></zeebe:properties>
</extensionElements></userTask>"""

CAMUNDA_7 = """<startEvent id="start_1" name="Start"/>
<serviceTask id="get_user" name="Get User" camunda:type="external" camunda:topic="get-user" camunda:asyncBefore="true">
<extensionElements><camunda:inputOutput>
  <camunda:inputParameter name="storeName">demo</camunda:inputParameter>
  <camunda:inputParameter name="userExternalId">${processvar.externalId}</camunda:inputParameter>
</camunda:inputOutput></extensionElements></serviceTask>
<serviceTask id="get_totp" name="Get TOTP" camunda:type="external" camunda:topic="get-totp">
<extensionElements><camunda:inputOutput>
  <camunda:inputParameter name="storeName">demo</camunda:inputParameter>
  <camunda:inputParameter name="totpPolicy">default</camunda:inputParameter>
  <camunda:inputParameter name="userKey">user1</camunda:inputParameter>
</camunda:inputOutput></extensionElements></serviceTask>
<userTask id="show" name="Show current TOTP" camunda:formRef="ShowCurrentTOTP" camunda:formRefBinding="latest">
<extensionElements><camunda:properties>
  <camunda:property name="formDataKey" value="ShowCurrentTOTP"/>
</camunda:properties></extensionElements></userTask>"""

SPIFFWORKFLOW = """<startEvent id="start_1" name="Start"/>
<serviceTask id="get_user" name="Get User"><extensionElements>
  <spiffworkflow:serviceTaskOperator id="get-user"><spiffworkflow:parameters>
    <spiffworkflow:parameter id="storeName" type="str" value="&quot;demo&quot;"/>
    <spiffworkflow:parameter id="userExternalId" type="str" value="processvar.externalId"/>
  </spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>
</extensionElements></serviceTask>
<serviceTask id="get_totp" name="Get TOTP"><extensionElements>
  <spiffworkflow:serviceTaskOperator id="get-totp"><spiffworkflow:parameters>
    <spiffworkflow:parameter id="storeName" type="str" value="'demo'"/>
    <spiffworkflow:parameter id="totpPolicy" type="str" value="'default'"/>
    <spiffworkflow:parameter id="userKey" type="str" value="'user1'"/>
  </spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>
</extensionElements></serviceTask>
<userTask id="show" name="Show current TOTP"><extensionElements><spiffworkflow:properties>
  <spiffworkflow:property name="formJsonSchemaFilename" value="ShowCurrentTOTP.json"/>
  <spiffworkflow:property name="formDataKey" value="ShowCurrentTOTP"/>
</spiffworkflow:properties></extensionElements></userTask>"""

PLAIN = ZEEBE.replace('<zeebe:taskDefinition type="get-user"/>', "").replace(
    '<zeebe:taskDefinition type="get-totp"/>', ""
)

REST = """<endEvent id="finished" name="Finished"><documentation>Done.</documentation></endEvent>""" + "".join(
    flow(*each)
    for each in [("start_1", "get_user"), ("get_user", "get_totp"), ("get_totp", "show"), ("show", "finished")]
)


def process_of(text: str) -> Process:
    found = reading(text + REST)
    assert found.problems == ()
    assert found.process is not None
    return found.process


def without_lines(process: Process) -> tuple[Any, ...]:
    def source(each: Source | None) -> Source | None:
        # JUEL and FEEL write a plain path alike.
        return each and replace(each, line=0, syntax=Syntax.FEEL if each.syntax is Syntax.JUEL else each.syntax)

    elements = [
        replace(each, line=0, inputs={key: source(value) for key, value in each.inputs.items()})
        for each in process.elements.values()
    ]
    return process.id, elements, [replace(each, line=0) for each in process.flows.values()]


@pytest.mark.parametrize("text", [CAMUNDA_7, SPIFFWORKFLOW, PLAIN], ids=["camunda", "spiffworkflow", "plain"])
def test_every_tool_writes_the_same_process(text: str) -> None:
    assert without_lines(process_of(text)) == without_lines(process_of(ZEEBE))


def test_the_normal_form() -> None:
    process = process_of(ZEEBE)
    user, totp, show = (process.elements[each] for each in ("get_user", "get_totp", "show"))
    assert user.activity == "get-user"
    assert user.inputs == {
        "storeName": Source("demo", Syntax.LITERAL, line=user.line + 3),
        "userExternalId": Source("processvar.externalId", Syntax.FEEL, line=user.line + 4),
    }
    assert list(totp.inputs) == ["storeName", "totpPolicy", "userKey"]
    assert show.form == FormReference("ShowCurrentTOTP")
    assert show.properties == {"formDataKey": "ShowCurrentTOTP"}
    assert process.forms == {FormReference("ShowCurrentTOTP")}
    assert process.elements["finished"].documentation == "Done."
    assert process.elements["finished"].kind == "endEvent"
    assert process.flows["get_totp-show"].target == "show"


def test_the_journey_that_ships_can_be_deployed() -> None:
    path = Path(__file__).parents[2] / "bpmn" / "get_current_totp" / "get_current_totp.bpmn"
    found = read(path.read_bytes(), path.name, ACTIVITIES)
    assert found.problems == ()
    assert found.process is not None
    assert found.process.name == "Get Current TOTP Registration"
    assert [each.label for each in found.process.elements.values()] == [
        *("Start", "Get User", "Get TOTP", "Show current TOTP", "Finished")
    ]


def user_task(extensions: str, attributes: str = "") -> str:
    return task_between(
        f'<userTask id="task" {attributes}><extensionElements>{extensions}</extensionElements></userTask>'
    )


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


def zeebe_input(source: str) -> str:
    return activity(
        f"""<zeebe:taskDefinition type="get-user"/><zeebe:ioMapping><zeebe:input {source} target="storeName"/>
        </zeebe:ioMapping>"""
    )


def camunda_input(value: str) -> str:
    return activity(
        f"""<camunda:inputOutput><camunda:inputParameter name="storeName">{value}</camunda:inputParameter>
        </camunda:inputOutput>""",
        'camunda:type="external" camunda:topic="get-user"',
    )


def spiff_input(value: str) -> str:
    return activity(
        f"""<spiffworkflow:serviceTaskOperator id="get-user"><spiffworkflow:parameters>
        <spiffworkflow:parameter id="storeName" type="str" value="{value}"/>
        </spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"""
    )


def store_name(task: str) -> tuple[str, Syntax] | None:
    found = reading(task_between(task))
    assert found.process is not None, found.problems
    source = found.process.elements["task"].inputs["storeName"]
    return None if source is None else (source.text, source.syntax)


VALUES = [
    (zeebe_input('source="demo"'), ("demo", Syntax.LITERAL)),
    (zeebe_input('source="= a.b "'), ("a.b", Syntax.FEEL)),
    (zeebe_input('source="${a}"'), ("${a}", Syntax.LITERAL)),
    (camunda_input("demo"), ("demo", Syntax.LITERAL)),
    (camunda_input("=demo"), ("=demo", Syntax.LITERAL)),
    (camunda_input(" ${ a.b } "), ("a.b", Syntax.JUEL)),
    (spiff_input("'demo'"), ("demo", Syntax.LITERAL)),
    (spiff_input("a.b"), ("a.b", Syntax.FEEL)),
    (spiff_input("6"), ("6", Syntax.FEEL)),
]


@pytest.mark.parametrize(("task", "expected"), VALUES)
def test_values_are_text_or_expressions(task: str, expected: tuple[str, Syntax]) -> None:
    assert store_name(task) == expected


@pytest.mark.parametrize(
    "task",
    [zeebe_input(""), zeebe_input('source=""'), camunda_input(""), spiff_input(""), spiff_input("''")],
)
def test_a_required_parameter_that_was_never_filled_is_missing(task: str) -> None:
    assert codes(task_between(task)) == ["missing-parameter"]


@pytest.mark.parametrize(
    "value", ["__import__('os')", "a + 1", "a()", "'a' + 'b'", "[1]", "f'{a}'", "'a\\'", "a if b else c"]
)
def test_python_is_refused(value: str) -> None:
    assert "python" in codes(task_between(spiff_input(value)))


@pytest.mark.parametrize("value", ["a ${b}", "${a} ${b}", "#{a}", "${a} b"])
def test_text_with_expressions_inside_is_a_template(value: str) -> None:
    assert store_name(camunda_input(value)) == (value, Syntax.TEMPLATE)


def test_a_template_with_a_broken_expression_is_refused() -> None:
    assert codes(task_between(camunda_input("a ${b +}"))) == ["expression"]
    assert codes(task_between(camunda_input("a ${b"))) == ["expression"]


@pytest.mark.parametrize("value", ["list", "map", "script"])
def test_values_made_of_elements_are_refused(value: str) -> None:
    assert "extension-not-run" in codes(task_between(camunda_input(f"<camunda:{value}/>")))


def test_outputs_and_result_variables() -> None:
    zeebe = activity(
        """<zeebe:taskDefinition type="get-user"/><zeebe:ioMapping><zeebe:input source="s" target="storeName"/>
        <zeebe:output source="=result.id" target="processvar.found.id"/></zeebe:ioMapping>"""
    )
    process = reading(task_between(zeebe)).process
    assert process is not None
    (output,) = process.elements["task"].outputs.items()
    assert output == ("found.id", Source("result.id", Syntax.FEEL, line=output[1].line))


def test_a_file_of_two_tools_is_refused() -> None:
    both = activity(
        """<zeebe:taskDefinition type="get-user"/>
        <zeebe:ioMapping><zeebe:input source="s" target="storeName"/></zeebe:ioMapping>""",
        'camunda:type="external" camunda:topic="get-totp"',
    )
    assert codes(task_between(both)) == ["two-dialects"]


def test_extensions_of_other_tools_are_left_alone() -> None:
    task = activity(
        """<other:thing id="start_1"><other:sequenceFlow id="x" sourceRef="start_1"/></other:thing>
        <zeebe:ioMapping><zeebe:input source="s" target="storeName"/></zeebe:ioMapping>""",
        'name="Get User" other:colour="red" zeebe:modelerTemplate="t" zeebe:modelerTemplateVersion="1"',
    )
    assert codes(task_between(task)) == []


@pytest.mark.parametrize(
    "extension",
    [
        '<zeebe:executionListeners><zeebe:executionListener type="x"/></zeebe:executionListeners>',
        "<zeebe:taskHeaders/>",
        "<zeebe:unheardOf/>",
        '<zeebe:taskDefinition type="get-user" retries="3"/>',
        "<camunda:executionListener/>",
        "<camunda:connector/>",
        "<spiffworkflow:preScript>import os</spiffworkflow:preScript>",
        "<spiffworkflow:unitTests/>",
    ],
)
def test_extensions_that_would_be_ignored_are_refused(extension: str) -> None:
    assert "extension-not-run" in codes(task_between(activity(extension, 'name="Get User"')))


@pytest.mark.parametrize("attribute", ["class", "expression", "delegateExpression", "assignee", "unheardOf"])
def test_attributes_that_would_be_ignored_are_refused(attribute: str) -> None:
    task = f'<serviceTask id="task" name="Get User" camunda:{attribute}="x"/>'
    assert "extension-not-run" in codes(task_between(task))


@pytest.mark.parametrize(
    "definition",
    [
        """<conditionalEventDefinition><extensionElements><zeebe:conditionalFilter variableNames="a"/>
        </extensionElements><condition>=a</condition></conditionalEventDefinition>""",
        '<conditionalEventDefinition camunda:variableName="a"><condition>${a}</condition></conditionalEventDefinition>',
        '<errorEventDefinition camunda:errorCodeVariable="a"/>',
    ],
)
def test_extensions_of_an_event_definition_are_checked_too(definition: str) -> None:
    boundary = f'<boundaryEvent id="b" attachedToRef="task">{definition}</boundaryEvent>' + flow("b", "end_1")
    assert codes(task_between(zeebe_input('source="s"')) + boundary) == ["extension-not-run"]


def test_extensions_of_the_process_are_checked_too() -> None:
    form = '<extensionElements><zeebe:userTaskForm id="f">{}</zeebe:userTaskForm></extensionElements>'
    assert "extension-not-run" in codes(form + task_between(zeebe_input('source="s"')))


def test_extensions_in_the_wrong_place_are_refused() -> None:
    on_end = (
        '<endEvent id="task"><extensionElements><zeebe:taskDefinition type="get-user"/></extensionElements></endEvent>'
    )
    assert "misplaced-extension" in codes('<startEvent id="start_1"/>' + on_end + flow("start_1", "task"))
    inputs = """<zeebe:formDefinition formId="F"/>
    <zeebe:ioMapping><zeebe:input source="a" target="b"/></zeebe:ioMapping>"""
    assert codes(user_task(inputs)) == ["misplaced-extension"]
    process = '<extensionElements><zeebe:taskDefinition type="get-user"/></extensionElements>'
    assert "misplaced-extension" in codes(process + task_between(zeebe_input('source="s"')))


def test_bytes_with_comments_and_instructions_are_read() -> None:
    content = document(
        task_between(zeebe_input('source="s"')).replace("<zeebe:ioMapping>", "<!-- a --><?b?><zeebe:ioMapping>")
    )
    assert read(content, "test.bpmn", ACTIVITIES).problems == ()
