"""From bytes to an XML tree, safely: no entities, no network, bounded size."""

import re

from lxml import etree

from engine.errors import InvalidDeployment, Problem

MAXIMUM_BYTES = 4 * 1024 * 1024
"""How large a file may be: a drawn process of 2,000 flow nodes, pretty-printed, has 2.5 MB."""

# Possessive: a file of many comments must not make the search go back.
_DOCTYPE = re.compile(r"\ufeff?+(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->))*+<!DOCTYPE", re.DOTALL)


def parse(content: bytes, kind: str, maximum_elements: int) -> etree._Element:
    """Return the root of an XML file; `kind` begins the codes of its problems: `bpmn` or `dmn`.

    Raises:
        InvalidDeployment: when it is too large, not UTF-8, not XML, has a DOCTYPE, or more XML elements than allowed.

    """
    if len(content) > MAXIMUM_BYTES:
        size = f"The file has {len(content)} bytes; {MAXIMUM_BYTES} are allowed."
        raise _refusal(kind, "too-large", size, "Take images and copied data out of the file.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal(kind, "not-utf-8", "The file is not UTF-8 text.", "Save it as UTF-8.", line) from error
    if _DOCTYPE.match(text):
        raise _doctype(kind)
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
        raise _refusal(kind, "not-xml", message, "Export the file again.", error.lineno) from error
    if root.getroottree().docinfo.doctype:
        raise _doctype(kind)
    count = sum(1 for _ in root.iter())
    if count > maximum_elements:
        message = f"The file has {count} XML elements; {maximum_elements} are allowed."
        raise _refusal(kind, "too-large", message, "Split it into several files.")
    return root


def _doctype(kind: str) -> InvalidDeployment:
    return _refusal(
        kind, "doctype", "The file has a DOCTYPE.", "Take it out: none is needed, and it can hide entities."
    )


def _refusal(kind: str, code: str, message: str, remedy: str, line: int | None = None) -> InvalidDeployment:
    return InvalidDeployment([Problem(f"{kind}.{code}", message, remedy, line=line or None)])
