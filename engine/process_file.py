"""The files of new processes: an empty one, and a copy under another key."""

import re
import unicodedata
from xml.sax.saxutils import quoteattr

from lxml import etree

from engine import xml
from engine.dialect import ProcessSummary, Summary, is_id, summarise
from engine.errors import InvalidDeployment, Problem, Refused

MAXIMUM_NAME = 200
"""How many characters the name of a new process may have."""

MAXIMUM_KEY = 200
"""How many characters a key may have."""

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_PROCESS = f"{{{_MODEL}}}process"
_REFERRING = ("bpmnElement", "processRef")
"""The attributes that name a process inside of its own file."""

_BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" \
xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_{key}" \
targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Cloud" \
modeler:executionPlatformVersion="8.6.0">
  <bpmn:process id="{key}" name={name} isExecutable="true" />
  <bpmndi:BPMNDiagram id="Diagram_{key}">
    <bpmndi:BPMNPlane id="Plane_{key}" bpmnElement="{key}" />
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


class ProcessNameInvalid(Refused):
    """Enter a name."""

    code = "process-name-invalid"


class ProcessKeyInvalid(Refused):
    """A key starts with a letter and has letters, digits, underscores, hyphens and dots, up to 200."""

    code = "process-key-invalid"


class ProcessRefused(InvalidDeployment):
    """This process cannot be taken or deployed."""

    code = "process-refused"


def prepared(content: bytes, key: str, name: str) -> tuple[str, bytes]:
    """Return the key that a file gets, and the file under it; without a key and a name, it has its own.

    Raises:
        ProcessRefused: when it is no BPMN, or has no process.
        ProcessNameInvalid, ProcessKeyInvalid: when it cannot have this name or key.

    """
    process = _first(summarise(content))
    if not key and not name:
        return _as_id(process.id), content
    name = checked_name(name) if name else ""
    key = checked_key(key) if key else key_for(name)
    return key, renamed(content, process.place, key, name or None)


def blank(key: str, name: str) -> bytes:
    """Return the file of a process with nothing in it: a canvas that is empty."""
    return _BLANK.format(key=key, name=quoteattr(name)).encode()


def checked_name(name: str) -> str:
    """Return a name that somebody typed, on one line; raises `ProcessNameInvalid`."""
    if not name.strip():
        raise ProcessNameInvalid
    if len(name) > MAXIMUM_NAME:
        raise ProcessNameInvalid(f"Use at most {MAXIMUM_NAME} characters.")
    if not name.isprintable():
        raise ProcessNameInvalid("Leave out line breaks and other control characters.")
    return " ".join(name.split())


def key_for(name: str) -> str:
    """Return the key that goes with a name: `Get TOTP` is `get_totp`.

    Raises:
        ProcessKeyInvalid: when no letter of the name can be in a key.

    """
    # Folding writes ß as ss; what is left of é without its accent is e.
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    key = re.sub("[^a-z0-9]+", "_", plain).strip("_")[:MAXIMUM_KEY]
    if key[:1].isdigit():
        key = f"process_{key}"[:MAXIMUM_KEY]
    if not key:
        raise ProcessKeyInvalid("This name has no letters that a key can have. Enter a key.")
    return checked_key(key)


def checked_key(key: str) -> str:
    """Return a key that somebody typed; raises `ProcessKeyInvalid`."""
    if not _KEY.fullmatch(key) or len(key) > MAXIMUM_KEY:
        raise ProcessKeyInvalid
    return key


def _as_id(key: str) -> str:
    """Return the key that a file has; raises `ProcessKeyInvalid`."""
    if not is_id(key):
        shown = f"The process in the file has the id {key[:80]!r}. " if key else "The process in the file has no id. "
        raise ProcessKeyInvalid(f"{shown}Enter a key that it gets instead: a letter first, no spaces.")
    return key


def renamed(content: bytes, place: int, key: str, name: str | None) -> bytes:
    """Return a file in which the process that is the `place`-th, counted from 0, has another key, and another name.

    Raises:
        InvalidDeployment: when the file cannot be read.

    """
    # What is safe to read once is safe to read again, with its comments.
    xml.parse(content, "bpmn", len(content))
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    process = list(root.iterchildren(_PROCESS))[place]
    old = process.get("id")
    for node in root.iter(etree.Element):
        for attribute in _REFERRING:
            if old and (node.get(attribute) or "").rpartition(":")[2] == old:
                node.set(attribute, key)
    process.set("id", key)
    if name is not None:
        process.set("name", name)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8") + b"\n"


def _first(found: Summary) -> ProcessSummary:
    if found.problem is not None:
        raise ProcessRefused([found.problem])
    if not found.processes:
        raise ProcessRefused([_NO_PROCESS])
    return found.processes[0]


_NO_PROCESS = Problem("bpmn.no-process", "There is no process in the file.", "Draw one; a pool needs a process in it.")
