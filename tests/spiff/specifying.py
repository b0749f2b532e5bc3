"""Specifications of processes in the short notation."""

from typing import ClassVar

from engine.declare import Declared
from engine.dialect import read
from engine.errors import Problem
from engine.model import Element
from engine.spiff import Specification
from tests.spiff.notation import element, roots

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="test">
  <bpmn:process id="{name}" isExecutable="true">{body}</bpmn:process>{beside}
</bpmn:definitions>"""


class Work(Declared):
    """An activity that does what the test says."""

    type: ClassVar[str] = "work"
    name: ClassVar[str] = "Work"
    errors = ()

    @classmethod
    def check(cls, element: Element) -> list[Problem]:
        return []


def specify(*elements: str, beside: str = "", name: str = "test") -> Specification:
    """Return the specification of a process in the short notation."""
    body = "\n".join(map(element, elements))
    content = FILE.format(body=body, beside=beside + roots(body, beside), name=name)
    reading = read(content.encode(), "t.bpmn", {"work": Work})
    assert reading.process is not None, "\n".join(map(str, reading.problems))
    return Specification.of(reading.process)
