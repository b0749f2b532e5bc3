"""`idflow instance files` and `file`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.deployment import File
from engine.form import Upload
from tests.cli.conftest import Idflow

FORM = {
    "type": "default",
    "id": "Passport",
    "components": [
        {"type": "filepicker", "id": "f", "key": "passport", "label": "Passport"},
        {"type": "submit", "id": "s"},
    ],
}
PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="x">
<bpmn:process id="send" isExecutable="true">
<bpmn:startEvent id="start" name="Start"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="task" />
<bpmn:userTask id="task" name="Send"><bpmn:extensionElements><zeebe:userTask />
<zeebe:formDefinition formId="Passport" /></bpmn:extensionElements>
<bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:userTask>
<bpmn:sequenceFlow id="b" sourceRef="task" targetRef="end" />
<bpmn:endEvent id="end" name="End"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
</bpmn:process></bpmn:definitions>"""


def test_a_file_that_somebody_sent_is_listed_and_written_once(
    idflow: Idflow, application: Callable[[], Any], tmp_path: Path
) -> None:
    binding = b"x" * 32
    with application() as opened:
        opened.deploy([File("send.bpmn", PROCESS.encode()), File("p.form", json.dumps(FORM).encode())])
        instance_id = opened.journeys.start("send", {}, binding)
        task = opened.journeys.step(instance_id, binding).task
        upload = Upload("pass.pdf", "application/pdf", b"%PDF the passport")
        assert not opened.journeys.submit(instance_id, binding, task.id, {"passport": [upload]}).errors
    listed = idflow("instance", "files", instance_id).output
    assert "pass.pdf" in listed
    assert "17 bytes" in listed
    file_id = listed.split()[0]
    output = tmp_path / "out.pdf"
    written = idflow("instance", "file", instance_id, file_id, "--output", output)
    assert written.exit_code == 0, written.output
    assert output.read_bytes() == b"%PDF the passport"
    again = idflow("instance", "file", instance_id, file_id, "--output", output)
    assert again.exit_code == 1
    assert "exists already" in again.output
    trail = idflow("audit", "export", "--format", "csv").output
    assert "attachment_opened" in trail


def test_what_is_not_there_is_said(idflow: Idflow, application: Callable[[], Any], tmp_path: Path) -> None:
    with application() as opened:
        opened.deploy([File("send.bpmn", PROCESS.encode()), File("p.form", json.dumps(FORM).encode())])
        instance_id = opened.journeys.start("send", {}, b"x" * 32)
    assert idflow("instance", "files", instance_id).output == "No files were sent.\n"
    for arguments, code in ((("files", "nope"), "instance-not-found"),):
        assert code in str(getattr(idflow("instance", *arguments).exception, "code", ""))
    missing = idflow("instance", "file", instance_id, "nope", "--output", tmp_path / "x")
    assert getattr(missing.exception, "code", "") == "attachment-not-found"
    assert not (tmp_path / "x").exists()
