"""Which event may stand where."""

import pytest

from tests.dialect.diagrams import END, START, codes, element, flow, reading, task_between
from tests.dialect.events import DECLARED, DEFINITIONS, GOOD_START, HANDLER, INSIDE, boundary, event

PLACES = {
    "start": lambda name: event("startEvent", name) + END + flow("event", "end_1"),
    "start of a sub-process": lambda name: f'<subProcess id="sub">{event("startEvent", name)}</subProcess>',
    "start of an event sub-process": lambda name: (
        f'{START}<subProcess id="sub" triggeredByEvent="true">{event("startEvent", name)}</subProcess>'
    ),
    "catch": lambda name: START + event("intermediateCatchEvent", name) + flow("start_1", "event"),
    "throw": lambda name: START + event("intermediateThrowEvent", name) + flow("start_1", "event"),
    "end": lambda name: START + event("endEvent", name) + flow("start_1", "event"),
    "end of a transaction": lambda name: f'<transaction id="sub">{event("endEvent", name)}</transaction>',
    "boundary of a task": lambda name: task_between('<manualTask id="task"/>') + boundary(name),
    "boundary of a transaction": lambda name: (
        task_between(f'<transaction id="task">{INSIDE}</transaction>') + boundary(name)
    ),
}
WAITING = "message timer signal condition"
ALLOWED = {
    "start": f"none {WAITING}",
    "start of a sub-process": "none",
    "start of an event sub-process": f"{WAITING} error escalation compensation",
    "catch": f"{WAITING} link",
    "throw": "none message signal escalation compensation link",
    "end": "none message signal error escalation terminate compensation",
    "end of a transaction": "none message signal error escalation terminate cancel compensation",
    "boundary of a task": f"{WAITING} error escalation compensation",
    "boundary of a transaction": f"{WAITING} error escalation cancel compensation",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", DEFINITIONS)
def test_the_table_of_events(place: str, name: str) -> None:
    """BPMN 2.0.2, table 10.93."""
    found = reading(PLACES[place](name), DECLARED).problems
    misplaced = [each.element for each in found if each.code == "bpmn.misplaced-event"]
    assert misplaced == ([] if name in ALLOWED[place].split() else ["event"])


@pytest.mark.parametrize("name", ["error", "cancel", "compensation"])
def test_some_events_always_interrupt(name: str) -> None:
    host = task_between(f'<transaction id="task">{INSIDE}</transaction>')
    assert "never-non-interrupting" in codes(host + boundary(name, 'cancelActivity="false"'), DECLARED)


def test_others_need_not() -> None:
    host = task_between('<manualTask id="task"/>')
    for name in WAITING.split():
        process = host + boundary(name, 'cancelActivity="false"')
        assert codes(process, DECLARED) == []
        assert not element(process, "event", DECLARED).interrupting
    process = GOOD_START + HANDLER.format('isInterrupting="0"', DEFINITIONS["timer"])
    assert not element(process, "caught").interrupting
    assert "never-non-interrupting" in codes(
        GOOD_START + HANDLER.format('isInterrupting="false"', DEFINITIONS["error"]), DECLARED
    )


@pytest.mark.parametrize(
    "kind",
    [
        *("task", "manualTask", "callActivity", "receiveTask", "sendTask", "scriptTask", "businessRuleTask"),
        *("userTask", "serviceTask", "subProcess", "transaction", "adHocSubProcess"),
    ],
)
def test_a_boundary_event_sits_on_any_activity(kind: str) -> None:
    inner = '<task id="inner"/>' if kind in {"subProcess", "transaction", "adHocSubProcess"} else ""
    process = task_between(f'<{kind} id="task">{inner}</{kind}>') + boundary("timer")
    assert "misplaced-boundary" not in codes(process)
    assert "dangling-reference" not in codes(process)


def test_a_boundary_event_sits_on_nothing_else() -> None:
    gateway = task_between('<exclusiveGateway id="task"/>')
    assert codes(gateway + boundary("timer")) == ["misplaced-boundary"]
    by_event = GOOD_START + HANDLER.format("", DEFINITIONS["timer"])
    assert codes(by_event + boundary("timer", host="handler")) == ["misplaced-boundary"]


def test_a_boundary_event_leads_somewhere() -> None:
    assert codes(GOOD_START + event("boundaryEvent", "timer", 'attachedToRef="task"')) == ["no-outgoing-flow"]


@pytest.mark.parametrize("name", ["error", "escalation", "cancel", "message"])
def test_two_boundary_events_do_not_catch_the_same(name: str) -> None:
    host = task_between(f'<transaction id="task">{INSIDE}</transaction>')
    assert "caught-twice" in codes(host + boundary(name) + boundary(name, identifier="other"), DECLARED)


@pytest.mark.parametrize("name", ["timer", "signal", "condition"])
def test_two_boundary_events_may_wait_alike(name: str) -> None:
    host = task_between('<manualTask id="task"/>')
    assert codes(host + boundary(name) + boundary(name, identifier="other"), DECLARED) == []


def test_two_event_sub_processes_do_not_catch_the_same() -> None:
    one = HANDLER.format("", DEFINITIONS["error"])
    other = one.replace("handler", "handler_2").replace("caught", "caught_2")
    assert "caught-twice" in codes(GOOD_START + one + other, DECLARED)
    assert "caught-twice" not in codes(GOOD_START + one + other.replace('errorRef="e"', 'errorRef="u"'), DECLARED)


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (HANDLER.format("", ""), ["misplaced-event"]),
        ('<subProcess id="handler" triggeredByEvent="true"><task id="inner"/></subProcess>', ["one-start"]),
        ('<subProcess id="handler" triggeredByEvent="true"/>', ["empty", "one-start"]),
        (HANDLER.format("", DEFINITIONS["timer"]) + flow("task", "handler"), ["event-entered"]),
        (HANDLER.format("", DEFINITIONS["timer"]) + flow("handler", "end_1"), ["end-continues"]),
        (
            HANDLER.format("", DEFINITIONS["timer"]).replace("subProcess", "transaction"),
            ["event-sub-process"],
        ),
        (
            HANDLER.format("", DEFINITIONS["timer"]).replace(
                "</subProcess>",
                """<standardLoopCharacteristics loopMaximum="2"/></subProcess>""",
            ),
            ["event-sub-process"],
        ),
    ],
)
def test_event_sub_processes(process: str, expected: list[str]) -> None:
    assert codes(GOOD_START + process, DECLARED) == expected


def test_an_event_sub_process_runs() -> None:
    process = GOOD_START + HANDLER.format("", DEFINITIONS["timer"])
    assert codes(process) == []
    assert element(process, "handler").by_event
    assert element(process, "caught").scope == "handler"


def test_a_process_starts_in_several_ways_but_once_without_an_event() -> None:
    starts = event("startEvent", "signal", identifier="a") + event("startEvent", "timer", identifier="b")
    process = GOOD_START + starts + flow("a", "task") + flow("b", "task")
    assert codes(process, DECLARED) == []
    assert codes(process + '<startEvent id="c"/>' + flow("c", "task"), DECLARED) == ["one-start"]


def test_ad_hoc_sub_processes_have_neither_start_nor_end() -> None:
    drawn = '<adHocSubProcess id="task">{}</adHocSubProcess>'
    assert codes(task_between(drawn.format('<task id="a"/><task id="b"/>' + flow("a", "b")))) == []
    assert codes(task_between(drawn.format(INSIDE))) == ["empty", "misplaced-event"]
    assert codes(task_between(drawn.format(""))) == ["empty"]
