"""What a text field asks for and which answers it takes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from engine.variables import SecretReference, SensitiveText
from forms import render
from forms.input import MAXIMUM_ANSWER
from tests.forms.making import FIELD, again, codes, form, page, properties, read

PHONE = "Field must be a valid international phone number. (e.g. +4930664040900)"
EMAIL = "Field must be a valid email."
UNSEEN = "Remove the characters that cannot be seen, such as line breaks and tabs."


def answers(*values: Any, **element: Any) -> Answers:
    return read(form({**FIELD, **element}), {"name": list(values)} if values else {})


def test_the_form_builder_asks_for_these_properties() -> None:
    asked = properties("textfield")
    assert {path for path, each in asked.items() if each["required"]} == {"id", "key"}
    assert {path for path, each in asked.items() if each["translatable"]} == {
        *("label", "description", "defaultValue", "appearance.prefixAdorner", "appearance.suffixAdorner"),
        *("validate.requiredErrorMessage", "validate.invalidErrorMessage"),
        *("validate.lengthErrorMessage", "validate.patternErrorMessage"),
    }
    kinds = {
        path: asked[path]["kind"] for path in ("key", "label", "readonly", "validate.minLength", "conditional.hide")
    }
    assert kinds == {
        "key": "string",
        "label": "text",
        "readonly": "flag-or-feel",
        "validate.minLength": "number-or-feel",
        "conditional.hide": "feel",
    }


def test_an_answer_is_kept_as_typed() -> None:
    assert answers(" Ann <b>{{x}} {{7*7}} 世界 ") == Answers({"name": " Ann <b>{{x}} {{7*7}} 世界 "})


def test_an_untouched_field_is_an_empty_text() -> None:
    assert answers() == Answers({"name": ""})


def test_what_no_field_asks_for_is_left_out() -> None:
    posted = {"name": ["a"], "send": ["x"], "Field_0x1": ["x"], "other": ["x"], "csrf_token": ["x"]}
    assert read(form(FIELD), posted).values == {"name": "a"}


def test_a_key_with_dots_makes_contexts() -> None:
    content = form({**FIELD, "key": "person.name"}, {**FIELD, "id": "other", "key": "person.other"})
    assert read(content, {"person.name": ["a"]}).values == {"person": {"name": "a", "other": ""}}
    assert page(content, {"person": {"name": "known"}}).one("person.name").get("value") == "known"


def test_a_disabled_field_takes_no_answer_and_keeps_none() -> None:
    content = form({**FIELD, "disabled": True, "defaultValue": "x", "validate": {"required": True}})
    assert read(content, {"name": ["forged"]}) == Answers({})
    assert page(content).one("name").get("disabled") is not None


@pytest.mark.parametrize("readonly", [True, "=true", "=lock"])
def test_a_readonly_field_takes_no_answer_and_keeps_what_it_holds(readonly: object) -> None:
    content = form({**FIELD, "readonly": readonly, "defaultValue": "held", "validate": {"required": True}})
    assert read(content, {"name": ["forged"]}, {"lock": True}) == Answers({"name": "held"})
    assert read(content, {"name": ["forged"]}, {"lock": True, "name": "known"}) == Answers({"name": "known"})
    control = page(content, {"lock": True}).one("name")
    assert (control.get("readonly"), control.get("required")) == ("readonly", None)


def test_a_field_can_be_readonly_by_a_formula() -> None:
    content = form({**FIELD, "readonly": "=lock"})
    assert read(content, {"name": ["typed"]}, {"lock": False}) == Answers({"name": "typed"})
    assert read(content, {"name": ["typed"]}, {}) == Answers({"name": "typed"})
    other = {**FIELD, "id": "other", "key": "other"}
    content = form({**FIELD, "readonly": '=other = "x"'}, other)
    assert read(content, {"name": ["typed"], "other": ["x"]}).values == {"name": "", "other": "x"}
    assert read(content, {"name": ["typed"], "other": ["y"]}).values == {"name": "typed", "other": "y"}


@pytest.mark.parametrize(
    "value", ['{"$secret": "1"}', '{"kind": "totp-secret", "id": "1", "instance_id": "i"}', "••••••", "null"]
)
def test_a_posted_text_is_never_anything_but_text(value: str) -> None:
    assert answers(value).values == {"name": value}


@pytest.mark.parametrize(
    "forged",
    [[SecretReference("totp-secret", "1", "i")], [{"$secret": "1"}], [1], [None], "a", {"a": "b"}, [["a"]], ["a", "b"]],
)
def test_anything_but_one_text_is_refused(forged: Any) -> None:
    posted = {"name": forged}
    found = read(form(FIELD), posted)
    assert found.values == {}
    assert set(found.errors) == {"name"}
    assert "secret" not in render(form(FIELD), {}, posted=posted, check=True).html


@pytest.mark.parametrize("value", ["a\x00", "a\nb", "a\tb", "a\x7fb", "a\ud800", "\x1b[1m"])
def test_what_cannot_be_seen_is_refused_and_not_shown_again(value: str) -> None:
    assert answers(value).errors == {"name": UNSEEN}
    seen = again(form(FIELD), {"name": [value]})
    assert (seen.one("name").get("value") or "").isprintable()
    assert str(render(form(FIELD), {}, posted={"name": [value]}, check=True).html).encode()


def test_a_giant_is_refused() -> None:
    assert answers("x" * MAXIMUM_ANSWER).values
    assert answers("x" * (MAXIMUM_ANSWER + 1)).errors == {"name": "Field must have maximum length of 2000."}


@pytest.mark.parametrize(
    ("validate", "value", "message"),
    [
        ({"required": True}, "", "Field is required."),
        ({"required": True}, "  ", "Field is required."),
        ({"required": True}, "a", None),
        ({"required": False}, "", None),
        ({"required": "=true"}, "", "Field is required."),
        ({"required": "=nothing"}, "", None),
        ({"minLength": 3}, " ab ", "Field must have minimum length of 3."),
        ({"minLength": 3}, "abc", None),
        ({"minLength": 3}, "", None),
        ({"minLength": "=1 + 2"}, "ab", "Field must have minimum length of 3."),
        ({"minLength": "=nothing"}, "ab", None),
        ({"maxLength": 3}, "abcd", "Field must have maximum length of 3."),
        ({"maxLength": 3}, " abc ", None),
        ({"maxLength": 3}, "🔑🔑🔑", None),
        ({"maxLength": 0}, "a", "Field must have maximum length of 0."),
        ({"pattern": "[0-9]"}, "a1b", None),
        ({"pattern": "^[0-9]+$"}, "a1b", "Field must match pattern ^[0-9]+$."),
        ({"pattern": "^[0-9]+$"}, "", None),
        ({"pattern": "^[0-9]+$"}, "12", None),
        ({"pattern": "x", "patternErrorMessage": "Say x."}, "y", "Say x."),
        ({"pattern": "^(a+)+$"}, "a" * 1999 + "b", "Field must match pattern ^(a+)+$."),
        ({"validationType": "email"}, "a@example.com", None),
        ({"validationType": "email"}, "a@example", None),
        ({"validationType": "email"}, "", None),
        ({"validationType": "email"}, "a", EMAIL),
        ({"validationType": "email"}, "a b@example.com", EMAIL),
        ({"validationType": "email"}, "a@-x.com", EMAIL),
        ({"validationType": "email"}, "x" * 250 + "@a.de", EMAIL),
        ({"validationType": "phone"}, "+4930664040900", None),
        ({"validationType": "phone"}, "+49 (30) 664-040.900", PHONE),
        ({"validationType": "phone"}, "+49 30 664-040.900", None),
        ({"validationType": "phone"}, "0049 30 664040900", None),
        ({"validationType": "phone"}, "030 664040900", PHONE),
        ({"validationType": "phone"}, "+0 30 664040900", PHONE),
        ({"validationType": "phone"}, "+1234567890123456", PHONE),
        ({"validationType": "phone"}, "+٤٩٣٠٦٦٤٠٤", PHONE),
        ({"validationType": "phone"}, "", None),
        ({"validationType": "custom", "pattern": "a"}, "a", None),
        ({"required": True, "requiredErrorMessage": "Say who you are."}, "", "Say who you are."),
        ({"minLength": 3, "lengthErrorMessage": "Too short."}, "a", "Too short."),
        ({"maxLength": 1, "lengthErrorMessage": "Too long."}, "ab", "Too long."),
        ({"validationType": "email", "invalidErrorMessage": "No address."}, "a", "No address."),
        ({"invalidErrorMessage": "Not that."}, "a\nb", "Not that."),
    ],
)
def test_an_answer_is_measured_by_its_rules(validate: dict[str, Any], value: str, message: str | None) -> None:
    found = answers(value, validate=validate)
    assert found == (Answers({"name": value}) if message is None else Answers({}, {"name": message}))


def test_an_address_loses_the_space_around_it() -> None:
    for kind, text in (("email", "a@example.com"), ("phone", "+4930664040900")):
        assert answers(f" {text} ", validate={"validationType": kind}).values["name"] == text


@pytest.mark.parametrize(
    ("validate", "code"),
    [
        ({"pattern": "(?=x)"}, "form.invalid-pattern"),
        ({"pattern": "("}, "form.invalid-pattern"),
        ({"pattern": r"(a)\1"}, "form.invalid-pattern"),
        ({"minLength": 5, "maxLength": 4}, "form.invalid-property"),
        ({"minLength": "3"}, "form.invalid-property"),
        ({"minLength": True}, "form.invalid-property"),
        ({"minLength": "=("}, "form.bad-expression"),
        ({"minLength": -1}, "form.invalid-property"),
        ({"maxLength": MAXIMUM_ANSWER + 1}, "form.invalid-property"),
        ({"required": "yes"}, "form.invalid-property"),
        ({"validationType": "url"}, "form.invalid-property"),
        ({"min": 1}, "form.unknown-property"),
        ([], "form.invalid-property"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(validate: Any, code: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert codes(form({**FIELD, "validate": validate})) == [code]
    assert capfd.readouterr().err == ""


def test_a_sensitive_text_is_lent_and_never_shown() -> None:
    content = form({**FIELD, "sensitive": True, "defaultValue": "{{v}}", "validate": {"minLength": 50}})
    seen = again(content, {"name": ["canary"]}, {"name": "canary", "v": "canary"})
    control = seen.one("name")
    assert (control.get("value"), control.get("autocomplete")) == ("", "off")
    assert "canary" not in seen.text
    assert answers("canary", sensitive=True).values == {"name": SensitiveText("canary")}


@given(st.text())
def test_any_posted_text_is_kept_or_refused_and_never_breaks_out(value: str) -> None:
    found = answers(value)
    assert found.values.get("name", value) == value
    assert bool(found.values) != bool(found.errors)
    before = render(form(FIELD), {}, posted={"name": ["x"]}).html
    html = render(form(FIELD), {}, posted={"name": [value]}).html
    assert html.count("<") == before.count("<")
    assert html.count('"') == before.count('"')
