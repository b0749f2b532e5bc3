"""What the builder keeps, refuses and tells of a document."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenBuilder

FIELD = {"type": "textfield", "id": "name", "key": "name", "label": "Your name"}
STRANGE = {
    "note": {"by": "another tool"},
    "schemaVersion": 19,
    "translations": {"de": {"title": "Formular"}},
    "properties": {"colour": "blue"},
}
UNKNOWN = {"type": "iframe", "id": "frame", "url": "https://example.org", "security": {"allowScripts": True}}


def test_what_is_not_touched_stays_as_it_was(open_builder: OpenBuilder) -> None:
    components = [
        {
            "type": "text",
            "text": "First",
            "id": "first",
            "custom": [1, None, 2.5],
            "layout": {"row": "a", "columns": 8},
        },
        {"layout": {"row": "a", "columns": None}, **FIELD, "translations": {"fr": {"label": "Nom"}}},
        UNKNOWN,
    ]
    builder = open_builder(components=components, **STRANGE)
    before = json.dumps(builder.backoffice.draft(builder.name))
    builder.select("textfield")
    builder.entry("label").fill("Name")
    builder.page.keyboard.press("Control+s")
    # A version cannot have what is not supported; the draft keeps it.
    expect(builder.page.get_by_role("region", name="Problems")).to_contain_text("another host")
    after = builder.backoffice.draft(builder.name)
    # Order and all; only the label has changed.
    assert json.dumps(after) == before.replace("Your name", "Name")


def test_an_element_of_an_unknown_type_is_kept_and_told(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[UNKNOWN, FIELD])
    expect(builder.element("iframe")).to_contain_text("It is kept in the document.")
    expect(builder.palette("iframe")).to_have_count(0)
    builder.page.get_by_role("button", name="Save & Deploy").click()
    expect(builder.page.get_by_role("region", name="Problems")).to_contain_text("another host")
    assert builder.components == [UNKNOWN, FIELD]


def test_two_elements_of_one_id_are_drawn_and_told(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD, FIELD, {"type": "text", "text": "No id"}])
    expect(builder.element("textfield")).to_have_count(2)
    builder.page.locator(".b-problems-button").click()
    expect(builder.page.locator(".b-problem", has_text="is taken by another element")).to_have_count(4)
    assert builder.document["components"] == [FIELD, FIELD, {"type": "text", "text": "No id"}]


@pytest.mark.parametrize(
    ("given", "told"),
    [("done", "taken by another"), ("9lives", "do not start with a digit"), ("a b", "letters"), ("", "is needed")],
)
def test_a_bad_id_is_told_and_not_written(open_builder: OpenBuilder, given: str, told: str) -> None:
    builder = open_builder(components=[FIELD, {"type": "text", "id": "done", "text": "Done"}])
    builder.select("textfield")
    builder.entry("id").fill(given)
    expect(builder.pane.get_by_role("alert")).to_contain_text(told)
    assert builder.components[0] == FIELD


@pytest.mark.parametrize("given", ["9999", "63", "12.5", "many"])
def test_a_number_that_cannot_be_is_told_and_not_written(open_builder: OpenBuilder, given: str) -> None:
    code = {"type": "qrcode", "id": "code", "content": "x", "size": 240}
    builder = open_builder(components=[code])
    builder.select("qrcode")
    builder.entry("size").fill(given)
    expect(builder.pane.get_by_role("alert")).to_contain_text("Size")
    assert builder.components == [code]
    builder.entry("size").fill("300")
    expect(builder.pane.get_by_role("alert")).to_have_count(0)
    assert builder.components[0]["size"] == 300


def test_what_is_missing_is_told_and_prevents_deploying(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD, {"type": "link", "id": "open"}])
    page = builder.page
    expect(builder.element("link")).to_contain_text("Properties Missing UI Label, Default Value")
    expect(page.get_by_role("button", name="1 incomplete")).to_be_visible()
    page.get_by_role("button", name="Save & Deploy").click()
    expect(builder.status).to_contain_text("Not deployed")
    expect(builder.entry("label")).to_be_focused()
    assert builder.backoffice.application.forms.open(builder.name).newest is None
    builder.entry("label").fill("Open")
    builder.entry("defaultValue").fill("https://example.org/")
    expect(builder.element("link").locator(".b-missing")).to_be_hidden()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("button", name="Save & Deploy").click()
    expect(builder.status).to_contain_text("Version 1 deployed")
    expect(page.locator(".b-state")).to_have_text("Version 1, deployed")
    deployed = builder.backoffice.application.forms.open(builder.name).deployed
    assert deployed is not None
    assert json.loads(deployed.content)["components"] == builder.components


def test_what_only_the_server_finds_leads_to_its_entry(open_builder: OpenBuilder) -> None:
    link = {"type": "link", "id": "open", "label": "Open", "defaultValue": "javascript:alert(1)"}
    builder = open_builder(components=[FIELD, link, {"type": "button", "id": "go", "label": "Go", "action": "submit"}])
    builder.page.get_by_role("button", name="Save & Deploy").click()
    expect(builder.page.locator(".b-problem")).to_contain_text("Default Value")
    expect(builder.entry("defaultValue")).to_be_focused()
    builder.select("textfield")
    builder.page.locator(".b-problem").click()
    expect(builder.entry("defaultValue")).to_be_focused()
