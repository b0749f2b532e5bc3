"""The draft on the server: saved by itself, kept when it cannot be, never over somebody else's unasked."""

import json

from playwright.sync_api import Page, Route, expect

from tests.browser.arriving import Told, saved
from tests.browser.builder import Builder
from tests.browser.conftest import OpenBuilder

FIELD = {"type": "textfield", "id": "name", "key": "name", "label": "Your name"}


def rename(builder: Builder, label: str) -> None:
    builder.select("textfield")
    builder.entry("label").fill(label)


def leave(page: Page) -> None:
    """Let another window have the focus."""
    page.evaluate("window.dispatchEvent(new Event('blur'))")


def label_of(builder: Builder) -> str:
    label: str = builder.backoffice.draft(builder.name)["components"][0]["label"]
    return label


def test_a_draft_is_saved_a_moment_after_the_last_change(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    told = Told(builder.status)
    with saved(builder.status):
        rename(builder, "Name")
    assert told.texts[:2] == ["Not saved yet", "Saving…"]
    assert label_of(builder) == "Name"
    assert builder.backoffice.application.forms.open(builder.name).newest is None


def test_a_draft_is_saved_when_the_window_is_left(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    # From now on, nothing happens because a moment has passed.
    builder.page.evaluate("window.setTimeout = () => 0")
    rename(builder, "Name")
    expect(builder.status).to_have_text("Not saved yet")
    with saved(builder.status):
        leave(builder.page)
    assert label_of(builder) == "Name"


def test_a_draft_is_saved_again_when_the_server_is_back(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    page = builder.page

    def fail(route: Route) -> None:
        route.fulfill(status=503, content_type="application/problem+json", body='{"title": "Busy."}')

    page.route("**/draft", fail)
    rename(builder, "Name")
    leave(page)
    expect(builder.status).to_have_text("Not saved: Busy. Trying again.")
    page.unroute("**/draft")
    with saved(builder.status):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    assert label_of(builder) == "Name"


def test_what_the_server_refuses_is_told_in_its_words(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    body = '{"title": "This cannot be taken", "detail": "It is too much."}'
    builder.page.route("**/draft", lambda route: route.fulfill(status=422, body=body))
    rename(builder, "Name")
    leave(builder.page)
    expect(builder.status).to_have_text("Not saved: It is too much.")
    builder.page.unroute("**/draft")
    builder.page.keyboard.press("Control+s")
    expect(builder.status).to_contain_text("Version 1 saved")


def test_what_is_typed_last_is_in_the_version(open_builder: OpenBuilder) -> None:
    builder = open_builder(components=[FIELD])
    rename(builder, "Typed just before")
    builder.page.keyboard.press("Control+s")
    expect(builder.status).to_contain_text("Version 1 saved")
    newest = builder.backoffice.application.forms.open(builder.name).newest
    assert newest is not None
    assert json.loads(newest.content)["components"][0]["label"] == "Typed just before"


def test_somebody_elses_draft_is_loaded_and_ones_own_is_an_undo_away(open_builder: OpenBuilder) -> None:
    mine, theirs = two_windows(open_builder)
    dialog = mine.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{mine.backoffice.who} saved it after you opened it")
    dialog.get_by_role("button", name="Load theirs").click()
    expect(mine.element("textfield")).to_contain_text("Theirs")
    assert mine.document == theirs.document
    assert label_of(mine) == "Theirs"
    with saved(mine.status):
        mine.undo_button.click()
    assert mine.components[0]["label"] == "Mine"
    assert label_of(mine) == "Mine"


def test_ones_own_draft_is_kept_over_somebody_elses(open_builder: OpenBuilder) -> None:
    mine, _ = two_windows(open_builder)
    with saved(mine.status):
        mine.page.get_by_role("dialog").get_by_role("button", name="Keep mine").click()
    assert label_of(mine) == "Mine"


def two_windows(open_builder: OpenBuilder) -> tuple[Builder, Builder]:
    """Open a form twice, save it in the second window, then change it in the first."""
    mine = open_builder(components=[FIELD])
    theirs = open_builder(name=mine.name)
    with saved(theirs.status):
        rename(theirs, "Theirs")
        leave(theirs.page)
    rename(mine, "Mine")
    leave(mine.page)
    return mine, theirs
