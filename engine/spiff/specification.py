"""From the normal form of a process to SpiffWorkflow's specifications."""

from dataclasses import dataclass
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser, EndEventParser, StartEventParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.model import Process, Source
from engine.spiff import gateways, specs


class _FromElement:
    """Goes in front of a stock parser: takes what it needs from the normal form, not from the XML."""

    process_parser: Any
    bpmn_id: str

    def create_task(self) -> Any:
        task = super().create_task()  # type: ignore[misc]
        task.element = self._process.elements[self.bpmn_id]
        return task

    def parse_condition(self, sequence_flow: etree._Element) -> Source | None:
        return self._process.flows[sequence_flow.get("id", "")].condition

    def get_position(self, node: object = None) -> dict[str, float]:
        # The library orders conditions by where the targets are drawn; without positions it keeps the order of the
        # file.
        return {"x": 0.0, "y": 0.0}

    @property
    def _process(self) -> Process:
        process: Process = self.process_parser.parser.process
        return process


def _parser(stock: type, spec: type) -> tuple[type, type]:
    return type(f"Element{stock.__name__}", (_FromElement, stock), {}), spec


class _Parser(BpmnParser):
    """Knows only the elements that run right; the dialect's rules have refused all others before."""

    PARSER_CLASSES: ClassVar[dict[str, tuple[type, type]]] = {
        full_tag("startEvent"): _parser(StartEventParser, specs.StartEvent),
        full_tag("endEvent"): _parser(EndEventParser, specs.EndEvent),
        full_tag("boundaryEvent"): _parser(BoundaryEventParser, specs.BoundaryEvent),
        full_tag("serviceTask"): _parser(TaskParser, specs.ServiceTask),
        full_tag("scriptTask"): _parser(TaskParser, specs.ScriptTask),
        full_tag("userTask"): _parser(TaskParser, specs.UserTask),
        full_tag("subProcess"): _parser(SubWorkflowParser, specs.SubProcess),
        full_tag("exclusiveGateway"): _parser(ConditionalGatewayParser, gateways.ExclusiveGateway),
        full_tag("inclusiveGateway"): _parser(ConditionalGatewayParser, gateways.InclusiveGateway),
        full_tag("parallelGateway"): _parser(GatewayParser, gateways.ParallelGateway),
    }

    def __init__(self, process: Process) -> None:
        super().__init__()
        self.process = process
        self.add_bpmn_xml(process.root)


@dataclass(frozen=True, slots=True)
class Specification:
    """A process that can be run: immutable, shared by all its instances and threads."""

    process: Process
    spec: BpmnProcessSpec
    subprocesses: dict[str, BpmnProcessSpec]

    @classmethod
    def of(cls, process: Process) -> "Specification":
        """Make SpiffWorkflow's specifications of a process that has passed the deployment rules."""
        parser = _Parser(process)
        spec = parser.get_spec(process.id)
        return cls(process, spec, parser.get_subprocess_specs(process.id))
