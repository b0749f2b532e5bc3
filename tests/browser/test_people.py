"""Identity stores, users and policies in a real browser."""

from typing import Any

from playwright.sync_api import Page, expect

from engine import demo
from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage
from tests.browser.site import Site


def sign_in(site: Site, page: Page) -> None:
    accounts = site.application.accounts
    first = accounts.make_first()
    assert first is not None
    begun = accounts.sign_in(first.account.name, first.password, address="127.0.0.1")
    changed = accounts.change_password(begun, first.password, "seven green lamps on a quay", address="127.0.0.1")
    cookie: Any = {"name": "idflow-backoffice", "value": changed.session, "url": site.base_url}
    page.context.add_cookies([cookie])


def test_an_operator_helps_a_user_on_a_phone(site: Site, open_page: OpenPage) -> None:
    page = open_page("phone", "dark")
    sign_in(site, page)

    def go(path: str) -> None:
        page.goto(f"{site.base_url}/backoffice{path}")

    go("/stores")
    page.get_by_role("link", name=demo.STORE, exact=True).click()
    page.get_by_role("link", name="Users").last.click()
    expect(page.get_by_label("Attribute", exact=True)).to_be_hidden()
    page.get_by_label("Look for").fill("USER")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=demo.USER).click()
    arrived(page, demo.USER)
    user = page.url.removeprefix(f"{site.base_url}/backoffice")
    page.get_by_role("link", name="Lock", exact=True).click()
    dialog = page.get_by_role("dialog", name=f"Lock {demo.USER}?")
    dialog.get_by_label("Reason").fill("The device was stolen.")
    dialog.get_by_role("button", name="Lock the user").click()
    expect(page.get_by_role("status").first).to_have_text("The user is locked.")
    expect(page.get_by_text("Reason: The device was stolen.")).to_be_visible()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_role("button", name="Add another attribute").click()
    page.get_by_label("Name of attribute 4").fill("a b")
    page.get_by_label("Reason").fill("A call.")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot name an attribute")
    go(f"{user}/journey")
    page.get_by_label("Process definition").select_option(demo.PROCESS)
    page.get_by_label("Reason").fill("Asked for by phone.")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    go("/policies")
    page.get_by_role("link", name=demo.POLICY, exact=True).click()
    page.get_by_label("Digits").select_option("8")
    expect(page.get_by_text("It ignores 8 digits.")).to_be_visible()
    expect(page.get_by_text("What a change does")).to_be_visible()
    page.get_by_role("button", name="Save…").click()
    arrived(page, f"Change {demo.POLICY}?")


def test_what_a_policy_means_is_said_with_and_without_scripts(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(site, page)
    page.goto(f"{site.base_url}/backoffice/new-policy")
    expect(page.get_by_role("button", name="Preview")).to_have_count(0)
    meaning = page.get_by_role("region", name="What it means")
    page.get_by_label("Period (seconds)").fill("60")
    expect(meaning).to_contain_text("A code is taken for 120 seconds")
    page.get_by_label("Period (seconds)").fill("5")
    expect(meaning).to_contain_text("A code lasts 15 to 120 seconds, not 5.")
    plain = open_page(java_script_enabled=False)
    plain.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    plain.goto(f"{site.base_url}/backoffice/new-policy")
    plain.get_by_label("Name", exact=True).fill("strong")
    plain.get_by_label("Digits").select_option("8")
    plain.get_by_role("button", name="Preview").click()
    expect(plain.get_by_role("region", name="What it means")).to_contain_text("It ignores 8 digits.")
    expect(plain.get_by_label("Name", exact=True)).to_have_value("strong")
