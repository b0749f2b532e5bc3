"""One process, ids, size, and nothing drawn that is not run."""

import pytest
from lxml import etree

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
    process = read(content, "test.bpmn", ACTIVITIES).process
    assert process is not None
    assert [each.get("isExecutable") for each in process.root.iter("{*}process")] == ["true"]


def test_exactly_one_process() -> None:
    assert codes(GOOD, '<process id="q"/>') == ["one-process"]
    none = read(f"<definitions {NAMESPACES}/>".encode(), "test.bpmn", ACTIVITIES)
    assert [each.code for each in none.problems] == ["bpmn.one-process"]


def test_one_pool_with_lanes_is_fine() -> None:
    lanes = '<laneSet id="l"><lane id="l1" name="User"><flowNodeRef>task</flowNodeRef></lane></laneSet>'
    pool = '<collaboration id="c"><participant id="p1" processRef="p"/>{}</collaboration>'
    assert codes(lanes + GOOD, pool.format("")) == []
    assert codes(GOOD, pool.format('<participant id="p2"/>')) == ["one-pool"]
    assert codes(GOOD, pool.format('<messageFlow id="m"/>')) == ["not-run"]
    assert codes(GOOD, '<collaboration id="c"><participant id="p1" processRef="q"/></collaboration>') == [
        "dangling-reference"
    ]


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


def test_what_does_not_run_is_taken_out_of_the_tree() -> None:
    shape = """<bpmndi:BPMNDiagram id="di"><bpmndi:BPMNShape id="b" bpmnElement="task"><dc:Bounds x="a" y="b"/>
      </bpmndi:BPMNShape></bpmndi:BPMNDiagram>"""
    drawn = '<dataObject id="d"/><textAnnotation id="t"/><other:thing id="start_1"/><dataStoreReference id="s"/>'
    script = (
        """<scriptTask id="task" scriptFormat="feel" camunda:resultVariable="x"><script>1 = 1</script></scriptTask>"""
    )
    process = reading(drawn + task_between(script), shape + '<dataStore id="ds"/><error/><error id="e"/>').process
    assert process is not None
    names = [etree.QName(node).localname for node in process.root.iter()]
    assert names == [
        *(
            "definitions",
            "process",
            "startEvent",
            "scriptTask",
            "script",
            "endEvent",
            "sequenceFlow",
            "sequenceFlow",
            "error",
        )
    ]
    assert not process.root.xpath("string()").strip()


@pytest.mark.parametrize(
    "element",
    [
        *(
            "task",
            "manualTask",
            "sendTask",
            "receiveTask",
            "businessRuleTask",
            "callActivity",
            "transaction",
            "choreographyTask",
        ),
        *("adHocSubProcess", "eventBasedGateway", "complexGateway", "intermediateThrowEvent", "intermediateCatchEvent"),
        *("ioSpecification", "unheardOf"),
    ],
)
def test_other_elements_are_refused_by_name(element: str) -> None:
    process = START + f'<{element} id="task"/>' + END + flow("start_1", "task") + flow("task", "end_1")
    found = reading(process)
    assert [each.code for each in found.problems if each.element == "task"] == ["bpmn.not-run"]
    # What surrounds it is not blamed.
    assert [each.code for each in found.problems] == ["bpmn.not-run"]


@pytest.mark.parametrize(
    "inner",
    [
        *(
            "<standardLoopCharacteristics/>",
            "<multiInstanceLoopCharacteristics/>",
            "<ioSpecification/>",
            "<performer/>",
        ),
        "<resourceRole/>",
    ],
)
def test_what_changes_a_task_is_refused(inner: str) -> None:
    assert codes(task_between(TASK.replace("</serviceTask>", inner + "</serviceTask>"))) == ["not-run"]


@pytest.mark.parametrize("definition", ["timer", "message", "signal", "conditional", "escalation", "error"])
def test_a_start_event_waits_for_nothing(definition: str) -> None:
    start = f'<startEvent id="start_1"><{definition}EventDefinition/></startEvent>'
    assert codes(GOOD.replace(START, start)) == ["not-run"]


@pytest.mark.parametrize(
    "attribute", ['isForCompensation="true"', 'startQuantity="2"', 'operationRef="o"', 'completionQuantity="0"']
)
def test_attributes_that_are_not_run_are_refused(attribute: str) -> None:
    assert codes(GOOD.replace("<serviceTask", f"<serviceTask {attribute}")) == ["attribute-not-run"]


def test_choreographies_are_refused() -> None:
    assert codes(GOOD, '<choreography id="c"/>') == ["not-run"]


def test_every_node_and_flow_has_an_id() -> None:
    found = codes(GOOD.replace('id="start_1-task" ', ""))
    assert "no-id" in found
    assert codes(GOOD + '<textAnnotation/><extensionElements id="x"/>') == []


def test_ids_are_unique() -> None:
    annotation = '<textAnnotation id="task"/>'
    assert codes(GOOD + annotation) == ["duplicate-id"]
    assert codes(GOOD, '<error id="p"/>') == ["duplicate-id"]


@pytest.mark.parametrize("identifier", ["Start", "End", "Root", "task.BoundaryEventSplit", "p.EndJoin"])
def test_ids_of_the_interpreter_are_refused(identifier: str) -> None:
    assert codes(GOOD.replace("start_1", identifier)) == ["reserved-id"]


@pytest.mark.parametrize("identifier", ["a b", "1a", "a/b", "a" * 201, "&lt;b&gt;"])
def test_ids_are_names(identifier: str) -> None:
    assert codes(GOOD.replace("end_1", identifier)) == ["bad-id"]


def chain(length: int) -> str:
    names = ["start_1", *(f"t{i}" for i in range(length)), "end_1"]
    tasks = "".join(TASK.replace('id="task"', f'id="t{i}"') for i in range(length))
    return START + tasks + END + "".join(map(flow, names, names[1:]))


def test_the_number_of_elements_is_limited() -> None:
    assert codes(chain(298)) == []
    assert codes(chain(299)) == ["too-many-elements"]


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
    assert len(found.problems) == 101
    assert found.problems[-1].code == "bpmn.too-many-problems"


def test_all_problems_come_at_once_and_say_where() -> None:
    process = START + "\n" + '<task id="a" name="Do it"/>' + "\n" + '<userTask id="b"/>' + END
    found = reading(process)
    assert {each.code for each in found.problems} == {
        *("bpmn.not-run", "bpmn.no-form", "bpmn.no-outgoing-flow", "bpmn.unreachable")
    }
    (task,) = [each for each in found.problems if each.code == "bpmn.not-run"]
    assert str(task).startswith("test.bpmn:8: a: The task 'Do it' is not run yet. Use a service task")
    assert task.severity is Severity.ERROR
