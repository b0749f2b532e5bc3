"""Accounts in a real browser: somebody looks after those of others, their keys, and lets people in again."""

import re

from playwright.sync_api import expect

from tests.browser.arriving import arrived
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenPage
from tests.browser.looking import faults_in_every_look
from tests.browser.site import Site
from tests.browser.test_backoffice import fill


def test_an_administrator_looks_after_accounts_and_keys_on_a_phone(site: Site, open_page: OpenPage) -> None:
    page = open_page("phone", "dark", bypass_csp=True)
    page.context.add_cookies([Backoffice(site.application, site.base_url).cookie])
    base = f"{site.base_url}/backoffice"
    page.goto(f"{base}/accounts")
    page.get_by_role("link", name="New Account").click()
    fill(page, Name="ada")
    page.get_by_label("Designer").check()
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One-time password of ada")
    page.get_by_role("link", name="All accounts").click()
    page.get_by_role("link", name="ada").click()
    page.get_by_role("link", name="Make a reset link").click()
    page.get_by_role("button", name="Make the link").click()
    arrived(page, "Reset link made")
    link = page.locator(".link code").inner_text()
    page.goto(f"{base}/accounts/admin/do/disable")
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_role("alert")).to_contain_text("last active administrator")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="API keys")).to_be_visible()
    page.get_by_role("link", name="API keys").click()
    page.get_by_role("link", name="New API Key").click()
    fill(page, Name="Build server")
    page.get_by_label("forms.view").check()
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator(".link code")).to_have_text(re.compile("^idflow_"))
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="API", exact=True).click()
    arrived(page, "API")
    page.get_by_label("Search by path, name or permission").fill("tokens.create")
    page.keyboard.press("Enter")
    page.locator("#create_token summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Parameters").first).to_be_visible()
    assert faults_in_every_look(page) == []
    page.context.clear_cookies()
    page.goto(link)
    fill(page, **{"New password": "velvet harbour nine", "New password again": "velvet harbour nine"})
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password was changed.")
