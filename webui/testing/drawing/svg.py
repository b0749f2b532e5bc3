"""The whole picture: the planes of a file, coloured by what became of each element."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from webui.diagram import Box, Edge, Plane, Shape, read
from webui.testing.drawing import labels
from webui.testing.drawing.shapes import drawn

MARGIN = 24
"""Pixels around everything."""

_BADGE = 18


class Look(StrEnum):
    """What became of an element; each looks different without colours, too."""

    PLAIN = "plain"
    REACHED = "reached"
    MISSED = "missed"
    """Dashed."""
    WAITS = "waits"
    """Thick."""
    STOPPED = "stopped"
    """Thick and filled."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of an element."""

    look: Look
    count: int | None = None
    """How often it was reached; written beside it."""


STYLE = """\
.bpmn text{font:12px system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;fill:#171a21}
.bpmn .halo{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.bpmn .s{fill:#fff;stroke:#565d6c;stroke-width:1.5px}
.bpmn .inner{fill:none;stroke-width:1.2px}
.bpmn .thick{stroke-width:3.5px}
.bpmn .dash{stroke-dasharray:5 3}
.bpmn .i{fill:none;stroke:#565d6c;stroke-width:1.2px}
.bpmn .full{fill:#565d6c}
.bpmn .e{fill:none;stroke:#565d6c;stroke-width:1.5px}
.bpmn .a{fill:#565d6c;stroke:none}
.bpmn .reached .s{fill:#e3f5ec;stroke:#0f7048}.bpmn .reached .e{stroke:#0f7048;stroke-width:2.2px}
.bpmn .reached .a{fill:#0f7048}
.bpmn .missed .s{fill:#fdeeec;stroke:#b3241c;stroke-dasharray:4 3}
.bpmn .missed .e{stroke:#b3241c;stroke-dasharray:4 3}.bpmn .missed .a{fill:#b3241c}
.bpmn .waits .s{fill:#eef0ff;stroke:#3f4fd6;stroke-width:3.5px}
.bpmn .stopped .s{fill:#f6c9c5;stroke:#b3241c;stroke-width:4px}
.bpmn .inner.inner{fill:none}
.bpmn .b{fill:#0f7048}.bpmn .missed .b{fill:#b3241c}
.bpmn .b+text{fill:#fff;font-size:11px;font-weight:600}
@media (prefers-color-scheme:dark){
.bpmn text{fill:#eceef3}.bpmn .halo{stroke:#161920}
.bpmn .s{fill:#161920;stroke:#a4abba}.bpmn .i,.bpmn .e{stroke:#a4abba}.bpmn .full,.bpmn .a{fill:#a4abba}
.bpmn .reached .s{fill:#12321f;stroke:#6fd6a5}.bpmn .reached .e{stroke:#6fd6a5}.bpmn .reached .a{fill:#6fd6a5}
.bpmn .missed .s{fill:#3a1815;stroke:#ff9d94}.bpmn .missed .e{stroke:#ff9d94}.bpmn .missed .a{fill:#ff9d94}
.bpmn .waits .s{fill:#232849;stroke:#a3adff}.bpmn .stopped .s{fill:#5c1f1a;stroke:#ff9d94}
.bpmn .b{fill:#6fd6a5}.bpmn .missed .b{fill:#ff9d94}.bpmn .b+text{fill:#0c0e13}
}
"""
"""The colours are the tokens of the pages; texts and backgrounds have a contrast of 4.5 or more."""

_PAPER = ".bpmn{background:#fff}@media (prefers-color-scheme:dark){.bpmn{background:#161920}}"


def draw(content: bytes, marks: Mapping[str, Mark], *, title: str, alone: bool = False) -> str:
    """Return the diagram of a file as an SVG element, with the marks of elements by their ids.

    `alone` brings its style along, for a file of its own; otherwise the page has `STYLE`. Empty when nothing is drawn.
    """
    planes = read(content)
    if not planes:
        return ""
    parts: list[str] = []
    top, width = float(MARGIN), 0.0
    for plane in planes:
        around = _around(plane)
        named = len(planes) > 1
        if named:
            parts.append(f'<text x="{MARGIN}" y="{top + 12:g}">{escape(plane.name)}</text>')
            top += 24
        body = "".join(_body(plane, marks))
        parts.append(f'<g transform="translate({MARGIN - around.x:g} {top - around.y:g})">{body}</g>')
        top += around.height + MARGIN
        width = max(width, around.width + 2 * MARGIN)
    style = f"<style>{STYLE}{_PAPER}</style>" if alone else ""
    size = f'viewBox="0 0 {width:g} {top:g}" width="{width:g}" height="{top:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="bpmn" role="img" {size}>'
    return f"{head}<title>{escape(title)}</title>{style}{''.join(parts)}</svg>"


