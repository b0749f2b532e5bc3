"""From bytes to an XML tree, safely: no entities, no network, bounded size."""

import re

from lxml import etree

from engine.dialect.xml import bpmn
from engine.errors import InvalidDeployment, Problem

MAXIMUM_BYTES = 2 * 1024 * 1024
"""How large a BPMN file may be."""

MAXIMUM_XML_ELEMENTS = 100_000
"""How many XML elements it may have, its drawing included: some fifty for each flow node of the largest file."""

# Possessive: a file of many comments must not make the search go back.
_DOCTYPE = re.compile(r"\ufeff?+(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->))*+<!DOCTYPE", re.DOTALL)


def parse(content: bytes) -> etree._Element:
    """Return the root of a BPMN file.

    Raises:
        InvalidDeployment: when it is too large, not UTF-8, not XML, has a DOCTYPE, or is no BPMN.

    """
    if len(content) > MAXIMUM_BYTES:
        size = f"The file has {len(content)} bytes; {MAXIMUM_BYTES} are allowed."
        raise _refusal("too-large", size, "Take images and copied data out of the diagram.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal("not-utf-8", "The file is not UTF-8 text.", "Save it as UTF-8.", line) from error
    if _DOCTYPE.match(text):
        raise _doctype()
    # The encoding is given so that the declaration in the file cannot make it mean something else.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        message = f"The file is not well-formed XML: {error.msg}."
        raise _refusal("not-xml", message, "Export the diagram again.", error.lineno) from error
    if root.getroottree().docinfo.doctype:
        raise _doctype()
    if root.tag != bpmn("definitions"):
        message = f"The root of the file is {etree.QName(root).localname!r}, not BPMN 2.0 definitions."
        raise _refusal("not-bpmn", message, "Choose a .bpmn file of BPMN 2.0.", root.sourceline)
    count = sum(1 for _ in root.iter())
    if count > MAXIMUM_XML_ELEMENTS:
        message = f"The file has {count} XML elements; {MAXIMUM_XML_ELEMENTS} are allowed."
        raise _refusal("too-large", message, "Split the journey into several processes.")
    return root


def _doctype() -> InvalidDeployment:
    return _refusal("doctype", "The file has a DOCTYPE.", "Take it out: BPMN needs none, and it can hide entities.")


def _refusal(code: str, message: str, remedy: str, line: int | None = None) -> InvalidDeployment:
    return InvalidDeployment([Problem(f"bpmn.{code}", message, remedy, line=line or None)])
