"""What the designer calls, what it is told, and what is deployed then."""

from typing import Any

from engine.application import Application

DRAFT = "/backoffice/api/processes/welcome/draft"
VERSIONS = "/backoffice/api/processes/welcome/versions"
CHANGES = "/backoffice/api/processes/welcome/changes"
TASK = """<bpmn:userTask id="ask" name="Ask"><bpmn:extensionElements><zeebe:userTask />
  <zeebe:formDefinition formId="Nothing" /></bpmn:extensionElements></bpmn:userTask>
  <bpmn:sequenceFlow id="in" sourceRef="start" targetRef="ask" />
  <bpmn:sequenceFlow id="out" sourceRef="ask" targetRef="end" />"""


def codes(answer: Any) -> list[str]:
    return [each["code"] for each in answer.json["problems"]]


def deployed(application: Application, key: str = "welcome") -> list[int]:
    return [each.version for each in application.processes.history(key).versions]
