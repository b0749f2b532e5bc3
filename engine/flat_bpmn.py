"""The elements of a BPMN file as flat tables: the path of each property and its text, as it is written.

An element of its own is what has an id and stands among the steps of a process, or beside the processes. Everything
below it, extensions, conditions and event definitions, is a property of it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.dialect.kinds import DOCUMENTATION
from engine.dialect.xml import MODEL, bpmn, id_of, is_drawn, kind_of, local, text_of

_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DD = "http://www.omg.org/spec/DD/20100524/DI"
_BOUNDS, _WAYPOINT = f"{{{_DC}}}Bounds", f"{{{_DD}}}waypoint"
_PREFIXES: Mapping[str, str] = {
    "": "",
    MODEL: "",
    "http://camunda.org/schema/zeebe/1.0": "",
    "http://camunda.org/schema/1.0/bpmn": "camunda:",
    "http://camunda.org/schema/modeler/1.0": "",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow:",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "bioc:",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "color:",
}
"""How names of a namespace begin in a path, whatever prefix the file has for it."""

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_OF_FILE = frozenset({"id", "targetNamespace", "exporter", "exporterVersion"})
"""The attributes of the definitions that say which tool wrote the file."""

_ELSEWHERE = frozenset({"incoming", "outgoing", "flowNodeRef", "laneSet", "childLaneSet"})
"""What repeats what another element says: flows say what they connect, steps say their lane."""

_PARTS = DOCUMENTATION | frozenset(
    {"standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "completionCondition", "ioSpecification"}
)
"""What stands among the steps of a sub-process and belongs to itself."""

_PASSED = frozenset(
    {"extensionElements", "ioMapping", "properties", "taskHeaders", "inputOutput", "loopCharacteristics"}
)
"""What has no name in a path: it only holds others."""

_RENAMED: Mapping[str, str] = {
    "formDefinition": "form",
    "conditionExpression": "condition",
    "multiInstanceLoopCharacteristics": "loop",
    "standardLoopCharacteristics": "loop",
    "timeDuration": "duration",
    "timeDate": "date",
    "timeCycle": "cycle",
    "inputParameter": "input",
    "outputParameter": "output",
}
_NAMED: Mapping[str, tuple[str, str]] = {
    "input": ("target", "source"),
    "output": ("target", "source"),
    "property": ("name", "value"),
    "header": ("key", "value"),
    "inputParameter": ("name", ""),
    "outputParameter": ("name", ""),
}
"""What is known by one of its attributes, and has its value in another one, or in its text."""

_USUAL: Mapping[str, str] = {
    "cancelActivity": "true",
    "isInterrupting": "true",
    "isSequential": "false",
    "isForCompensation": "false",
    "triggeredByEvent": "false",
    "parallelMultiple": "false",
    "isClosed": "false",
    "isCollection": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "processType": "None",
    "gatewayDirection": "Unspecified",
}
"""What BPMN's schema means where an attribute is absent: some tools write it, others leave it out."""

THERE = "there"
"""The text of what says something by being there."""

MAXIMUM_DEPTH = 100
"""How deep the parts of an element are looked into."""


@dataclass(slots=True)
class Drawing:
    """How an element is drawn."""

    place: tuple[object, ...] = ()
    """Where: bounds and points, of its label, too."""
    looks: dict[str, str] = field(default_factory=dict)
    """Colours, and whether it is expanded or lies, as properties."""


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """Return every element of its own, in the order of the file."""
    return (node for node in root.iter(bpmn("*")) if node is not root and _is_own(node))


def type_of(xml: etree._Element) -> str:
    """Return what bpmn.io calls the type of an element: `bpmn:ServiceTask`."""
    kind = kind_of(xml)
    return f"bpmn:{kind[:1].upper()}{kind[1:]}"


def lanes(root: etree._Element) -> dict[str, str]:
    """Return the ids of the lanes that each element is in, by its id."""
    found = defaultdict[str, list[str]](list)
    for reference in root.iter(bpmn("flowNodeRef")):
        lane = reference.getparent()
        found[local(text_of(reference))].append("" if lane is None else id_of(lane))
    return {identifier: ", ".join(sorted(inside)) for identifier, inside in found.items()}


