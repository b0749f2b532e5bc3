from typing import Any

import pytest

from engine.form import Answers, Upload
from tests.forms.making import SECRET, again, codes, form, page, properties, read

BOX = {"type": "checkbox", "id": "box", "key": "box", "label": "I agree"}


def test_the_form_builder_asks_for_a_flag() -> None:
    assert properties("checkbox")["defaultValue"]["kind"] == "flag"
    assert codes(form({**BOX, "defaultValue": "yes"})) == ["form.invalid-property"]
    assert codes(form({"type": "checkbox", "id": "box", "key": "box"})) == ["form.no-label?"]


_TEXTS: list[tuple[Any, bool]] = [
    ([], False),
    (["true"], True),
    (["on"], True),
    (["false"], False),
    (["{{7*7}}"], False),
]
_FORGED: list[Any] = [[{}], {"a": 1}, "true", [Upload("a", "b", b"true")], [["true"]], [None]]


@pytest.mark.parametrize(("values", "value"), [*_TEXTS, *((each, False) for each in _FORGED)])
def test_a_box_is_checked_or_not(values: Any, value: bool) -> None:
    assert read(form(BOX), {"box": values}) == Answers({"box": value})
    assert read(form(BOX), {}) == Answers({"box": False})


def test_a_box_that_must_be_checked() -> None:
    content = form({**BOX, "validate": {"required": True, "requiredErrorMessage": "You must agree."}})
    assert read(content, {}).errors == {"box": "You must agree."}
    assert read(content, {"box": ["true"]}).values == {"box": True}
    control = again(content, {}).one("box")
    assert (control.get("required"), control.get("aria-invalid"), control.get("checked")) == ("", "true", None)


def test_it_is_checked_at_first_when_that_is_known() -> None:
    def checked(variables: dict[str, Any], **element: Any) -> bool:
        return page(form({**BOX, **element}), variables).one("box").get("checked") is not None

    assert not checked({})
    assert checked({}, defaultValue=True)
    assert checked({"box": True})
    assert not checked({"box": False}, defaultValue=True)
    assert not checked({"box": "true"})
    assert not checked({"box": SECRET})


def test_a_box_that_was_unchecked_stays_so_although_it_is_checked_at_first() -> None:
    content = form({**BOX, "defaultValue": True})
    assert page(content, posted={}).one("box").get("checked") is None
    assert read(content, {}).values == {"box": False}


def test_the_label_stands_beside_it() -> None:
    seen = page(form({**BOX, "description": "Hint", "translations": {"de": {"label": "Ja"}}}), language="de")
    assert (seen.label(seen.one("box")), seen.notes(seen.one("box"))) == ("Ja", ["Hint"])


def test_a_readonly_box_is_disabled_and_keeps_its_value() -> None:
    content = form({**BOX, "readonly": True})
    assert page(content, {"box": True}).one("box").get("disabled") is not None
    assert read(content, {}, {"box": True}) == Answers({"box": True})
    assert read(content, {"box": ["true"]}) == Answers({"box": False})
    assert read(form({**BOX, "disabled": True}), {"box": ["true"]}) == Answers({})
