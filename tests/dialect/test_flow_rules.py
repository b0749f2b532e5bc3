"""Flows, gateways and events: whatever is drawn must be able to run to an end."""

import pytest

from engine.errors import Severity
from tests.dialect.diagrams import END, START, TASK, codes, flow, reading, task_between

OTHER_END = '<endEvent id="end_2"/>'
ERRORS = '<error id="e1" errorCode="UserNotFound"/><error id="e2" errorCode="Unheard"/><error id="e3"/>'


def split(kind: str = "exclusiveGateway", attributes: str = 'default="b"', first: str | None = "a = 1") -> str:
    gateway = f'<{kind} id="g" {attributes}/>'
    flows = flow("start_1", "g") + flow("g", "end_1", first, "a") + flow("g", "end_2", None, "b")
    return START + gateway + END + OTHER_END + flows


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway"])
def test_a_decision_has_conditions_and_a_default(kind: str) -> None:
    assert codes(split(kind)) == []
    assert codes(split(kind, attributes="")) == ["no-condition"]
    assert codes(split(kind, first=None)) == ["no-condition"]
    assert codes(split(kind, attributes='default="a"')) == ["condition-on-default", "no-condition"]
    assert codes(split(kind, attributes='default="start_1-g"')) == ["dangling-reference", "no-condition"]


def test_a_gateway_with_one_way_out_needs_no_condition() -> None:
    assert codes(START + '<exclusiveGateway id="g"/>' + END + flow("start_1", "g") + flow("g", "end_1")) == []


def test_a_parallel_gateway_has_no_conditions() -> None:
    assert codes(split("parallelGateway", "", None)) == []
    assert codes(split("parallelGateway", "")) == ["misplaced-condition"]
    assert codes(split("parallelGateway", 'default="a"', None)) == ["misplaced-default"]


def test_a_task_may_be_left_by_conditions() -> None:
    task = TASK.replace("<serviceTask", '<serviceTask default="task-end_2"')
    process = START + task + END + OTHER_END + flow("start_1", "task") + flow("task", "end_1", "a = 1")
    assert codes(process + flow("task", "end_2")) == []
    (problem,) = reading(process.replace(' default="task-end_2"', "") + flow("task", "end_2", "a = 2")).problems
    assert (problem.code, problem.severity) == ("bpmn.no-default", Severity.WARNING)
    assert codes(process.replace(OTHER_END, "")) == ["dangling-reference"]


@pytest.mark.parametrize("kind", ["startEvent", "parallelGateway", "intermediateThrowEvent"])
def test_a_condition_elsewhere_is_refused(kind: str) -> None:
    start = '<startEvent id="g"/>' if kind == "startEvent" else START + f'<{kind} id="g"/>' + flow("start_1", "g")
    assert codes(start + END + flow("g", "end_1", "a = 1")) == ["misplaced-condition"]


@pytest.mark.parametrize("kind", ["exclusiveGateway", "inclusiveGateway", "parallelGateway"])
def test_a_gateway_may_join_and_split_at_once(kind: str) -> None:
    conditional = kind != "parallelGateway"
    gateway, join = f'<{kind} id="g"/>', f'<{kind} id="h" {"default=" if conditional else "x="}"b"/>'
    condition = "a = 1" if conditional else None
    process = START + gateway + TASK + TASK.replace('"task"', '"task2"') + join + END + OTHER_END
    process += flow("start_1", "g") + flow("g", "task", condition) + flow("g", "task2", condition)
    process += flow("task", "h") + flow("task2", "h") + flow("h", "end_1", condition) + flow("h", "end_2", None, "b")
    assert codes(process) == []


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("=a = 1", None),
        ("a = 1", None),
        ("${a == 1}", None),
        ("${a = 1}", "expression"),
        ("a == 1", "expression"),
        ("  ", "empty-condition"),
        ("a + 1 > 2", None),
        ("unknown(a)", "expression"),
        ("a adn b", "expression"),
    ],
)
def test_conditions_are_feel_or_juel(condition: str, code: str | None) -> None:
    assert codes(split(first=condition)) == ([] if code is None else [code])


