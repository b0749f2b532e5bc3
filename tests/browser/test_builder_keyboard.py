"""Everything in the builder can be done without a mouse."""

from playwright.sync_api import expect

from tests.browser.builder import Builder
from tests.browser.conftest import OpenBuilder

TWO = [
    {"type": "text", "id": "first", "text": "First"},
    {"type": "group", "id": "inside", "components": [{"type": "textfield", "id": "name", "key": "name"}]},
    {"type": "button", "id": "done", "label": "Done", "action": "submit"},
]


def ids(builder: Builder) -> list[str]:
    return [each["id"] for each in builder.components]


def test_an_element_is_selected_edited_and_left(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=TWO)
    builder.element("button").press("Enter")
    expect(builder.entry("id")).to_be_focused()
    builder.entry("label").fill("Go on")
    builder.page.keyboard.press("Escape")
    expect(builder.element("button")).to_be_focused()
    assert builder.components[2]["label"] == "Go on"


def test_an_element_moves_over_the_borders_of_groups(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=TWO)
    before = builder.document
    builder.element("button").press("Alt+ArrowUp")
    expect(builder.element("button")).to_be_focused()
    assert [each["id"] for each in builder.components[1]["components"]] == ["name", "done"]
    for _ in range(2):
        builder.page.keyboard.press("Alt+ArrowUp")
        expect(builder.element("button")).to_be_focused()
    assert ids(builder) == ["first", "done", "inside"]
    assert builder.undo_all() == 3
    assert builder.document == before


def test_an_element_is_deleted_and_the_next_has_the_focus(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=TWO)
    builder.element("text").press("Delete")
    assert ids(builder) == ["inside", "done"]
    expect(builder.element("group")).to_be_focused()
    builder.page.keyboard.press("Control+z")
    assert builder.components == TWO


def test_typing_is_one_step_and_deleting_in_a_field_deletes_no_element(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=TWO)
    builder.select("button")
    builder.entry("label").press("End")
    builder.page.keyboard.type("abc")
    builder.page.keyboard.press("Backspace")
    assert builder.components[2]["label"] == "Doneab"
    builder.page.keyboard.press("Control+z")
    assert builder.components == TWO
    builder.page.keyboard.press("Control+y")
    assert builder.components[2]["label"] == "Doneab"


def test_the_tabs_are_walked_by_arrows(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=TWO)
    page = builder.page
    page.get_by_role("tab", name="Visual").press("ArrowRight")
    expect(page.get_by_role("tab", name="JSON")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="JSON")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_role("tabpanel", name="Preview")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="Visual")).to_be_visible()


def test_elements_are_named_for_screen_readers(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[*TWO, {"type": "qrcode", "id": "code"}])
    for name in ("Text, First", "Button, Done", "QR Code, code, Properties Missing"):
        expect(builder.canvas.get_by_role("group", name=name, exact=True)).to_be_visible()
