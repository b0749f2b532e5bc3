"""Small diagrams, and what the rules say of them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, ClassVar

from engine.declare import Declared, parameter
from engine.dialect import Reading, read
from engine.errors import BpmnError, Problem
from engine.model import Element


class UserNotFound(BpmnError):
    """The store has no such user."""


class TotpNotRegistered(BpmnError):
    """The user has no registration."""


class GetUser(Declared):
    type: ClassVar[str] = "get-user"
    name: ClassVar[str] = "Get User"
    errors = (UserNotFound,)

    store_name: str = parameter("Store Name", required=True)
    user_external_id: str | None = parameter("User External ID")
    user_key: str = parameter("User Key", default="user1")
    digits: int = parameter("Digits", default=6, minimum=6, maximum=8)
    mode: str = parameter("Mode", default="fast", choices=("fast", "slow"))

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        key = element.inputs.get("userKey")
        both = "userExternalId" in element.inputs and key is not None and key.text != "user1"
        return [Problem("test.both", "Both are set.", "Keep one.")] if both else []


class GetTotp(Declared):
    type: ClassVar[str] = "get-totp"
    name: ClassVar[str] = "Get TOTP"
    errors = (UserNotFound, TotpNotRegistered)

    store_name: str = parameter("Store Name", required=True)
    totp_policy: str = parameter("TOTP Policy", required=True)
    user_key: str = parameter("User Key", default="user1")

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        return []


ACTIVITIES: Mapping[str, type[GetUser | GetTotp]] = {"get-user": GetUser, "get-totp": GetTotp}

NAMESPACES = """xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:other="urn:other" """

START = '<startEvent id="start_1"/>'
END = '<endEvent id="end_1"/>'
TASK = """<serviceTask id="task" name="Get User"><extensionElements><zeebe:ioMapping>
  <zeebe:input source="demo" target="storeName"/></zeebe:ioMapping></extensionElements></serviceTask>"""


def flow(source: str, target: str, condition: str | None = None, identifier: str | None = None) -> str:
    inner = "" if condition is None else f"<conditionExpression>{condition}</conditionExpression>"
    name = identifier or f"{source}-{target}"
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def document(process: str, beside: str = "", attributes: str = "") -> bytes:
    """Return a file whose process has the elements `process`, with the elements `beside` next to it."""
    text = f'<definitions {NAMESPACES} {attributes}><process id="p">{process}</process>{beside}</definitions>'
    return text.encode()


def task_between(task: str) -> str:
    """Return a process that consists of one task, whose id is `task`."""
    return START + task + END + flow("start_1", "task") + flow("task", "end_1")


def activity(inner: str, attributes: str = "") -> str:
    """Return a service task with these extension elements."""
    return f'<serviceTask id="task" {attributes}><extensionElements>{inner}</extensionElements></serviceTask>'


def reading(process: str, beside: str = "", attributes: str = "") -> Reading:
    return read(document(process, beside, attributes), "test.bpmn", ACTIVITIES)


def codes(process: str, beside: str = "", attributes: str = "") -> list[str]:
    """Return the codes of everything that is wrong, without `bpmn.`, each once."""
    found = reading(process, beside, attributes).problems
    return sorted({problem.code.removeprefix("bpmn.") for problem in found})


def element(process: str, identifier: str, beside: str = "") -> Element:
    """Return an element of a diagram that has no errors, every source on line 0."""
    found = reading(process, beside)
    assert found.process is not None, found.problems
    plain: Element = without_lines(found.process.elements[identifier])
    return plain


def without_lines(value: Any) -> Any:
    """Return a record of the normal form with 0 for every line in it."""
    if isinstance(value, Mapping):
        return {key: without_lines(each) for key, each in value.items()}
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(
        value,
        **{each.name: 0 if each.name == "line" else without_lines(getattr(value, each.name)) for each in fields(value)},
    )
