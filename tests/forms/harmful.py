"""What a form may be made to hold, wherever it takes text, and whether its page is harmless all the same."""

from typing import Any

from tests.forms.documents import DECLARED
from tests.forms.making import SHORT_FIELD
from tests.forms.seen import Seen

TEXTS = {"text", "multiline"}
TEXT_PROPERTIES = [
    (each["type"], tuple(one["path"])) for each in DECLARED for one in each["properties"] if one["kind"] in TEXTS
]
"""The type of an element and the path of a property that people write text in."""


def element(kind: str, **properties: Any) -> dict[str, Any]:
    """Return an element with everything that it needs, as the form builder makes it."""
    (declared,) = (each for each in DECLARED if each["type"] == kind)
    needed = {
        "key": "key",
        "path": "path",
        "expression": "=1",
        "dataSource": "=[{name: v}]",
        "defaultValue": "https://a.example/",
        "content": "x",
        "text": "x",
        "label": "Label",
    }
    required = {each["path"][0] for each in declared["properties"] if each["required"]} - {"id", *declared["create"]}
    made = {"type": kind, "id": "it", **declared["create"], **{name: needed[name] for name in required}}
    if kind == "dynamiclist":
        made["path"] = "path"
    if declared["container"]:
        made["components"] = [SHORT_FIELD]
    return {**made, **properties}


def with_text(kind: str, path: tuple[str, ...], text: str) -> dict[str, Any]:
    """Return an element with a text in one of its properties."""
    made = element(kind)
    target = made
    for part in path[:-1]:
        target = target.setdefault(part, {})
    target[path[-1]] = text
    return made


def harmless(seen: Seen) -> None:
    """Look for anything on a page that a browser would run, load or send elsewhere."""
    for each in seen.root.iter():
        if not isinstance(each.tag, str):
            continue
        assert (
            each.tag not in {"script", "style", "iframe", "object", "embed", "base", "meta", "link", "form"}
            or each is seen.root
        )
        for name, value in each.attrib.items():
            assert not name.startswith("on")
            assert name not in {"style", "srcdoc", "formaction", "action"}
            if name in {"href", "src", "data"}:
                scheme = value.partition(":")[0].lower() if ":" in value else ""
                assert scheme in {"https", "http", "mailto", "tel", "otpauth", "data", ""}
                assert scheme != "data" or value.lower().startswith("data:image/")
