"""Files to deploy: processes in the short notation, and the form of their user tasks."""

import json
from collections.abc import Mapping

from engine.deployment import File
from tests.spiff.notation import element, roots

FORM = {
    "type": "default",
    "id": "Form",
    "schemaVersion": 19,
    "components": [
        {"type": "text", "id": "about", "text": "About {{ item }}"},
        {"type": "textfield", "id": "answerField", "key": "answer", "label": "Answer"},
        {"type": "button", "id": "submitButton", "label": "Go on", "action": "submit"},
    ],
}
"""What `user` elements show. The answer is at `_customFormData.<element id>.answer`."""

FORM_FILE = File("f.form", json.dumps(FORM).encode())

_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="test">
  {processes}{roots}
</bpmn:definitions>"""


def drawn(processes: Mapping[str, tuple[str, ...]], beside: str = "") -> bytes:
    """Return a file with processes in the short notation of `tests.spiff.notation`, by their ids.

    The messages in it are correlated by the variable `key`.
    """
    bodies = {name: "\n".join(map(element, parts)) for name, parts in processes.items()}
    made = [f'<bpmn:process id="{name}" isExecutable="true">{body}</bpmn:process>' for name, body in bodies.items()]
    found = beside + roots("".join(bodies.values()), beside)
    return _FILE.format(processes="".join(made), roots=found).encode()


IDENTIFY = element("work g").replace('type="work"', 'type="get-user"').replace(
    "</bpmn:extensionElements>",
    '<zeebe:ioMapping><zeebe:input source="nowhere" target="storeName"/>'
    '<zeebe:input source="x" target="userExternalId"/></zeebe:ioMapping></bpmn:extensionElements>',
)  # fmt: skip
"""An activity that says who somebody is, and fails: there is no such identity store."""
