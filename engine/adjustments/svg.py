"""SVG logos: read by a list of what may be in one, and written anew. What draws nothing, or could run, is not there.

It is shown in an `img` and served so that it runs nothing either way; this is so that nothing is kept that could.
"""

import re

from lxml import etree

from engine import xml
from engine.errors import InvalidDeployment, Refused

MAXIMUM_ELEMENTS = 2000

_SVG = "http://www.w3.org/2000/svg"
_DRAWN = frozenset(
    {
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "defs"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "title", "desc", "style"),
    }
)
"""Without `use` and `pattern`, which can be nested until nobody can draw them, and without filters."""
_OUTSIDE = "The SVG refers to something outside of it, which is not taken."
_LEFT_OUT = frozenset({"metadata"})
_NUMBER = r"[+-]?(?:[0-9]{1,6}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})"
_VIEW_BOX = re.compile(rf"\s*{_NUMBER}[\s,]+{_NUMBER}[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*")
_LENGTH = re.compile(rf"\s*({_NUMBER})(?:px)?\s*")
# Escapes could spell what is looked for; nothing in a logo needs one.
_REACHES_OUT = re.compile(r"@import|\\|expression|javascript|url\(\s*(?![\"']?#)", re.IGNORECASE)


class SvgRefused(Refused):
    """This SVG cannot be taken."""

    code = "svg-refused"


def is_svg(content: bytes) -> bool:
    """Tell whether it may be one, by its first characters."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and (b"<svg" in content[:4096] or b":svg" in content[:4096])


def read_svg(content: bytes) -> tuple[bytes, float, float]:
    """Return it with nothing but what is drawn, and its width and height.

    Raises:
        SvgRefused: when something is in it that could run or reach out, or when it has no size.

    """
    try:
        root = xml.parse(content, "svg", MAXIMUM_ELEMENTS)
    except InvalidDeployment as invalid:
        first = invalid.problems[0]
        raise SvgRefused(f"{first.message} {first.remedy}") from None
    if root.tag != f"{{{_SVG}}}svg":
        raise SvgRefused("This is no SVG: its first element is another one.")
    for element in list(root.iter()):
        _clean(element)
    width, height = _size(root)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="utf-8"), width, height


def _clean(element: etree._Element) -> None:
    parent, name = element.getparent(), etree.QName(element)
    if name.namespace != _SVG or name.localname in _LEFT_OUT:
        # Of a drawing program; what is drawn does not depend on it.
        if parent is not None:
            _remove(parent, element)
        return
    if name.localname not in _DRAWN:
        raise SvgRefused(
            f"The SVG has a {name.localname} element, which is not taken: save it as plain paths and shapes."
        )
    if name.localname == "style" and _REACHES_OUT.search("".join(element.itertext())):
        raise SvgRefused(_OUTSIDE)
    for key, value in list(element.attrib.items()):
        _clean_attribute(element, key, value)


def _clean_attribute(element: etree._Element, key: str, value: str) -> None:
    attribute = etree.QName(key)
    if attribute.localname.lower().startswith("on"):
        raise SvgRefused(f"The SVG has an event handler ({attribute.localname}), which is not taken.")
    if attribute.localname == "href":
        if not value.startswith("#"):
            raise SvgRefused(_OUTSIDE)
    elif attribute.namespace is not None:
        del element.attrib[key]
    elif _REACHES_OUT.search(value):
        raise SvgRefused(_OUTSIDE)


def _remove(parent: etree._Element, element: etree._Element) -> None:
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _size(root: etree._Element) -> tuple[float, float]:
    box = _VIEW_BOX.fullmatch(root.get("viewBox", ""))
    lengths = [_LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if box is not None:
        width, height = float(box[1]), float(box[2])
    elif lengths[0] is not None and lengths[1] is not None:
        width, height = float(lengths[0][1]), float(lengths[1][1])
        root.set("viewBox", f"0 0 {width:g} {height:g}")
    else:
        raise SvgRefused("The SVG says nothing of its size: it needs a viewBox, or width and height as numbers.")
    if width <= 0 or height <= 0:
        raise SvgRefused("The SVG has no size.")
    return width, height
