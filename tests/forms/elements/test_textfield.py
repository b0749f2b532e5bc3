import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from engine.variables import SecretReference
from forms import FieldError, FormJs, Rendered, render
from forms.input import MAXIMUM_ANSWER

Document = Callable[..., bytes]
FIELD = {"type": "textfield", "id": "Field_0x1", "key": "name", "label": "Name"}


def read(form: Document, posted: Mapping[str, Sequence[str]], **properties: Any) -> Answers:
    return FormJs().read(form({**FIELD, **properties}), {}, posted)


def shown(form: Document, variables: dict[str, Any] | None = None, **properties: Any) -> str:
    return str(render(form({**FIELD, **properties}), variables or {}).html)


def test_an_answer_is_kept_as_typed(form: Document) -> None:
    assert read(form, {"name": [" Ann <b>{{x}} 世界 "]}) == Answers({"name": " Ann <b>{{x}} 世界 "})


def test_an_untouched_field_is_an_empty_text(form: Document) -> None:
    assert read(form, {}) == Answers({"name": ""})


def test_what_no_field_asks_for_is_left_out(form: Document) -> None:
    posted = {"name": ["a"], "send": ["x"], "Field_0x1": ["x"], "other": ["x"], "csrf_token": ["x"]}
    assert read(form, posted).values == {"name": "a"}


@pytest.mark.parametrize("name", ["readonly", "disabled"])
def test_a_field_that_cannot_be_filled_in_takes_no_answer(form: Document, name: str) -> None:
    fixed: dict[str, Any] = {name: True}
    assert read(form, {"name": ["forged"]}, **fixed, validate={"required": True}) == Answers({})
    assert f" {name}" in shown(form, **fixed)


@pytest.mark.parametrize(
    "value", ['{"$secret": "1"}', '{"kind": "totp-secret", "id": "1", "instance_id": "i"}', "••••••", "null"]
)
def test_a_posted_text_is_never_anything_but_text(form: Document, value: str) -> None:
    assert read(form, {"name": [value]}).values == {"name": value}


@pytest.mark.parametrize(
    "forged", [[SecretReference("totp-secret", "1", "i")], [{"$secret": "1"}], [1], [None], "a", {"a": "b"}, [["a"]]]
)
def test_anything_but_a_text_is_refused(form: Document, forged: Any) -> None:
    answers = read(form, {"name": forged})
    assert answers.values == {}
    assert set(answers.errors) == {"name"}
    assert "secret" not in render(form(FIELD), {}, answers=answers, posted={"name": forged}).html


@pytest.mark.parametrize(
    "values", [["a", "b"], ["a\x00"], ["a\nb"], ["a\tb"], ["a\x7fb"], ["a\ud800"], ["x" * (MAXIMUM_ANSWER + 1)]]
)
def test_several_values_controls_and_giants_are_refused(form: Document, values: list[str]) -> None:
    answers = read(form, {"name": values})
    assert set(answers.errors) == {"name"}
    render(form(FIELD), {}, answers=answers, posted={"name": values}).html.encode()


@pytest.mark.parametrize(
    ("validate", "value", "message"),
    [
        ({"required": True}, "", "Enter a value."),
        ({"required": True}, "  ", "Enter a value."),
        ({"required": True}, "a", None),
        ({"required": False}, "", None),
        ({"minLength": 3}, " ab ", "Enter at least 3 characters."),
        ({"minLength": 3}, "abc", None),
        ({"minLength": 3}, "", None),
        ({"maxLength": 3}, "abcd", "Enter at most 3 characters."),
        ({"maxLength": 3}, " abc ", None),
        ({"maxLength": 3}, "🔑🔑🔑", None),
        ({"pattern": "[0-9]"}, "a1b", None),
        ({"pattern": "^[0-9]+$"}, "a1b", "Enter this in the form that is asked for."),
        ({"pattern": "^[0-9]+$"}, "", None),
        ({"pattern": "^[0-9]+$"}, "12", None),
        ({"pattern": "x", "patternErrorMessage": "Say x."}, "y", "Say x."),
        ({"pattern": "^(a+)+$"}, "a" * 1999 + "b", "Enter this in the form that is asked for."),
        ({"validationType": "email"}, "a@example.com", None),
        ({"validationType": "email"}, "a@example", None),
        ({"validationType": "email"}, "", None),
        ({"validationType": "email"}, "a", "Enter an e-mail address, like name@example.com."),
        ({"validationType": "email"}, "a b@example.com", "Enter an e-mail address, like name@example.com."),
        ({"validationType": "email"}, "a@-x.com", "Enter an e-mail address, like name@example.com."),
        ({"validationType": "email"}, "x" * 250 + "@a.de", "Enter an e-mail address, like name@example.com."),
        ({"validationType": "custom", "pattern": "a"}, "a", None),
    ],
)
def test_an_answer_is_measured_by_its_rules(
    form: Document, validate: dict[str, Any], value: str, message: str | None
) -> None:
    answers = read(form, {"name": [value]}, validate=validate)
    assert answers == (Answers({"name": value}) if message is None else Answers({}, {"name": message}))


