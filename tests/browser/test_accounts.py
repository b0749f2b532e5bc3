"""Accounts in a real browser: an app is set up and asked for, accounts and keys are looked after."""

import re
from typing import Any

import pyotp
from playwright.sync_api import Page, expect

from engine.clock import SystemClock
from tests.browser.conftest import OpenPage, Site, scanned
from tests.browser.test_accessibility import violations
from tests.browser.test_backoffice import PASSWORD, fill, sign_in


class Watcher:
    """Looks at every page on the way: violations, sideways scrolling."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        self.found[name] = violations(self.page)
        wide: Any = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.found[name].append(f"{wide} px too wide")


def test_an_administrator_looks_after_accounts_and_their_own(site: Site, open_page: OpenPage) -> None:
    issued = site.application.accounts.make_first()
    assert issued
    watch = Watcher(open_page("phone", "dark", bypass_csp=True))
    base = f"{site.base_url}/backoffice"
    sign_in(watch.page, site, issued.password)
    recovery = set_up_an_app(watch, base)
    link = look_after_an_account(watch, base)
    make_a_key(watch, base)
    sign_in_without_the_app(watch, recovery)
    use_a_reset_link(watch, link)
    assert not any(watch.found.values()), watch.found


def set_up_an_app(watch: Watcher, base: str) -> str:
    """Return a recovery code."""
    page = watch.page
    page.goto(f"{base}/account")
    watch.look("account")
    page.get_by_role("link", name="Set up the second factor").click()
    watch.look("second-factor-off")
    fill(page, Your_password=PASSWORD)
    page.get_by_role("button", name="Set up an app").click()
    watch.look("second-factor-setup")
    uri = scanned(page.get_by_role("img", name="QR code for your authenticator app"))[0]
    assert uri.startswith("otpauth://totp/Idflow:admin?")
    app = pyotp.parse_uri(uri)
    assert isinstance(app, pyotp.TOTP)
    fill(page, Code="000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    fill(page, Code=app.at(SystemClock().now()))
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator(".codes li")).to_have_count(10)
    recovery = page.locator(".codes li").first.inner_text()
    watch.look("recovery-codes")
    page.goto(f"{base}/account/second-factor")
    watch.look("second-factor-on")
    return recovery


def look_after_an_account(watch: Watcher, base: str) -> str:
    """Return a reset link."""
    page = watch.page
    page.goto(f"{base}/accounts")
    page.get_by_role("link", name="New account").click()
    fill(page, Name="ada")
    page.get_by_label("Designer").check()
    watch.look("new-account")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One-time password of ada")
    page.get_by_role("link", name="All accounts").click()
    watch.look("accounts")
    page.get_by_role("link", name="ada").click()
    watch.look("account-of-ada")
    page.get_by_role("link", name="Make a reset link").click()
    page.get_by_role("button", name="Make the link").click()
    link = page.locator(".link code").inner_text()
    watch.look("reset-link")
    page.goto(f"{base}/accounts/admin/do/disable")
    page.get_by_role("button", name="Disable the account").click()
    expect(page.get_by_role("alert")).to_contain_text("last active administrator")
    watch.look("last-administrator")
    return link


def make_a_key(watch: Watcher, base: str) -> None:
    page = watch.page
    page.goto(f"{base}/api-keys")
    page.get_by_role("link", name="New API key").click()
    fill(page, Name="Build server")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose one permission")
    page.get_by_label("forms.view").check()
    watch.look("new-api-key")
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator(".link code")).to_have_text(re.compile("^idflow_"))
    page.get_by_role("link", name="All API keys").click()
    watch.look("api-keys")
    page.get_by_role("link", name="API", exact=True).click()
    page.get_by_label("Search by path, name or permission").fill("tokens.create")
    page.keyboard.press("Enter")
    page.locator("#create_token summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Parameters").first).to_be_visible()
    watch.look("api-reference")


def sign_in_without_the_app(watch: Watcher, recovery: str) -> None:
    page = watch.page
    page.locator("summary", has_text="admin").click()
    page.get_by_role("button", name="Sign out").click()
    fill(page, Name="admin", Password=PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    fill(page, Code="AAAA-AAAA-AAAA-AAAA")
    page.get_by_role("button", name="Sign in").click()
    watch.look("code-refused")
    fill(page, Code=recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")


def use_a_reset_link(watch: Watcher, link: str) -> None:
    page = watch.page
    page.context.clear_cookies()
    page.goto(link)
    watch.look("reset")
    fill(page, **{"New password": "velvet harbour nine", "New password again": "velvet harbour nine"})
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status")).to_contain_text("Your password was changed.")
