"""Hostile and broken files give problems, never an exception, a network access or a long wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dialect import read
from tests.dialect.diagrams import ACTIVITIES, NAMESPACES, TASK, document, task_between
from tests.ending import ends


def codes(content: bytes) -> list[str]:
    found = read(content, "test.bpmn", ACTIVITIES)
    assert found.process is None
    return [problem.code for problem in found.problems]


def test_a_good_file_is_read() -> None:
    found = read(document(task_between(TASK)), "test.bpmn", ACTIVITIES)
    assert found.problems == ()
    assert found.process is not None


def test_too_large_a_file_is_refused() -> None:
    limit = 4 * 1024 * 1024
    content = document(task_between(TASK))
    assert codes(content + b" " * (limit - len(content) + 1)) == ["bpmn.too-large"]
    assert read(content + b" " * (limit - len(content)), "test.bpmn", ACTIVITIES).process is not None


def test_too_many_elements_are_refused_at_once() -> None:
    assert codes(document("<task/>" * 100_000)) == ["bpmn.too-large"]
    assert "bpmn.too-large" not in codes(document("<task/>" * 99_998))


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE definitions>",
        '<?xml version="1.0"?>\n<!-- a --><!-- b --><?pi?> <!DOCTYPE definitions [<!ENTITY a "b">]>',
        '<!DOCTYPE definitions SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE definitions [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "\ufeff<!DOCTYPE definitions>",
    ],
)
def test_a_doctype_is_refused(prolog: str) -> None:
    assert codes(prolog.encode() + document(task_between(TASK))) == ["bpmn.doctype"]


def test_a_doctype_in_a_text_is_only_text() -> None:
    content = document(f"<documentation><![CDATA[<!DOCTYPE a>]]></documentation>{task_between(TASK)}")
    assert read(b"<!-- <!DOCTYPE a> -->" + content, "test.bpmn", ACTIVITIES).process is not None


def test_a_doctype_cannot_hide_in_another_encoding() -> None:
    hidden = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>'
    assert codes(hidden) == ["bpmn.not-xml"]
    utf16 = "<!DOCTYPE a><a/>".encode("utf-16")
    assert codes(utf16) == ["bpmn.not-utf-8"]


def test_a_billion_laughs_end_at_once() -> None:
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 30))
    content = f'<!DOCTYPE a [<!ENTITY l0 "ha">{entities}]><a>&l29;</a>'.encode()
    with ends():
        assert codes(content) == ["bpmn.doctype"]


def test_many_comments_do_not_make_the_search_slow() -> None:
    with ends():
        assert codes(b"<!-- a -->" * 100_000 + b"<!DOCTYP") == ["bpmn.not-xml"]
        assert codes(b"<?a?> " * 100_000 + b"<!--") == ["bpmn.not-xml"]


def test_an_unknown_entity_is_refused() -> None:
    assert codes(document("<documentation>&secret;</documentation>")) == ["bpmn.not-xml"]


def test_what_is_not_xml_is_refused_with_its_line() -> None:
    found = read(b"<a>\n<b>\n</a>", "test.bpmn", ACTIVITIES)
    assert [(each.code, each.line, each.file) for each in found.problems] == [("bpmn.not-xml", 3, "test.bpmn")]


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    (problem,) = read(b"<a>\n\xff</a>", "test.bpmn", ACTIVITIES).problems
    assert (problem.code, problem.line) == ("bpmn.not-utf-8", 2)


def test_another_root_is_refused() -> None:
    assert codes(b"<definitions/>") == ["bpmn.not-bpmn"]
    assert codes(f"<process {NAMESPACES}/>".encode()) == ["bpmn.not-bpmn"]


def test_deep_nesting_is_refused() -> None:
    deep = 100_000
    assert codes(b"<a>" * deep + b"</a>" * deep) == ["bpmn.not-xml"]
    nested = "".join(f'<subProcess id="s{i}">' for i in range(200)) + "</subProcess>" * 200
    assert codes(document(nested))[0] == "bpmn.nested-too-deep"


def test_nested_data_object_references_do_not_hang() -> None:
    inner = '<subProcess id="s2"><dataObjectReference id="r" dataObjectRef="d"/></subProcess>'
    assert codes(document(f'<dataObject id="d"/><subProcess id="s1">{inner}</subProcess>')) == ["bpmn.empty"]


@given(st.binary(max_size=300))
def test_any_bytes_give_problems(content: bytes) -> None:
    assert codes(content)


PIECES = [
    *(
        "<startEvent id='a'/>",
        "<endEvent id='b'/>",
        "<endEvent/>",
        "<userTask id='c'>",
        "</userTask>",
        "<subProcess id='d'>",
    ),
    *("</subProcess>", "<sequenceFlow id='e' sourceRef='a' targetRef='b'/>", "<sequenceFlow id='f' sourceRef='c'/>"),
    *(
        "<boundaryEvent id='g' attachedToRef='c'><errorEventDefinition errorRef='x'/></boundaryEvent>",
        "<boundaryEvent/>",
    ),
    *(
        "<extensionElements>",
        "</extensionElements>",
        "<zeebe:taskDefinition type='=1'/>",
        "<zeebe:script expression='a+'/>",
    ),
    *(
        "<zeebe:formDefinition formId='F'/>",
        "<zeebe:input source='=' target='t'/>",
        "<zeebe:ioMapping>",
        "</zeebe:ioMapping>",
    ),
    *(
        "<exclusiveGateway id='h' default='e'/>",
        "<scriptTask id='i' scriptFormat='feel'><script>a</script></scriptTask>",
    ),
    *(
        "<camunda:inputOutput><camunda:inputParameter>${</camunda:inputParameter></camunda:inputOutput>",
        "text",
        "<laneSet/>",
    ),
    *(
        "<serviceTask id='a' camunda:topic='get-user'/>",
        "<serviceTask id='j' name='Get User'/>",
        "<process id='q'/>",
        "&#9;",
    ),
    *(
        "<spiffworkflow:serviceTaskOperator id='x'/>",
        "<spiffworkflow:properties>",
        "<transaction id='k'/>",
        "<other:thing/>",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_diagram_gives_a_process_or_problems(process: str) -> None:
    found = read(document(process), "test.bpmn", ACTIVITIES)
    assert (found.process is None) == any(each.severity == "error" for each in found.problems)
    assert all(each.message and each.remedy and each.file == "test.bpmn" for each in found.problems)
