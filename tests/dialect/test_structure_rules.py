"""Processes, ids, size, and nothing drawn that is not run."""

import pytest

from engine.dialect import read
from engine.errors import Severity
from tests.dialect.diagrams import (
    ACTIVITIES,
    END,
    NAMESPACES,
    START,
    TASK,
    codes,
    document,
    flow,
    reading,
    task_between,
)

GOOD = task_between(TASK)


def test_a_good_diagram_has_no_problem() -> None:
    found = reading(GOOD)
    assert found.problems == ()
    assert found.process is not None
    assert (found.process.id, list(found.process.elements)) == ("p", ["start_1", "task", "end_1"])


@pytest.mark.parametrize("attribute", ['isExecutable="false"', 'isExecutable="true"', ""])
def test_a_process_is_run_whether_or_not_it_says_so(attribute: str) -> None:
    content = document(GOOD).replace(b'<process id="p">', f'<process id="p" {attribute}>'.encode())
    assert read(content, "test.bpmn", ACTIVITIES).process is not None


def test_a_file_has_a_process() -> None:
    none = read(f"<definitions {NAMESPACES}/>".encode(), "test.bpmn", ACTIVITIES)
    assert [each.code for each in none.problems] == ["bpmn.no-process"]
    assert codes("") == ["empty"]
    assert codes('<textAnnotation id="a"/>') == ["empty"]


OTHER = (
    '<process id="q" {}><startEvent id="s"/><task id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/></process>'
)


def processes(content: bytes) -> list[str]:
    return [each.id for each in read(content, "test.bpmn", ACTIVITIES).processes]


def test_every_process_of_a_file_is_read() -> None:
    found = reading(GOOD, OTHER.format(""))
    assert found.problems == ()
    assert [each.id for each in found.processes] == ["p", "q"]
    assert found.process is found.processes[0]
    assert [list(each.elements) for each in found.processes] == [["start_1", "task", "end_1"], ["s", "t"]]
    assert [list(each.flows) for each in found.processes] == [["start_1-task", "task-end_1"], ["f"]]


def test_a_problem_in_one_process_refuses_the_file() -> None:
    found = reading(GOOD, OTHER.format("").replace("<task", "<complexGateway"))
    assert found.processes == ()
    assert {each.code for each in found.problems} == {"bpmn.not-run"}


def test_what_is_not_run_is_no_documentation_either() -> None:
    assert codes(GOOD, '<process id="q"><complexGateway id="g"/></process>') == ["not-run"]
    assert codes(task_between('<subProcess id="task"><complexGateway id="g"/></subProcess>')) == ["not-run"]
    assert codes(GOOD, '<process id="q"><textAnnotation id="a"/></process>') == []


def test_a_process_that_is_not_executable_is_only_drawn_beside_one_that_is() -> None:
    executable = document(GOOD, OTHER.format('isExecutable="false"')).replace(b'id="p"', b'id="p" isExecutable="true"')
    assert processes(executable) == ["p"]
    (warning,) = read(executable, "test.bpmn", ACTIVITIES).problems
    assert (warning.code, warning.element, warning.severity) == ("bpmn.not-executable", "q", Severity.WARNING)
    # What is not deployed may hold what does not run.
    drawn = executable.replace(b"<task id", b'<complexGateway camunda:class="x" id')
    assert processes(drawn) == ["p"]
    assert processes(document(GOOD, OTHER.format('isExecutable="false"'))) == ["p", "q"]


def test_pools_and_lanes_are_documentation() -> None:
    lanes = '<laneSet id="l"><lane id="l1" name="User"><flowNodeRef>task</flowNodeRef></lane></laneSet>'
    pool = '<collaboration id="c"><participant id="p1" processRef="p"/>{}</collaboration>'
    assert codes(lanes + GOOD, pool.format("")) == []
    black_box = '<participant id="p2"/><messageFlow id="m" sourceRef="task" targetRef="p2"/>'
    assert codes(GOOD, pool.format(black_box)) == []
    # Some tools write an empty process for a pool with nothing in it.
    assert codes(GOOD, pool.format('<participant id="p2" processRef="q"/>') + '<process id="q"/>') == []
    assert codes(GOOD, '<collaboration id="c"><participant id="p1" processRef="q"/></collaboration>') == [
        "dangling-reference"
    ]


