"""What is different between two diagrams, property by property."""

from collections.abc import Mapping

import pytest

from engine.comparing import Kind
from engine.process_compare import compare
from engine.process_file import blank
from tests.processes.files import JOURNEY, document


def task(inside: str, attributes: str = "") -> bytes:
    return document(f'<serviceTask id="t" name="Task" {attributes}>{inside}</serviceTask>')


def extended(inside: str) -> bytes:
    return task(f"<extensionElements>{inside}</extensionElements>")


def timer(inside: str) -> bytes:
    return document(
        f'<startEvent id="t" name="Task"><timerEventDefinition id="e">{inside}</timerEventDefinition></startEvent>'
    )


def changed(old: bytes, new: bytes) -> dict[str, tuple[str | None, str | None]]:
    comparison = compare(old, new)
    assert comparison.readable
    (change,) = comparison.changes
    assert (change.kind, change.element) == (Kind.CHANGED, "t")
    return {each.path: (each.old, each.new) for each in change.properties}


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        (task(""), task("", 'implementation="x"'), {"implementation": (None, "x")}),
        (
            task("<documentation>a</documentation>"),
            task("<documentation>b</documentation>"),
            {"documentation": ("a", "b")},
        ),
        (
            extended('<zeebe:taskDefinition type="get-user"/>'),
            extended('<zeebe:taskDefinition type="get-totp"/>'),
            {"taskDefinition.type": ("get-user", "get-totp")},
        ),
        (
            extended('<zeebe:ioMapping><zeebe:input source="demo" target="storeName"/></zeebe:ioMapping>'),
            extended(
                '<zeebe:ioMapping><zeebe:output source="=a" target="b.c"/>'
                '<zeebe:input source="= x &lt; 1 " target="storeName"/></zeebe:ioMapping>'
            ),
            {"input.storeName": ("demo", "= x < 1 "), "output.b.c": (None, "=a")},
        ),
        (
            extended('<zeebe:formDefinition formId="A"/>'),
            extended('<zeebe:formDefinition formId="A" bindingType="versionTag" versionTag="2"/>'),
            {"form.bindingType": (None, "versionTag"), "form.versionTag": (None, "2")},
        ),
        (
            extended('<zeebe:properties><zeebe:property name="formDataKey" value="a"/></zeebe:properties>'),
            extended("<zeebe:userTask/>"),
            {"property.formDataKey": ("a", None), "userTask": (None, "there")},
        ),
        (
            extended(
                '<camunda:inputOutput><camunda:inputParameter name="a">1</camunda:inputParameter></camunda:inputOutput>'
            ),
            extended(
                '<camunda:inputOutput><camunda:inputParameter name="a">2</camunda:inputParameter></camunda:inputOutput>'
            ),
            {"input.a": ("1", "2")},
        ),
        (
            extended('<other:thing a="1"><other:deep>x</other:deep></other:thing>'),
            extended('<other:thing a="2"><other:deep>y</other:deep></other:thing>'),
            {"thing (urn:other).a": ("1", "2"), "thing (urn:other).deep (urn:other)": ("x", "y")},
        ),
        (
            timer("<timeDuration>PT5M</timeDuration>"),
            timer("<timeDate>=now()</timeDate>"),
            {"timer.duration": ("PT5M", None), "timer.date": (None, "=now()")},
        ),
        (
            task(""),
            task(
                '<multiInstanceLoopCharacteristics isSequential="true"><extensionElements><zeebe:loopCharacteristics '
                'inputCollection="=list"/></extensionElements></multiInstanceLoopCharacteristics>'
            ),
            {"loop.isSequential": (None, "true"), "loop.inputCollection": (None, "=list")},
        ),
        (
            document('<sequenceFlow id="t" name="Task" sourceRef="a" targetRef="b"/>'),
            document(
                '<sequenceFlow id="t" name="Task" sourceRef="a" targetRef="c">'
                "<conditionExpression>=x</conditionExpression></sequenceFlow>"
            ),
            {"targetRef": ("b", "c"), "condition": (None, "=x")},
        ),
        (
            document('<task id="t" name="Task"/>'),
            document('<userTask id="t" name="Task"/>'),
            {"type": ("bpmn:Task", "bpmn:UserTask")},
        ),
        (
            document('<subProcess id="s"/><task id="t"/>'),
            document('<subProcess id="s"><task id="t"/></subProcess>'),
            {"scope": ("p", "s")},
        ),
        (
            document(
                '<laneSet id="l"><lane id="a"><flowNodeRef>t</flowNodeRef></lane><lane id="b"/></laneSet><task id="t"/>'
            ),
            document(
                '<laneSet id="l"><lane id="a"/><lane id="b"><flowNodeRef>t</flowNodeRef></lane></laneSet><task id="t"/>'
            ),
            {"lane": ("a", "b")},
        ),
        (
            document("", '<message id="t" name="a"/>'),
            document("", '<message id="t" name="b"/>'),
            {"name": ("a", "b")},
        ),
    ],
    ids=range(15),
)
def test_every_property_has_a_path(old: bytes, new: bytes, paths: Mapping[str, tuple[str | None, str | None]]) -> None:
    assert changed(old, new) == paths
    assert changed(new, old) == {path: (after, before) for path, (before, after) in paths.items()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (task(""), task("<extensionElements/>", 'isForCompensation="false"')),
        (task("<incoming>a</incoming>"), task("<outgoing>b</outgoing>")),
        (extended("<zeebe:ioMapping/>"), task("")),
        (timer("<timeDate>x</timeDate>"), timer('<timeDate id="y">x</timeDate>')),
        (
            extended(
                '<zeebe:ioMapping><zeebe:input source="1" target="a"/>'
                '<zeebe:input source="2" target="b"/></zeebe:ioMapping>'
            ),
            extended(
                '<zeebe:ioMapping><zeebe:input source="2" target="b"/>'
                '<zeebe:input target="a" source="1"/></zeebe:ioMapping>'
            ),
        ),
        (document(""), document("").replace(b'id="d"', b'id="e" exporter="x" exporterVersion="1" targetNamespace="y"')),
    ],
    ids=range(6),
)
def test_what_means_the_same_is_the_same(old: bytes, new: bytes) -> None:
    assert compare(old, new).changes == ()


