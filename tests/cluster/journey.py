"""The journey of these tests: a form, then a mail, then a timer, then the end, which nobody is needed for."""

import json

from engine.deployment import File
from tests.instances.drawing import FORM_FILE, drawn
from tests.spiff.notation import element

PROCESS = "cluster"
TIMER = "pause"

MAIL = element("work tell").replace('type="work"', 'type="send-email"').replace(
    "</bpmn:extensionElements>",
    '<zeebe:ioMapping><zeebe:input source="=address" target="to"/><zeebe:input source="Hello" target="subject"/>'
    '<zeebe:input source="Hello" target="body"/></zeebe:ioMapping></bpmn:extensionElements>',
)  # fmt: skip

PARTS = ("start s", "user ask", MAIL, f"wait {TIMER} timer PT1S", "end e")
FLOWS = ("s -> ask", "ask -> tell", f"tell -> {TIMER}", f"{TIMER} -> e")


def files(title: str = "Go on") -> list[File]:
    """Return the process and its form."""
    form = json.loads(FORM_FILE.content)
    form["components"][-1]["label"] = title
    return [File("cluster.bpmn", drawn({PROCESS: (*PARTS, *FLOWS)})), File("f.form", json.dumps(form).encode())]


def address(number: int) -> str:
    """Return where the mail of a person goes."""
    return f"person-{number}@example.com"
