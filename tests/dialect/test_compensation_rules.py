"""What undoes an activity, and what can be undone."""

import pytest

from tests.dialect.diagrams import END, START, codes, element, flow, task_between
from tests.dialect.events import DEFINITIONS, GOOD_START, HANDLER, INSIDE, boundary, event

UNDO = '<manualTask id="undo" isForCompensation="true"/>'
ASSOCIATION = '<association id="as" sourceRef="event" targetRef="undo"/>'
COMPENSATED = GOOD_START + boundary("compensation") + UNDO + ASSOCIATION


def test_a_compensation_boundary_event_names_what_undoes() -> None:
    assert codes(COMPENSATED) == []
    assert element(COMPENSATED, "event").compensated_by == "undo"
    assert element(COMPENSATED, "undo").for_compensation
    turned = COMPENSATED.replace(ASSOCIATION, '<association id="as" sourceRef="undo" targetRef="event"/>')
    assert element(turned, "event").compensated_by == "undo"
    noted = COMPENSATED + '<textAnnotation id="n"/><association id="no" sourceRef="event" targetRef="n"/>'
    assert codes(noted) == []


def test_a_process_as_a_whole_is_never_compensated() -> None:
    handler = f'<subProcess id="h" triggeredByEvent="true">{event("startEvent", "compensation")}</subProcess>'
    assert "never-compensated" in codes(task_between('<manualTask id="task"/>') + handler)
    nested = f'<subProcess id="task">{INSIDE}{handler}</subProcess>'
    assert "never-compensated" not in codes(task_between(nested))


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (COMPENSATED.replace(ASSOCIATION, ""), ["compensation-handler", "unreachable"]),
        (COMPENSATED.replace(' isForCompensation="true"', ""), ["compensation-handler"]),
        (COMPENSATED + '<association id="at" sourceRef="event" targetRef="task"/>', ["compensation-handler"]),
        (
            COMPENSATED.replace(UNDO, f'<subProcess id="s">{UNDO}</subProcess>') + flow("task", "s"),
            ["compensation-handler", "no-start"],
        ),
        (COMPENSATED + flow("undo", "end_1"), ["end-continues"]),
        (COMPENSATED + flow("task", "undo"), ["event-entered"]),
        (COMPENSATED + flow("event", "end_1"), ["end-continues"]),
        (COMPENSATED + boundary("timer", identifier="t", host="undo"), ["misplaced-boundary"]),
        (COMPENSATED + boundary("compensation", identifier="t"), ["caught-twice", "compensation-handler"]),
        (GOOD_START + UNDO, ["unreachable"]),
    ],
)
def test_compensation_that_cannot_run_is_refused(process: str, expected: list[str]) -> None:
    assert codes(process) == expected


def compensating(reference: str, before: str = COMPENSATED) -> str:
    definition = f"<compensateEventDefinition {reference}/>"
    return before.replace(END, f'<endEvent id="end_1">{definition}</endEvent>')


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (compensating(""), []),
        (compensating('activityRef="task"'), []),
        (compensating('activityRef="nothing"'), ["dangling-reference"]),
        (compensating('activityRef="undo"'), ["nothing-to-compensate"]),
        (compensating("", GOOD_START), ["nothing-to-compensate"]),
        (compensating('activityRef="task"', GOOD_START), ["nothing-to-compensate"]),
    ],
)
def test_what_is_compensated_can_be(process: str, expected: list[str]) -> None:
    assert codes(process) == expected


def test_what_is_compensated_is_beside_the_event() -> None:
    inside = '<endEvent id="thrown"><compensateEventDefinition activityRef="task"/></endEvent>'
    sub = f'<subProcess id="sub">{inside}</subProcess>' + flow("task", "sub")
    assert codes(COMPENSATED + sub) == ["dangling-reference"]
    handler = HANDLER.format("", DEFINITIONS["timer"]).replace("</startEvent>", "</startEvent>" + inside)
    assert codes(COMPENSATED + handler.replace(inside, inside + flow("caught", "thrown"))) == []


def test_a_sub_process_with_something_to_undo_can_be_compensated() -> None:
    inner = COMPENSATED.replace('"start_1"', '"s"').replace("start_1-", "s-").replace("end_1", "e")
    process = START + f'<subProcess id="sub">{inner}</subProcess>' + flow("start_1", "sub")
    process += '<endEvent id="end_1"><compensateEventDefinition activityRef="sub"/></endEvent>' + flow("sub", "end_1")
    assert codes(process) == []