def test_the_file_itself_and_the_process_can_change() -> None:
    content = blank("p", "One")
    other = content.replace(b'name="One"', b'name="Two"').replace(b'"8.6.0"', b'"8.7.0"')
    file, process = compare(content, other).changes
    assert (file.element, file.type, file.properties[0].path) == (
        "Definitions_p",
        "bpmn:Definitions",
        "executionPlatformVersion",
    )
    assert (process.element, process.type, process.name) == ("p", "bpmn:Process", "Two")


def test_two_elements_with_one_id_are_two() -> None:
    (change,) = compare(document('<task id="a"/>'), document('<task id="a"/><task id="a"/>')).changes
    assert (change.kind, change.element) == (Kind.ADDED, "a")


def test_all_of_a_file_is_new_beside_nothing() -> None:
    changes = compare(b"", blank("p", "One")).changes
    assert [(each.kind, each.element) for each in changes] == [(Kind.ADDED, "p")]


def test_colours_are_a_property_and_no_place() -> None:
    def drawn(attributes: str) -> bytes:
        shape = f'<bpmndi:BPMNShape bpmnElement="t" {attributes}><dc:Bounds x="1" y="nan"/></bpmndi:BPMNShape>'
        return document('<task id="t"/>', f"<bpmndi:BPMNDiagram>{shape}</bpmndi:BPMNDiagram>")

    assert compare(drawn(""), drawn("")).changes == ()
    assert changed(drawn(""), drawn('isExpanded="true"')) == {"drawn.isExpanded": (None, "true")}
    moved = drawn("").replace(b'x="1"', b'x="2"')
    assert [(each.kind, each.moved) for each in compare(drawn(""), moved).changes] == [(Kind.MOVED, True)]


HOSTILE = [
    b"x",
    b"<a/>",
    b"<a",
    b"\xff",
    b"\x00",
    b"[]",
    b"<a>" * 5000,
    b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    document("").replace(b"process", b"pro\x00cess"),
    document("<task/>" * 3 + "<task id=''/>"),
    document("<a>" * 200 + "</a>" * 200),
    document('<task id="t"><other:x/><other:x/></task>'),
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_makes_it_fail(content: bytes) -> None:
    assert compare(content, content).changes == ()
    compare(content, JOURNEY)
    compare(JOURNEY, content)