def properties(xml: etree._Element) -> Iterator[tuple[str, str]]:
    """Return every property of an element with its path; equal paths are counted: `documentation[2]`."""
    seen = Counter[str]()
    for path, text in _inside(xml, "", 0):
        seen[path] += 1
        yield (path if seen[path] == 1 else f"{path}[{seen[path]}]"), text
    yield from _where(xml)


def drawings(root: etree._Element) -> dict[str, Drawing]:
    """Return how each element is drawn, by its id."""
    found: dict[str, list[etree._Element]] = {}
    for node in root.iter(f"{{{_DI}}}BPMNShape", f"{{{_DI}}}BPMNEdge"):
        found.setdefault(local(node.get("bpmnElement")), []).append(node)
    return {identifier: _drawing(nodes) for identifier, nodes in found.items()}


def _inside(xml: etree._Element, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    yield from _attributes(xml, prefix)
    for part in xml.iterchildren(etree.Element):
        if depth == 0 and (_is_own(part) or kind_of(part) in _ELSEWHERE or etree.QName(part).namespace == _DI):
            continue
        if depth < MAXIMUM_DEPTH:
            yield from _part(part, prefix, depth)


def _part(part: etree._Element, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    name = etree.QName(part).localname
    if name in _PASSED:
        yield from _inside(part, prefix, depth + 1)
        return
    path = prefix + _name(part)
    by, value = _NAMED.get(name, ("", ""))
    if by and part.get(by):
        path = f"{path}.{part.get(by)}"
    said = (by, value)
    parts = [each for each in _inside(part, f"{path}.", depth + 1) if each[0].removeprefix(f"{path}.") not in said]
    text = part.get(value, "") if by and value else text_of(part)
    if text.strip() or (by and value):
        yield path, text
    elif not parts:
        yield path, THERE
    yield from parts


def _attributes(xml: etree._Element, prefix: str) -> Iterator[tuple[str, str]]:
    ours = _OF_FILE if kind_of(xml) == "definitions" else frozenset({"id"})
    for key, value in xml.attrib.items():
        name = str(key)
        if name in ours or name.startswith(_XSI) or _USUAL.get(name) == value:
            continue
        yield prefix + _qualified(name), _without_prefix(xml, value) if name.endswith("Ref") else value


def _without_prefix(xml: etree._Element, value: str) -> str:
    """Return a reference without the prefix of a namespace, which another file may call otherwise."""
    before, colon, after = value.partition(":")
    return after if colon and before in xml.nsmap else value


def _name(part: etree._Element) -> str:
    name = etree.QName(part).localname
    if kind_of(part) and name.endswith("EventDefinition"):
        return name.removesuffix("EventDefinition")
    return _RENAMED.get(name) or _qualified(str(part.tag))


def _is_own(node: etree._Element) -> bool:
    kind = kind_of(node)
    return bool(kind and id_of(node)) and is_drawn(node) and kind not in _PARTS and kind not in _ELSEWHERE


def _qualified(tag: str) -> str:
    namespace, _, name = tag[1:].rpartition("}") if tag.startswith("{") else ("", "", tag)
    known = _PREFIXES.get(namespace)
    return f"{name} ({namespace})" if known is None else known + name


def _where(xml: etree._Element) -> Iterator[tuple[str, str]]:
    """Return in which process or sub-process an element stands."""
    parent = xml.getparent()
    if parent is not None and kind_of(parent) not in {"definitions", "laneSet", "collaboration"}:
        yield "scope", id_of(parent)


def _drawing(nodes: list[etree._Element]) -> Drawing:
    drawn = Drawing(tuple(sorted((_place(node) for node in nodes), key=repr)))
    for node in nodes:
        for key, value in node.attrib.items():
            if key not in {"id", "bpmnElement"}:
                drawn.looks[f"drawn.{_qualified(str(key))}"] = value
    return drawn


def _place(node: etree._Element) -> tuple[object, ...]:
    points = node.iter(_BOUNDS, _WAYPOINT)
    return tuple(tuple(_number(point.get(name)) for name in ("x", "y", "width", "height")) for point in points)


def _number(text: str | None) -> float | str | None:
    try:
        number = float(text or "")
    except ValueError:
        return text
    return number if math.isfinite(number) else text
