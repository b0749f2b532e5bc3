from tests.forms.elements.test_choices import VALUES
from tests.forms.making import again, form, page, read

RADIO = {"type": "radio", "id": "r", "key": "r", "label": "Which", "description": "Hint", "values": VALUES}


def test_the_options_are_a_group_with_a_name() -> None:
    seen = page(form({**RADIO, "validate": {"required": True}}), {"v": "x"})
    one, two = seen.named("r")
    group = seen.group(one)
    assert group is not None
    assert group is seen.group(two)
    assert group.findtext("legend") == "Which"
    assert seen.notes(group) == ["Hint"]
    assert [(each.get("type"), each.get("required"), seen.label(each)) for each in (one, two)] == [
        ("radio", "", "One"),
        # One that is required makes all of them so.
        ("radio", None, "Two x"),
    ]


def test_what_is_wrong_is_said_with_the_group() -> None:
    seen = again(form({**RADIO, "validate": {"required": True}}), {})
    group = seen.group(seen.named("r")[0])
    assert group is not None
    assert group.get("aria-invalid") == "true"
    assert seen.notes(group) == ["Hint", "Error: Field is required."]


def test_one_is_chosen() -> None:
    assert read(form(RADIO), {"r": ["a", "b"]}).errors == {"r": "Enter one value only."}
    assert page(form({**RADIO, "defaultValue": "b"})).posted() == {"r": ["b"]}
