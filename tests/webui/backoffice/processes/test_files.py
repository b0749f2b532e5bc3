"""Processes as files: uploaded, copied, refused, downloaded."""

from html import unescape
from io import BytesIO

import pytest

from engine.drafts import MAXIMUM_BYTES
from tests.webui.backoffice.conftest import Operator, process
from tests.webui.backoffice.listed import rows
from tests.webui.backoffice.processes.making import MODEL, PATH, upload


def test_a_file_of_any_tool_is_taken_as_it_is(operator: Operator) -> None:
    plain = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:v="urn:vendor">
      <!-- kept --><process id="Plain" v:thing="1"><startEvent id="a"/></process></definitions>"""
    assert upload(operator, plain, "../../../etc/passwd").location == f"{PATH}/Plain"
    assert operator.process("Plain")["content"].encode() == plain
    file = operator.get(f"{PATH}/Plain/export")
    assert file.data == plain
    assert file.headers["Content-Disposition"] == "attachment; filename=Plain.bpmn"
    taken = upload(operator, plain)
    assert (taken.status_code, "already" in taken.text) == (422, True)
    assert upload(operator, plain, key="other", name="Other").location == f"{PATH}/other"
    content = operator.process("other")["content"]
    assert "<!-- kept -->" in content
    assert 'v:thing="1"' in content
    assert [each["code"] for each in operator.process("other")["problems"]] == []


def test_a_copy_keeps_what_refers_to_the_process(operator: Operator) -> None:
    pool = process().replace(
        "<bpmn:process",
        '<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="bpmn:welcome" /></bpmn:collaboration>'
        '<bpmn:process id="first"><bpmn:startEvent id="s" /></bpmn:process><bpmn:process',
    )
    # Of several processes, the one that runs is meant.
    assert upload(operator, pool.encode()).location == f"{PATH}/welcome"
    assert upload(operator, pool.encode(), name="Second").location == f"{PATH}/second"
    content = operator.process("second")["content"]
    for text in ('processRef="second"', 'bpmnElement="second"', 'id="second" name="Second"', 'id="first"'):
        assert text in content


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "line 1, column 1"),
        (b'<?xml version="1.0"?>\n<a>\n  <b c=1/>\n</a>', "line 3, column 8"),
        (b"\x89PNG\r\n", "UTF-8"),
        (b"<html/>", "not BPMN 2.0 definitions"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "DOCTYPE"),
        (b"<a>" * 100_000, "not well-formed"),
        (f'<definitions xmlns="{MODEL[1:-1]}"/>'.encode(), "no process in the file"),
        (process("1 bad/id").encode(), "Enter a key that it gets instead"),
        (process("").encode(), "has no id"),
    ],
    ids=range(9),
)
def test_a_file_that_cannot_be_taken_is_told_why(operator: Operator, content: bytes, text: str) -> None:
    refused = upload(operator, content)
    assert refused.status_code == 422
    assert text in unescape(refused.text)
    assert rows(operator.get(PATH)) == []


def test_a_file_that_is_too_large_is_refused(operator: Operator) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.bpmn"\r\n\r\n'
    for size, status in ((MAXIMUM_BYTES + 1, 422), (10_000_000, 413)):
        body, kind = head + b" " * size + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
        headers = {"X-CSRFToken": operator.token}
        answer = operator.client.post(PATH, data=body, content_type=kind, headers=headers)
        assert answer.status_code == status
    assert rows(operator.get(PATH)) == []


def test_templates_for_camunda_modeler_are_a_file(operator: Operator) -> None:
    file = operator.get("/backoffice/process-templates")
    assert file.mimetype == "application/json"
    assert file.headers["Content-Disposition"] == "attachment; filename=idflow-element-templates.json"
    assert file.json is not None
    assert "idflow.get-totp" in {each["id"] for each in file.json}


def test_a_process_whose_key_has_letters_of_any_language_can_be_downloaded(operator: Operator) -> None:
    content = process().replace("welcome", "Prüfung_ключ")
    made = operator.post(PATH, file=(BytesIO(content.encode()), "any.bpmn"), kind="file")
    assert made.status_code == 303, made.text
    file = operator.get(f"{PATH}/Prüfung_ключ/export")
    assert "filename*=UTF-8''Pr%C3%BCfung_%D0%BA" in file.headers["Content-Disposition"]
    assert file.headers["Content-Disposition"].isascii()
    assert 'id="Prüfung_ключ"' in file.text
