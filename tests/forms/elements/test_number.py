import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from engine.variables import encode
from tests.forms.making import SECRET, again, codes, form, page, properties, read

NUMBER = {"type": "number", "id": "n", "key": "n", "label": "Number"}


def answers(typed: str, **element: Any) -> Answers:
    return read(form({**NUMBER, **element}), {"n": [typed]})


def test_the_form_builder_asks_for_these_properties() -> None:
    asked = properties("number")
    assert asked["decimalDigits"]["kind"] == "integer"
    assert {asked[path]["kind"] for path in ("defaultValue", "increment", "validate.min", "validate.max")} == {
        "number-or-feel"
    }


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("", None),
        ("  ", None),
        ("7", 7),
        (" 7 ", 7),
        ("+7", 7),
        ("-7.50", -7.5),
        ("7.0", 7),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("1,5", 1.5),
        ("0,1234", 0.1234),
        ("-0", 0),
        ("9007199254740992", 2**53),
        ("99999999999999999999999", 1e23),
        ("1e99", 1e99),
        ("1e-99", 1e-99),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, value: float | None) -> None:
    found = answers(typed)
    assert found == Answers({"n": value})
    assert type(found.values["n"]) is type(value)


@pytest.mark.parametrize(
    "typed",
    ["x", "1,500", "1.2.3", "--1", "1e100", "1e", "Infinity", "NaN", "0x10", "1_000", "１", "٣", "1 2", "=1", "9" * 41],  # noqa: RUF001
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    assert answers(typed).errors.keys() == {"n"}
    seen = again(form(NUMBER), {"n": [typed]})
    assert seen.one("n").get("value") == typed
    assert seen.one("n").get("aria-invalid") == "true"


@given(st.text(alphabet="0123456789+-.,eE ", max_size=45))
def test_whatever_is_typed_can_be_kept_and_shown_again(typed: str) -> None:
    for element in ({}, {"serializeToString": True}, {"increment": 0.1, "decimalDigits": 3}):
        found = answers(typed, **element)
        assert bool(found.errors) != bool(found.values)
        encode(dict(found.values))
        if found.values.get("n") is not None:
            assert math.isfinite(float(found.values["n"]))
            posted = page(form({**NUMBER, **element}), found.values).posted()
            assert read(form({**NUMBER, **element}), posted) == found


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("7", "7"), ("7.50", "7.50"), ("12345678901234567890.5", "12345678901234567890.5"), ("1e3", "1000")],
)
def test_a_number_can_be_kept_as_text_with_all_its_digits(typed: str, kept: str) -> None:
    assert answers(typed, serializeToString=True).values == {"n": kept}
    assert answers("1e50", serializeToString=True).errors == {"n": "Value is not a number."}


@pytest.mark.parametrize(
    ("element", "typed", "message"),
    [
        ({"validate": {"required": True}}, "", "Field is required."),
        ({"validate": {"required": True}}, "0", None),
        ({"validate": {"min": 2}}, "1.9", "Field must have minimum value of 2."),
        ({"validate": {"min": 2}}, "2", None),
        ({"validate": {"max": 2}}, "2.1", "Field must have maximum value of 2."),
        ({"validate": {"max": "=1 + 1"}}, "3", "Field must have maximum value of 2."),
        ({"validate": {"min": "=nothing"}}, "3", "Min validation value is not a valid number."),
        ({"validate": {"max": '="x"'}}, "3", "Max validation value is not a valid number."),
        ({"validate": {"max": "=nothing"}}, "", None),
        ({"decimalDigits": 0}, "1.5", "Value is expected to be an integer."),
        ({"decimalDigits": 0}, "1.0", None),
        ({"decimalDigits": 1}, "1.55", "Value is expected to have at most 1 decimal digit."),
        ({"decimalDigits": 2}, "1.555", "Value is expected to have at most 2 decimal digits."),
        ({"decimalDigits": 2}, "1.55", None),
        ({"increment": 0.1}, "0.3", None),
        ({"increment": 0.5}, "1.3", "Please select a valid value, the two nearest valid values are 1 and 1.5."),
        ({"increment": 5}, "-3", "Please select a valid value"),
        ({"increment": 0.1}, "1e60", None),
        ({"increment": "=nothing"}, "7", None),
        ({"validate": {"min": 2, "rangeErrorMessage": "More."}}, "1", "More."),
        ({"validate": {"max": 2, "rangeErrorMessage": "Less."}}, "3", "Less."),
        ({"validate": {"invalidErrorMessage": "A number."}}, "x", "A number."),
        ({"decimalDigits": 0, "validate": {"invalidErrorMessage": "Whole."}}, "1.5", "Whole."),
    ],
)
def test_a_number_is_measured_by_its_rules(element: dict[str, Any], typed: str, message: str | None) -> None:
    error = answers(typed, **element).errors.get("n")
    assert error == message or (message and error and error.startswith(f"{message},"))


@pytest.mark.parametrize(
    "element",
    [
        {"validate": {"min": 3, "max": 2}},
        {"validate": {"min": "3"}},
        {"increment": 0},
        {"increment": -1},
        {"decimalDigits": -1},
        {"decimalDigits": 1.5},
        {"decimalDigits": 16},
        {"defaultValue": "3"},
        {"serializeToString": "yes"},
    ],
)
def test_rules_that_no_number_can_meet_are_refused(element: dict[str, Any]) -> None:
    assert codes(form({**NUMBER, **element})) == ["form.invalid-property"]


def test_a_number_too_large_for_json_is_refused_with_the_document() -> None:
    content = form({**NUMBER, "defaultValue": 12345}).replace(b"12345", b"1e999")
    assert codes(content) == ["form.not-a-number"]


def test_what_is_known_is_filled_in() -> None:
    for value, shown in (
        (7, "7"),
        (1.5, "1.5"),
        ("7.0", "7"),
        (True, ""),
        ("x", ""),
        ([1], ""),
        (None, ""),
        (SECRET, "3"),
    ):
        assert page(form({**NUMBER, "defaultValue": 3}), {"n": value}).one("n").get("value") == shown
    assert page(form({**NUMBER, "defaultValue": "=a * 2"}), {"a": 2}).one("n").get("value") == "4"


def test_phones_show_the_keys_that_are_needed() -> None:
    for element, mode in (
        ({}, "decimal"),
        ({"decimalDigits": 0}, "decimal"),
        ({"decimalDigits": 0, "validate": {"min": 0}}, "numeric"),
    ):
        assert page(form({**NUMBER, **element})).one("n").get("inputmode") == mode


def test_label_hint_unit_and_errors_are_tied_to_the_field() -> None:
    element = {**NUMBER, "description": "Hint", "appearance": {"suffixAdorner": "kg"}, "validate": {"max": 1}}
    seen = again(form({**element, "translations": {"de": {"label": "Zahl"}}}), {"n": ["2"]})
    assert seen.label(seen.one("n")) == "Number"
    assert set(seen.notes(seen.one("n"))) == {"Hint", "kg", "Error: Field must have maximum value of 1."}


def test_a_readonly_number_keeps_what_it_holds_and_a_disabled_one_nothing() -> None:
    assert read(form({**NUMBER, "readonly": True, "defaultValue": 3}), {"n": ["4"]}) == Answers({"n": 3})
    assert read(form({**NUMBER, "disabled": True, "defaultValue": 3}), {"n": ["4"]}) == Answers({})
