"""Names of BPMN 2.0's XML (BPMN 2.0.2, chapter 15) and what is asked of its nodes all the time."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.dialect.kinds import BESIDE_NODES, SUB_PROCESSES
from engine.errors import Problem, Severity

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_MODEL_PREFIX = f"{{{MODEL}}}"

MAXIMUM_MESSAGE = 500
"""How many characters of a message about a file are shown: what stands in it may be a whole book."""
_MAXIMUM_LABEL = 80

MAXIMUM_ID_LENGTH = 200
"""How many characters an id may have."""

_ID = re.compile(r"[^\W\d][\w.\-]*")

_NO_STEPS = BESIDE_NODES | {
    *("", "incoming", "outgoing", "supports", "completionCondition", "dataInputAssociation", "dataOutputAssociation"),
    *("standardLoopCharacteristics", "multiInstanceLoopCharacteristics"),
}
_CONTAINERS = SUB_PROCESSES | {"definitions", "process", "collaboration", "laneSet", "childLaneSet"}


def bpmn(kind: str) -> str:
    """Return the qualified name of the BPMN element `kind`."""
    return _MODEL_PREFIX + kind


def kind_of(node: etree._Element) -> str:
    """Return the local name of a BPMN element, or nothing for an element of another namespace."""
    tag = str(node.tag)
    return tag.removeprefix(_MODEL_PREFIX) if tag.startswith(_MODEL_PREFIX) else ""


def children(node: etree._Element, kind: str) -> Iterator[etree._Element]:
    """Return the BPMN elements of one kind directly below `node`."""
    return node.iterchildren(bpmn(kind))


def id_of(node: etree._Element) -> str:
    """Return the id of the node, or nothing."""
    return node.get("id", "")


def is_id(text: str) -> bool:
    """Tell whether a text can be the id of what is run."""
    return len(text) <= MAXIMUM_ID_LENGTH and _ID.fullmatch(text) is not None


def name_of(node: etree._Element) -> str:
    """Return the name of the node on one line, or nothing."""
    return " ".join(node.get("name", "").split())


def line_of(node: etree._Element) -> int:
    """Return the line on which the node begins, counted from 1."""
    return node.sourceline or 1


def text_of(node: etree._Element | None) -> str:
    """Return the text directly in `node`."""
    return "" if node is None else "".join([node.text or "", *(child.tail or "" for child in node)])


def local(reference: str | None) -> str:
    """Return the id that a reference means: BPMN's are qualified names, and some tools write the prefix."""
    return (reference or "").strip().rpartition(":")[2]


def flag(node: etree._Element, name: str, *, default: bool = False) -> bool:
    """Return a truth value as XML Schema writes it: `true` or `1`, `false` or `0`; anything else is the default."""
    return {"true": True, "1": True, "false": False, "0": False}.get(node.get(name, "").strip(), default)


def has_steps(scope: etree._Element) -> bool:
    """Tell whether something is drawn in a process or sub-process that is more than documentation."""
    return any(kind_of(child) not in _NO_STEPS for child in scope)


def words(kind: str) -> str:
    """Return the name of an element as people write it: `serviceTask` is `service task`."""
    return re.sub("([A-Z])", lambda match: f" {match.group().lower()}", kind)


def label_of(node: etree._Element) -> str:
    """Return what to call a node in a message: its kind with its name or id."""
    name = (name_of(node) or id_of(node))[:_MAXIMUM_LABEL]
    kind = words(etree.QName(node).localname)
    return f"the {kind} {name!r}" if name else with_article(kind)


def with_article(noun: str) -> str:
    """Return a noun with the article that goes with it."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def problem(  # noqa: PLR0913 - the parts of a problem
    node: etree._Element,
    code: str,
    message: str,
    remedy: str,
    *,
    severity: Severity = Severity.ERROR,
    field: str | None = None,
) -> Problem:
    """Return a problem at `node`; its element is the nearest one that is drawn: no event definition, no expression."""
    owners = [owner for owner in (node, *node.iterancestors()) if id_of(owner)]
    element = next((id_of(owner) for owner in owners if is_drawn(owner)), None)
    sentence = message[:1].upper() + message[1:MAXIMUM_MESSAGE]
    shown = element and element[:MAXIMUM_MESSAGE]
    return Problem(f"bpmn.{code}", sentence, remedy, element=shown, line=line_of(node), severity=severity, field=field)


def is_drawn(node: etree._Element) -> bool:
    """Tell whether a node is an element of its own, and no part of one."""
    parent = node.getparent()
    return parent is None or kind_of(parent) in _CONTAINERS