def test_the_innermost_lane_is_kept() -> None:
    inner = '<childLaneSet id="k"><lane id="l2" name="Inner"><flowNodeRef>task</flowNodeRef></lane></childLaneSet>'
    references = "<flowNodeRef>task</flowNodeRef><flowNodeRef>x:start_1</flowNodeRef>"
    process = reading(f'<laneSet id="l"><lane id="l1" name="Outer">{references}{inner}</lane></laneSet>' + GOOD).process
    assert process is not None
    assert [each.lane for each in process.elements.values()] == ["Outer", "Inner", ""]


@pytest.mark.parametrize(
    "drawn",
    [
        '<association id="a" sourceRef="task" targetRef="nothing"/>',
        '<laneSet id="l"><lane id="l1"><flowNodeRef>nothing</flowNodeRef></lane></laneSet>',
        '<dataObjectReference id="r" dataObjectRef="nothing"/>',
    ],
)
def test_documentation_that_refers_to_nothing_is_a_warning(drawn: str) -> None:
    found = reading(drawn + GOOD)
    assert [(each.code, each.severity) for each in found.problems] == [("bpmn.dangling-reference", Severity.WARNING)]
    assert found.process is not None


def test_documentation_and_data_are_only_drawn() -> None:
    drawn = """<textAnnotation id="t"><text>a</text></textAnnotation><group id="g"/>
      <association id="a" sourceRef="task" targetRef="t"/>
      <dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/><dataStoreReference id="s"/>"""
    associated = """<property id="x"/><dataInputAssociation id="y"><sourceRef>r</sourceRef>
      <targetRef>x</targetRef></dataInputAssociation>"""
    beside = '<category id="c"/><dataStore id="ds" name="n"/><message id="m"/>'
    task = TASK.replace("</serviceTask>", associated + "</serviceTask>")
    found = reading(drawn + task_between(task), beside)
    assert found.problems == ()
    assert found.process is not None


@pytest.mark.parametrize("element", ["complexGateway", "choreographyTask", "callChoreography", "unheardOf"])
def test_other_elements_are_refused_by_name(element: str) -> None:
    process = START + f'<{element} id="task"/>' + END + flow("start_1", "task") + flow("task", "end_1")
    found = reading(process)
    # What surrounds it is not blamed.
    assert [(each.code, each.element) for each in found.problems] == [("bpmn.not-run", "task")]


@pytest.mark.parametrize(
    "inner",
    [
        "<ioSpecification><dataInput id='i'/><inputSet/><outputSet/></ioSpecification>",
        "<dataInputAssociation id='d'><assignment><from>a</from><to>b</to></assignment></dataInputAssociation>",
        "<performer/>",
        "<potentialOwner/>",
        "<resourceRole/>",
        "<timerEventDefinition/>",
        "<script/>",
        "<task id='x'/>",
        "<incoming>f</incoming><unheardOf/>",
    ],
)
def test_what_changes_a_task_is_refused(inner: str) -> None:
    assert codes(task_between(TASK.replace("</serviceTask>", inner + "</serviceTask>"))) == ["not-run"]


def test_an_empty_specification_of_data_says_nothing() -> None:
    empty = "<ioSpecification><inputSet/><outputSet/></ioSpecification>"
    assert codes(empty + task_between(TASK.replace("</serviceTask>", empty + "</serviceTask>"))) == []


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('startQuantity="2"', "attribute-not-run"),
        ('completionQuantity="0"', "attribute-not-run"),
        ('operationRef="o"', "attribute-not-run"),
        ('isForCompensation="yes"', "attribute-not-run"),
        ('isForCompensation="0" startQuantity="1"', None),
    ],
)
def test_attributes_that_are_not_run_are_refused(attribute: str, code: str | None) -> None:
    assert codes(GOOD.replace("<serviceTask", f"<serviceTask {attribute}")) == ([] if code is None else [code])


def test_attributes_of_events_and_gateways() -> None:
    start = '<startEvent id="start_1" parallelMultiple="true"/>'
    assert codes(GOOD.replace(START, start)) == ["attribute-not-run"]
    assert codes(GOOD.replace(START, start.replace("true", "false"))) == []
    receive = '<receiveTask id="task" instantiate="true"/>'
    assert "attribute-not-run" in codes(task_between(receive))
    transaction = '<transaction id="task" method="##Store"><task id="t"/></transaction>'
    assert codes(task_between(transaction)) == ["attribute-not-run"]


