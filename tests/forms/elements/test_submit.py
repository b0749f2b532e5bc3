from tests.forms.making import codes, form, page

SUBMIT = {"type": "submit", "id": "s", "label": "Send {{v}}"}


def test_it_sends_the_form() -> None:
    button = page(form(SUBMIT), {"v": "it"}).controls[0]
    assert (button.tag, button.get("type"), button.text_content()) == ("button", "submit", "Send it")


def test_a_form_with_it_needs_no_other_button() -> None:
    assert codes(form(components=[SUBMIT])) == []
    assert codes(form({**SUBMIT, "action": "reset"})) == ["form.unknown-property"]


def test_it_may_differ_by_language() -> None:
    assert "Senden" in page(form({**SUBMIT, "translations": {"de": {"label": "Senden"}}}), language="de").text
