"""The field for a one-time code."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from tests.forms.making import again, codes, form, page
from tests.forms.making import read as read_form

FIELD = {"type": "onetimecode", "id": "codeField", "key": "code", "label": "Code"}


def read(*values: str, **properties: Any) -> Answers:
    return read_form(form({**FIELD, **properties}), {"code": list(values)})


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "123\u00a0456", "12 34 56", "1-2-3-4-5-6"])
def test_spaces_and_hyphens_are_dropped(typed: str) -> None:
    assert read(typed) == Answers({"code": "123456"})


@pytest.mark.parametrize(
    "typed",
    ["", "12345", "1234567", "12345a", "１２３４５６", "٣٤٥٦٧٨", "+12345", "12.456", "123_456", "1e4567"],  # noqa: RUF001
)
def test_anything_but_so_many_digits_is_refused(typed: str) -> None:
    assert read(typed) == Answers({}, {"code": "Enter the 6 digits of the code."})


@given(st.text(max_size=20))
def test_an_answer_is_always_six_ascii_digits(typed: str) -> None:
    code = read(typed).values.get("code", "000000")
    assert len(code) == 6
    assert set(code) <= set("0123456789")


def test_the_number_of_digits_can_be_chosen() -> None:
    assert read("12345678", digits=8).values == {"code": "12345678"}
    assert read("123456", digits=8).errors == {"code": "Enter the 8 digits of the code."}
    assert codes(form({**FIELD, "digits": 3})) == ["form.invalid-property"]


def test_the_form_may_say_it_in_its_own_words() -> None:
    assert read("1", validate={"invalidErrorMessage": "Look again."}).errors == {"code": "Look again."}


def test_phones_offer_the_code_and_show_digits() -> None:
    control = page(form(FIELD)).one("code")
    assert {name: control.get(name) for name in ("inputmode", "autocomplete", "required", "dir", "maxlength")} == {
        "inputmode": "numeric",
        "autocomplete": "one-time-code",
        "required": "",
        "dir": "ltr",
        "maxlength": None,
    }


def test_what_was_typed_is_never_shown_again() -> None:
    seen = again(form(FIELD), {"code": ["123 45x"]}, {"code": "123456"})
    control = seen.one("code")
    assert seen.notes(control) == ["Error: Enter the 6 digits of the code."]
    assert (control.get("aria-invalid"), control.get("value")) == ("true", None)
    assert "123" not in seen.text


def test_it_has_no_default_value() -> None:
    assert codes(form({**FIELD, "defaultValue": "123456"})) == ["form.invalid-property"]


def test_a_field_that_cannot_be_filled_in_takes_no_answer() -> None:
    assert read("123456", disabled=True) == Answers({})
    assert read("123456", readonly=True) == Answers({"code": ""})
    assert page(form({**FIELD, "readonly": True})).one("code").get("required") is None
