"""The backoffice in a real browser: signing in for the first time, a password, a form."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage
from tests.browser.site import Site

PASSWORD = "wobbly kettle orbit"


@pytest.fixture
def one_time(site: Site) -> str:
    issued = site.application.accounts.make_first()
    assert issued is not None
    return issued.password


def fill(page: Page, **fields: str) -> None:
    for label, text in fields.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(text)


def sign_in(page: Page, site: Site, one_time: str) -> None:
    page.goto(f"{site.base_url}/backoffice/")
    fill(page, Name="admin", Password=one_time)
    page.get_by_role("button", name="Sign in").click()
    fill(page, **{"One-time password": one_time, "New password": PASSWORD, "New password again": PASSWORD})
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Custom Forms")


def new_form(page: Page, name: str, title: str) -> None:
    page.get_by_role("link", name="New Custom Form").click()
    fill(page, Name=name, Title=title)
    page.get_by_role("button", name="Make the form").click()
    expect(page).to_have_title(re.compile(f"^{name} "))


@pytest.mark.parametrize(("screen", "scripts"), [("phone", True), ("desktop", False)])
def test_somebody_signs_in_for_the_first_time_and_makes_a_form(
    site: Site, open_page: OpenPage, one_time: str, screen: str, *, scripts: bool
) -> None:
    page = open_page(screen, java_script_enabled=scripts)
    sign_in(page, site, one_time)
    expect(page.get_by_role("status").first).to_have_text("Your password was changed.")
    new_form(page, "Welcome", "Hello")
    page.goto(f"{site.base_url}/backoffice/forms?q=welc")
    row = page.get_by_role("row").filter(has_text="Welcome")
    expect(row).to_contain_text("Draft only")
    page.locator("summary", has_text="admin").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to the backoffice")
    page.go_back()
    page.goto(f"{site.base_url}/backoffice/forms")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to the backoffice")


def test_a_version_is_compared_deployed_and_the_draft_discarded(site: Site, open_page: OpenPage, one_time: str) -> None:
    page = open_page()
    sign_in(page, site, one_time)
    page.get_by_role("link", name="Versions of ShowCurrentTOTP").click()
    arrived(page, "Versions of ShowCurrentTOTP")
    site.deploy_form(lambda form: form.replace("Copy key", "Copy the key"))
    page.reload()
    page.get_by_label("From").select_option("1")
    page.get_by_label("To", exact=True).select_option("2")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url("**old=1&new=2*")
    change = page.get_by_role("listitem").filter(has_text="copyKey")
    expect(change).to_contain_text("Copy the key")
    page.get_by_role("button", name="Deploy version 1").click()
    expect(page.get_by_text("New tasks use version 1.")).to_be_visible()
    page.get_by_role("button", name="Put version 2 into the draft").click()
    page.get_by_role("link", name="Discard the draft").click()
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_role("status").first).to_have_text("The draft was discarded.")
