"""A drawing on a page, with the way of an instance through it: thick is what was passed, signs say where it stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import atan2, cos, pi, sin

from fpdf.enums import Align, MethodReturnValue, XPos, YPos

from engine.model import Trigger
from webui.diagram import Box, Edge, Plane, Point, Shape, read
from webui.report.paper import INNER, MARGIN, Paper, clean

MAXIMUM_SHAPES = 2000
"""Of how many shapes and edges a drawing may consist."""

MAXIMUM_HEIGHT = 150.0
"""How high a drawing may be, in millimetres."""

LARGEST = 0.25
"""Millimetres to one unit of the file, at most: so a task is 25 mm wide."""

READABLE = 0.16
"""The same, from which on its words can be read without a glass."""

_AROUND = 4.0
_MAXIMUM_LABEL = 60
_BLACK, _GREEN, _BLUE, _RED = (40, 44, 52), (15, 112, 72), (63, 79, 214), (179, 36, 28)
_THIN, _THICK = 0.25, 0.8
_EVENTS = {
    Trigger.MESSAGE: "\u2709",
    Trigger.TIMER: "\u25f7",
    Trigger.ERROR: "\u21af",
    Trigger.SIGNAL: "\u25b3",
    Trigger.ESCALATION: "\u21d1",
    Trigger.CONDITION: "\u2261",
    Trigger.LINK: "\u2794",
    Trigger.TERMINATE: "\u25cf",
    Trigger.COMPENSATION: "\u25c0",
    Trigger.CANCEL: "\u00d7",
}
_GATEWAYS = {
    "exclusiveGateway": "\u00d7",
    "parallelGateway": "+",
    "inclusiveGateway": "\u25cb",
    "eventBasedGateway": "\u2b20",
    "complexGateway": "*",
}
_FRAMES = frozenset({"participant", "lane", "group", "textAnnotation"})
_MARK = 2.6
_POINTS = 72 / 25.4
"""In a millimetre."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where an instance went and where it stands, by the ids of elements."""

    passed: Collection[str] = ()
    flows: Collection[str] = ()
    tokens: Collection[str] = ()
    failed: str | None = None


def drawable(content: bytes) -> Plane | None:
    """Return the first drawing of a file; None when it has none that can be read, or one that is too large."""
    plane = next(iter(read(content)), None)
    if plane is None or len(plane.shapes) + len(plane.edges) > MAXIMUM_SHAPES:
        return None
    return plane if plane.box.width > 0 and plane.box.height > 0 else None


def draw(paper: Paper, plane: Plane, way: Way) -> None:
    """Draw it where the paper has room for it, as large as the page is wide."""
    box = plane.box
    scale = min(LARGEST, paper.pdf.epw / box.width, MAXIMUM_HEIGHT / box.height)
    top = paper.room(box.height * scale + 2 * _AROUND) + _AROUND
    _Drawer(paper, scale, MARGIN - box.x * scale, top - box.y * scale).draw(plane, way)
    paper.pdf.set_y(top + box.height * scale + _AROUND)


def is_wide(plane: Plane) -> bool:
    """Tell whether it is easier to read on a page that lies."""
    return plane.box.width * READABLE > INNER and plane.box.width > plane.box.height


