"""The same journey, written by four tools, is the same process."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.dialect import read
from engine.model import FormReference, Process, Source, Syntax
from tests.dialect.diagrams import ACTIVITIES, flow, reading

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