def test_choreographies_are_refused() -> None:
    assert codes(GOOD, '<choreography id="c"/>') == ["not-run"]
    assert codes(GOOD, '<collaboration id="c"><conversation id="v"/></collaboration>') == ["not-run"]
    key = '<collaboration id="c"><correlationKey id="k"/></collaboration>'
    assert "zeebe:subscription" in reading(GOOD, key).problems[0].remedy


def test_every_node_and_flow_has_an_id() -> None:
    found = codes(GOOD.replace('id="start_1-task" ', ""))
    assert "no-id" in found
    assert codes(GOOD + '<textAnnotation/><extensionElements id="x"/>') == []


def test_ids_are_unique() -> None:
    annotation = '<textAnnotation id="task"/>'
    assert codes(GOOD + annotation) == ["duplicate-id"]
    assert codes(GOOD, '<error id="p"/>') == ["duplicate-id"]


@pytest.mark.parametrize("identifier", ["a b", "1a", "a/b", "a" * 201, "&lt;b&gt;"])
def test_ids_are_names(identifier: str) -> None:
    assert codes(GOOD.replace("end_1", identifier)) == ["bad-id"]


def test_the_number_of_elements_is_limited() -> None:
    task = '<manualTask id="t{}"/>'
    assert codes("".join(task.format(i) for i in range(2000))) == []
    assert codes("".join(task.format(i) for i in range(2001))) == ["too-many-elements"]


def nested(depth: int) -> str:
    inner = START.replace("start_1", f"s{depth}") + END.replace("end_1", f"e{depth}")
    if depth:
        inner += f'<subProcess id="sub{depth}">{nested(depth - 1)}</subProcess>'
        return inner + flow(f"s{depth}", f"sub{depth}") + flow(f"sub{depth}", f"e{depth}")
    return inner + flow("s0", "e0")


def test_the_nesting_is_limited() -> None:
    assert codes(nested(8)) == []
    assert codes(nested(9)) == ["nested-too-deep"]


def test_the_number_of_problems_is_limited() -> None:
    found = reading(GOOD + '<task id="x"/>' * 200)
    assert len(found.problems) == 2
    found = reading("".join(f'<serviceTask id="x{i}"/>' for i in range(200)))
    assert len(found.problems) == 101
    assert (found.problems[-1].code, found.problems[-1].severity) == ("bpmn.too-many-problems", Severity.ERROR)


def test_many_warnings_prevent_nothing() -> None:
    associations = "".join(f'<association id="a{i}" sourceRef="task" targetRef="x{i}"/>' for i in range(200))
    found = reading(GOOD + associations)
    assert found.process is not None
    assert (len(found.problems), found.problems[-1].severity) == (101, Severity.WARNING)


def test_all_problems_come_at_once_and_say_where() -> None:
    process = START + "\n" + '<complexGateway id="a" name="Do it"/>' + "\n" + '<userTask id="b"/>' + END
    found = reading(process)
    assert {each.code for each in found.problems} == {"bpmn.not-run", "bpmn.no-form", "bpmn.unreachable"}
    (gateway,) = [each for each in found.problems if each.code == "bpmn.not-run"]
    assert str(gateway).startswith("test.bpmn:8: a: The complex gateway 'Do it' is not run. Use an inclusive gateway")
    assert gateway.severity is Severity.ERROR


def test_a_problem_names_what_is_drawn() -> None:
    start = """<startEvent id="start_1"><timerEventDefinition id="inner"><timeDate id="inmost">x</timeDate>
      </timerEventDefinition></startEvent>"""
    (problem,) = reading(GOOD.replace(START, start)).problems
    assert (problem.code, problem.element) == ("bpmn.timer", "start_1")


def test_a_message_is_short_whatever_the_file_says() -> None:
    (problem,) = reading(f'<serviceTask id="task" name="{"x" * 100_000}"/>').problems
    assert len(problem.message) < 200
    (problem,) = reading(task_between(TASK.replace('name="Get User"', f'operationRef="{"x" * 100_000}"'))).problems[:1]
    assert len(problem.message) <= 500
