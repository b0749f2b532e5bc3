"""Whatever is done to a file, reading it gives processes or problems, soon, and never an exception."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.dialect import Reading, read
from engine.dialect.xml import MAXIMUM_MESSAGE
from engine.spiff import Specification
from tests.dialect.diagrams import ACTIVITIES, END, START, TASK, document, flow, task_between
from tests.ending import ends

SOON = 10
"""Seconds of the processor: far more than the slowest file takes."""

HERE = Path(__file__).parent
FILES = [
    *(HERE.parents[1] / "bpmn").glob("*/*.bpmn"),
    HERE / "everything.bpmn",
    *(HERE / "vendors").iterdir(),
]
TREES = [etree.parse(path).getroot() for path in FILES]
VALUES = [
    *("", " ", "=", "=a", "=a +", "${", "${a}", "#{a}", "a b", "1", "-1", "true", "no", "x:y", "\u00e4", "\U0001f600"),
    *("start", "end", "service", "inside", "f1", "message_stop", "error", "everything", "called", "R0/PT0S", "PT1H"),
    *("=[1..3]", "=for i in 1..9 return i", "=" + "(" * 500, "=" + "a." * 500, "9" * 5000, "x" * 70_000),
]


def check(content: bytes) -> Reading:
    """Read, and look that what comes back is complete, and that what may be deployed can be run."""
    with ends(SOON):
        found = read(content, "hostile.bpmn", ACTIVITIES)
    assert bool(found.processes) != any(each.severity == "error" for each in found.problems)
    for process in found.processes:
        Specification.of(process)
    for each in found.problems:
        assert each.message
        assert each.remedy
        assert each.file == "hostile.bpmn"
        assert len(each.message) <= MAXIMUM_MESSAGE
    return found


def codes(content: bytes) -> set[str]:
    return {each.code.removeprefix("bpmn.") for each in check(content).problems}


def many(number: int, text: str) -> str:
    return "".join(text.replace("#", str(i)) for i in range(number))


GOOD = document(task_between(TASK))
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "not-xml"),
        (b"\x00", "not-xml"),
        (GOOD.replace(b"task", b"ta\x00sk", 1), "not-xml"),
        (GOOD[: len(GOOD) // 2], "not-xml"),
        (GOOD.decode().encode("utf-16"), "not-utf-8"),
        (GOOD.decode().encode("utf-32"), "not-utf-8"),
        (b'<?xml version="1.0" encoding="utf-16"?>' + GOOD, None),
        (b"\xef\xbb\xbf" + GOOD, None),
        (b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD, "not-xml"),
        (GOOD.replace(b"<process", b"<?run rm -rf?><!-- a --><process"), None),
        (GOOD.replace(b"<process", b"text &amp; more<process"), None),
        (GOOD.replace(b"<process", b"&#0;<process"), "not-xml"),
        (GOOD.replace(b"2010", b"2004"), "not-bpmn"),
        (b"<html><body/></html>", "not-bpmn"),
        (b'{"type": "default"}', "not-xml"),
        (b"PK\x03\x04" + bytes(100), "not-xml"),
        (b"a" * 10_000_000, "too-large"),
        (document(f"<documentation>{'a' * 1_900_000}</documentation>" + task_between(TASK)), None),
        (document(f'<task id="{"a" * 1_000_000}"/>'), "bad-id"),
        (GOOD.replace(b'id="task"', b'id="task" x="' + b"a" * 1_500_000 + b'"'), None),
        (document("<subProcess>" * 10_000 + "</subProcess>" * 10_000), "not-xml"),
        (document(many(200, '<subProcess id="s#">') + "</subProcess>" * 200), "nested-too-deep"),
        (document(INCLUDE + task_between(TASK)), None),
    ],
)
def test_files_that_are_none(content: bytes, expected: str | None) -> None:
    assert codes(content) == (set() if expected is None else {expected})


RACING = """<exclusiveGateway id="x#" default="a#"/><parallelGateway id="j#"/>
  <sequenceFlow id="g#" sourceRef="g" targetRef="x#"/><sequenceFlow id="a#" sourceRef="x#" targetRef="j#"/>
  <sequenceFlow id="b#" sourceRef="x#" targetRef="j#"><conditionExpression>v</conditionExpression></sequenceFlow>
  <sequenceFlow id="c#" sourceRef="j#" targetRef="g"/>"""
SCRIPT = """<scriptTask id="t#"><extensionElements>
  <zeebe:script expression="=variable#a + vriable#a" resultVariable="variable#"/></extensionElements></scriptTask>"""
CATCHING = "<{0} id='c#' {1}><errorEventDefinition/></{0}>"
COMPENSATING = '<boundaryEvent id="b" attachedToRef="h"><compensateEventDefinition/></boundaryEvent><task id="h"/>'
EXPENSIVE = """<multiInstanceLoopCharacteristics><loopCardinality>sum(for i in 1..9000, j in 1..9 return i + j + #)
  </loopCardinality></multiInstanceLoopCharacteristics>"""
SUBSCRIPTIONS = '<zeebe:subscription correlationKey="=a"/>' * 20_000

MANY: dict[str, Callable[[], bytes]] = {
    "elements without an id": lambda: document("<task/>" * 90_000),
    "tasks": lambda: document(many(2000, '<task id="t#"/>')),
    "unknown activities": lambda: document(many(2000, '<serviceTask id="t#" name="Get Usr #"/>')),
    "flows from one": lambda: document(
        START + many(1990, '<task id="t#"/><sequenceFlow id="f#" sourceRef="start_1" targetRef="t#"/>')
    ),
    "flows between two": lambda: document(
        START + END + many(15_000, '<sequenceFlow id="f#" sourceRef="start_1" targetRef="end_1"/>')
    ),
    "flows between all": lambda: document(
        START
        + flow("start_1", "g0")
        + many(120, '<parallelGateway id="g#"/>')
        + "".join(flow(f"g{one}", f"g{other}") for one in range(120) for other in range(120))
    ),
    "joins": lambda: document(START + '<parallelGateway id="g"/>' + flow("start_1", "g") + many(990, RACING)),
    "boundary events": lambda: document(
        '<task id="task"/>' + many(1990, CATCHING.format("boundaryEvent", 'attachedToRef="task"'))
    ),
    "event sub-processes": lambda: document(
        many(900, f'<subProcess id="s#" triggeredByEvent="true">{CATCHING.format("startEvent", "")}</subProcess>')
    ),
    "processes": lambda: document("", many(1500, '<process id="q#"><task id="t#"/></process>')),
    "empty processes": lambda: document("", '<process isExecutable="true"/>' * 45_000),
    "processes that are only drawn": lambda: document(
        "", '<process id="q" isExecutable="true"/>' + "<process/>" * 90_000
    ),
    "pools": lambda: document(
        "<task/>", "<collaboration>" + '<participant processRef="p"/>' * 40_000 + "</collaboration>"
    ),
    "calls": lambda: document(many(1990, '<callActivity id="t#" calledElement="p"/>')),
    "inputs": lambda: document(
        """<serviceTask id="t" name="Get User"><extensionElements><zeebe:ioMapping>"""
        + many(30_000, '<zeebe:input source="=a# + 1" target="storeNam#"/>')
        + "</zeebe:ioMapping></extensionElements></serviceTask>"
    ),
    "expensive constants": lambda: document(many(1990, '<manualTask id="t#">' + EXPENSIVE + "</manualTask>")),
    "variables": lambda: document(many(1990, SCRIPT)),
    "associations": lambda: document(COMPENSATING + '<association sourceRef="b" targetRef="h"/>' * 45_000),
    "one message": lambda: document(
        many(1990, '<receiveTask id="t#" messageRef="m"/>'),
        f'<message id="m"><extensionElements>{SUBSCRIPTIONS}</extensionElements></message>',
    ),
    "attributes": lambda: document("<task id='t' " + many(100_000, "a#='' ") + "/>"),
    "documentation": lambda: document("<task id='t'>" + "<documentation>a</documentation>" * 50_000 + "</task>"),
    "lanes": lambda: document(
        "<laneSet>" + "<lane><flowNodeRef>t</flowNodeRef></lane>" * 40_000 + "</laneSet><task id='t'/>"
    ),
}


@pytest.mark.parametrize("name", MANY)
def test_a_lot_of_something_is_read_soon(name: str) -> None:
    check(MANY[name]())


Mutation = Callable[[etree._Element, etree._Element, str], None]


def remove(node: etree._Element, _: etree._Element, __: str) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def duplicate(node: etree._Element, other: etree._Element, _: str) -> None:
    other.append(deepcopy(node))


def move(node: etree._Element, other: etree._Element, _: str) -> None:
    if all(each is not node for each in (other, *other.iterancestors())):
        other.append(node)


def rename(node: etree._Element, other: etree._Element, _: str) -> None:
    node.tag = other.tag


def write(node: etree._Element, other: etree._Element, value: str) -> None:
    for name in list(node.attrib)[: 1 + len(value) % 3]:
        node.set(name, value)
    node.text = value if len(node) == 0 else node.text


def copy_attributes(node: etree._Element, other: etree._Element, _: str) -> None:
    for name, value in other.attrib.items():
        node.set(name, value)


def forget(node: etree._Element, _: etree._Element, value: str) -> None:
    for name in list(node.attrib)[: 1 + len(value) % 3]:
        del node.attrib[name]


MUTATIONS: list[Mutation] = [remove, duplicate, move, rename, write, copy_attributes, forget]
PLACE = st.integers(0, 10_000)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(range(len(TREES))),
    st.lists(st.tuples(st.sampled_from(MUTATIONS), PLACE, PLACE, st.sampled_from(VALUES)), min_size=1, max_size=6),
)
def test_a_file_that_was_changed_anywhere(tree: int, changes: list[tuple[Mutation, int, int, str]]) -> None:
    root = deepcopy(TREES[tree])
    for change, one, other, value in changes:
        nodes = [each for each in root.iter() if isinstance(each.tag, str)]
        if len(nodes) > 1:
            change(nodes[1 + one % (len(nodes) - 1)], nodes[other % len(nodes)], value)
    check(etree.tostring(root))


@settings(max_examples=200)
@given(st.sampled_from(FILES), st.integers(0, 100_000), st.integers(0, 30), st.binary(max_size=10))
def test_a_file_with_other_bytes_somewhere(path: Path, place: int, length: int, new: bytes) -> None:
    content = path.read_bytes()
    place %= len(content)
    check(content[:place] + new + content[place + length :])
