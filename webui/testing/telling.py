"""What a failure tells: the way that was taken, where it stands, what was called, the variables, and the diagram."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from pprint import pformat
from typing import TYPE_CHECKING, Any

from engine.instances import InstanceDetail
from engine.journey_test.expecting import passed, waiting, where
from engine.model import Element, Process
from webui.testing.coverage.visits import Visits, reached
from webui.testing.drawing import Look, Mark, draw
from webui.testing.names import said

if TYPE_CHECKING:
    from webui.testing.journey import Journey

MAXIMUM_LINES = 40
"""How many lines of variables are told."""

_WIDTH = 100
_NAME = 150
"""How many characters the name of a file has at most."""
_UNFIT = re.compile(r"[^\w.-]+")
_MARGIN = 11


def explained(journey: "Journey") -> str:
    """Return what there is to know of a journey, as lines."""
    return aligned(_lines(journey))


def aligned(lines: Iterable[tuple[str, str]]) -> str:
    """Return texts on lines, each behind what it is called; those that are empty are left out."""
    return "\n".join(f"{name:<{_MARGIN}}{text}" for name, text in lines if text)


def _lines(journey: "Journey") -> Iterator[tuple[str, str]]:
    detail = journey.detail
    yield "journey", f"{journey.label} ({journey.file})"
    yield from standing(detail, journey.kit.elements)
    for label, message in journey.errors.items():
        yield "refused", f"{label}: {message}"
    yield "called", f"\n{' ' * _MARGIN}".join(str(each) for each in journey.kit.mocks.calls[-5:])
    yield "mails", "; ".join(map(str, journey.kit.outbox))
    if detail is not None:
        yield "variables", told(detail.variables)
    if path := picture(journey):
        yield "diagram", str(path)


def standing(detail: InstanceDetail | None, elements: Mapping[str, Element]) -> Iterator[tuple[str, str]]:
    """Return the way that an instance has taken, and where it stands: each with what it is called."""
    if detail is None:
        yield "path", "nothing has started it"
        return
    yield "path", " → ".join(passed(detail)) or "nothing"
    if detail.incident is not None:
        at = said(elements, detail.incident.element_id or "the start")
        yield "stopped", f"{at}: {detail.incident.message} [{detail.incident.code}]"
    if (there := waiting(detail)) and detail.incident is None:
        yield "waits at", ", ".join(said(elements, each) for each in there)
    if detail.record.ended_at is not None:
        yield "ended", where(detail).removeprefix("it has ended ")


def told(variables: Mapping[str, Any]) -> str:
    """Return variables, whose secrets are masked already, on lines that fit."""
    lines = pformat(dict(variables), width=_WIDTH, sort_dicts=False).splitlines()
    if len(lines) > MAXIMUM_LINES:
        lines = [*lines[:MAXIMUM_LINES], f"… {len(lines) - MAXIMUM_LINES} more lines"]
    return f"\n{' ' * _MARGIN}".join(lines)


def picture(journey: "Journey") -> Path | None:
    """Write the diagram with the way that was taken into a file, and return its path; None when nothing is drawn."""
    for definition_id, (process, file) in journey.kit.processes.items():
        if process.id == journey.process:
            visits = journey.kit.trace.by_definition.get(definition_id, Visits())
            svg = draw(file.content, marks(process, visits, journey.detail), title=process.label, alone=True)
            return written(journey.report(), f"{journey.kit.name}-{process.id}", svg)
    return None


def written(folder: Path, name: str, svg: str) -> Path | None:
    """Write an SVG, and return its path; None when there is nothing to write."""
    if not svg:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{_UNFIT.sub('_', name)[-_NAME:]}.svg"
    path.write_text(svg, encoding="utf-8")
    return path


def marks(process: Process, visits: Visits, detail: InstanceDetail | None) -> dict[str, Mark]:
    """Return what became of each element in one run."""
    hits = reached(process, visits)
    made = {each: Mark(Look.REACHED, times if times > 1 else None) for each, times in hits.items()}
    if detail is not None:
        made.update({each: Mark(Look.WAITS) for each in waiting(detail)})
        if detail.incident is not None and detail.incident.element_id:
            made[detail.incident.element_id] = Mark(Look.STOPPED)
    return made