@pytest.mark.parametrize(
    ("language", "condition", "expected"),
    [
        ("feel", "=a = 1", []),
        ("FEEL", "a = 1", []),
        ("https://www.omg.org/spec/DMN/20191111/FEEL/", "a = 1", []),
        ("juel", "${a == 1}", []),
        ("feel", "${a == 1}", ["expression"]),
        ("python", "a == 1", ["condition-language"]),
        ("groovy", "a = 1", ["condition-language"]),
        ("javascript", "a = 1", ["condition-language"]),
    ],
)
def test_the_language_of_a_condition_is_honoured(language: str, condition: str, expected: list[str]) -> None:
    process = split(first=condition)
    marked = process.replace("<conditionExpression", f'<conditionExpression language="{language}"')
    assert codes(marked) == expected
    assert codes(process, attributes=f'expressionLanguage="{language}"') == expected


def test_the_default_language_of_bpmn_says_nothing() -> None:
    assert codes(split(), attributes='expressionLanguage="http://www.w3.org/1999/XPath"') == []


def test_an_error_in_a_condition_has_element_line_and_column() -> None:
    (problem,) = reading(split(first="\n a +")).problems
    assert problem.element == "a"
    assert problem.line == 7
    assert "line 1, column 4" in problem.message


def test_references_of_flows_must_exist() -> None:
    process = task_between(TASK)
    for name in ("sourceRef", "targetRef"):
        broken = process.replace(f'{name}="task"', f'{name}="nothing"')
        assert "dangling-reference" in codes(broken)
    assert "dangling-reference" in codes(process + '<sequenceFlow id="f"/>')


def sub_process(inner: str) -> str:
    return task_between(f'<subProcess id="task">{inner}</subProcess>')


INSIDE = '<startEvent id="start_2"/><endEvent id="end_2"/>' + flow("start_2", "end_2")


def test_sub_processes_run() -> None:
    found = reading(sub_process(INSIDE))
    assert found.problems == ()
    assert found.process is not None
    assert "end_2" in found.process.elements


def test_flows_stay_in_their_scope() -> None:
    assert "flow-crosses-border" in codes(sub_process(INSIDE.replace('targetRef="end_2"', 'targetRef="end_1"')))
    assert codes(sub_process(INSIDE) + flow("start_2", "end_1", None, "x")) == ["flow-crosses-border"]


@pytest.mark.parametrize("drawn", ["textAnnotation", "dataObject", "documentation", "laneSet", "sequenceFlow"])
def test_flows_connect_flow_nodes(drawn: str) -> None:
    found = codes(task_between(TASK) + f'<{drawn} id="drawn"/>' + flow("task", "drawn"))
    assert set(found) == {"dangling-reference"}


def test_two_flows_may_connect_the_same_elements() -> None:
    process = split().replace('targetRef="end_2"', 'targetRef="end_1"').replace(OTHER_END, "")
    assert codes(process) == []


def test_an_activity_may_be_left_by_several_flows() -> None:
    process = task_between(TASK)
    assert codes(process + OTHER_END + flow("task", "end_2")) == []
    assert codes(process + OTHER_END + flow("start_1", "end_2")) == []


def test_what_nothing_follows_is_an_end() -> None:
    assert codes(START + TASK + flow("start_1", "task")) == []
    assert codes(START) == []
    gateway = START + '<exclusiveGateway id="g"/>' + flow("start_1", "g")
    assert codes(gateway) == ["no-outgoing-flow"]


def test_without_a_start_event_what_nothing_leads_to_begins() -> None:
    assert codes(TASK) == []
    assert codes(TASK + TASK.replace('"task"', '"too"')) == []
    assert codes(sub_process('<task id="inner"/>')) == []
    circle = TASK + TASK.replace('"task"', '"too"') + flow("task", "too") + flow("too", "task")
    assert codes(circle) == ["no-start"]


def test_start_events_are_all_or_none() -> None:
    assert codes(task_between(TASK) + TASK.replace('"task"', '"too"')) == ["unreachable"]


def test_start_and_end_are_the_ends() -> None:
    loop = START + TASK + '<exclusiveGateway id="g" default="d"/>' + END + flow("start_1", "task") + flow("task", "g")
    loop += flow("g", "end_1", None, "d")
    assert codes(loop + flow("g", "start_1", "a = 1")) == ["event-entered"]
    assert codes(loop + flow("g", "task", "a = 1")) == []
    assert codes(task_between(TASK) + flow("end_1", "task")) == ["end-continues"]


