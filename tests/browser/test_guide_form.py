"""A designer builds the form of the first journey from nothing, deploys it, and a person sees it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import bpmn
from engine import demo
from engine.deployment import File
from tests.browser.arriving import arrived
from tests.browser.builder import Backoffice, Builder
from tests.browser.conftest import OpenPage, scanned
from tests.browser.site import Site, served

NAME = "ShowCurrentTOTP"
TITLE = "Show current TOTP"
URI = "{{processvar._identityStore.currentTOTP.qrCodeString}}"
KEY = "{{processvar._identityStore.currentTOTP.secret}}"
ELEMENTS = {
    "QR Code": {"Element ID": "qrCode", "QR Content": URI, "Size": "240"},
    "Link": {"Element ID": "openAuthenticator", "UI Label": "Open in your authenticator app", "Default Value": URI},
    "Copy": {"Element ID": "copyKey", "UI Label": "Copy key", "Default Value": KEY},
    "Submit": {"Element ID": "done", "UI Label": "Done"},
}
"""What the designer adds, in this order, and enters."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Backoffice]:
    """An installation without any form, and a designer who is signed in."""
    with served(tmp_path / "var") as (application, base_url):
        yield Backoffice(application, base_url)


def new_form(page: Page, desk: Backoffice) -> None:
    page.context.add_cookies([desk.cookie])
    page.goto(f"{desk.base_url}/backoffice/")
    page.get_by_role("link", name="Custom Forms").click()
    page.get_by_role("link", name="New Custom Form").first.click()
    page.get_by_label("Name", exact=True).first.fill(NAME)
    page.get_by_label("Title").fill(TITLE)
    page.get_by_role("button", name="Make the form").click()
    expect(page.locator(".fjs-form-editor")).to_be_visible()


def deployed(page: Page) -> None:
    page.get_by_role("button", name="Save & Deploy").click()
    expect(page.get_by_text("Version 1 deployed")).to_be_visible()


def deployed_and_shown(page: Page, desk: Backoffice) -> None:
    """Deploy the form with the journey's process, and go through it as its end user."""
    deployed(page)
    process = bpmn.FOLDER / demo.PROCESS / "get_current_totp.bpmn"
    desk.application.deploy([File.at(process)])
    site = Site.__new__(Site)
    site.application, site.base_url = desk.application, desk.base_url
    page.goto(f"{desk.base_url}/t/{demo.install(desk.application, [])}")
    page.get_by_role("button", name="Begin").click()
    arrived(page, TITLE)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    page.get_by_text("Show QR code").click()
    assert scanned(page.locator("svg.qrcode")) == [site.uri]
    expect(page.get_by_role("link", name="Open in your authenticator app")).to_have_attribute("href", site.uri)
    expect(page.get_by_role("button", name="Copy key")).to_have_attribute("data-copy", site.key)
    page.get_by_role("button", name="Done").click()
    arrived(page, "Finished")
    assert desk.application.views.newest()[0].status == "COMPLETED"


def test_by_mouse(open_page: OpenPage, desk: Backoffice) -> None:
    page = open_page()
    new_form(page, desk)
    builder = Builder(page, desk, NAME)
    for (name, properties), kind in zip(ELEMENTS.items(), ("qrcode", "link", "copy", "submit"), strict=True):
        builder.drag(kind, builder.canvas.locator(".fjs-children").first)
        element = builder.element(kind)
        expect(element).to_be_visible()
        missing = element.get_by_text("Properties Missing").filter(visible=True)
        expect(missing).to_have_count(0 if name == "Submit" else 1)
        for label, text in properties.items():
            builder.pane.get_by_label(label, exact=False).first.click()
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(text)
        expect(missing).to_have_count(0)
    deployed(page)


def test_by_keyboard(open_page: OpenPage, desk: Backoffice) -> None:
    page = open_page()
    new_form(page, desk)
    pane = page.get_by_role("complementary", name="Form Editor")
    for name, properties in ELEMENTS.items():
        button = page.get_by_role("button", name=name, exact=True)
        button.focus()
        page.keyboard.press("Enter")
        for label, text in properties.items():
            pane.get_by_label(label, exact=False).first.focus()
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(text)
        page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Version 1 saved")).to_be_visible()
    deployed_and_shown(page, desk)
