"""Which event may stand where, what is caught, what is compensated, and where links lead."""

import pytest

from engine.errors import Severity
from tests.dialect.diagrams import END, START, TASK, codes, element, flow, reading, task_between

DECLARED = """<signal id="s" name="go"/><error id="e" errorCode="Late"/><error id="u" errorCode="UserNotFound"/>
  <escalation id="x" escalationCode="late"/><escalation id="y" escalationCode="later"/>
  <message id="m" name="order"><extensionElements><zeebe:subscription correlationKey="=a"/></extensionElements>
  </message>"""

DEFINITIONS = {
    "none": "",
    "message": '<messageEventDefinition messageRef="m"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "signal": '<signalEventDefinition signalRef="s"/>',
    "condition": "<conditionalEventDefinition><condition>=a</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="e"/>',
    "escalation": '<escalationEventDefinition escalationRef="x"/>',
    "terminate": "<terminateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "compensation": "<compensateEventDefinition/>",
    "link": '<linkEventDefinition name="l"/>',
}
INSIDE = '<startEvent id="start_2"/><endEvent id="end_2"/>' + flow("start_2", "end_2")
HANDLER = '<subProcess id="handler" triggeredByEvent="true"><startEvent id="caught" {}>{}</startEvent></subProcess>'


def event(kind: str, name: str, attributes: str = "", identifier: str = "event") -> str:
    return f'<{kind} id="{identifier}" {attributes}>{DEFINITIONS[name]}</{kind}>'


def boundary(name: str, attributes: str = "", identifier: str = "event", host: str = "task") -> str:
    drawn = event("boundaryEvent", name, f'attachedToRef="{host}" {attributes}', identifier)
    return drawn if name == "compensation" else drawn + flow(identifier, "end_1")


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


GOOD_START = task_between(TASK)


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


def sub_process(inner: str) -> str:
    return task_between(f'<subProcess id="task">{inner}</subProcess>')


def throwing(name: str) -> str:
    return '<startEvent id="start_2"/>' + event("endEvent", name, identifier="thrown") + flow("start_2", "thrown")


@pytest.mark.parametrize("name", ["error", "escalation"])
def test_what_is_thrown_is_caught(name: str) -> None:
    thrown = sub_process(throwing(name))
    assert codes(thrown, DECLARED) == ["uncaught"]
    assert codes(thrown + boundary(name), DECLARED) == []
    assert codes(thrown + boundary(name).replace('errorRef="e"', "").replace('escalationRef="x"', ""), DECLARED) == []
    other = boundary(name).replace('"e"', '"u"').replace('"x"', '"y"')
    assert codes(thrown + other, DECLARED) == ["never-raised", "uncaught"]
    handler = HANDLER.format("", DEFINITIONS[name])
    assert codes(sub_process(throwing(name) + handler), DECLARED) == []
    assert codes(thrown + handler, DECLARED) == []


def test_what_nothing_catches_is_a_warning() -> None:
    (problem,) = reading(sub_process(throwing("error")), DECLARED).problems
    assert (problem.severity, problem.element) == (Severity.WARNING, "thrown")


def test_an_error_that_ends_the_process_need_not_be_caught() -> None:
    process = task_between(TASK).replace(END, f'<endEvent id="end_1">{DEFINITIONS["error"]}</endEvent>')
    assert codes(process, DECLARED) == []


@pytest.mark.parametrize("name", ["error", "escalation"])
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ('<manualTask id="task"/>', ["never-raised"]),
        ('<callActivity id="task" calledElement="other"/>', []),
        (f'<subProcess id="task">{INSIDE}</subProcess>', ["never-raised"]),
        (
            '<subProcess id="task"><callActivity id="c" calledElement="other"/></subProcess>',
            [],
        ),
    ],
)
def test_what_is_never_thrown_is_not_caught(name: str, host: str, expected: list[str]) -> None:
    assert codes(task_between(host) + boundary(name), DECLARED) == expected
    every = boundary(name).replace('errorRef="e"', "").replace('escalationRef="x"', "")
    assert codes(task_between(host) + every, DECLARED) == expected


def test_a_transaction_that_is_cancelled_goes_on_somewhere() -> None:
    transaction = task_between(f'<transaction id="task">{throwing("cancel")}</transaction>')
    assert codes(transaction) == ["uncaught"]
    assert codes(transaction + boundary("cancel")) == []


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


LINKED = (
    START
    + event("intermediateThrowEvent", "link", identifier="to")
    + event("intermediateCatchEvent", "link", identifier="from")
    + END
    + flow("start_1", "to")
    + flow("from", "end_1")
)


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (LINKED, []),
        (LINKED.replace('name="l"', 'name="k"', 1), ["no-link-target", "unreachable", "unreachable"]),
        (LINKED + event("intermediateCatchEvent", "link", identifier="two"), ["several-link-targets"]),
        (LINKED + flow("start_1", "from"), ["event-entered"]),
        (LINKED + flow("to", "end_1"), ["end-continues"]),
        (
            LINKED.replace(event("intermediateCatchEvent", "link", identifier="from"), "").replace(
                flow("from", "end_1"), flow("start_1", "end_1")
            ),
            ["no-link-target"],
        ),
    ],
)
def test_links(process: str, expected: list[str]) -> None:
    found = [each.code.removeprefix("bpmn.") for each in reading(process).problems]
    assert sorted(found) == expected


def test_a_link_stays_in_its_scope() -> None:
    catch = event("intermediateCatchEvent", "link", identifier="from")
    assert "no-link-target" in codes(LINKED.replace(catch, f'<subProcess id="sub">{catch}</subProcess>'))
