from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from forms import changed, is_action, render
from forms.container import MAXIMUM_ITEMS
from forms.visit import MAXIMUM_PLACES
from tests.forms.making import again, codes, form, page, read
from tests.forms.seen import Fields, Seen

NAME = {"type": "textfield", "id": "name", "key": "name", "label": "Name"}
CHECK = {"type": "checkbox", "id": "check", "key": "check", "label": "Check", "defaultValue": True}
PHONES = {"type": "dynamiclist", "id": "phones", "path": "phones", "label": "Phones", "allowAddRemove": True}
NUMBER = {"type": "textfield", "id": "number", "key": "number", "label": "Number"}
LIST = {
    "type": "dynamiclist",
    "id": "list",
    "path": "people",
    "label": "People",
    "allowAddRemove": True,
    "components": [NAME],
}
NESTED = {**LIST, "components": [NAME, {**PHONES, "components": [NUMBER]}]}


def pressed(content: bytes, seen: Seen, action: str, **filled: str) -> Seen:
    """Return the page after a button of a list has been pressed."""
    assert action in [each.get("value") for each in seen.named("form-action")]
    posted = {**seen.posted(filled), "form-action": [action]}
    assert is_action(posted)
    return page(content, posted=changed(posted))


def names(seen: Seen) -> list[str]:
    return [each.get("value", "") for each in seen.controls if each.get("name", "").endswith("name")]


def test_there_are_as_many_items_as_are_known_or_the_default() -> None:
    for element, variables, count in (
        ({}, {}, 1),
        ({"defaultRepetitions": 3}, {}, 3),
        ({"defaultRepetitions": 0}, {}, 0),
        ({"defaultRepetitions": 3}, {"people": [{"name": "a"}]}, 1),
        ({"defaultRepetitions": 3}, {"people": []}, 0),
        ({"defaultRepetitions": 2}, {"people": "text"}, 2),
        ({}, {"people": [{}] * 100}, MAXIMUM_ITEMS),
        ({}, {"people": [1, None, "x", {"name": "b"}]}, 4),
    ):
        assert len(names(page(form({**LIST, **element}), variables))) == count


def test_items_are_read_by_their_index() -> None:
    posted = {"people[]": ["2"], "people[0].name": ["a"], "people[1].name": ["b"], "people[2].name": ["c"]}
    assert read(form(LIST), posted) == Answers({"people": [{"name": "a"}, {"name": "b"}]})
    # Who may not add any sends as many as there are.
    assert read(form({**LIST, "allowAddRemove": False}), posted) == Answers({"people": [{"name": "a"}]})


@pytest.mark.parametrize(
    "count", [["x"], ["-1"], ["1e3"], ["٣"], [""], ["9" * 50], ["2 "], [], ["999"], "2", [2], [None]]
)
def test_a_count_that_lies_is_bounded(count: Any) -> None:
    found = read(form(LIST), {"people[]": count, "people[0].name": ["a"]})
    assert len(found.values["people"]) in {1, 2}
    assert len(read(form(LIST), {"people[]": ["99"]}).values["people"]) == MAXIMUM_ITEMS


def test_no_item_is_an_empty_list() -> None:
    assert read(form(LIST), {"people[]": ["0"], "people[0].name": ["a"]}).values == {}
    assert read(form(LIST), {"people[]": ["0"]}).values == {}


