"""Bars for every day, as SVG: drawn by the server, with no script and no style of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from engine.instances.statistics import Figures

WIDTH, HEIGHT = 720, 200
"""Of the drawing, in its own units; it is as wide as there is room."""

KINDS = (("ended", "Ended"), ("declined", "Declined"), ("incidents", "Incidents"), ("others", "Open or given up"))
"""What a bar is made of, from below, with its words."""

_BOTTOM, _LEFT, _TOP, _RIGHT = 24, 36, 8, 16
_GAP = 0.3
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """A text beside an axis."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn."""

    parts: tuple[Part, ...]
    days: tuple[Label, ...]
    lines: tuple[Label, ...]
    """Horizontal lines with their numbers."""
    left: int = _LEFT
    width: int = WIDTH
    height: int = HEIGHT


def chart(days: Sequence[tuple[date, Figures]]) -> Chart:
    """Return the bars of these days."""
    top = _round(max((figures.started for _, figures in days), default=0))
    room, high = (WIDTH - _LEFT - _RIGHT) / max(len(days), 1), HEIGHT - _BOTTOM - _TOP
    parts: list[Part] = []
    for number, (_, figures) in enumerate(days):
        x, y = _LEFT + room * (number + _GAP / 2), float(HEIGHT - _BOTTOM)
        for kind, count in _pieces(figures):
            height = high * count / top
            y -= height
            if count:
                parts.append(Part(kind, round(x, 1), round(y, 1), round(room * (1 - _GAP), 1), round(height, 1)))
    every = -(-len(days) // 8)
    labels = tuple(
        Label(f"{day.day} {day:%b}", round(_LEFT + room * (number + 0.5), 1), HEIGHT - 8)
        for number, (day, _) in enumerate(days)
        if (len(days) - 1 - number) % every == 0
    )
    lines = tuple(
        Label(str(value), _LEFT - 6, round(HEIGHT - _BOTTOM - high * value / top, 1))
        for value in sorted({0, top // 2 if top % 2 == 0 else 0, top})
    )
    return Chart(tuple(parts), labels, lines)


def _pieces(figures: Figures) -> list[tuple[str, int]]:
    known = [("ended", figures.ended), ("declined", figures.declined), ("incidents", figures.incidents)]
    return [*known, ("others", figures.started - sum(count for _, count in known))]


def _round(number: int) -> int:
    """Return the next round number, one of 1, 2, 5, 10, 20, 50 and so on."""
    size = 1
    while True:
        for step in _STEPS:
            if number <= step * size:
                return step * size
        size *= 10
