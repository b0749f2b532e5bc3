"""A file as the rules look at it: the normal form of every node and flow, beside the XML it came from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.dialect.camunda7 import CAMUNDA_7, script_of
from engine.dialect.condition import read_condition
from engine.dialect.declared_activity import Activities
from engine.dialect.extension import Extension
from engine.dialect.spiffworkflow import SPIFFWORKFLOW
from engine.dialect.xml import children, id_of, kind_of, line_of, problem, text_of
from engine.dialect.zeebe import ZEEBE
from engine.errors import Problem
from engine.model import Element, Flow

FLOW_NODES = frozenset(
    {"startEvent", "endEvent", "boundaryEvent", "userTask", "serviceTask", "scriptTask", "subProcess"}
    | {"exclusiveGateway", "parallelGateway", "inclusiveGateway"}
)
"""The elements that run."""

DIALECTS = (ZEEBE, CAMUNDA_7, SPIFFWORKFLOW)


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node as it is drawn."""

    element: Element
    xml: etree._Element
    said: frozenset[str]
    """What its extensions say, by the name of the part."""
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)

    @property
    def scope(self) -> etree._Element | None:
        """The process or sub-process that it is drawn in."""
        return self.xml.getparent()


@dataclass(frozen=True, slots=True)
class Diagram:
    """A file that has exactly one process."""

    root: etree._Element
    process: etree._Element
    scopes: tuple[etree._Element, ...]
    """The process, then its sub-processes."""
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    flow_xml: Mapping[str, etree._Element]
    errors: Mapping[str, etree._Element]
    """The `bpmn:error` elements by id."""
    activities: Activities
    problems: tuple[Problem, ...]
    """What was already wrong while reading."""

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Return the nodes of some kinds, in the order of the file."""
        return (node for node in self.nodes.values() if node.element.kind in kinds)

    def within(self, scope: etree._Element) -> Iterator[Node]:
        """Return the nodes drawn directly in a scope."""
        return (node for node in self.nodes.values() if node.scope is scope)


def survey(root: etree._Element, process: etree._Element, activities: Activities) -> Diagram:
    """Read everything that the file says about how `process` runs."""
    problems: list[Problem] = []
    scopes = (process, *(each for each in process.iter() if kind_of(each) == "subProcess"))
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    flow_xml: dict[str, etree._Element] = {}
    for scope in scopes:
        for xml in scope:
            identifier = id_of(xml)
            if not identifier or identifier in nodes or identifier in flows:
                continue
            if kind_of(xml) == "sequenceFlow":
                condition = read_condition(xml, root, problems)
                flow_xml[identifier] = xml
                flows[identifier] = Flow(
                    identifier, xml.get("sourceRef", ""), xml.get("targetRef", ""), line_of(xml), condition
                )
            elif kind_of(xml) in FLOW_NODES:
                nodes[identifier] = _node(xml, activities, problems)
    for flow in flows.values():
        if flow.source in nodes:
            nodes[flow.source].outgoing.append(flow)
        if flow.target in nodes:
            nodes[flow.target].incoming.append(flow)
    errors = {id_of(each): each for each in children(root, "error")}
    return Diagram(root, process, scopes, nodes, flows, flow_xml, errors, activities, tuple(problems))


def _node(xml: etree._Element, activities: Activities, problems: list[Problem]) -> Node:
    extension = read_extensions(xml)
    problems += extension.problems
    kind, name = kind_of(xml), " ".join(xml.get("name", "").split())
    activity = extension.activity
    if kind == "serviceTask" and activity is None and _slug(name) in activities:
        # A plain BPMN editor cannot write a type; the name says what is meant.
        activity = _slug(name)
    element = Element(
        id=id_of(xml),
        kind=kind,
        line=line_of(xml),
        name=name,
        documentation=documentation_of(xml),
        activity=activity,
        inputs=extension.inputs,
        outputs=extension.outputs,
        form=extension.form,
        properties=extension.properties,
        script=extension.script,
        result_variable=(extension.result_variable or "").strip().removeprefix("processvar.") or None,
    )
    return Node(element, xml, extension.said)


def documentation_of(xml: etree._Element) -> str:
    """Return the documentation of a BPMN element; several are paragraphs."""
    return "\n\n".join(text_of(each).strip() for each in children(xml, "documentation"))


def read_extensions(xml: etree._Element) -> Extension:
    """Return what the extensions of a BPMN element say, whichever tool wrote them."""
    found = []
    for dialect in DIALECTS:
        extension = Extension()
        dialect.read(xml, extension)
        if extension.said or extension.problems:
            found.append(extension)
    if len(found) > 1:
        message = "The element has extensions of two tools, which may contradict each other."
        found[0].problems.append(problem(xml, "two-dialects", message, "Keep those of one tool."))
    merged = found[0] if found else Extension()
    if kind_of(xml) == "scriptTask":
        script = script_of(xml, merged)
        if script is not None and merged.script is not None:
            merged.refuse(xml, "two-scripts", "The task has two scripts.", "Keep one of them.")
        merged.script = merged.script or script
    return merged


def _slug(name: str) -> str:
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
