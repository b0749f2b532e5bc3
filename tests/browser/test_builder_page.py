"""The page of the builder: preview, accessibility, light and dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import OpenBuilder, Scheme
from tests.browser.looking import is_on_top

FORM = [
    {"type": "text", "id": "title", "text": "# Hello {{name}}"},
    {"type": "textfield", "id": "who", "key": "who", "label": "Your name"},
    {"type": "qrcode", "id": "code"},
    {"type": "button", "id": "done", "label": "Done", "action": "submit"},
]
COMPLETE = [each for each in FORM if each["type"] != "qrcode"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_builder_is_accessible(open_builder: OpenBuilder, scheme: Scheme) -> None:
    builder = open_builder(components=FORM, scheme=scheme)
    builder.select("textfield")
    builder.open_groups()
    builder.page.get_by_role("button", name="incomplete").click()
    # What form-js draws on the canvas is a picture of the form: its inputs are disabled.
    found = Axe().run(builder.page, context={"exclude": [[".b-sheet"]]})
    assert not found.response["violations"], found.generate_report()
    builder.open_tab("JSON")
    expect(builder.json_text).to_be_visible()
    found = Axe().run(builder.page, context={"include": [[".b-bar"], [".b-json"]]})
    assert not found.response["violations"], found.generate_report()


def test_the_preview_is_the_real_page_with_sample_data(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=COMPLETE)
    page = builder.page
    builder.open_tab("Preview")
    frame = page.frame_locator(".b-frame:not(.b-frame-next)")
    expect(frame.get_by_label("Your name")).to_be_visible()
    page.get_by_label("Sample data").last.fill('{"name": "Ada"}')
    expect(frame.get_by_role("heading", name="Hello Ada")).to_be_visible()
    page.get_by_label("Sample data").last.fill('{"name": ')
    expect(page.get_by_role("alert")).to_contain_text("This is not JSON")
    page.get_by_label("Sample data").last.fill('{"name": "Grace"}')
    for width, pixels in (("Tablet", 768), ("Phone", 360)):
        page.get_by_role("button", name=width).click()
        expect(page.locator(".b-frames")).to_have_css("width", f"{pixels}px")
    page.reload()
    builder.open_tab("Preview")
    expect(frame.get_by_role("heading", name="Hello Grace")).to_be_visible()


def test_the_preview_follows_what_is_undone(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=COMPLETE)
    builder.select("textfield")
    builder.entry("label").fill("First name")
    builder.open_tab("Preview")
    frame = builder.page.frame_locator(".b-frame:not(.b-frame-next)")
    expect(frame.get_by_label("First name")).to_be_visible()
    builder.undo_button.click()
    expect(frame.get_by_label("Your name")).to_be_visible()


def test_the_palette_is_searched(open_builder: OpenBuilder) -> None:
    builder = open_builder()
    builder.page.get_by_role("searchbox", name="Search elements").fill("qr code")
    expect(builder.page.locator(".b-palette-field")).to_have_count(1)
    builder.page.get_by_role("searchbox", name="Search elements").fill("no such thing")
    expect(builder.page.get_by_text("No element matches")).to_be_visible()


def test_the_mark_of_form_js_is_seen(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=COMPLETE)
    mark = builder.canvas.get_by_role("link", name=re.compile("bpmn.io", re.IGNORECASE))
    expect(mark).to_be_visible()
    assert is_on_top(mark)


def test_an_element_is_moved_and_put_beside_another_by_mouse(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=COMPLETE)
    before = builder.document
    mouse = builder.page.mouse
    for each in ("button", "text"):
        expect(builder.element(each)).to_be_visible()
    start, end = builder.element("button").bounding_box(), builder.element("text").bounding_box()
    assert start is not None
    assert end is not None
    mouse.move(start["x"] + 60, start["y"] + 20)
    mouse.down()
    mouse.move(start["x"] + 66, start["y"] + 16)
    mouse.move(end["x"] + 60, end["y"] + 4, steps=8)
    mouse.up()
    assert builder.types == ["button", "text", "textfield"] or builder.components[0].get("layout")
    after = builder.document
    assert after != before
    # Nothing else of the document has changed.
    for each in after["components"]:
        each.pop("layout", None)
    assert sorted(map(str, after["components"])) == sorted(map(str, COMPLETE))
    builder.undo_all()
    assert builder.document == before
