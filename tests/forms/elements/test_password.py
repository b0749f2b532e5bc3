from typing import Any

import pytest

from engine.form import Answers, FormUndecided
from engine.variables import MASK, SensitiveText
from forms import plain
from tests.forms.making import again, codes, form, page, properties, read

PASSWORD = {"type": "password", "id": "pw", "key": "pw", "label": "Password"}
TEXT = {"type": "text", "id": "t", "text": "[{{pw}}]"}


def test_the_form_builder_does_not_ask_whether_it_is_sensitive() -> None:
    assert "sensitive" not in properties("password")
    assert properties("password")["purpose"]["choices"] == ["current-password", "new-password"]


def test_a_password_is_only_lent() -> None:
    assert read(form(PASSWORD), {"pw": ["canary "]}) == Answers({"pw": SensitiveText("canary ")})
    assert "canary" not in repr(read(form(PASSWORD), {"pw": ["canary"]}))


def test_a_password_is_never_shown_again_by_itself_nor_by_others() -> None:
    copies: list[dict[str, Any]] = [
        TEXT,
        {"type": "copy", "id": "c", "label": "{{pw}}", "defaultValue": "{{pw}}"},
        {"type": "qrcode", "id": "q", "content": "{{pw}}"},
        {"type": "html", "id": "h", "content": "<b>{{pw}}{{string(pw)}}</b>"},
        {"type": "textfield", "id": "f", "key": "f", "label": "F", "defaultValue": "{{pw}}"},
        {"type": "select", "id": "s", "key": "s", "label": "S", "valuesExpression": "=[pw, {label: pw, value: 1}]"},
        {"type": "table", "id": "ta", "dataSource": "=[{a: pw}]", "columns": [{"key": "a"}]},
        {"type": "image", "id": "i", "source": "{{pw}}", "alt": "{{pw}}"},
    ]
    content = form({**PASSWORD, "validate": {"minLength": 50}}, *copies, title="{{pw}}")
    posted = {"pw": ["canary"]}
    seen = again(content, posted)
    assert "canary" not in str(seen.root.text_content())
    assert not seen.root.xpath("//@*[contains(., 'canary')]")
    assert MASK in seen.text
    assert "canary" not in str(plain(content, {}, posted=posted))


@pytest.mark.parametrize(
    "formula",
    [
        "=pw",
        '=pw + ""',
        "=[pw]",
        "={a: pw}",
        "=string length(pw)",
        '=substring(pw, 1, 1) = "c"',
        "=string join([pw])",
    ],
)
def test_no_computed_value_keeps_a_password(formula: str) -> None:
    expression = {"type": "expression", "id": "e", "key": "copy", "expression": formula}
    for elements in ((PASSWORD, expression), (expression, PASSWORD)):
        assert read(form(*elements), {"pw": ["canary"]}).values["copy"] in {None, False}


def test_a_computed_value_that_would_write_a_password_out_takes_no_answers() -> None:
    expression = {"type": "expression", "id": "e", "key": "copy", "expression": "=string(pw)"}
    for elements in ((PASSWORD, expression), (expression, PASSWORD)):
        with pytest.raises(FormUndecided) as refusal:
            read(form(*elements), {"pw": ["canary"]})
        assert "canary" not in str(refusal.value)


def test_a_condition_sees_whether_there_is_one_and_nothing_else() -> None:
    def there(hide: str) -> bool:
        content = form(PASSWORD, {**TEXT, "text": "there", "conditional": {"hide": hide}})
        return "there" in page(content, posted={"pw": ["canary"]}).text

    assert there('=pw = ""') is False  # cannot be decided
    assert there("=pw = null")
    assert not there('=pw = "canary"')
    assert not there('=starts with(pw, "c")')


def test_managers_are_told_what_it_is_for() -> None:
    for purpose in ("current-password", "new-password"):
        control = page(form({**PASSWORD, "purpose": purpose})).one("pw")
        assert (control.get("type"), control.get("autocomplete"), control.get("value")) == ("password", purpose, None)


@pytest.mark.parametrize("element", [{"sensitive": False}, {"defaultValue": "x"}, {"purpose": "other"}])
def test_what_would_show_or_keep_a_password_is_refused(element: dict[str, object]) -> None:
    assert codes(form({**PASSWORD, **element})) == ["form.invalid-property"]


def test_the_rules_of_a_text_hold() -> None:
    content = form({**PASSWORD, "validate": {"required": True, "minLength": 8, "lengthErrorMessage": "Longer."}})
    assert read(content, {}).errors == {"pw": "Field is required."}
    assert read(content, {"pw": ["short"]}).errors == {"pw": "Longer."}
    seen = again(content, {"pw": ["short"]})
    assert seen.one("pw").get("aria-invalid") == "true"
    assert seen.notes(seen.one("pw")) == ["Error: Longer."]