class _Drawer:
    def __init__(self, paper: Paper, scale: float, left: float, top: float) -> None:
        self.paper, self.pdf = paper, paper.pdf
        self.scale, self.left, self.top = scale, left, top

    def draw(self, plane: Plane, way: Way) -> None:
        colours: Mapping[str, tuple[int, int, int]] = {
            **dict.fromkeys((*way.passed, *way.flows), _GREEN),
            **dict.fromkeys(way.tokens, _BLUE),
            **({way.failed: _RED} if way.failed else {}),
        }
        pdf = self.pdf
        pdf.set_auto_page_break(auto=False)
        for shape in plane.shapes:
            self._pen(colours.get(shape.id, _BLACK), thick=shape.id in colours)
            self._shape(shape)
        for edge in plane.edges:
            self._pen(colours.get(edge.id, _BLACK), thick=edge.id in colours)
            self._edge(edge, colours.get(edge.id, _BLACK))
        for each in plane.shapes:
            if each.id == way.failed:
                self._mark(each, "!", _RED)
            elif each.id in way.tokens:
                self._mark(each, "\u25cf", _BLUE)
        self._pen(_BLACK, thick=False)
        pdf.set_auto_page_break(auto=True, margin=MARGIN + 2)

    def _pen(self, colour: tuple[int, int, int], *, thick: bool) -> None:
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(_THICK if thick else _THIN)
        self.pdf.set_fill_color(255, 255, 255)

    def _shape(self, shape: Shape) -> None:
        box, kind = self._box(shape.box), shape.kind
        if kind.endswith("Event"):
            self._event(shape, box)
        elif kind.endswith("Gateway"):
            x, y = box.middle
            corners = [(x, box.y), (box.x + box.width, y), (x, box.y + box.height), (box.x, y)]
            self.pdf.polyline(corners, polygon=True, style="DF")
            self._say(_GATEWAYS.get(kind, ""), box, 0.45)
            self._outside(shape, box)
        elif kind in _FRAMES:
            self.pdf.rect(box.x, box.y, box.width, box.height)
            self._say(shape.name, box if kind == "textAnnotation" else self._strip(box), 0.11)
        elif kind.startswith("data"):
            self.pdf.rect(box.x, box.y, box.width, box.height)
            self._outside(shape, box)
        else:
            radius = min(2.0, box.height / 6)
            self.pdf.rect(box.x, box.y, box.width, box.height, style="DF", round_corners=True, corner_radius=radius)
            opened = shape.expanded and ("ubProcess" in kind or kind == "transaction")
            self._say(shape.name, self._strip(box) if opened else box, 0.13)
            if "ubProcess" in kind and not shape.expanded:
                self._say("\u229e", Box(box.x, box.y + 0.7 * box.height, box.width, 0.3 * box.height), 0.6)

    def _event(self, shape: Shape, box: Box) -> None:
        x, y = box.middle
        radius = box.width / 2
        if shape.kind == "endEvent":
            self.pdf.set_line_width(2 * self.pdf.line_width)
        if shape.dashed:
            self.pdf.set_dash_pattern(0.8, 0.5)
        self.pdf.circle(x, y, radius, style="DF")
        if shape.kind.startswith(("intermediate", "boundary")):
            self.pdf.circle(x, y, 0.82 * radius)
        self.pdf.set_dash_pattern()
        self._say(_EVENTS[shape.trigger] if shape.trigger is not None else "", box, 0.5)
        self._outside(shape, box)

    def _edge(self, edge: Edge, colour: tuple[int, int, int]) -> None:
        points = [self._point(each) for each in edge.points]
        if edge.kind != "sequenceFlow":
            self.pdf.set_dash_pattern(0.8, 0.6)
        self.pdf.polyline(points)
        self.pdf.set_dash_pattern()
        if edge.kind != "association":
            self.pdf.set_fill_color(*colour)
            self._arrow(points[-2], points[-1])
        if edge.label is not None:
            self._say(edge.name, self._box(edge.label), 0.6, wide=True)

    def _arrow(self, before: Point, tip: Point) -> None:
        angle, size = atan2(tip[1] - before[1], tip[0] - before[0]), max(0.9, 9 * self.scale)
        back = [(tip[0] - size * cos(angle + turn), tip[1] - size * sin(angle + turn)) for turn in (pi / 7, -pi / 7)]
        self.pdf.set_line_width(0.1)
        self.pdf.polyline([tip, *back], polygon=True, style="F")

    def _mark(self, shape: Shape, sign: str, colour: tuple[int, int, int]) -> None:
        box = self._box(shape.box)
        self.pdf.set_draw_color(*colour)
        self.pdf.set_fill_color(*colour)
        self.pdf.circle(box.x, box.y, _MARK / 2, style="F")
        self.pdf.set_text_color(255, 255, 255)
        self.paper.small(6, bold=True)
        self.pdf.set_text_color(255, 255, 255)
        self.pdf.set_xy(box.x - _MARK / 2, box.y - _MARK / 2)
        self.pdf.cell(_MARK, _MARK, sign, align=Align.C)

    def _outside(self, shape: Shape, box: Box) -> None:
        if shape.name:
            width, height = max(box.width, 90 * self.scale), 28 * self.scale
            below = Box(box.middle[0] - width / 2, box.y + box.height + 0.4, width, height)
            label = below if shape.label is None else self._box(shape.label)
            # Our letters are wider than those that the box was made for.
            room = Box(label.x - 4 * self.scale, label.y, label.width + 8 * self.scale, label.height)
            self._say(shape.name, room, 0.6, wide=True)

    def _say(self, text: str, box: Box, share: float, *, wide: bool = False) -> None:
        """Write a text into the middle of a box, or from its top; a sign is so much of the height of the box."""
        if not text:
            return
        text = clean(text)
        text = text if len(text) <= _MAXIMUM_LABEL else f"{text[: _MAXIMUM_LABEL - 1]}…"
        line = (12 if wide else 14) * self.scale if len(text) > 1 else share * box.height
        self.paper.small(max(1.0, line * _POINTS * 0.82))
        self.paper.shape(text)
        height = self.pdf.multi_cell(box.width, line, text, align="C", dry_run=True, output=MethodReturnValue.HEIGHT)
        top = box.middle[1] - float(str(height)) / 2 if not wide else box.y
        self.pdf.set_xy(box.x, top)
        self.pdf.multi_cell(box.width, line, text, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _strip(self, box: Box) -> Box:
        """Return the upper part of a frame, where its name stands."""
        return Box(box.x, box.y, box.width, min(box.height, 22 * self.scale))

    def _box(self, box: Box) -> Box:
        x, y = self._point((box.x, box.y))
        return Box(x, y, box.width * self.scale, box.height * self.scale)

    def _point(self, point: Point) -> Point:
        return self.left + point[0] * self.scale, self.top + point[1] * self.scale
