"""Files with a process."""

import bpmn

JOURNEY = (bpmn.FOLDER / "device_lost" / "device_lost.bpmn").read_bytes()
DOCUMENT = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:other="urn:other" id="d"><process id="p">{}</process>{}</definitions>"""


def document(inside: str, beside: str = "") -> bytes:
    """Return a file whose process has elements inside, with others beside it."""
    return DOCUMENT.format(inside, beside).encode()
