"""Where things are drawn: the planes, shapes and edges of a file (BPMN DI, BPMN 2.0.2, chapter 12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

from lxml import etree

from engine.dialect.kinds import TRIGGERS
from engine.dialect.xml import children, flag, id_of, kind_of, local, name_of, text_of
from engine.errors import InvalidDeployment
from engine.model import Trigger
from engine.xml import parse

MAXIMUM_ELEMENTS = 200_000
"""How many XML elements a file may have to be drawn."""

MAXIMUM_COORDINATE = 1e6
"""How far from the middle something may stand."""

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle, in the units of the diagram, which are pixels."""

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
    """Something that is drawn at a place."""

    id: str
    kind: str
    """The BPMN element's local name."""
    name: str
    box: Box
    label: Box | None
    """Where its name is drawn, if that is not inside."""
    expanded: bool
    horizontal: bool
    """Of a pool or lane."""
    trigger: Trigger | None
    dashed: bool
    """An event that does not interrupt; an event sub-process."""
    loop: str
    """`standardLoopCharacteristics`, `sequential`, `parallel`, or nothing."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Something that is drawn between others."""

    id: str
    kind: str
    name: str
    points: tuple[Point, ...]
    label: Box | None
    default: bool
    """The default flow of its source."""
    conditional: bool
    """It has a condition, and begins at an activity."""


@dataclass(frozen=True, slots=True)
class Plane:
    """What is drawn together."""

    element: str
    name: str
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]

    @property
    def box(self) -> Box:
        """What is around all of it, labels too."""
        boxes = [each.box for each in self.shapes]
        labels = (*(each.label for each in self.shapes), *(each.label for each in self.edges))
        boxes += [each for each in labels if each is not None]
        points = [point for each in self.edges for point in each.points]
        points += [(each.x, each.y) for each in boxes] + [(each.x + each.width, each.y + each.height) for each in boxes]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        return Box(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)


def read(content: bytes) -> tuple[Plane, ...]:
    """Return the planes of a file; none when it has no drawing, or cannot be read."""
    try:
        root = parse(content, "bpmn", MAXIMUM_ELEMENTS)
    except InvalidDeployment:
        return ()
    things = {id_of(each): each for each in root.iter() if isinstance(each.tag, str) and id_of(each)}
    return tuple(_planes(root, things))


def _planes(root: etree._Element, things: dict[str, etree._Element]) -> Iterator[Plane]:
    for plane in root.iter(f"{_DI}BPMNPlane"):
        element = local(plane.get("bpmnElement"))
        shapes = tuple(_shapes(plane, things))
        edges = tuple(_edges(plane, things))
        if shapes:
            about = things.get(element)
            yield Plane(element, element if about is None else name_of(about) or element, shapes, edges)


def _shapes(plane: etree._Element, things: dict[str, etree._Element]) -> Iterator[Shape]:
    for each in plane.iterchildren(f"{_DI}BPMNShape"):
        element = things.get(local(each.get("bpmnElement")))
        box = _box(each)
        if element is None or box is None:
            continue
        kind = kind_of(element)
        yield Shape(
            id_of(element),
            kind,
            _written(element, kind),
            box,
            _label(each),
            flag(each, "isExpanded", default=kind not in {"subProcess", "transaction", "adHocSubProcess"}),
            flag(each, "isHorizontal", default=True),
            next((TRIGGERS[kind_of(part)] for part in element if kind_of(part) in TRIGGERS), None),
            not flag(element, "cancelActivity", default=True)
            or not flag(element, "isInterrupting", default=True)
            or flag(element, "triggeredByEvent"),
            _loop(element),
        )


def _edges(plane: etree._Element, things: dict[str, etree._Element]) -> Iterator[Edge]:
    for each in plane.iterchildren(f"{_DI}BPMNEdge"):
        element = things.get(local(each.get("bpmnElement")))
        found = (_numbers(point, "x", "y") for point in each.iterchildren(_WAYPOINT))
        points = tuple((point[0], point[1]) for point in found if point is not None)
        if element is None or len(points) < 2:  # noqa: PLR2004 - a line has two ends
            continue
        source = things.get(local(element.get("sourceRef")))
        begins = "" if source is None else kind_of(source)
        yield Edge(
            id_of(element),
            kind_of(element),
            name_of(element),
            points,
            _label(each),
            source is not None and local(source.get("default")) == id_of(element),
            _has(element, "conditionExpression") and not begins.endswith("Gateway"),
        )


def _written(element: etree._Element, kind: str) -> str:
    if kind == "textAnnotation":
        return " ".join(text_of(next(children(element, "text"), None)).split())
    return name_of(element)


def _loop(element: etree._Element) -> str:
    for each in children(element, "multiInstanceLoopCharacteristics"):
        return "sequential" if flag(each, "isSequential") else "parallel"
    return "standard" if _has(element, "standardLoopCharacteristics") else ""


def _has(element: etree._Element, kind: str) -> bool:
    # Not by its truth: an XML element without children is false.
    return next(children(element, kind), None) is not None


def _label(drawn: etree._Element) -> Box | None:
    label = drawn.find(f"{_DI}BPMNLabel")
    return None if label is None else _box(label)


def _box(drawn: etree._Element) -> Box | None:
    bounds = drawn.find(f"{_DC}Bounds")
    found = None if bounds is None else _numbers(bounds, "x", "y", "width", "height")
    return None if found is None else Box(*found)


def _numbers(node: etree._Element, *names: str) -> tuple[float, ...] | None:
    """Return the numbers of attributes; None when one of them is none, or far away."""
    try:
        found = tuple(float(node.get(name, "")) for name in names)
    except ValueError:
        return None
    return found if all(isfinite(each) and abs(each) < MAXIMUM_COORDINATE for each in found) else None
