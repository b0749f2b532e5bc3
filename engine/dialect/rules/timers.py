"""A time that is written in the diagram is one."""

from collections.abc import Iterator
from dataclasses import replace

from engine import timers
from engine.dialect.diagram import Diagram
from engine.dialect.rules.values import fixed_values
from engine.dialect.xml import label_of, problem
from engine.errors import Problem
from engine.model import Source, TimerKind


def times(diagram: Diagram) -> Iterator[Problem]:
    """Check dates, durations and cycles, and how long messages wait, where they are no expressions."""
    for node in diagram.nodes.values():
        event = node.element.event
        if event is None:
            continue
        checked: list[tuple[TimerKind, Source, str]] = []
        if event.timer is not None and event.expression is not None:
            checked.append((event.timer, event.expression, "timer"))
        if event.time_to_live is not None:
            checked.append((TimerKind.DURATION, event.time_to_live, "timeToLive"))
        for kind, source, field in checked:
            for value in fixed_values(source):
                reason, remedy = _check(kind, value)
                if reason:
                    found = problem(node.xml, "timer", f"{label_of(node.xml)}: {reason}", remedy, field=field)
                    yield replace(found, line=source.line)


def _check(kind: TimerKind, value: object) -> tuple[str, str]:
    if not isinstance(value, str):
        return f"The {kind} is no text.", "Write it in ISO 8601."
    try:
        timers.check(kind, value)
    except timers.TimerInvalid as error:
        return error.reason, error.remedy
    return "", ""


RULES = (times,)