def test_everything_can_be_reached() -> None:
    alone = TASK.replace('"task"', '"alone"')
    assert codes(task_between(TASK) + alone + flow("alone", "end_1")) == ["unreachable"]
    circle = alone + TASK.replace('"task"', '"too"') + flow("alone", "too") + flow("too", "alone")
    found = reading(task_between(TASK) + circle)
    assert [each.element for each in found.problems if each.code == "bpmn.unreachable"] == ["alone", "too"]


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("<terminateEventDefinition/>", []),
        ('<errorEventDefinition errorRef="e1"/>', []),
        ("<errorEventDefinition/>", ["no-error"]),
        ('<errorEventDefinition errorRef="nothing"/>', ["dangling-reference"]),
        ('<errorEventDefinition errorRef="e3"/>', ["no-error-code"]),
        ("<messageEventDefinition/>", ["no-message"]),
        ("<signalEventDefinition/>", ["no-signal"]),
        ("<escalationEventDefinition/>", ["no-escalation"]),
        ("<compensateEventDefinition/>", ["nothing-to-compensate"]),
        ("<cancelEventDefinition/>", ["misplaced-event"]),
        ("<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>", ["misplaced-event"]),
        ("<terminateEventDefinition/><terminateEventDefinition/>", ["several-definitions"]),
    ],
)
def test_end_events(definition: str, expected: list[str]) -> None:
    process = task_between(TASK).replace(END, f'<endEvent id="end_1">{definition}</endEvent>')
    assert codes(process, ERRORS) == expected


def boundary(error: str, identifier: str = "b", host: str = "task", attributes: str = "") -> str:
    reference = f'errorRef="{error}"' if error else ""
    return f"""<boundaryEvent id="{identifier}" attachedToRef="{host}" {attributes}>
      <errorEventDefinition {reference}/></boundaryEvent><endEvent id="end_{identifier}"/>""" + flow(
        identifier, f"end_{identifier}"
    )


def test_boundary_events_catch_errors() -> None:
    assert codes(task_between(TASK) + boundary("e1") + boundary("", "c"), ERRORS) == []


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (boundary("nothing"), ["dangling-reference"]),
        (boundary("e3"), ["no-error-code"]),
        (boundary("e1", host="nothing"), ["dangling-reference"]),
        (boundary("e1", host="start_1"), ["misplaced-boundary"]),
        (boundary("e1", attributes='cancelActivity="false"'), ["never-non-interrupting"]),
        (boundary("e1") + boundary("e1", "c"), ["caught-twice"]),
        (boundary("") + boundary("", "c"), ["caught-twice"]),
        (boundary("e1") + flow("task", "b"), ["event-entered"]),
        (boundary("e1").replace(flow("b", "end_b"), ""), ["no-outgoing-flow", "unreachable"]),
        (boundary("e1").replace("errorEvent", "timerEvent"), ["timer"]),
        (boundary("e1").replace("errorEvent", "terminateEvent"), ["misplaced-event"]),
        (boundary("e1").replace('<errorEventDefinition errorRef="e1"/>', ""), ["misplaced-event"]),
    ],
)
def test_boundary_events_that_cannot_catch_are_refused(event: str, expected: list[str]) -> None:
    assert codes(task_between(TASK) + event, ERRORS) == expected


def test_a_computed_error_code_is_refused() -> None:
    assert codes(task_between(TASK) + boundary("e"), '<error id="e" errorCode="=a"/>') == ["computed-error-code"]


def test_a_code_that_is_never_raised_is_a_warning() -> None:
    found = reading(task_between(TASK) + boundary("e2"), ERRORS)
    assert [(each.code, each.severity) for each in found.problems] == [("bpmn.never-raised", Severity.WARNING)]
    assert found.process is not None
    assert "UserNotFound" in found.problems[0].remedy


def test_a_sub_process_raises_what_is_raised_in_it() -> None:
    ending = INSIDE.replace(
        '<endEvent id="end_2"/>', '<endEvent id="end_2"><errorEventDefinition errorRef="e2"/></endEvent>'
    )
    assert codes(sub_process(ending) + boundary("e2"), ERRORS) == []
    assert codes(sub_process(ending) + boundary("e1"), ERRORS) == ["never-raised", "uncaught"]


def test_a_form_raises_its_own_error() -> None:
    form = '<userTask id="task"><extensionElements><zeebe:formDefinition formId="F"/></extensionElements></userTask>'
    error = '<error id="e" errorCode="ExceededCustomDataFormRetake"/>'
    assert codes(task_between(form) + boundary("e"), error) == []
    assert codes(task_between(form) + boundary("e1"), ERRORS) == ["never-raised"]
