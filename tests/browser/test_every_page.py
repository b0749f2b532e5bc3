"""Every page there is, with something on it, on a phone in the dark and on a desktop in the light.

Which pages there are is said by the routes that can be got, and by the templates for what only a form leads to: a new
one of either is looked at, or a test fails.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, template_rendered
from jinja2 import Template
from playwright.sync_api import Page, expect

from engine.accounts.back_off import NAME
from tests.browser import inhabited
from tests.browser.arriving import arrived
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenPage
from tests.browser.deeds import deeds
from tests.browser.looking import DESKTOP, faults_in_every_look, prepare
from tests.browser.pages import ELSEWHERE, GONE_AT_ONCE, NO_PAGES, ON_THE_WAY, Pages, pages, rules
from tests.browser.site import served
from tests.browser.test_screenshots import MAXIMUM_BYTES, folder_of, picture_few_colours
from tests.receiver import Receiver
from webui import create_app

SENT_EMPTY = {
    *("sign_in", "reset", "password", "new_account", "new_api_key", "new_form", "new_process", "new_token"),
    *("new_store", "ask_lock_user", "ask_journey", "new_policy", "new_webhook", "edit_webhook", "edit_user"),
}
"""Forms that are sent as they are, to see what is wrong with them."""

EMPTY = ("tokens", "instances", "stores", "users", "policies", "forms", "processes", "webhooks", "api-keys")
"""Lists, by their paths, that are looked at before anything is in them, too."""

PREVIEWED = {
    "Welcome": '{"type": "default", "id": "w", "title": "Welcome", "components":'
    ' [{"type": "textfield", "id": "name", "key": "name", "label": "Name"}]}',
    "This form cannot be shown yet": "{",
}
"""Forms as the builder sends them to be previewed, by what the title of the page begins with."""

PREVIEW = """content => {
    const form = document.querySelector("main form[method=post]");
    form.action = "/backoffice/forms/preview";
    const field = form.appendChild(document.createElement("input"));
    field.name = "content";
    field.value = content;
    form.noValidate = true;
    form.submit();
}"""

HEAD = "header.side"
"""The navigation, which is the same on every page: it is looked at on those of the lists."""

PICTURES = {
    "/backoffice/": "dashboard",
    "/backoffice/instances": "instances",
    "/backoffice/instances/{stopped}": "instance",
    "/backoffice/new-token": "token",
    "/backoffice/users?store={store_id}&q=a": "users",
    "/backoffice/policies/{policy_id}": "policy",
    "/backoffice/audit": "audit",
    "/backoffice/webhooks/{webhook_id}": "webhook",
}
"""What docs/backoffice.md shows, by the name of the picture."""


def test_every_page_is_known(backoffice: Backoffice) -> None:
    """Fails for a route that is gone; a new one is looked at below, or is told there to be no page."""
    known = {rule.endpoint for rule in rules(create_app(backoffice.application))}
    assert NO_PAGES.keys() | ELSEWHERE.keys() <= known
    for file in {*ELSEWHERE.values(), *ON_THE_WAY.values()}:
        assert re.search("violations|faults", (Path(__file__).parent / file).read_text(encoding="utf-8"))


@pytest.fixture
def rendered() -> Iterator[set[str]]:
    """Note the templates that are shown."""
    names: set[str] = set()

    def note(_: Flask, template: Template, **__: Any) -> None:
        names.add(template.name or "")

    with template_rendered.connected_to(note):
        yield names


def test_no_page_has_a_violation_or_scrolls_sideways(
    open_page: OpenPage, tmp_path: Path, receiver: Receiver, rendered: set[str]
) -> None:
    with served(tmp_path / "var") as (application, base_url):
        backoffice = Backoffice(application, base_url)
        page, stranger = (open_page(bypass_csp=True, reduced_motion="reduce") for _ in range(2))
        page.context.add_cookies([backoffice.cookie])
        walk = Walk(page, base_url)
        app = create_app(application)
        for path in EMPTY:
            walk.look(f"/backoffice/{path}", "empty")
        there = inhabited.settle(backoffice, receiver, many=2)
        outside = Walk(stranger, base_url, walk.found)
        pictures = {path.format(**asdict(there)): name for path, name in PICTURES.items()}
        needs = app.extensions["permissions"]
        for endpoint, path in Pages(app, there):
            at = walk if needs.get(endpoint) else outside
            at.go(path)
            if path in pictures:
                picture(page, folder_of(tmp_path) / f"backoffice-{pictures[path]}.png")
            at.note(path)
            if endpoint.removeprefix("backoffice.") in SENT_EMPTY:
                at.send_empty(path)
        assert pictures.keys() <= walk.seen
        walk.go("/backoffice/tokens")
        page.locator("summary", has_text="admin").click()
        walk.note("the account's menu", without=None)
        page.get_by_role("link", name="New Process Token").click()
        expect(page.get_by_role("dialog", name="New Process Token")).to_be_visible()
        walk.note("a dialog")
        for deed in deeds(there, receiver.url):
            walk.go(f"/backoffice/{deed.path}")
            deed.do(page)
            walk.note(f"{deed.path} sent")
        for name, content in PREVIEWED.items():
            walk.go("/backoffice/new-form")
            page.evaluate(PREVIEW, content)
            arrived(page, name)
            walk.note(f"the preview of {name}")
        outside.be_kept_waiting()
        assert not walk.found
        assert pages() - rendered == ON_THE_WAY.keys() | GONE_AT_ONCE


def picture(page: Page, file: Path) -> None:
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    picture_few_colours(page, file, colours=256)
    assert file.stat().st_size <= MAXIMUM_BYTES


class Walk:
    """Goes from page to page, and notes what is wrong with them."""

    def __init__(self, page: Page, base_url: str, found: dict[str, list[str]] | None = None) -> None:
        self.page = page
        self.base_url = base_url
        self.found: dict[str, list[str]] = {} if found is None else found
        self.seen: set[str] = set()
        prepare(page.context)

    def go(self, path: str) -> None:
        answer = self.page.goto(self.base_url + path)
        assert answer is not None
        assert answer.status == (404 if path.endswith("/nowhere") else 200), path
        assert answer.url == self.base_url + path
        assert answer.headers["content-type"].startswith("text/html"), f"{path} is listed in NO_PAGES"
        self.seen.add(path)

    def look(self, path: str, name: str = "") -> None:
        self.go(path)
        self.note(f"{path} {name}", without=None)

    def note(self, name: str, *, without: str | None = HEAD) -> None:
        # What is asked, and what else a page says, is built as others are.
        alike = re.search(r"\?|sent empty|/(many-)?instances/\w+/|/users/\w+/", name)
        if wrong := faults_in_every_look(self.page, without=without, alike=alike is not None):
            self.found[name] = wrong

    def send_empty(self, path: str) -> None:
        self.page.locator("main form[method=post]").first.evaluate("form => { form.noValidate = true }")
        expect(self.page.get_by_role("alert")).to_have_count(0)
        self.page.locator("main form[method=post] [type=submit]").first.click()
        expect(self.page.get_by_role("alert")).to_be_visible()
        self.note(f"{path} sent empty")

    def be_kept_waiting(self) -> None:
        """Sign in wrongly until somebody has to wait."""
        self.go("/backoffice/sign-in")
        # Each wait is twice as long as the one before: sooner or later one is longer than this machine takes.
        for _ in range(2 * NAME.free):
            self.page.locator("[name=name]").fill("mallory")
            self.page.locator("[name=password]").fill("guess")
            with self.page.expect_response(lambda each: each.request.method == "POST") as told:
                self.page.locator("main [type=submit]").first.click()
            self.page.wait_for_load_state()
            if told.value.status == HTTPStatus.TOO_MANY_REQUESTS:
                break
        expect(self.page).to_have_title(re.compile("^Too many attempts"))
        self.note("too many attempts")
