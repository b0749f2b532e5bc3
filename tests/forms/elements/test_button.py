from tests.forms.making import codes, form, page, read

BUTTON = {"type": "button", "id": "b", "label": "Go {{v}}"}


def test_it_sends_the_form_or_empties_it() -> None:
    for element, kind in (({}, "submit"), ({"action": "submit"}, "submit"), ({"action": "reset"}, "reset")):
        button, _ = page(form({**BUTTON, **element}), {"v": "<b>"}).controls
        assert (button.get("type"), button.text_content(), button.get("disabled")) == (kind, "Go <b>", None)


def test_it_has_a_label_in_any_case_and_may_differ_by_language() -> None:
    assert page(form()).text == "Submit"
    assert "Los" in page(form({**BUTTON, "translations": {"de": {"label": "Los"}}}), language="de").text


def test_a_disabled_one_does_nothing() -> None:
    assert page(form({**BUTTON, "disabled": True})).controls[0].get("disabled") is not None


def test_it_has_no_answer() -> None:
    assert codes(form({**BUTTON, "key": "k"})) == []
    assert read(form({**BUTTON, "key": "k"}), {"k": ["x"], "b": ["x"]}).values == {}


def test_what_it_cannot_do_is_refused() -> None:
    assert codes(form({**BUTTON, "action": "delete"})) == ["form.invalid-property"]
    assert codes(form({**BUTTON, "onclick": "x"})) == ["form.unknown-property"]


def test_buttons_can_be_left_out_everywhere() -> None:
    group = {"type": "group", "components": [{**BUTTON, "id": "inner"}, {"type": "submit"}]}
    assert page(form(BUTTON, group), hide_buttons=True).controls == []
