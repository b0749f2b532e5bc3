"""Bare SpiffWorkflow: its own parser, script engine and loop, nothing saved."""

from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

_PROCESS = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="bench">
  <bpmn:process id="bare" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="get_user"/>
    <bpmn:scriptTask id="get_user"><bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
      <bpmn:script>user = {"id": "1", "externalId": "user1"}</bpmn:script></bpmn:scriptTask>
    <bpmn:sequenceFlow id="b" sourceRef="get_user" targetRef="get_totp"/>
    <bpmn:scriptTask id="get_totp"><bpmn:incoming>b</bpmn:incoming><bpmn:outgoing>c</bpmn:outgoing>
      <bpmn:script>totp = {"secret": "x", "qrCodeString": "y"}</bpmn:script></bpmn:scriptTask>
    <bpmn:sequenceFlow id="c" sourceRef="get_totp" targetRef="form"/>
    <bpmn:userTask id="form"><bpmn:incoming>c</bpmn:incoming><bpmn:outgoing>e</bpmn:outgoing></bpmn:userTask>
    <bpmn:sequenceFlow id="e" sourceRef="form" targetRef="end"/>
    <bpmn:endEvent id="end"><bpmn:incoming>e</bpmn:incoming></bpmn:endEvent>
  </bpmn:process>
</bpmn:definitions>
"""


def journey() -> Callable[[], None]:
    """Return one whole journey, start to end, on specifications that are parsed once."""
    parser = BpmnParser()
    parser.add_bpmn_str(_PROCESS)
    spec = parser.get_spec("bare")

    def run() -> None:
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.run()
        workflow.do_engine_steps()
        if not workflow.completed:
            raise RuntimeError("the bare journey did not end")

    return run


def process(content: bytes, name: str, variables: Mapping[str, Any]) -> Callable[[], None]:
    """Return one run of a process without forms, start to end, on specifications that are parsed once."""
    parser = BpmnParser()
    parser.add_bpmn_str(content)
    spec, inner = parser.get_spec(name), parser.get_subprocess_specs(name)

    def run() -> None:
        workflow = BpmnWorkflow(spec, inner)
        for task in workflow.get_tasks(state=TaskState.READY):
            task.data.update(variables)
        workflow.do_engine_steps()
        if not workflow.completed:
            raise RuntimeError("the bare process did not end")

    return run