def test_each_item_has_labels_names_and_ids_of_its_own() -> None:
    seen = page(form({**LIST, "defaultRepetitions": 2}))
    one, two = (seen.one(f"people[{each}].name") for each in (0, 1))
    assert seen.label(one) == seen.label(two) == "Name"
    ids = [each.get("id") for each in seen.root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    items = seen.root.xpath("//*[@role='group']")
    assert [each.get("aria-label") for each in items] == ["People 1", "People 2"]
    assert seen.root.xpath("//fieldset/legend")[0].text == "People"


def test_items_are_added_and_removed_without_a_script() -> None:
    content = form(NESTED)
    seen = pressed(content, page(content), "add:people", **{"people[0].name": "a"})
    seen = pressed(content, seen, "add:people", **{"people[1].name": "b"})
    seen = pressed(content, seen, "add:people[1].phones", **{"people[1].phones[0].number": "11"})
    seen = pressed(content, seen, "remove:people[0]", **{"people[1].phones[1].number": "12", "people[2].name": "c"})
    assert names(seen) == ["b", "c"]
    assert read(content, seen.posted()).values == {
        "people": [
            {"name": "b", "phones": [{"number": "11"}, {"number": "12"}]},
            {"name": "c", "phones": [{"number": ""}]},
        ]
    }
    seen = pressed(content, seen, "remove:people[0].phones[0]")
    assert read(content, seen.posted()).values["people"][0]["phones"] == [{"number": "12"}]
    for _ in range(2):
        seen = pressed(content, seen, "remove:people[0]")
    assert names(seen) == []
    assert names(pressed(content, seen, "add:people")) == [""]


def test_a_conditional_box_that_was_unchecked_stays_so_when_an_item_before_it_goes() -> None:
    content = form({**LIST, "components": [NAME, {**CHECK, "conditional": {"hide": '=this.name = "hide"'}}]})
    seen = page(content, {"people": [{"name": "hide"}, {"name": "b", "check": False}]})
    assert [each.get("checked") for each in seen.named("people[1].check")] == [None]
    seen = pressed(content, seen, "remove:people[0]")
    assert [each.get("checked") for each in seen.named("people[0].check")] == [None]


def test_nobody_adds_more_than_the_limit() -> None:
    content = form(LIST)
    seen = page(content, {"people": [{}] * MAXIMUM_ITEMS})
    assert "add:people" not in [each.get("value") for each in seen.named("form-action")]
    posted: Fields = {**seen.posted(), "form-action": ["add:people"]}
    assert changed(posted)["people[]"] == [str(MAXIMUM_ITEMS)]


@pytest.mark.parametrize(
    "action",
    [
        "remove:people[7]",
        "remove:people[-1]",
        "remove:people",
        "remove:",
        "add:",
        "add:nobody",
        "x",
        "remove:other[0]",
        "remove:" + "x" * 9999 + "[0]",
    ],
)
def test_a_forged_action_takes_nothing_away(action: str) -> None:
    posted = {"people[]": ["2"], "people[0].name": ["a"], "people[1].name": ["b"]}
    assert names(page(form(LIST), posted=changed({**posted, "form-action": [action]}))) == ["a", "b"]


@given(
    st.dictionaries(
        st.text(max_size=12) | st.sampled_from(["people[]", "people[0].name"]),
        st.lists(st.text(max_size=9), max_size=2),
    ),
    st.text(max_size=20) | st.sampled_from(["add:people", "remove:people[0]"]),
)
def test_any_action_on_anything_posted_ends_well(posted: dict[str, list[str]], action: str) -> None:
    after = changed({**posted, "form-action": [action]})
    assert not is_action(after)
    render(form(LIST), {}, posted=after)


def test_without_permission_there_are_no_buttons() -> None:
    assert page(form({**LIST, "allowAddRemove": False})).named("form-action") == []
    assert page(form(LIST), readonly=True).named("form-action") == []


def test_conditions_see_the_item_its_index_and_what_is_around_it() -> None:
    def hidden_if(condition: str) -> list[str]:
        field = {**NAME, "id": "x", "key": "x", "conditional": {"hide": condition}}
        content = form({**LIST, "components": [NAME, field]}, {**NAME, "id": "top", "key": "top"})
        variables = {"people": [{"name": "a"}, {"name": "b"}], "top": "t", "other": "o"}
        return [
            each.get("name", "") for each in page(content, variables).controls if each.get("name", "").endswith(".x")
        ]

    first, second = "people[0].x", "people[1].x"
    assert hidden_if('=this.name = "a"') == [second]
    assert hidden_if('=name = "b"') == [first]
    assert hidden_if("=i = 1") == [second]
    assert hidden_if('=parent.top = "t"') == []
    assert hidden_if('=top = "u"') == [first, second]
    assert hidden_if('=other = "o"') == []


def test_what_is_wrong_is_said_of_the_item() -> None:
    content = form({**LIST, "components": [{**NAME, "validate": {"required": True}}]})
    posted = {"people[]": ["2"], "people[0].name": ["a"], "people[1].name": [""]}
    assert read(content, posted).errors == {"people[1].name": "Field is required."}
    seen = again(content, posted)
    assert seen.one("people[0].name").get("aria-invalid") is None
    assert seen.one("people[1].name").get("aria-invalid") == "true"
    (error,) = render(content, {}, posted=posted, check=True).errors
    assert seen.one("people[1].name").get("id") == error.anchor


def test_lists_in_lists_in_lists_come_to_an_end() -> None:
    element: dict[str, Any] = NAME
    for depth in range(5):
        element = {
            "type": "dynamiclist",
            "id": f"l{depth}",
            "path": "l",
            "defaultRepetitions": 50,
            "components": [element],
        }
    content = form(element)
    assert codes(content) == []
    seen = page(content)
    assert 100 < len(names(seen)) <= MAXIMUM_PLACES


@pytest.mark.parametrize(
    ("element", "found"),
    [
        ({"path": None}, "form.missing-property"),
        ({"path": "a b"}, "form.invalid-key"),
        ({"defaultRepetitions": -1}, "form.invalid-property"),
        ({"defaultRepetitions": MAXIMUM_ITEMS + 1}, "form.invalid-property"),
        ({"components": {}}, "form.invalid-property"),
    ],
)
def test_a_list_that_cannot_be_shown_is_refused(element: dict[str, Any], found: str) -> None:
    assert codes(form({**LIST, **element})) == [found]


def test_it_may_differ_by_language() -> None:
    inside = {**NAME, "translations": {"de": {"label": "Vorname"}}}
    seen = page(form({**LIST, "components": [inside], "translations": {"de": {"label": "Leute"}}}), language="de")
    assert seen.label(seen.one("people[0].name")) == "Vorname"
    assert "Leute" in seen.text
