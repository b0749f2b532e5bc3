"""What radio, select, checklist and tag list have in common: the options, and that nothing else is taken."""

from typing import Any

import pytest

from engine.form import Answers, Upload
from forms.options import MAXIMUM_OPTIONS
from tests.forms.making import SECRET, codes, form, page, properties, read

VALUES = [{"label": "One", "value": "a"}, {"label": "Two {{v}}", "value": "b"}]
KINDS = ("radio", "select", "checklist", "taglist")
NOT_OFFERED = {"pick": "Choose one of the options."}


def choice(kind: str, **element: Any) -> bytes:
    given = {} if {"valuesKey", "valuesExpression"} & element.keys() else {"values": VALUES}
    return form({"type": kind, "id": "pick", "key": "pick", "label": "Pick", **given, **element})


def options(kind: str, variables: dict[str, Any], **element: Any) -> list[tuple[str, str]]:
    """Return the values and labels that are offered."""
    seen = page(choice(kind, **element), variables)
    if kind == "select":
        found = seen.one("pick").iter("option")
        return [(each.get("value", ""), each.text_content()) for each in found if each.get("value")]
    return [(each.get("value", ""), seen.label(each)) for each in seen.named("pick")]


def one(kind: str, value: Any) -> Any:
    return value if kind in {"radio", "select"} else [value]


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_builder_asks_for_options_in_three_ways(kind: str) -> None:
    asked = properties(kind)
    assert (asked["values"]["kind"], asked["valuesKey"]["kind"], asked["valuesExpression"]["kind"]) == (
        "list",
        "string",
        "feel",
    )
    assert [(each["label"], each["translatable"], each["required"]) for each in asked["values"]["item"]] == [
        ("Value", False, True),
        ("Label", True, False),
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("element", "found"),
    [
        ({"values": []}, ["form.missing-property"]),
        ({"valuesKey": "x", "values": VALUES}, ["form.several-options"]),
        ({"valuesKey": "x", "valuesExpression": "=y"}, ["form.several-options"]),
        ({"values": [*VALUES, {"value": "a"}]}, ["form.repeated-option"]),
        ({"values": [{"value": 1}, {"value": "1"}]}, ["form.repeated-option"]),
        ({"values": [{"label": "x"}]}, ["form.missing-property"]),
        ({"values": ["a"]}, ["form.invalid-property"]),
        ({"values": [{"value": {"a": "\ud800"}}]}, ["form.invalid-property"]),
        ({"values": [{"value": "x", "colour": "red"}]}, ["form.unknown-property"]),
        ({"valuesExpression": "=("}, ["form.bad-expression"]),
        ({"label": None}, ["form.no-label?"]),
        ({"values": [{"label": str(each), "value": each} for each in range(501)]}, ["form.too-many-rows"]),
    ],
)
def test_options_that_are_wrong_are_refused(kind: str, element: dict[str, Any], found: list[str]) -> None:
    assert codes(choice(kind, **element)) == found


@pytest.mark.parametrize("kind", KINDS)
def test_a_default_that_is_not_offered_is_refused(kind: str) -> None:
    assert codes(choice(kind, defaultValue=one(kind, "z"))) == ["form.invalid-property"]
    assert read(choice(kind, defaultValue=one(kind, "b"), readonly=True), {}).values == {"pick": one(kind, "b")}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_offered_is_taken_and_nothing_else(kind: str) -> None:
    content = choice(kind)
    assert read(content, {"pick": ["b"]}) == Answers({"pick": one(kind, "b")})
    for forged in (["z"], ["One"], ["a", "z"], ["A"], ["{{7*7}}"], ["a\x00"]):
        assert read(content, {"pick": forged}).errors.keys() == {"pick"}
    assert read(content, {"pick": ["z"]}).errors == NOT_OFFERED
    assert read(choice(kind, validate={"invalidErrorMessage": "No."}), {"pick": ["z"]}).errors == {"pick": "No."}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_may_be_chosen_unless_it_is_required(kind: str) -> None:
    empty: Any = None if kind in {"radio", "select"} else []
    assert read(choice(kind), {}) == Answers({"pick": empty})
    nothing: list[dict[str, list[str]]] = [{}, {"pick": []}]
    for posted in nothing:
        assert read(choice(kind, validate={"required": True}), posted).errors == {"pick": "Field is required."}


@pytest.mark.parametrize("kind", KINDS)
def test_options_may_come_from_a_variable(kind: str) -> None:
    source = [
        "x",
        {"label": "Y", "value": "y"},
        {"value": "z"},
        7,
        True,
        1.5,
        {"label": 3, "value": 8},
        *(
            None,
            {"label": "no value"},
            {"value": None},
            {"value": {"a": 1}},
            ["nested"],
            SECRET,
            {"label": "s", "value": SECRET},
        ),
        {"label": SECRET, "value": "q"},
    ]
    found = options(kind, {"source": source}, valuesKey="source")
    assert found == [
        ("x", "x"),
        ("y", "Y"),
        ("z", "z"),
        ("7", "7"),
        ("true", "true"),
        ("1.5", "1.5"),
        ("8", "8"),
        ("q", "q"),
    ]
    content = choice(kind, valuesKey="source")
    for posted, value in (("7", 7), ("true", True), ("1.5", 1.5), ("y", "y")):
        answer = read(content, {"pick": [posted]}, {"source": source}).values["pick"]
        assert answer == one(kind, value)
        assert repr(answer) == repr(one(kind, value))
    for nothing in (None, "text", 7, {"a": 1}):
        assert options(kind, {"source": nothing}, valuesKey="source") == []


