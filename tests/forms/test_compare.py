from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.comparing import Kind
from forms.compare import Change, PropertyChange, compare


def document(*components: Any, **more: Any) -> dict[str, Any]:
    return {"type": "default", "id": "x", "components": list(components), **more}


def text(name: str, words: str = "", **more: Any) -> dict[str, Any]:
    return {"type": "text", "id": name, "text": words or name, **more}


A, B, C, D = (text(name) for name in "abcd")


def kinds(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(each.kind.value, each.element) for each in compare(old, new)]


def test_equal_documents_have_no_differences() -> None:
    assert compare(document(A, B), document(A, B)) == ()


def test_added_and_removed_elements() -> None:
    assert kinds(document(A, B), document(B, C)) == [("added", "c"), ("removed", "a")]


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ((A, B, C, D), (D, A, B, C), ["d"]),
        ((A, B, C, D), (B, C, D, A), ["a"]),
        ((A, B, C, D), (A, C, B, D), ["c"]),
        ((A, B, C), (C, B, A), ["c", "b"]),
        ((A, B, C), (A, D, B, C), []),
        ((A, B, C), (B, C), []),
    ],
)
def test_as_few_as_possible_were_moved(before: tuple[Any, ...], after: tuple[Any, ...], moved: list[str]) -> None:
    changes = compare(document(*before), document(*after))
    assert [each.element for each in changes if each.kind is Kind.MOVED] == moved


def test_what_goes_into_a_group_was_moved() -> None:
    group = {"type": "group", "id": "g", "components": [A]}
    assert kinds(document(A, {**group, "components": []}), document(group)) == [("moved", "a")]
    assert kinds(document(B, group), document(B, {**group, "components": [A, C]})) == [("added", "c")]


def test_changed_properties_with_both_values() -> None:
    old = document(text("a", "one", validate={"required": True, "minLength": 1}, values=[1]))
    new = document(text("a", "two", validate={"required": True, "maxLength": 2}, values=[1, 2]), title="T")
    root, change = compare(old, new)
    assert root == Change(Kind.CHANGED, None, "", "", properties=(PropertyChange("title", None, "T"),))
    assert (change.kind, change.element, change.type, change.label, change.moved) == (
        Kind.CHANGED,
        "a",
        "text",
        "two",
        False,
    )
    assert change.properties == (
        PropertyChange("text", "one", "two"),
        PropertyChange("validate.minLength", 1, None),
        PropertyChange("values", [1], [1, 2]),
        PropertyChange("validate.maxLength", None, 2),
    )


def test_an_element_can_be_changed_and_moved() -> None:
    (moved, *_) = compare(document(A, B, C), document(text("c", "other"), A, B))
    assert (moved.kind, moved.moved) == (Kind.CHANGED, True)


@pytest.mark.parametrize(("old", "new"), [(True, 1), (0, False), (1, 1.0), (None, ""), ({}, [])])
def test_values_of_other_types_are_others(old: Any, new: Any) -> None:
    assert len(compare(document(text("a", x=old)), document(text("a", x=new)))) == 1


def test_elements_without_an_id_or_with_the_same_are_told_apart_by_their_order() -> None:
    one, other = {"type": "text", "text": "1"}, {"type": "text", "text": "2"}
    assert kinds(document(one, other), document(one)) == [("removed", "")]
    assert kinds(document(A, A), document(A, text("a", "z"))) == [("changed", "a")]


@pytest.mark.parametrize(
    "odd", [{}, {"components": 7}, {"components": [1, None, "x", [A]]}, {"components": [{"id": 7, "type": []}]}]
)
def test_documents_may_have_any_faults(odd: dict[str, Any]) -> None:
    assert compare(odd, odd) == ()
    compare(odd, document(A))
    compare(document(A), odd)


def test_documents_may_be_deep() -> None:
    deep: dict[str, Any] = text("a")
    for number in range(900):
        deep = {"type": "group", "id": f"g{number}", "components": [deep], "x": {"y": deep.get("x", 1)}}
    compare(document(deep), document())


names = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(names, names)
def test_the_differences_lead_from_one_to_the_other(before: list[str], after: list[str]) -> None:
    changes = compare(document(*map(text, before)), document(*map(text, after)))
    by_kind = {kind: {each.element for each in changes if each.kind is kind} for kind in Kind}
    assert by_kind[Kind.ADDED] == set(after) - set(before)
    assert by_kind[Kind.REMOVED] == set(before) - set(after)
    still = [name for name in after if name in before and name not in by_kind[Kind.MOVED]]
    assert still == [name for name in before if name in still]
