"""From bytes to the XML tree of a BPMN file."""

from lxml import etree

from engine import xml
from engine.dialect.xml import bpmn
from engine.errors import InvalidDeployment, Problem

MAXIMUM_ELEMENTS = 100_000
"""How many XML elements a file may have, its drawing included: some fifty for each flow node of the largest one."""


def parse(content: bytes) -> etree._Element:
    """Return the root of a BPMN file.

    Raises:
        InvalidDeployment: when it is too large, not UTF-8, not XML, has a DOCTYPE, or is no BPMN.

    """
    root = xml.parse(content, "bpmn", MAXIMUM_ELEMENTS)
    if root.tag != bpmn("definitions"):
        message = f"The root of the file is {etree.QName(root).localname!r}, not BPMN 2.0 definitions."
        remedy = "Choose a .bpmn file of BPMN 2.0."
        raise InvalidDeployment([Problem("bpmn.not-bpmn", message, remedy, line=root.sourceline)])
    return root
