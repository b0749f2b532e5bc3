"""The tab JSON."""

import json

from playwright.sync_api import expect

from tests.browser.conftest import OpenBuilder

FIELD = {"type": "textfield", "id": "name", "key": "name", "label": "Your name"}


def test_text_that_is_written_changes_the_form_and_can_be_undone(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    before = builder.document
    builder.select("textfield")
    builder.entry("label").fill("Name")
    builder.write_json(json.dumps({**before, "components": [FIELD, {"type": "text", "id": "more", "text": "More"}]}))
    builder.open_tab("Visual")
    expect(builder.element("text")).to_be_visible()
    assert builder.types == ["textfield", "text"]
    assert builder.undo_all() == 2
    assert builder.document == before
    assert builder.redo_all() == 2
    assert builder.types == ["textfield", "text"]


def test_undoing_at_once_takes_back_what_was_just_written(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    before = builder.document
    builder.write_json(json.dumps({**before, "components": []}))
    builder.undo_button.click()
    expect(builder.json_text).to_contain_text("Your name")
    builder.page.wait_for_timeout(600)  # nothing comes after it
    assert builder.document == before
    builder.redo_button.click()
    assert builder.components == []


def test_broken_text_is_told_and_not_applied(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    before = builder.document
    for text, told in (
        ('{"type": "default", ', "This is not JSON"),
        ("[]", "A form is a JSON object"),
        ('{"components": {}}', "not a list"),
        ('{"components": ["x"]}', "Component 1 of the form is not an object"),
    ):
        builder.write_json(text)
        expect(builder.page.get_by_role("alert")).to_contain_text(told)
        assert builder.document == before
    builder.open_tab("Visual")
    expect(builder.element("textfield")).to_be_visible()
    # What was written is still there, until it is given up.
    builder.open_tab("JSON")
    expect(builder.json_text).to_contain_text('{"components": ["x"]}')
    builder.page.get_by_role("button", name="Back to the form").click()
    expect(builder.json_text).to_contain_text("Your name")


def test_what_is_missing_is_marked_in_the_text(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD, {"type": "qrcode", "id": "code"}, {"type": "nothing", "id": "no"}])
    builder.open_tab("JSON")
    expect(builder.page.locator(".cm-lint-marker")).to_have_count(2)
    builder.page.locator(".cm-lint-marker").first.hover()
    expect(builder.page.locator(".cm-tooltip")).to_contain_text("Properties Missing: QR Content")


def test_names_and_choices_are_offered(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[{"type": "qrcode", "id": "code"}])
    builder.open_tab("JSON")
    builder.json_text.get_by_text('"id": "code"').click()
    page = builder.page
    page.keyboard.press("End")
    page.keyboard.type(',\n"con')
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("QR Content")
    page.wait_for_timeout(400)  # the editor takes no choice that may have appeared under the finger
    page.keyboard.press("Enter")
    page.keyboard.type('"x"')
    builder.open_tab("Visual")
    assert builder.components[0]["content"] == "x"


def test_a_draft_that_is_no_form_is_shown_as_text(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    library = builder.backoffice.application.forms
    library.save_draft(builder.name, b'{"type": ', seen=library.open(builder.name).draft.revision, by="somebody")
    builder.page.reload()
    expect(builder.page.get_by_role("alert")).to_contain_text("This is not JSON")
    expect(builder.json_text).to_have_text('{"type":')
