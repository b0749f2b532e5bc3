"""How a text field looks, with what is known of it and what is wrong with it."""

import pytest

from forms import FieldError, plain, render
from tests.forms.making import CANARY, FIELD, SECRET, again, codes, form, opened, page


def test_a_field_without_a_label_is_warned_of_and_named_by_its_kind() -> None:
    content = form({"type": "textfield", "id": "x", "key": "name"})
    assert codes(content) == ["form.no-label?"]
    seen = page(content)
    assert seen.label(seen.one("name")) == "Text field"


def test_a_field_is_tied_to_its_label_and_hint() -> None:
    element = {
        **FIELD,
        "label": "Name of {{who}}",
        "description": "As in your passport",
        "validate": {"required": True},
    }
    seen = page(form(element), {"who": "you & me"})
    control = seen.one("name")
    assert seen.label(control) == "Name of you & me"
    assert seen.notes(control) == ["As in your passport"]
    assert dict(control.attrib) == {
        "id": "field-name",
        "name": "name",
        "type": "text",
        "value": "",
        "required": "",
        "data-missing": "Field is required.",
        "aria-describedby": "field-name-hint",
    }


@pytest.mark.parametrize(
    ("kind", "type_", "fill"), [("email", "email", "email"), ("phone", "tel", "tel"), ("custom", "text", None)]
)
def test_browsers_know_what_kind_of_text_it_is(kind: str, type_: str, fill: str | None) -> None:
    control = page(form({**FIELD, "validate": {"validationType": kind}})).one("name")
    assert (control.get("type"), control.get("autocomplete")) == (type_, fill)


def test_what_stands_around_the_field_is_read_out_with_it() -> None:
    element = {**FIELD, "description": "Hint", "appearance": {"prefixAdorner": "{{v}}", "suffixAdorner": "kg"}}
    seen = page(form(element), {"v": "<b>"})
    assert sorted(seen.notes(seen.one("name"))) == ["<b>", "Hint", "kg"]


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "(optional)" in page(form(FIELD)).text
    assert "(optional)" not in page(form({**FIELD, "readonly": True})).text
    assert "(optional)" not in page(form({**FIELD, "disabled": True})).text


def test_a_refused_answer_is_shown_again_with_its_errors() -> None:
    rules = {"minLength": 50, "pattern": "^x"}
    content = form({**FIELD, "description": "Hint", "defaultValue": "first", "validate": rules})
    posted = {"name": ['"><script>x']}
    rendered = render(content, {}, posted=posted, check=True)
    assert rendered.errors == (
        FieldError("name", "Name", "Field must match pattern ^x.", "field-name"),
        FieldError("name", "Name", "Field must have minimum length of 50.", "field-name"),
    )
    seen = again(content, posted)
    control = seen.one("name")
    assert control.get("value") == '"><script>x'
    assert control.get("aria-invalid") == "true"
    assert seen.notes(control) == [
        "Hint",
        "Error: Field must match pattern ^x.",
        "Error: Field must have minimum length of 50.",
    ]


@pytest.mark.parametrize("typed", ["typed", "type\x00d"])
def test_what_was_typed_is_shown_again_without_being_checked(typed: str) -> None:
    seen = page(form({**FIELD, "validate": {"required": True, "minLength": 9}}), posted={"name": [typed]})
    assert seen.one("name").get("value") == "typed"
    assert seen.one("name").get("aria-invalid") is None
    assert "Error" not in seen.text


def test_what_is_known_is_filled_in() -> None:
    for value, shown in (
        ("Ann", "Ann"),
        (7, "7"),
        (True, "true"),
        ("a\nb", "a b"),
        ({"a": 1}, ""),
        (["a"], ""),
        (None, ""),
    ):
        assert page(form({**FIELD, "defaultValue": "d"}), {"name": value}).one("name").get("value") == shown
    assert page(form({**FIELD, "defaultValue": "d"})).one("name").get("value") == "d"
    assert page(form(FIELD), {"name": "variable"}, earlier={"name": "earlier"}).one("name").get("value") == "earlier"


def test_a_default_value_is_filled_in_and_never_a_secret() -> None:
    content = form({**FIELD, "label": "Name {{v}}", "description": "{{v}}", "defaultValue": "{{v}}"})
    assert page(content, {"v": "Ann"}).one("name").get("value") == "Ann"
    rendered = render(content, {"v": SECRET, "name": SECRET}, reveal=opened)
    assert CANARY not in rendered.html
    assert page(content, {"v": SECRET, "name": SECRET}).one("name").get("value") == ""
    assert not rendered.holds_secret


def test_everything_a_person_reads_may_differ_by_language() -> None:
    german = {
        "label": "Ihr Name",
        "description": "Hinweis",
        "validate.requiredErrorMessage": "Bitte ausfüllen.",
        "appearance.prefixAdorner": "Frau",
    }
    element = {
        **FIELD,
        "description": "Hint",
        "appearance": {"prefixAdorner": "Ms"},
        "validate": {"required": True, "requiredErrorMessage": "Fill in."},
        "translations": {"de": german},
    }
    seen = page(form(element), language="de", posted={}, check=True)
    assert seen.label(seen.one("name")) == "Ihr Name"
    assert set(seen.notes(seen.one("name"))) == {"Frau", "Hinweis", "Error: Bitte ausfüllen."}


def test_our_own_words_are_said_in_the_language_of_the_page() -> None:
    seen = page(
        form({**FIELD, "validate": {"minLength": 5}}), posted={"name": ["a"]}, check=True, say=lambda said: f"«{said}»"
    )
    for words in ("«(optional)»", "«Error:»", "«Field must have minimum length of 5.»"):
        assert words in seen.text


def test_a_terminal_shows_label_hint_and_what_is_held() -> None:
    (part,) = plain(form({**FIELD, "description": "Hint", "defaultValue": "d"}), {})
    assert (part.text, part.name, part.default) == ("Name\nHint", "name", "d")
    (part,) = plain(form({**FIELD, "readonly": True, "defaultValue": "d"}), {})
    assert (part.text, part.name) == ("Name\nd", None)
