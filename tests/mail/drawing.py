"""A process that sends one mail, and ends at `sent`, or at `unsent` when an address is none."""

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

GIVEN = {"to": "=email", "subject": "Hello {{name}}", "body": "Dear **{{name}}**"}

_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="test">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="send" />
    <bpmn:serviceTask id="send" name="Send Email">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="send-email" />
        <zeebe:ioMapping>{inputs}<zeebe:output source="=result" target="messageId" /></zeebe:ioMapping>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:boundaryEvent id="invalid" attachedToRef="send">
      <bpmn:errorEventDefinition errorRef="error" />
    </bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f2" sourceRef="send" targetRef="sent" />
    <bpmn:sequenceFlow id="f3" sourceRef="invalid" targetRef="unsent" />
    <bpmn:endEvent id="sent" />
    <bpmn:endEvent id="unsent" />
  </bpmn:process>
  <bpmn:error id="error" errorCode="EmailAddressInvalid" />
</bpmn:definitions>"""


def diagram(inputs: Mapping[str, str]) -> str:
    """Return the file with these parameters of the step."""
    drawn = "".join(f'<zeebe:input source={quoteattr(value)} target="{key}" />' for key, value in inputs.items())
    return _FILE.replace("{inputs}", drawn)
