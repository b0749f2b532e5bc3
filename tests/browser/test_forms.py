"""Forms with every element on the end user's page, in a real browser."""

import json
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FilePayload, Page, expect

from engine.deployment import File
from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage, scanned
from tests.browser.every_element import FORM
from tests.browser.site import Site


@pytest.fixture
def begin(site: Site, open_page: OpenPage) -> Callable[..., Page]:
    """Deploy the form, and open its page."""
    site.application.deploy([File("ShowCurrentTOTP.form", json.dumps(FORM).encode())])

    def make(*arguments: str, **options: object) -> Page:
        page = open_page(*arguments, **options)
        page.goto(site.link)
        page.locator("form[data-once] button").click()
        arrived(page, "Everything")
        return page

    return make


def test_fields_come_and_go_as_answers_change(begin: Callable[..., Page]) -> None:
    page = begin()
    page.get_by_label("Password").fill("hunter2hunter2")
    page.get_by_label("Name").fill("Ann")
    box = page.get_by_label("I want more questions")
    box.check()
    extra = page.get_by_label("The extra question")
    expect(extra).to_be_visible()
    expect(box).to_be_focused()
    # The server never sends a password back; it stays where it was typed.
    expect(page.get_by_label("Password")).to_have_value("hunter2hunter2")
    expect(page.get_by_label("Name")).to_have_value("Ann")
    box.uncheck()
    expect(extra).to_have_count(0)


def test_items_are_added_and_removed_on_the_page(begin: Callable[..., Page]) -> None:
    page = begin()
    clients = page.get_by_role("group", name="Clients", exact=True)
    clients.get_by_label("Who").fill("Ann")
    clients.get_by_role("button", name="Add another").click()
    expect(clients.get_by_label("Who")).to_have_count(2)
    expect(clients.get_by_label("Who").nth(1)).to_be_focused()
    clients.get_by_label("Who").nth(1).fill("Bob")
    clients.get_by_role("button", name="Remove Clients 1").click()
    expect(clients.get_by_label("Who")).to_have_count(1)
    expect(clients.get_by_label("Who")).to_have_value("Bob")


def test_without_a_script_the_server_does_the_same(begin: Callable[..., Page]) -> None:
    page = begin(java_script_enabled=False)
    clients = page.get_by_role("group", name="Clients", exact=True)
    clients.get_by_role("button", name="Add another").click()
    expect(clients.get_by_label("Who")).to_have_count(2)


def test_tables_turn_pages_lists_are_searched_and_messages_close(begin: Callable[..., Page]) -> None:
    page = begin()
    table = page.get_by_role("region", name="Rows")
    expect(table.get_by_role("cell", name="1", exact=True).first).to_be_visible()
    table.get_by_role("button", name="Next").click()
    expect(table.get_by_role("status")).to_have_text("Page 2 of 3")
    expect(table.get_by_role("cell", name="16", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("tag 12")
    tags = page.get_by_role("group", name="Tags")
    expect(tags.get_by_role("checkbox")).to_have_count(1)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("It worked.")).to_have_count(0)


def test_everything_is_sent_and_wrong_answers_are_told_at_once(site: Site, begin: Callable[..., Page]) -> None:
    page = begin()
    page.get_by_label("Name").fill("Ann")
    page.get_by_label("E-mail").fill("ann@example.com")
    page.get_by_label("Amount").fill("70")
    page.get_by_label("Red").check()
    page.get_by_role("textbox", name="Code").fill("123 456")
    page.get_by_label("Pear").check()
    page.get_by_label("Date").fill("2026-01-31")
    page.get_by_label("Time").fill("13:45")
    passport: FilePayload = {"name": "passport.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    page.get_by_label("Your passport").set_input_files([passport])
    send = page.get_by_role("button", name="Send")
    send.click()
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_text(["Amount: Field must have maximum value of 10."])
    summary.get_by_role("link").click()
    expect(page.get_by_label("Amount")).to_be_focused()
    expect(page.get_by_label("Name")).to_have_value("Ann")
    page.get_by_label("Amount").fill("7")
    page.get_by_role("textbox", name="Code").fill("123456")
    send.click()
    arrived(page, "Finished")
    instance = site.application.views.newest()[0]
    answers = site.application.views.show(instance.id).variables["_customFormData"]["ShowCurrentTOTP"]
    kept = {name: answers[name] for name in ("name", "mail", "amount", "double", "color", "fruits", "code", "address")}
    assert kept == {
        "name": "Ann",
        "mail": "ann@example.com",
        "amount": 7,
        "double": 14,
        "color": "red",
        "fruits": ["p"],
        "code": "123456",
        "address": {"street": "", "city": ""},
    }
    assert answers["when"].startswith("2026-01-31T13:45")


def test_what_is_missing_is_told_at_once_and_costs_no_try(site: Site, begin: Callable[..., Page]) -> None:
    page = begin()
    page.get_by_label("E-mail").fill("ann")
    page.get_by_role("button", name="Send").click()
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary).to_be_focused()
    told = summary.get_by_role("link")
    expect(told.nth(0)).to_have_text("Name: Field is required.")
    expect(told.nth(1)).to_contain_text("E-mail: ")
    expect(told.nth(2)).to_have_text("Colour: Field is required.")
    expect(told.nth(3)).to_have_text("Code: Enter the 6 digits of the code.")
    told.nth(0).click()
    name = page.get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    assert site.application.views.newest()[0].status == "ACTIVE"
    history = site.application.views.show(site.application.views.newest()[0].id).history
    assert not [each for each in history if each.event == "refused"]


@pytest.mark.parametrize(("screen", "scheme", "language"), [("phone", "dark", "ar"), ("desktop", "light", "en")])
def test_every_element_is_accessible(
    begin: Callable[..., Page], site: Site, screen: str, scheme: str, language: str
) -> None:
    site.link += f"?lang={language}"
    # axe puts itself into the page, which the policy does not let it do.
    page = begin(screen, scheme, bypass_csp=True)
    results = Axe().run(page)
    assert results.response["passes"]
    assert results.violations_count == 0, results.generate_report()
    # The form is written from left to right; what the page says in it has its own direction, and stays with its field.
    for each in (".pager [role=status]", ".optional", ".hint"):
        expect(page.locator(each).first).to_have_css("unicode-bidi", "plaintext")
    expect(page.locator(".hint").first).to_have_css("text-align", "left")
    assert scanned(page.locator("svg.qrcode")) == ["https://example.com"]
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
