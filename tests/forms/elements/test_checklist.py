from typing import Any

from engine.form import Answers
from tests.forms.elements.test_choices import VALUES
from tests.forms.making import again, form, page, read

LIST: dict[str, Any] = {"type": "checklist", "id": "l", "key": "l", "label": "Which", "values": [*VALUES, {"value": 3}]}


def test_the_boxes_are_a_group_with_a_name() -> None:
    seen = page(form({**LIST, "validate": {"required": True}}))
    boxes = seen.named("l")
    groups = {seen.group(each) for each in boxes}
    (group,) = groups
    assert group is not None
    assert group.findtext("legend") == "Which"
    # Each box may stay empty, so none is required by itself.
    assert [(each.get("type"), each.get("required")) for each in boxes] == [("checkbox", None)] * 3


def test_any_number_is_chosen_once_each() -> None:
    assert read(form(LIST), {"l": ["3", "a", "3", "a"]}) == Answers({"l": [3, "a"]})


def test_the_order_of_before_is_kept_when_nothing_changes() -> None:
    held = {"l": ["b", 3, "a"]}
    assert read(form(LIST), page(form(LIST), held).posted(), held) == Answers(held)
    assert read(form(LIST), {"l": ["a", "b"]}, held) == Answers({"l": ["a", "b"]})


def test_what_is_wrong_is_said_with_the_group() -> None:
    seen = again(form({**LIST, "validate": {"required": True}}), {})
    group = seen.group(seen.named("l")[0])
    assert group is not None
    assert seen.notes(group) == ["Error: Field is required."]
