from tests.forms.elements.test_choices import VALUES
from tests.forms.making import again, form, page, properties, read

SELECT = {"type": "select", "id": "s", "key": "s", "label": "Which", "description": "Hint", "values": VALUES}


def test_it_is_one_field_with_a_label() -> None:
    assert "searchable" in properties("select")
    seen = page(form({**SELECT, "searchable": True, "validate": {"required": True}}))
    control = seen.one("s")
    assert (control.tag, control.get("required"), seen.label(control)) == ("select", "", "Which")
    assert seen.notes(control) == ["Hint"]


def test_nothing_is_chosen_at_first() -> None:
    seen = page(form(SELECT))
    first = next(seen.one("s").iter("option"))
    assert (first.get("value"), first.text_content()) == ("", "Choose…")
    assert seen.posted() == {"s": [""]}
    assert read(form(SELECT), {"s": [""]}).values == {"s": None}


def test_a_refused_choice_is_shown_with_its_error() -> None:
    seen = again(form(SELECT), {"s": ["z"]})
    control = seen.one("s")
    assert control.get("aria-invalid") == "true"
    assert seen.notes(control) == ["Hint", "Error: Choose one of the options."]
    assert again(form({**SELECT, "validate": {"required": True}}), {"s": ["b"]}).posted() == {"s": ["b"]}
