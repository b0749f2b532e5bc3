"""Names of BPMN 2.0's XML (BPMN 2.0.2, chapter 15) and what is asked of its nodes all the time."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.errors import Problem, Severity

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def bpmn(kind: str) -> str:
    """Return the qualified name of the BPMN element `kind`."""
    return f"{{{MODEL}}}{kind}"


def kind_of(node: etree._Element) -> str:
    """Return the local name of a BPMN element, or nothing for an element of another namespace."""
    name = etree.QName(node)
    return name.localname if name.namespace == MODEL else ""


def children(node: etree._Element, kind: str) -> Iterator[etree._Element]:
    """Return the BPMN elements of one kind directly below `node`."""
    return node.iterchildren(bpmn(kind))


def id_of(node: etree._Element) -> str:
    """Return the id of the node, or nothing."""
    return node.get("id", "")


def line_of(node: etree._Element) -> int:
    """Return the line on which the node begins, counted from 1."""
    return node.sourceline or 1


def text_of(node: etree._Element | None) -> str:
    """Return the text directly in `node`."""
    return "" if node is None else "".join([node.text or "", *(child.tail or "" for child in node)])


def words(kind: str) -> str:
    """Return the name of an element as people write it: `serviceTask` is `service task`."""
    return re.sub("([A-Z])", lambda match: f" {match.group().lower()}", kind)


def label_of(node: etree._Element) -> str:
    """Return what to call a node in a message: its kind with its name or id."""
    name = node.get("name", "").strip() or id_of(node)
    kind = words(etree.QName(node).localname)
    return f"the {kind} {name!r}" if name else f"a {kind}"


def problem(
    node: etree._Element, code: str, message: str, remedy: str, *, severity: Severity = Severity.ERROR
) -> Problem:
    """Return a problem at `node`; its element is the nearest one that has an id."""
    owners = [node, *node.iterancestors()]
    element = next((id_of(owner) for owner in owners if id_of(owner)), None)
    sentence = message[:1].upper() + message[1:]
    return Problem(f"bpmn.{code}", sentence, remedy, element=element, line=line_of(node), severity=severity)
