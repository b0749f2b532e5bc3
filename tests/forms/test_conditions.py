"""What is there and what is not: hidden fields, fields that appear, values that are known."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form import Answers
from forms import FormJs, render
from tests.forms.making import CANARY, SECRET, form, opened, page, read


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "id": f"{key.replace('.', '_')}_id", "key": key, "label": key.upper(), **more}


def unless(condition: str) -> dict[str, Any]:
    return {"conditional": {"hide": f"={condition}"}}


A = text("a")
B = text("b", validate={"required": True}, **unless('a != "show"'))


@pytest.mark.parametrize(
    ("condition", "hidden"),
    [
        ("true", True),
        ("false", False),
        ("null", True),
        ("nothing", True),
        ("nothing > 3", True),
        ('"true"', False),
        ("1", False),
        ("1 + nothing", True),
        ("secret", False),
        ("secret = null", False),
        ("processvar.v = 1", False),
        ("v = 2 and v > 1", True),
        ("[true]", False),
    ],
)
def test_an_element_is_hidden_where_its_condition_is_true_or_cannot_be_decided(condition: str, hidden: bool) -> None:
    content = form(text("x", **unless(condition)))
    seen = page(content, {"v": 2, "secret": SECRET})
    assert bool(seen.named("x")) is not hidden
    assert read(content, {"x": ["y"]}, {"v": 2, "secret": SECRET}).values == ({} if hidden else {"x": "y"})


def test_a_hidden_field_is_neither_asked_nor_measured_nor_kept() -> None:
    content = form(A, B)
    assert read(content, {"a": ["x"], "b": ["forged"]}, {"b": "known"}) == Answers({"a": "x"})
    assert read(content, {"a": ["show"], "b": [""]}).errors == {"b": "Field is required."}
    assert read(content, {"a": ["show"], "b": ["y"]}) == Answers({"a": "show", "b": "y"})


def test_the_value_of_a_hidden_field_is_nothing_to_others() -> None:
    shown = {"type": "text", "id": "t", "text": "[{{b}}]"}
    c = text("c", **unless('b = "known"'))
    d = text("d", **unless("b = null"))
    seen = page(form(A, B, c, d, shown), {"a": "x", "b": "known"})
    assert "[]" in seen.text
    assert (len(seen.named("c")), len(seen.named("d"))) == (1, 0)
    seen = page(form(A, B, c, d, shown), {"a": "show", "b": "known"})
    assert "[known]" in seen.text
    assert (len(seen.named("c")), len(seen.named("d"))) == (0, 1)


def test_a_field_that_has_appeared_is_asked_before_the_form_is_taken() -> None:
    content = form(A, B)
    first = page(content)
    assert first.named("b") == []
    found = read(content, first.posted({"a": "show"}))
    assert found == Answers({}, unasked=("b",))
    second = page(content, posted=first.posted({"a": "show"}))
    assert second.one("a").get("value") == "show"
    assert second.one("b").get("aria-invalid") is None
    assert read(content, second.posted()).errors == {"b": "Field is required."}
    assert read(content, second.posted({"b": "y"})) == Answers({"a": "show", "b": "y"})


def test_what_is_wrong_comes_before_what_was_not_asked() -> None:
    content = form(text("a", validate={"maxLength": 4}), B, text("c", validate={"required": True}))
    found = read(content, page(content).posted({"a": "show"}))
    assert found.errors.keys() == {"c"}
    assert not found.unasked
    errors = render(content, {}, posted=page(content).posted({"a": "show"}), check=True).errors
    assert [each.key for each in errors] == ["c"]


@pytest.mark.parametrize("kind", ["checkbox", "radio", "checklist", "taglist", "filepicker"])
def test_a_field_that_sends_nothing_when_it_is_empty_was_asked_all_the_same(kind: str) -> None:
    options = {} if kind in {"checkbox", "filepicker"} else {"values": [{"value": "1"}]}
    field = {"type": kind, "id": "b_id", "key": "b", "label": "B", **options, **unless('a != "show"')}
    content = form(A, field)
    first = page(content)
    assert read(content, first.posted({"a": "show"})).unasked == ("b",)
    second = page(content, posted=first.posted({"a": "show"}))
    assert "form-shown" in second.posted()
    assert read(content, second.posted()).values.keys() == {"a", "b"}


def test_a_field_that_disappears_and_comes_back_is_asked_again() -> None:
    content = form(A, text("b", defaultValue="first", **unless('a != "show"')))
    shown = page(content, {"a": "show"})
    gone = page(content, posted=shown.posted({"a": "x", "b": "typed"}))
    assert read(content, shown.posted({"a": "x", "b": "typed"})) == Answers({"a": "x"})
    assert read(content, gone.posted({"a": "show"})).unasked == ("b",)
    back = page(content, posted=gone.posted({"a": "show"}))
    assert back.one("b").get("value") == "first"


def test_conditions_may_depend_on_each_other_in_a_row() -> None:
    fields = [text("x0"), *(text(f"x{each}", **unless(f'x{each - 1} != "go"')) for each in range(1, 6))]
    everything = {f"x{each}": ["go"] for each in range(6)}
    for elements in (fields, fields[::-1]):
        content = form(*elements)
        assert read(content, everything).values == {f"x{each}": "go" for each in range(6)}
        found = read(content, everything | {"x1": ["stop"]}).values
        assert found == {"x0": "go", "x1": "stop"}


@pytest.mark.parametrize(
    "fields",
    [
        [text("a", **unless("a = null"))],
        [text("a", **unless("a != null"))],
        [text("a", **unless("b = null")), text("b", **unless("a = null"))],
        [text("a", **unless("b != null")), text("b", **unless("a = null"))],
        [text("a", **unless("c != null")), text("b", **unless("a != null")), text("c", **unless("b != null"))],
    ],
)
def test_conditions_in_a_circle_come_to_an_end_and_what_is_shown_is_what_is_taken(fields: list[dict[str, Any]]) -> None:
    content = form(*fields)
    seen = page(content)
    posted = seen.posted()
    found = read(content, posted)
    assert not found.errors
    assert found == read(content, posted)
    assert read(content, {each["key"]: ["x"] for each in fields}).values.keys() <= {"a", "b", "c"}


@given(
    st.lists(
        st.sampled_from(
            [f"{one} {sign} {other}" for one in "abc" for sign in ("=", "!=") for other in ('"x"', "null", "a", "b")]
        ),
        min_size=3,
        max_size=3,
    ),
    st.text("xy", max_size=1),
)
def test_whatever_the_conditions_nothing_is_taken_that_was_not_there(conditions: list[str], value: str) -> None:
    fields = [text(key, **unless(condition)) for key, condition in zip("abc", conditions, strict=True)]
    content = form(*fields)
    everything = {key: [value] for key in "abc"}
    found = read(content, everything)
    seen = page(content, posted=everything)
    assert found.values.keys() == {key for key in "abc" if seen.named(key)}


def test_a_script_is_told_which_fields_change_the_page() -> None:
    content = form(A, B, text("c"), {"type": "text", "id": "t", "text": "{{c}}"}, text("d"), title="{{e}}")
    assert render(content, {}).live == ("a", "c")
    items = {
        "type": "dynamiclist",
        "id": "l",
        "path": "l",
        "components": [text("x"), text("y", **unless("this.x = 1"))],
    }
    assert render(form(items), {}).live == ("l", "x", "y")


def test_earlier_answers_come_before_process_variables_and_both_before_defaults() -> None:
    content = form(
        text("a", defaultValue="default"), text("b", defaultValue="default"), text("c", defaultValue="default")
    )
    seen = page(content, {"a": "variable", "b": "variable"}, earlier={"a": "earlier"})
    assert seen.posted() == {"a": ["earlier"], "b": ["variable"], "c": ["default"]}
    found = FormJs().read(
        form(text("a", readonly=True)), {"a": "variable"}, {"a": ["forged"]}, earlier={"a": "earlier"}
    )
    assert found == Answers({"a": "earlier"})


def test_a_field_hides_the_variable_of_its_name() -> None:
    shown = {"type": "text", "id": "t", "text": "[{{a}}] [{{processvar.a}}]"}
    assert "[typed] [variable]" in page(form(A, shown), {"a": "variable"}, posted={"a": ["typed"]}).text


def test_no_secret_is_filled_in_whatever_it_is_called() -> None:
    fields = [text("a"), text("b.c"), {"type": "textarea", "id": "d", "key": "d", "label": "D"}]
    variables = {"a": SECRET, "b": {"c": SECRET}, "d": [SECRET]}
    rendered = render(form(*fields), variables, reveal=opened)
    assert CANARY not in rendered.html
    assert not rendered.holds_secret
    assert read(form(*fields), page(form(*fields), variables).posted(), variables).values == {
        "a": "",
        "b": {"c": ""},
        "d": "",
    }


def test_a_form_that_is_only_shown_takes_nothing() -> None:
    seen = page(form(A, B), {"a": "show", "b": "known"}, readonly=True)
    assert [seen.one(key).get("readonly") for key in "ab"] == ["readonly"] * 2