def _body(plane: Plane, marks: Mapping[str, Mark]) -> Iterator[str]:
    # What contains others first, then flows, then what they lead to; events sit on activities.
    ordered = sorted(plane.shapes, key=_depth)
    containers = [each for each in ordered if _depth(each)[0] == 0]
    for each in containers:
        yield _marked(each.id, each.kind, drawn(each), marks)
    for edge in plane.edges:
        yield _marked(edge.id, edge.kind, _edge(edge), marks)
    for each in ordered[len(containers) :]:
        yield _marked(each.id, each.kind, drawn(each), marks)
    for edge in plane.edges:
        yield _badge(marks.get(edge.id), *_halfway(edge), edge.id)
        yield labels.below(edge.name, Box(*_halfway(edge), 0, 0), edge.label) if edge.name else ""
    for each in ordered:
        yield _badge(marks.get(each.id), each.box.x + each.box.width, each.box.y, each.id)


def _depth(shape: Shape) -> tuple[int, float]:
    contains = shape.kind in {"participant", "lane", "group"} or (
        shape.kind in {"subProcess", "transaction", "adHocSubProcess"} and shape.expanded
    )
    if contains:
        return 0, -shape.box.width * shape.box.height
    return (2 if shape.kind == "boundaryEvent" else 1), 0.0


def _marked(identifier: str, kind: str, body: str, marks: Mapping[str, Mark]) -> str:
    mark = marks.get(identifier)
    look = Look.PLAIN if mark is None else mark.look
    return f'<g class="{look}" data-element="{escape(identifier)}" data-kind="{escape(kind)}">{body}</g>'


def _edge(edge: Edge) -> str:
    line = "L".join(f"{x:g} {y:g}" for x, y in edge.points)
    if edge.kind != "sequenceFlow":
        return f'<path class="e dash" d="M{line}"/>'
    made = f'<path class="e" d="M{line}"/>{_arrow(*edge.points[-2], *edge.points[-1])}'
    if edge.default or edge.conditional:
        (x, y), (toward, down) = edge.points[0], edge.points[1]
        along, across = _unit(toward - x, down - y)
        x, y = x + along * 10, y + across * 10
        sign = "M-4-5L4 5" if edge.default else "M-8 0L0-4L8 0L0 4z"
        made += f'<path class="s inner" transform="translate({x:g} {y:g})" d="{sign}"/>'
    return made


def _arrow(x: float, y: float, to_x: float, to_y: float) -> str:
    along, across = _unit(to_x - x, to_y - y)
    back_x, back_y = to_x - along * 10, to_y - across * 10
    left = f"{back_x - across * 4:g} {back_y + along * 4:g}"
    right = f"{back_x + across * 4:g} {back_y - along * 4:g}"
    return f'<path class="a" d="M{to_x:g} {to_y:g}L{left}L{right}z"/>'


def _unit(x: float, y: float) -> tuple[float, float]:
    length = (x * x + y * y) ** 0.5 or 1.0
    return x / length, y / length


def _halfway(edge: Edge) -> tuple[float, float]:
    """Return the middle of the longest piece of an edge."""
    pieces = zip(edge.points, edge.points[1:], strict=False)
    (x, y), (to_x, to_y) = max(pieces, key=lambda each: abs(each[0][0] - each[1][0]) + abs(each[0][1] - each[1][1]))
    return (x + to_x) / 2, (y + to_y) / 2


def _badge(mark: Mark | None, x: float, y: float, identifier: str) -> str:
    if mark is None or mark.count is None:
        return ""
    text = str(mark.count) if mark.count < 1000 else f"{mark.count // 1000}k"  # noqa: PLR2004 - a thousand
    width = max(_BADGE, 7 * len(text) + 10)
    place = f'x="{x - width / 2:g}" y="{y - _BADGE / 2:g}" width="{width}" height="{_BADGE}" rx="{_BADGE / 2:g}"'
    label = f'<text text-anchor="middle" x="{x:g}" y="{y + 4:g}">{text}</text>'
    return f'<g class="{mark.look}" data-count="{escape(identifier)}"><rect class="b" {place}/>{label}</g>'


def _around(plane: Plane) -> Box:
    boxes = [each.box for each in plane.shapes]
    boxes += [each.label for each in plane.shapes if each.label] + [each.label for each in plane.edges if each.label]
    points = [point for edge in plane.edges for point in edge.points]
    lefts = [each.x for each in boxes] + [x for x, _ in points]
    tops = [each.y - _BADGE / 2 for each in boxes] + [y for _, y in points]
    rights = [each.x + each.width + _BADGE / 2 for each in boxes] + [x for x, _ in points]
    # The name of something small stands below it.
    bottoms = [each.y + each.height + 2 * labels.LINE for each in boxes] + [y for _, y in points]
    left, top = min(lefts), min(tops)
    return Box(left, top, max(rights) - left, max(bottoms) - top)
