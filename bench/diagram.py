"""Draws processes as BPMN: for Idflow, and the same for bare SpiffWorkflow, whose expressions are Python."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

FORM = b"""{"type": "default", "id": "Bench", "versionTag": "1", "schemaVersion": 19,
 "components": [{"type": "text", "id": "text", "text": "Go on."}]}"""
"""What the user tasks show."""

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
    xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
    id="definitions" targetNamespace="bench">
"""
_SHAPE = """<bpmndi:BPMNShape id="{name}_di" bpmnElement="{name}">
  <dc:Bounds x="100" y="100" width="100" height="80"/>
</bpmndi:BPMNShape>
"""
_EDGE = """<bpmndi:BPMNEdge id="{name}_di" bpmnElement="{name}">
  <di:waypoint x="100" y="100"/>
  <di:waypoint x="200" y="100"/>
</bpmndi:BPMNEdge>
"""
_FORM = (
    '<zeebe:userTask/><zeebe:formDefinition formId="Bench"/><zeebe:properties>'
    '<zeebe:property name="formDataKey" value="form_{number}"/></zeebe:properties>'
)
_GET_USER = (
    '<zeebe:taskDefinition type="get-user"/><zeebe:ioMapping><zeebe:input source="demo" target="storeName"/>'
    '<zeebe:input source="=processvar.externalId" target="userExternalId"/>'
    '<zeebe:input source="user1" target="userKey"/></zeebe:ioMapping>'
)
_ITEMS = (
    '<zeebe:loopCharacteristics inputCollection="=items" inputElement="item" outputCollection="results"'
    ' outputElement="=item + 1"/>'
)
_ITEMS_IN_PYTHON = "<bpmn:loopCardinality>len(items)</bpmn:loopCardinality>"


@dataclass
class Diagram:
    """Is drawn node by node; a method that draws one returns its id."""

    name: str
    python: bool = False
    """Whether expressions are Python, for bare SpiffWorkflow."""
    nodes: list[str] = field(default_factory=list)
    """The ids of what was drawn."""
    _parts: list[str] = field(default_factory=list)
    _drawing: list[str] = field(default_factory=list)
    _flows: int = 0

    def node(self, tag: str, *inner: str, attributes: str = "") -> str:
        """Draw any node."""
        name = self._named()
        self._parts.append(f'<bpmn:{tag} id="{name}"{attributes}>{"".join(inner)}</bpmn:{tag}>\n')
        return name

    def script(self, loop: str = "") -> str:
        """Draw a task that counts `n` up."""
        if self.python:
            return self.node("scriptTask", loop, "<bpmn:script>n = n + 1</bpmn:script>")
        return self.node("scriptTask", _extended('<zeebe:script expression="=n + 1" resultVariable="n"/>'), loop)

    def form(self) -> str:
        """Draw a user task."""
        return self.node("userTask", _extended(_FORM.format(number=len(self.nodes))))

    def get_user(self) -> str:
        """Draw a service task."""
        return self.node("serviceTask", _extended(_GET_USER))

    def each(self, *, sequential: bool) -> str:
        """Draw a task that runs once for each of `items`; outside of Python each makes one of `results`."""
        inner = _ITEMS_IN_PYTHON if self.python else _extended(_ITEMS)
        tag = "multiInstanceLoopCharacteristics"
        return self.script(f'<bpmn:{tag} isSequential="{str(sequential).lower()}">{inner}</bpmn:{tag}>')

    def repeat(self, times: int) -> str:
        """Draw a task that runs again."""
        return self.script(f'<bpmn:standardLoopCharacteristics loopMaximum="{times}"/>')

    def minute(self) -> str:
        """Draw a timer of one minute."""
        duration = "<bpmn:timeDuration>PT1M</bpmn:timeDuration>"
        return self.node("intermediateCatchEvent", f"<bpmn:timerEventDefinition>{duration}</bpmn:timerEventDefinition>")

    def inside(self, depth: int) -> str:
        """Draw sub-processes inside each other, with a task in the innermost."""
        name = self._named()
        self._parts.append(f'<bpmn:subProcess id="{name}">\n')
        self.whole([self.inside(depth - 1) if depth > 1 else self.script()])
        self._parts.append("</bpmn:subProcess>\n")
        return name

    def around(self, kind: str, parts: Iterable[str]) -> tuple[str, str]:
        """Draw a gateway before some nodes and one after them; every inclusive way is taken, the last exclusive one."""
        default = f"{self.name}_default_{self._flows}"
        decides = kind == "exclusiveGateway"
        split = self.node(kind, attributes=f' default="{default}"' if decides else "")
        join = self.node(kind)
        *others, last = parts
        for part in others:
            condition = {"exclusiveGateway": "n &lt; 0", "inclusiveGateway": "n &gt;= 0"}.get(kind, "")
            self.flow(split, part, condition)
        self.flow(split, last, "n &gt;= 0" if kind == "inclusiveGateway" else "", name=default)
        for part in (*others, last):
            self.flow(part, join)
        return split, join

    def flow(self, source: str, target: str, condition: str = "", name: str = "") -> None:
        """Connect two nodes."""
        self._flows += 1
        name = name or f"f{self._flows}"
        inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        self._parts.append(
            f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>\n'
        )
        self._drawing.append(_EDGE.format(name=name))

    def whole(self, parts: Sequence[str | tuple[str, str]]) -> None:
        """Draw a start and an end, and connect everything between; a pair is where a part begins and ends."""
        ways = [(part, part) if isinstance(part, str) else part for part in parts]
        start, end = self.node("startEvent"), self.node("endEvent")
        for (_, source), (target, _) in zip([(start, start), *ways], [*ways, (end, end)], strict=True):
            self.flow(source, target)

    def content(self, *, drawn: bool = False) -> bytes:
        """Return the file, if `drawn` with its drawing."""
        parts = [_HEAD, f'<bpmn:process id="{self.name}" name="" isExecutable="true">\n', *self._parts]
        parts.append("</bpmn:process>\n")
        if drawn:
            parts += ['<bpmndi:BPMNDiagram id="diagram">', f'<bpmndi:BPMNPlane id="plane" bpmnElement="{self.name}">\n']
            parts += [*self._drawing, "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n"]
        return "".join((*parts, "</bpmn:definitions>\n")).encode()

    def _named(self) -> str:
        name = f"e{len(self.nodes)}"
        self.nodes.append(name)
        self._drawing.append(_SHAPE.format(name=name))
        return name


def _extended(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"
