"""What the form builder is told of the elements."""

import json

import pytest

from forms import ELEMENTS, GROUPS, declarations
from tests.forms.conftest import Document
from tests.forms.making import all_codes

TYPES = {
    *("text", "paragraph", "html", "table", "notification"),
    *("textfield", "textarea", "number", "datetime", "filepicker", "password", "onetimecode", "expression"),
    *("checkbox", "radio", "checklist", "select", "taglist"),
    *("image", "qrcode", "button", "submit", "link", "copy", "group", "dynamiclist", "separator", "spacer"),
}


def test_every_element_describes_itself_for_the_form_builder() -> None:
    assert set(ELEMENTS) == TYPES
    told = declarations()
    assert [each["type"] for each in told["elements"]] == list(ELEMENTS)
    for each in told["elements"]:
        assert ELEMENTS[each["type"]].type == each["type"]
        assert each["group"] in GROUPS
        assert all((each["name"], each["description"], each["icon"]))
        assert all(one["label"] and one["section"] in told["sections"] for one in each["properties"])


def test_an_element_as_the_form_builder_makes_it_can_be_deployed_or_says_what_is_missing(form: Document) -> None:
    for each in declarations()["elements"]:
        found = all_codes(form({"type": each["type"], "id": "new", **each["create"]}))
        assert found <= {"form.missing-property", "form.no-label", "form.image-not-shown"}


def test_the_declarations_are_json() -> None:
    assert json.loads(json.dumps(declarations())) == declarations()


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("qrcode", {"Element ID", "QR Content", "Size"}),
        ("link", {"Element ID", "UI Label", "Default Value"}),
        ("copy", {"Element ID", "UI Label", "Default Value"}),
    ],
)
def test_properties_are_called_what_the_guide_calls_them(kind: str, labels: set[str]) -> None:
    assert {each.label for each in ELEMENTS[kind].parameters} == labels | {"Condition", "Layout"}
