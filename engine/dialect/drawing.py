"""From the XML tree of a file to the diagram that the rules look at."""

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from engine.dialect.declared_activity import Activities
from engine.dialect.diagram import Diagram, Node, Scope
from engine.dialect.element import read_element
from engine.dialect.extensions import read_extensions
from engine.dialect.kinds import ACTIVITIES, FLOW_NODES, SUB_PROCESSES
from engine.dialect.lanes import lane_names
from engine.dialect.survey import Survey, declarations
from engine.dialect.xml import bpmn, children, flag, has_steps, id_of, kind_of, line_of, local, name_of
from engine.model import Flow

_DATA = tuple(map(bpmn, ("dataObject", "dataObjectReference", "dataStoreReference", "property")))


def draw(root: etree._Element, activities: Activities) -> Diagram:
    """Read everything that the file says about how its processes run."""
    processes, drawn_only = split(root)
    drawn = [(process, each) for process in processes for each in _inside(process)]
    scopes_xml = [*processes, *(xml for _, xml in drawn if kind_of(xml) in SUB_PROCESSES)]
    kinds = {id_of(xml): kind_of(xml) for _, xml in drawn}
    found = Survey(
        declarations(root),
        {id_of(each): read_extensions(each).correlation_key for each in children(root, "message")},
        root.get("expressionLanguage", ""),
        activities,
        lanes=dict(pair for scope in scopes_xml for pair in lane_names(scope)),
        associated=_associated([*children(root, "collaboration"), *scopes_xml], kinds),
        data={id_of(each): name_of(each) for each in root.iter(*_DATA) if id_of(each) and name_of(each)},
    )
    scopes = {id_of(process): Scope(process, id_of(process), None) for process in processes}
    nodes: dict[str, Node] = {}
    flows: dict[str, Flow] = {}
    flow_xml: dict[str, etree._Element] = {}
    for process, xml in drawn:
        kind, identifier = kind_of(xml), id_of(xml)
        if identifier and identifier not in nodes and identifier not in flows:
            if kind == "sequenceFlow":
                flow_xml[identifier] = xml
                flows[identifier] = _flow(xml, found)
                scopes[_scope_of(xml)].flows.append(flows[identifier])
            elif kind in FLOW_NODES:
                element, extension = read_element(xml, found)
                nodes[identifier] = Node(element, xml, extension.said)
                scopes[element.scope].nodes.append(nodes[identifier])
        if kind in SUB_PROCESSES:
            own = nodes.get(identifier)
            scopes.setdefault(identifier, Scope(xml, id_of(process), None if own is None else own.element))
    _connect(nodes, flows.values())
    return Diagram(
        root,
        processes,
        drawn_only,
        scopes,
        nodes,
        flows,
        flow_xml,
        found.associated,
        activities,
        tuple(found.problems),
    )


def _inside(scope: etree._Element) -> Iterator[etree._Element]:
    """Return what is drawn in a scope and the sub-processes in it, in the order of the file."""
    for xml in scope:
        if kind_of(xml):
            yield xml
        if kind_of(xml) in SUB_PROCESSES:
            yield from _inside(xml)


def _scope_of(xml: etree._Element) -> str:
    parent = xml.getparent()
    return "" if parent is None else id_of(parent)


def split(root: etree._Element) -> tuple[tuple[etree._Element, ...], tuple[etree._Element, ...]]:
    """Return the processes that run, and those that only document.

    A file with one process runs it, whatever `isExecutable` says, because editors write `false` on every new diagram.
    Of several, those run that say so; when none does, all that have something drawn in them.
    """
    processes = tuple(children(root, "process"))
    if len(processes) == 1:
        return processes, ()
    said = [each for each in processes if flag(each, "isExecutable")]
    run = said or [each for each in processes if has_steps(each)]
    run = run or list(processes[:1])
    running = set(run)
    return tuple(run), tuple(each for each in processes if each not in running)


def _flow(xml: etree._Element, found: Survey) -> Flow:
    condition = found.expression(xml, "conditionExpression", "the condition")
    return Flow(id_of(xml), local(xml.get("sourceRef")), local(xml.get("targetRef")), line_of(xml), condition)


def _connect(nodes: Mapping[str, Node], flows: Iterable[Flow]) -> None:
    for flow in flows:
        if flow.source in nodes:
            nodes[flow.source].outgoing.append(flow)
        if flow.target in nodes:
            nodes[flow.target].incoming.append(flow)
    for node in nodes.values():
        host = nodes.get(node.element.attached_to or "")
        if host is not None:
            host.attached.append(node)


def _associated(places: Iterable[etree._Element], kinds: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the activities that nodes are connected with; an association may be drawn from either end."""
    found: dict[str, list[str]] = {}
    for place in places:
        for each in children(place, "association"):
            ends = local(each.get("sourceRef")), local(each.get("targetRef"))
            for one, other in (ends, ends[::-1]):
                if kinds.get(other) in ACTIVITIES:
                    found.setdefault(one, []).append(other)
    return found
