"""The drawing of a process, as its file says where everything stands (BPMN DI, BPMN 2.0.2, chapter 12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

from lxml import etree

from engine import xml
from engine.errors import Refused

MAXIMUM_SHAPES = 2000
"""Of how many shapes and edges a drawing may consist."""

_MAXIMUM_ELEMENTS = 200_000
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in the units of the file."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """An element."""

    id: str
    kind: str
    """The BPMN element's local name: `userTask`."""
    name: str
    box: Box
    label: Box | None
    expanded: bool
    trigger: str
    """Of an event: what it throws or catches, `timer`; empty when it is nothing."""
    interrupting: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A flow or an association."""

    id: str
    kind: str
    name: str
    points: tuple[Point, ...]
    label: Box | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The first diagram of a file."""

    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]
    box: Box
    """What is around all of it."""


def read(content: bytes) -> Drawing | None:
    """Return the drawing of a file; None when it has none, or one that is too large or cannot be read."""
    try:
        root = xml.parse(content, "bpmn", _MAXIMUM_ELEMENTS)
    except Refused:
        return None
    plane = next(root.iter(f"{_DI}BPMNPlane"), None)
    if plane is None or len(plane) > MAXIMUM_SHAPES:
        return None
    known = {each.get("id", ""): each for each in root.iter() if isinstance(each.tag, str) and each.get("id")}
    shapes = tuple(filter(None, (_shape(each, known) for each in plane.iterchildren(f"{_DI}BPMNShape"))))
    edges = tuple(filter(None, (_edge(each, known) for each in plane.iterchildren(f"{_DI}BPMNEdge"))))
    around = _around(shapes, edges)
    return Drawing(shapes, edges, around) if shapes and around is not None else None


def _shape(node: etree._Element, known: Mapping[str, etree._Element]) -> Shape | None:
    element, box = known.get(node.get("bpmnElement", "")), _box(node.find(f"{_DC}Bounds"))
    if element is None or box is None:
        return None
    definitions = (etree.QName(each).localname for each in element if isinstance(each.tag, str))
    found = next((each for each in definitions if each.endswith("EventDefinition")), "")
    return Shape(
        element.get("id", ""),
        etree.QName(element).localname,
        _name(element),
        box,
        _box(node.find(f"{_DI}BPMNLabel/{_DC}Bounds")),
        node.get("isExpanded", "true") != "false",
        found.removesuffix("EventDefinition"),
        element.get("cancelActivity", "true") != "false" and element.get("isInterrupting", "true") != "false",
    )


def _edge(node: etree._Element, known: Mapping[str, etree._Element]) -> Edge | None:
    element = known.get(node.get("bpmnElement", ""))
    found = (_numbers(each, "x", "y") for each in node.iterchildren(f"{_DD}waypoint"))
    points = tuple((each[0], each[1]) for each in found if each is not None)
    if element is None or len(points) < 2:  # noqa: PLR2004 - a line
        return None
    label = _box(node.find(f"{_DI}BPMNLabel/{_DC}Bounds"))
    return Edge(element.get("id", ""), etree.QName(element).localname, _name(element), points, label)


def _name(element: etree._Element) -> str:
    text = element.get("name") or next((each.text or "" for each in element.iterchildren("{*}text")), "")
    return " ".join(text.split())


def _box(node: etree._Element | None) -> Box | None:
    found = None if node is None else _numbers(node, "x", "y", "width", "height")
    return None if found is None else Box(*found)


def _numbers(node: etree._Element, *names: str) -> tuple[float, ...] | None:
    try:
        found = tuple(float(node.get(name, "")) for name in names)
    except ValueError:
        return None
    return found if all(isfinite(each) and abs(each) < 1e6 for each in found) else None  # noqa: PLR2004 - far away


def _around(shapes: tuple[Shape, ...], edges: tuple[Edge, ...]) -> Box | None:
    labels = (*(each.label for each in shapes), *(each.label for each in edges))
    boxes = [*(each.box for each in shapes), *(each for each in labels if each is not None)]
    points = [point for each in edges for point in each.points]
    points += [(each.x, each.y) for each in boxes] + [(each.x + each.width, each.y + each.height) for each in boxes]
    if not points:
        return None
    left, top = min(x for x, _ in points), min(y for _, y in points)
    width, height = max(x for x, _ in points) - left, max(y for _, y in points) - top
    return Box(left, top, width, height) if width > 0 and height > 0 else None
