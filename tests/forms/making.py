"""Forms for tests: a document of a few elements, what deployment says of it, its page, the answers to it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import Severity
from engine.form import Answers, Upload
from engine.variables import SecretReference
from forms import FormJs, declarations, render
from tests.forms.seen import Seen

SECRET = SecretReference("totp-secret", "1", "instance")
"""A secret that `opened` shows as `CANARY`."""

CANARY = "JBSWY3DPEHPK3PXP"

TEXT = {"type": "text", "id": "intro", "text": "Hello"}
FIELD = {"type": "textfield", "id": "Field_0x1", "key": "name", "label": "Name"}

SHORT_FIELD = {"type": "textfield", "id": "f", "key": "f", "label": "F"}
"""A text field whose names are as short as can be."""

Posted = Mapping[str, Sequence[str | Upload]]


def opened(reference: SecretReference) -> str:
    return CANARY


def form(*elements: Mapping[str, Any], **root: Any) -> bytes:
    """Return a form of the given elements and a button, as the bytes that somebody uploads."""
    components = [*elements, {"type": "button", "id": "send"}]
    return json.dumps({"type": "default", "id": "Example", "components": components, **root}).encode()


def codes(content: bytes) -> list[str]:
    """Return what deployment refuses or warns of, a warning with a question mark."""
    problems = FormJs().check(content).problems
    return [each.code + "?" * (each.severity is Severity.WARNING) for each in problems]


def all_codes(content: bytes) -> set[str]:
    """Return the codes of what deployment refuses or warns of, each once and both alike."""
    return {problem.code for problem in FormJs().check(content).problems}


def page(content: bytes, variables: Mapping[str, Any] | None = None, **how: Any) -> Seen:
    """Return the form as a person sees it."""
    return Seen(render(content, variables or {}, **how).html)


def again(content: bytes, posted: Posted, variables: Mapping[str, Any] | None = None) -> Seen:
    """Return the form as it is shown again, with what is wrong with the answers."""
    return page(content, variables, posted=posted, check=True)


def read(content: bytes, posted: Posted, variables: Mapping[str, Any] | None = None) -> Answers:
    return FormJs().read(content, variables or {}, posted)


def properties(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of an element as the form builder is told of them, by their paths."""
    (found,) = (each for each in declarations()["elements"] if each["type"] == kind)
    return {".".join(each["path"]): each for each in found["properties"]}
