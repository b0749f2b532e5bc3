"""The field for a one-time code."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from forms import FormJs, render

FIELD = {"type": "onetimecode", "id": "codeField", "key": "code", "label": "Code"}


def form(**properties: Any) -> bytes:
    components = [{**FIELD, **properties}, {"type": "button", "id": "send"}]
    return json.dumps({"type": "default", "id": "Example", "components": components}).encode()


def read(*values: str, **properties: Any) -> Answers:
    return FormJs().read(form(**properties), {}, {"code": values})


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
    answers = read(typed)
    code = answers.values.get("code", "000000")
    assert len(code) == 6
    assert set(code) <= set("0123456789")


def test_the_number_of_digits_can_be_chosen() -> None:
    assert read("12345678", digits=8).values == {"code": "12345678"}
    assert read("123456", digits=8).errors == {"code": "Enter the 8 digits of the code."}
    assert [each.code for each in FormJs().check(form(digits=3)).problems] == ["form.invalid-property"]


def test_phones_offer_the_code_and_show_digits() -> None:
    html = str(render(form(), {}).html)
    assert 'inputmode="numeric" autocomplete="one-time-code" required' in html


def test_what_was_typed_is_never_shown_again() -> None:
    answers = read("123 45x")
    html = str(render(form(), {}, answers=answers, posted={"code": ["123 45x"]}).html)
    assert "Enter the 6 digits of the code." in html
    assert 'aria-invalid="true"' in html
    assert "123 45x" not in html
    assert "value=" not in html


def test_it_has_no_default_value() -> None:
    assert [each.code for each in FormJs().check(form(defaultValue="123456")).problems] == ["form.invalid-property"]


@pytest.mark.parametrize("name", ["readonly", "disabled"])
def test_a_field_that_cannot_be_filled_in_takes_no_answer(name: str) -> None:
    fixed: dict[str, Any] = {name: True}
    assert read("123456", **fixed) == Answers({})