@pytest.mark.parametrize("kind", KINDS)
def test_options_may_be_worked_out(kind: str) -> None:
    formula = '=[1.5, 2, true, date("2026-01-31"), duration("PT1H"), null, [3], {label: "L", value: 4 / 8}]'
    assert options(kind, {}, valuesExpression=formula) == [
        *(("1.5", "1.5"), ("2", "2"), ("true", "true"), ("2026-01-31", "2026-01-31"), ("PT1H", "PT1H"), ("0.5", "L"))
    ]
    content = choice(kind, valuesExpression=formula)
    for posted, value in (("1.5", 1.5), ("2026-01-31", "2026-01-31"), ("0.5", 0.5)):
        assert read(content, {"pick": [posted]}).values == {"pick": one(kind, value)}
    assert options(kind, {}, valuesExpression="=1 + nothing") == []


@pytest.mark.parametrize("kind", KINDS)
def test_options_may_depend_on_fields_before_and_after(kind: str) -> None:
    """Also through a computed value, and in any order."""
    pick = {"type": kind, "id": "pick", "key": "pick", "label": "Pick", "valuesExpression": "=offer"}
    offer = {"type": "expression", "id": "e", "key": "offer", "expression": '=if land = "DE" then ["x"] else ["y"]'}
    land = {"type": "textfield", "id": "land", "key": "land", "label": "Land"}
    for elements in ((pick, offer, land), (land, offer, pick), (pick, land, offer)):
        content = form(*elements)
        assert read(content, {"pick": ["x"], "land": ["DE"]}).values["pick"] == one(kind, "x")
        assert read(content, {"pick": ["x"], "land": ["AT"]}).errors == NOT_OFFERED
        held = page(content, {"land": "DE", "pick": one(kind, "x")}).posted()
        assert held["pick"] == ["x"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_known_is_chosen_when_it_is_offered(kind: str) -> None:
    def chosen(value: Any, **element: Any) -> list[Any]:
        return [each for each in page(choice(kind, **element), {"pick": value}).posted().get("pick", []) if each]

    assert chosen(one(kind, "b")) == ["b"]
    assert chosen(one(kind, "z")) == []
    assert chosen(one(kind, SECRET)) == []
    assert chosen({"a": 1}) == []
    assert chosen(one(kind, 1), values=[{"value": 1}, {"value": True}]) == ["1"]
    assert chosen(one(kind, True), values=[{"value": 1}, {"value": True}]) == ["true"]


@pytest.mark.parametrize("kind", KINDS)
def test_labels_may_have_values_in_them_and_differ_by_language(kind: str) -> None:
    assert options(kind, {"v": "<b>"})[1] == ("b", "Two <b>")
    values = [{"label": "One", "value": "a", "translations": {"de": {"label": "Eins"}}}, {"value": "b"}]
    element = {"type": kind, "id": "pick", "key": "pick", "label": "Pick", "values": values}
    seen = page(form({**element, "translations": {"de": {"label": "Wähle"}}}), language="de")
    assert "Eins" in seen.text
    assert "Wähle" in seen.text
    assert read(form(element), {"pick": ["a"]}).values == {"pick": one(kind, "a")}


@pytest.mark.parametrize("kind", KINDS)
def test_a_readonly_choice_is_disabled_and_keeps_what_it_holds(kind: str) -> None:
    content = choice(kind, readonly="=lock")
    assert read(content, {"pick": ["a"]}, {"lock": True, "pick": one(kind, "b")}).values == {"pick": one(kind, "b")}
    assert read(content, {"pick": ["a"]}, {"lock": False, "pick": one(kind, "b")}).values == {"pick": one(kind, "a")}
    assert all(each.get("disabled") is not None for each in page(content, {"lock": True}).named("pick"))
    assert read(choice(kind, disabled=True), {"pick": ["a"]}).values == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_giant_list_is_cut(kind: str) -> None:
    variables = {"source": [f"value {each}" for each in range(20_000)]}
    assert len(options(kind, variables, valuesKey="source")) == MAXIMUM_OPTIONS
    assert read(choice(kind, valuesKey="source"), {"pick": ["value 19999"]}, variables).errors == NOT_OFFERED


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("forged", [[{}], [1], [Upload("a", "b", b"c")], "a", {"a": 1}, [["a"]]])
def test_anything_but_texts_is_refused_or_nothing(kind: str, forged: Any) -> None:
    found = read(choice(kind), {"pick": forged})
    assert found.values.get("pick") in (None, [])
