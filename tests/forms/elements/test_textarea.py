from engine.form import Answers
from engine.variables import SensitiveText
from forms.elements.textarea import MAXIMUM_LINES
from tests.forms.making import again, codes, form, page, properties, read

AREA = {"type": "textarea", "id": "area", "key": "lines", "label": "Lines"}


def test_it_has_the_rules_of_a_text_without_a_pattern() -> None:
    assert {"validate.minLength", "validate.maxLength", "sensitive"} <= properties("textarea").keys()
    assert codes(form({**AREA, "validate": {"pattern": "x"}})) == ["form.unknown-property"]
    assert codes(form({**AREA, "validate": {"maxLength": MAXIMUM_LINES}})) == []


def test_lines_are_kept_as_a_process_has_them() -> None:
    assert read(form(AREA), {"lines": ["a\r\nb\n\tc {{7*7}}"]}) == Answers({"lines": "a\nb\n\tc {{7*7}}"})
    assert read(form(AREA), {}) == Answers({"lines": ""})


def test_a_line_break_at_the_start_survives_being_shown() -> None:
    for text in ("\n\na\nb\n", "a", "", "</textarea><script>"):
        seen = page(form(AREA), {"lines": text})
        assert read(form(AREA), seen.posted()) == Answers({"lines": text})
        assert not list(seen.root.iter("script"))


def test_what_cannot_be_seen_or_is_too_long_is_refused() -> None:
    for text in ("a\x00", "a\x0bb", "a\ud800", "x" * (MAXIMUM_LINES + 1)):
        assert read(form(AREA), {"lines": [text]}).errors.keys() == {"lines"}
    assert read(form({**AREA, "validate": {"required": True}}), {"lines": [" \r\n "]}).errors == {
        "lines": "Field is required."
    }


def test_a_refused_answer_is_shown_again() -> None:
    seen = again(form({**AREA, "description": "Hint", "validate": {"maxLength": 3}}), {"lines": ["a\r\nbcd"]})
    control = seen.one("lines")
    assert control.tag == "textarea"
    assert control.get("aria-invalid") == "true"
    assert seen.notes(control) == ["Hint", "Error: Field must have maximum length of 3."]
    assert seen.posted()["lines"] == ["a\r\nbcd"]


def test_a_sensitive_one_is_lent_and_never_shown() -> None:
    content = form({**AREA, "sensitive": True, "validate": {"minLength": 50}})
    assert "canary" not in again(content, {"lines": ["canary"]}).text
    assert read(form({**AREA, "sensitive": True}), {"lines": ["canary"]}).values == {"lines": SensitiveText("canary")}


def test_it_may_differ_by_language() -> None:
    seen = page(form({**AREA, "translations": {"de": {"label": "Zeilen"}}}), language="de")
    assert seen.label(seen.one("lines")) == "Zeilen"
