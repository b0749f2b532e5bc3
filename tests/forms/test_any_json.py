"""Any bytes, any JSON, and sound elements with something changed."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Severity
from forms import ELEMENTS, FormJs, render


@given(st.binary())
def test_checking_any_bytes_never_fails(content: bytes) -> None:
    assert FormJs().check(content).problems


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = sorted({each.key for element in ELEMENTS.values() for each in element.parameters} | {"type", "layout"})
texts = st.sampled_from(["{{", "{{a.b}}", "}}", "--5", "(", "[a](b)", "javascript:x", "=", "\ud800"]) | st.text()
changes = st.dictionaries(st.sampled_from(names), json_values | texts, max_size=2)
sound = [
    {"type": "text", "id": "a", "text": "# {{a}}"},
    {"type": "paragraph", "id": "a", "text": "{{a}}"},
    {"type": "textfield", "id": "a", "key": "a", "label": "{{a}}", "validate": {"minLength": 2}},
    {"type": "qrcode", "id": "a", "content": "{{a}}"},
    {"type": "link", "id": "a", "label": "{{a}}", "defaultValue": "https://{{a}}"},
    {"type": "copy", "id": "a", "label": "{{a}}", "defaultValue": "{{a}}"},
    {"type": "button", "id": "a", "label": "{{a}}"},
]
typed = st.builds(lambda element, change: {**element, **change}, st.sampled_from(sound), changes)


@given(
    json_values | st.fixed_dictionaries({"components": st.lists(typed, max_size=3) | json_values, "id": json_values})
)
def test_checking_any_json_never_fails(value: object) -> None:
    problems = FormJs().check(json.dumps(value).encode()).problems
    assert problems
    assert "\n".join(str(problem) for problem in problems).encode()


@given(typed)
def test_whatever_passes_the_check_can_be_shown_and_read(component: dict[str, Any]) -> None:
    content = json.dumps({"type": "default", "id": "Example", "components": [component]}).encode()
    if all(problem.severity is Severity.WARNING for problem in FormJs().check(content).problems):
        render(content, {"a": {"b": "x"}})
        FormJs().read(content, {}, {})
