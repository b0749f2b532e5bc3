"""Names of DMN's XML (DMN 1.5, chapter 12) and what is asked of its nodes all the time."""

import re
from collections.abc import Iterator

from lxml import etree

from engine.errors import Problem, Severity

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
"""DMN 1.1, under two names, to 1.5. What is run of them is the same."""

MAXIMUM_NAME = 255
"""How many characters an id, a name or a version tag may have."""

MAXIMUM_SHOWN = 80
"""How many characters of a name or an expression a message quotes."""

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
CAMUNDA = "http://camunda.org/schema/1.0/dmn"


def kind_of(node: etree._Element) -> str:
    """Return the local name of a DMN element, or nothing for an element of another namespace."""
    name = etree.QName(node)
    return name.localname if name.namespace in NAMESPACES else ""


def children(node: etree._Element, kind: str) -> Iterator[etree._Element]:
    """Return the DMN elements of one kind directly below `node`."""
    return (child for child in node if kind_of(child) == kind)


def child_of(node: etree._Element, kind: str) -> etree._Element | None:
    """Return the first DMN element of one kind directly below `node`."""
    return next(children(node, kind), None)


def text_of(node: etree._Element) -> str:
    """Return what its `text` element holds, as it is written; nothing when it has none."""
    text = child_of(node, "text")
    return "" if text is None else text.text or ""


def attribute(node: etree._Element, name: str) -> str:
    """Return an attribute with single spaces; nothing when it is not there."""
    return " ".join(node.get(name, "").split())


def id_of(node: etree._Element) -> str:
    """Return the id of the node, or nothing."""
    return attribute(node, "id")


def line_of(node: etree._Element) -> int:
    """Return the line on which the node begins, counted from 1."""
    return node.sourceline or 1


def shown(text: str) -> str:
    """Return as much of a text as a message quotes."""
    return text if len(text) <= MAXIMUM_SHOWN else f"{text[:MAXIMUM_SHOWN]}…"


def label_of(node: etree._Element) -> str:
    """Return what to call a node in a message: its kind with its name or id."""
    name = attribute(node, "name") or attribute(node, "label") or id_of(node)
    kind = re.sub("([A-Z])", lambda match: f" {match.group().lower()}", etree.QName(node).localname)
    return f"the {kind} {shown(name)!r}" if name else f"a {kind}"


def problem(  # noqa: PLR0913 - the parts of a problem
    node: etree._Element,
    code: str,
    message: str,
    remedy: str,
    *,
    line: int | None = None,
    severity: Severity = Severity.ERROR,
) -> Problem:
    """Return a problem at `node`; its element is the nearest one that has an id."""
    element = next((owner.get("id") for owner in (node, *node.iterancestors()) if owner.get("id")), None)
    sentence = message[:1].upper() + message[1:]
    return Problem(f"dmn.{code}", sentence, remedy, element=element, line=line or line_of(node), severity=severity)
