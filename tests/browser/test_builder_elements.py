"""Every declared element can be added, and every declared property of it can be set, undone and redone."""

import copy
from typing import Any

import pytest
from playwright.sync_api import expect

import forms
from tests.browser.builder import Builder, Json
from tests.browser.conftest import OpenBuilder

DECLARATIONS = forms.declarations()
ELEMENTS: list[Json] = DECLARATIONS["elements"]
TYPES = [each["type"] for each in ELEMENTS]


def test_every_element_can_be_dragged_onto_the_form(open_builder: OpenBuilder) -> None:
    builder = open_builder()
    for number, kind in enumerate(TYPES, start=1):
        builder.drag(kind, builder.canvas.locator(".fjs-children").first)
        assert builder.types[-1] == kind, f"{kind} was not dropped"
        assert len(builder.types) == number
        expect(builder.element(kind).last).to_be_visible()
        builder.canvas.evaluate("canvas => canvas.scrollTo(0, canvas.scrollHeight)")
    assert builder.types == TYPES
    assert len({each["id"] for each in builder.components}) == len(TYPES)


def test_every_element_can_be_added_by_keyboard(open_builder: OpenBuilder) -> None:
    builder = open_builder()
    for index, kind in enumerate(TYPES):
        builder.palette(kind).press("Enter" if index % 2 else " ")
        # It has the focus now, so that it can go on from there.
        expect(builder.page.locator(":focus")).to_have_attribute("data-field-type", kind)
        builder.pane.get_by_role("button", name="Form properties").click()
    assert builder.types == TYPES


@pytest.mark.parametrize("declared", ELEMENTS, ids=TYPES)
def test_every_property_can_be_set_undone_and_redone(open_builder: OpenBuilder, declared: Json) -> None:
    components: list[Json] = [{"type": declared["type"], "id": "one", **copy.deepcopy(declared["create"])}]
    if declared["keyed"]:
        components[0]["key"] = "one"
    if declared["container"]:
        components[0]["components"] = []
    builder = open_builder(components=components, translations={"de": {"title": "Formular"}})
    before = builder.document
    builder.select(declared["type"])
    builder.open_groups()
    expected = components[0]
    for number, each in enumerate(declared["properties"]):
        put(expected, each["path"], set_property(builder, each, number, expected))
    translate(builder, declared, expected)
    after = builder.document
    assert after["components"] == [expected]
    assert builder.undo_all() >= len(declared["properties"]) - 1
    assert builder.document == before
    builder.redo_all()
    assert builder.document == after


def set_property(builder: Builder, declared: Json, number: int, component: Json) -> Any:
    """Set a property through the pane, by its kind, and return the value that it should have then."""
    path, kind = declared["path"], declared["kind"]
    entry = builder.entry(*path)
    if kind.endswith("-or-feel") and number % 2:
        builder.pane.get_by_role("button", name=f"{declared['label']} as an expression", exact=True).click()
        kind = "feel"
    match kind.removesuffix("-or-feel"):
        case "feel":
            entry.press("ControlOrMeta+a")
            builder.page.keyboard.insert_text("count(rows) > 2")
            return "=count(rows) > 2"
        case "flag":
            entry.click()
            wanted = not at(component, path, declared["default"])
            # What is as it is anyhow is not written.
            return wanted if wanted != bool(declared["default"]) else None
        case "integer" | "number":
            number = number_of(declared)
            entry.fill(str(number))
            return number
        case "choice":
            entry.select_option(label=str(declared["choices"][-1]))
            return declared["choices"][-1]
        case "list":
            return add_row(builder, declared, at(component, path, []))
        case "multiline":
            entry.fill("First line\n{{second}}")
            return "First line\n{{second}}"
        case _:
            value = "two" if path in (["id"], ["key"]) else f"{{{{value}}}} {number}"
            entry.fill(value)
            return value


def number_of(declared: Json) -> int:
    low, high = declared["minimum"], declared["maximum"]
    return int(min(max(7, low if low is not None else 7), high if high is not None else 7))


def add_row(builder: Builder, declared: Json, rows: list[Json]) -> list[Json]:
    builder.entry(*declared["path"]).click()
    row: Json = {}
    for number, each in enumerate(declared["item"]):
        inner = {**each, "path": [*declared["path"], len(rows), *each["path"]]}
        put(row, each["path"], set_property(builder, inner, number * 2, {}))
    return [*rows, row]


def translate(builder: Builder, declared: Json, component: Json) -> None:
    """Write a German text for the first text that can be translated."""
    texts = [each for each in declared["properties"] if each["translatable"]]
    if texts:
        name = ".".join(texts[0]["path"])
        builder.entry("translations", "de", name).fill("Auf Deutsch")
        component["translations"] = {"de": {name: "Auf Deutsch"}}


def at(value: Any, path: list[Any], default: Any = None) -> Any:
    for key in path:
        if isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return default
    return value


def put(holder: Json, path: list[str], value: Any) -> None:
    if value is None:
        holder.pop(path[0])
        return
    for key in path[:-1]:
        holder = holder.setdefault(key, {})
    holder[path[-1]] = value