def test_an_email_address_loses_the_space_around_it(form: Document) -> None:
    assert (
        read(form, {"name": [" a@example.com "]}, validate={"validationType": "email"}).values["name"]
        == "a@example.com"
    )


@pytest.mark.parametrize(
    ("validate", "code"),
    [
        ({"pattern": "(?=x)"}, "form.invalid-pattern"),
        ({"pattern": "("}, "form.invalid-pattern"),
        ({"pattern": r"(a)\1"}, "form.invalid-pattern"),
        ({"minLength": 5, "maxLength": 4}, "form.invalid-property"),
        ({"minLength": "=x"}, "form.invalid-property"),
        ({"maxLength": MAXIMUM_ANSWER + 1}, "form.invalid-property"),
        ({"required": "yes"}, "form.invalid-property"),
        ({"validationType": "phone"}, "form.invalid-property"),
        ({"min": 1}, "form.unknown-property"),
        ([], "form.invalid-property"),
    ],
)
def test_rules_that_cannot_be_kept_are_refused(
    form: Document, validate: Any, code: str, capfd: pytest.CaptureFixture[str]
) -> None:
    problems = FormJs().check(form({**FIELD, "validate": validate})).problems
    assert [problem.code for problem in problems] == [code]
    assert capfd.readouterr().err == ""


def test_a_field_is_tied_to_its_label_and_hint(form: Document) -> None:
    html = shown(
        form,
        {"who": "you & me"},
        label="Name of {{who}}",
        description="As in your passport",
        validate={"required": True},
    )
    assert '<label for="field-name">Name of you &amp; me</label>' in html
    assert '<p class="hint" id="field-name-hint">As in your passport</p>' in html
    tag = re.search(r"<input[^>]*>", html)
    assert tag is not None
    assert (
        tag[0] == '<input id="field-name" name="name" type="text" value="" required aria-describedby="field-name-hint">'
    )


def test_a_field_that_may_stay_empty_says_so(form: Document) -> None:
    assert "(optional)" in shown(form)
    assert "(optional)" not in shown(form, readonly=True)


def test_a_refused_answer_is_shown_again_with_its_error(form: Document) -> None:
    content = form({**FIELD, "description": "Hint", "defaultValue": "first", "validate": {"minLength": 50}})
    posted = {"name": ['"><script>x']}
    answers = FormJs().read(content, {}, posted)
    rendered: Rendered = render(content, {}, answers=answers, posted=posted)
    assert rendered.errors == (FieldError("name", "Name", "Enter at least 50 characters."),)
    assert rendered.errors[0].anchor == "field-name"
    assert 'value="&#34;&gt;&lt;script&gt;x"' in rendered.html
    assert 'aria-invalid="true" aria-describedby="field-name-hint field-name-error"' in rendered.html
    assert 'id="field-name-error"' in rendered.html
    assert "Enter at least 50 characters." in rendered.html


def test_a_default_value_is_filled_in_and_never_a_secret(form: Document) -> None:
    secret = SecretReference("totp-secret", "1", "i")
    content = form({**FIELD, "label": "Name {{v}}", "description": "{{v}}", "defaultValue": "{{v}}"})
    assert 'value="Ann"' in render(content, {"v": "Ann"}).html
    rendered = render(content, {"v": secret}, reveal=lambda _: "canary")
    assert "canary" not in rendered.html
    assert 'value=""' in rendered.html
    assert not rendered.holds_secret


@given(st.text())
def test_any_posted_text_is_kept_or_refused_and_never_breaks_out(value: str) -> None:
    content = b'{"type":"default","id":"x","components":[{"type":"textfield","id":"a","key":"name","label":"Name"}]}'
    answers = FormJs().read(content, {}, {"name": [value]})
    assert answers.values.get("name", value) == value
    assert bool(answers.values) != bool(answers.errors)
    plain = render(content, {}, posted={"name": ["x"]}).html
    html = render(content, {}, posted={"name": [value]}).html
    assert html.count("<") == plain.count("<")
    assert html.count('"') == plain.count('"')
