"""What each kind of element looks like (BPMN 2.0.2, chapter 7), as SVG without colours: classes have those."""

from collections.abc import Mapping

from engine.dialect.kinds import EVENTS, SUB_PROCESSES, TASKS
from engine.model import Trigger
from webui.diagram import Box, Shape
from webui.testing.drawing import labels

_SYMBOLS: Mapping[Trigger, str] = {
    Trigger.MESSAGE: "M-8-5h16v11h-16zl8 6l8-6",
    Trigger.TIMER: "M0-8a8 8 0 1 0 .01 0M0-5v5l4 2",
    Trigger.SIGNAL: "M0-8l8 13h-16z",
    Trigger.ERROR: "M-7 7l4-13l5 7l4-8l-3 13l-5-7z",
    Trigger.ESCALATION: "M0-8l6 15l-6-6l-6 6z",
    Trigger.CONDITION: "M-6-8h12v16h-12zM-3-4h6M-3 0h6M-3 4h6",
    Trigger.TERMINATE: "M0-8a8 8 0 1 0 .01 0z",
    Trigger.CANCEL: "M-7-7L7 7M7-7L-7 7",
    Trigger.COMPENSATION: "M0-6l-7 6l7 6zM8-6l-7 6l7 6z",
    Trigger.LINK: "M-8-3h8v-4l8 7l-8 7v-4h-8z",
}
"""Around the middle of an event."""

_FILLED = frozenset({Trigger.TERMINATE})

_TASKS: Mapping[str, str] = {
    "userTask": "M7 3a3 3 0 1 0 .01 0M1 15v-2a4 4 0 0 1 4-4h4a4 4 0 0 1 4 4v2z",
    "serviceTask": "M8 4a4 4 0 1 0 .01 0M8 0v4M8 12v4M0 8h4M12 8h4M2 2l3 3M11 11l3 3M2 14l3-3M11 5l3-3",
    "scriptTask": "M3 1h11c-4 4 2 8-2 14h-11c4-6-2-10 2-14M5 5h5M5 8h5M5 11h5",
    "businessRuleTask": "M1 2h14v12h-14zM1 6h14M6 6v8M1 10h14",
    "sendTask": "M1 3h14v10h-14zl7 5l7-5",
    "receiveTask": "M1 3h14v10h-14zl7 5l7-5",
    "manualTask": "M1 7l5-4h8v2h-6h7v2h-7h6v2h-6h5v2h-9l-3-2z",
}
"""In the upper left corner, 16 wide."""

_GATEWAYS: Mapping[str, str] = {
    "exclusiveGateway": "M-7-8L7 8M7-8L-7 8",
    "parallelGateway": "M0-10V10M-10 0H10",
    "inclusiveGateway": "M0-9a9 9 0 1 0 .01 0z",
    "eventBasedGateway": "M0-12a12 12 0 1 0 .01 0zM0-6l6 4.500l-2.300 7h-7.400l-2.300-7z",
}

_LOOPS = {
    "parallel": "M-4-4v8M0-4v8M4-4v8",
    "sequential": "M-4-4h8M-4 0h8M-4 4h8",
    "standard": "M3 4a5 5 0 1 0-6 0M-3 4v-4M-3 4h-4",
}


def drawn(shape: Shape) -> str:
    """Return a shape with its name; the classes `s` and `i` are those of outlines and symbols."""
    if shape.kind in EVENTS:
        return _event(shape)
    if shape.kind.endswith("Gateway"):
        return _gateway(shape)
    if shape.kind in TASKS or shape.kind in SUB_PROCESSES or shape.kind == "callActivity":
        return _activity(shape)
    return _other(shape)


def _event(shape: Shape) -> str:
    x, y, radius = *shape.box.middle, shape.box.width / 2
    dash = " dash" if shape.dashed and shape.kind in {"boundaryEvent", "startEvent"} else ""
    thick = " thick" if shape.kind == "endEvent" else ""
    rings = f'<circle class="s{thick}{dash}" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>'
    if shape.kind in {"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}:
        rings += f'<circle class="s inner{dash}" cx="{x:g}" cy="{y:g}" r="{radius - 3:g}"/>'
    symbol = ""
    if shape.trigger is not None:
        throws = shape.kind in {"endEvent", "intermediateThrowEvent"} or shape.trigger in _FILLED
        symbol = _path(_SYMBOLS[shape.trigger], x, y, filled=throws)
    return rings + symbol + labels.below(shape.name, shape.box, shape.label)


def _gateway(shape: Shape) -> str:
    (x, y), half = shape.box.middle, shape.box.width / 2
    outline = f"M{x:g} {y - half:g}L{x + half:g} {y:g}L{x:g} {y + half:g}L{x - half:g} {y:g}z"
    symbol = _path(_GATEWAYS.get(shape.kind, ""), x, y)
    return f'<path class="s" d="{outline}"/>{symbol}' + labels.below(shape.name, shape.box, shape.label)


def _activity(shape: Shape) -> str:
    box = shape.box
    thick = " thick" if shape.kind == "callActivity" else ""
    dash = " dash" if shape.dashed and shape.kind in SUB_PROCESSES else ""
    made = _rectangle(box, f"s{thick}{dash}", 10)
    if shape.kind == "transaction":
        made += _rectangle(Box(box.x + 3, box.y + 3, box.width - 6, box.height - 6), "s inner", 7)
    if shape.kind in _TASKS:
        made += _path(_TASKS[shape.kind], box.x + 5, box.y + 5, filled=shape.kind == "sendTask")
    open_one = shape.kind in SUB_PROCESSES and shape.expanded
    made += labels.above(shape.name, box) if open_one else labels.inside(shape.name, box)
    middle, bottom = box.x + box.width / 2, box.y + box.height
    if shape.kind in SUB_PROCESSES and not shape.expanded:
        made += _path("M-6-6h12v12h-12zM0-4v8M-4 0h8", middle, bottom - 8)
        middle += 16
    if shape.loop:
        made += _path(_LOOPS[shape.loop], middle, bottom - 8)
    return made


def _other(shape: Shape) -> str:
    box = shape.box
    if shape.kind in {"participant", "lane"}:
        bar = f'<path class="s inner" d="M{box.x + 30:g} {box.y:g}v{box.height:g}"/>' if shape.horizontal else ""
        name = labels.turned(shape.name, box) if shape.horizontal else labels.above(shape.name, box)
        return _rectangle(box, "s", 0) + bar + name
    if shape.kind == "textAnnotation":
        bracket = f'<path class="s inner" d="M{box.x + 10:g} {box.y:g}h-10v{box.height:g}h10"/>'
        return bracket + labels.beside(shape.name, box)
    if shape.kind == "group":
        return _rectangle(box, "s inner dash", 8) + labels.above(shape.name, box)
    return _rectangle(box, "s", 2) + labels.below(shape.name, box, shape.label)


def _rectangle(box: Box, classes: str, radius: int) -> str:
    place = f'x="{box.x:g}" y="{box.y:g}" width="{max(box.width, 0):g}" height="{max(box.height, 0):g}"'
    return f'<rect class="{classes}" {place} rx="{radius}"/>'


def _path(d: str, x: float, y: float, *, filled: bool = False) -> str:
    return f'<path class="i{" full" if filled else ""}" transform="translate({x:g} {y:g})" d="{d}"/>' if d else ""
