"""The day of an operator, with everybody who has to do with it: administrator, end user, auditor, viewer."""

import json
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import Page, expect

from engine import demo
from engine.accounts import Role
from engine.clock import SystemClock
from tests.browser.arriving import arrived
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenPage, scanned
from tests.browser.looking import faults_in_every_look
from tests.browser.site import Site
from tests.browser.test_backoffice import PASSWORD, fill

WRONG = "usr1"
"""What somebody typed for `user1`."""


class Day:
    """Who has a browser, and what was found wrong with what they saw that no address leads to."""

    def __init__(self, site: Site, open_page: OpenPage) -> None:
        self.base = f"{site.base_url}/backoffice"
        self.administrator, self.operator, self.auditor, self.viewer = (open_page(bypass_csp=True) for _ in range(4))
        self.person = open_page("phone", bypass_csp=True)
        self.backoffice = Backoffice(site.application, site.base_url)
        self.administrator.context.add_cookies([self.backoffice.cookie])
        self.found: dict[str, list[str]] = {}

    def look(self, page: Page, name: str) -> None:
        self.found[name] = faults_in_every_look(page)

    def let_in(self, page: Page, name: str, role: Role) -> None:
        """Sign somebody in whose first steps are not what this is about."""
        accounts, administration = self.backoffice.application.accounts, self.backoffice.application.administration
        one_time = administration.create(name, role, by=self.backoffice.who).password
        begun = accounts.sign_in(name, one_time, address="127.0.0.1")
        changed = accounts.change_password(begun, one_time, PASSWORD, address="127.0.0.1")
        cookie: Any = {**self.backoffice.cookie, "value": changed.session}
        page.context.add_cookies([cookie])


def test_the_day_of_an_operator(site: Site, open_page: OpenPage) -> None:
    day = Day(site, open_page)
    one_time = invite(day, "nadia")
    sign_in_for_the_first_time(day, one_time)
    sign_in_without_the_app(day, set_up_an_app(day))
    link = issue_a_token(day)
    person = day.person
    person.goto(link)
    person.get_by_role("button", name="Begin").click()
    expect(person.locator(".reference")).to_be_visible()
    day.look(person, "the end user's problem")
    mend(day)
    person.reload()
    person.get_by_role("button", name="Done").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Finished")
    see_it_complete(day)
    take_the_report(day)
    be_refused(day, day.operator, "/audit")
    day.let_in(day.auditor, "quinn", Role.AUDITOR)
    audit(day)
    day.let_in(day.viewer, "rafael", Role.VIEWER)
    look_only(day)
    assert not any(day.found.values()), day.found


def invite(day: Day, name: str) -> str:
    """Return a one-time password."""
    page = day.administrator
    page.goto(f"{day.base}/accounts")
    page.get_by_role("link", name="New Account").click()
    dialog = page.get_by_role("dialog", name="New Account")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_label("Operator").check()
    dialog.get_by_role("button", name="Make the account").click()
    arrived(page, "Account made")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"One-time password of {name}")
    return page.locator(".link code").inner_text()


def sign_in_for_the_first_time(day: Day, one_time: str) -> None:
    page = day.operator
    page.goto(f"{day.base}/account")
    fill(page, Name="nadia", Password=one_time)
    page.get_by_role("button", name="Sign in").click()
    arrived(page, "Change password")
    fill(page, **{"One-time password": one_time, "New password": PASSWORD, "New password again": PASSWORD})
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("status").first).to_have_text("Your password was changed.")


def set_up_an_app(day: Day) -> str:
    """Return a recovery code."""
    page = day.operator
    page.goto(f"{day.base}/account")
    page.get_by_role("link", name="Set up the second factor").click()
    fill(page, Your_password=PASSWORD)
    page.get_by_role("button", name="Set up an app").click()
    uri = scanned(page.get_by_role("img", name="QR code for your authenticator app"))[0]
    assert uri.startswith("otpauth://totp/Idflow:nadia?")
    app = pyotp.parse_uri(uri)
    assert isinstance(app, pyotp.TOTP)
    fill(page, Code="000")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")
    day.look(page, "a code that is not right")
    fill(page, Code=app.at(SystemClock().now()))
    page.get_by_role("button", name="Turn on").click()
    arrived(page, "Recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    day.look(page, "recovery codes")
    recovery = page.locator(".codes li").first.inner_text()
    page.goto(f"{day.base}/account/second-factor")
    day.look(page, "the second factor that is on")
    return recovery


def sign_in_without_the_app(day: Day, recovery: str) -> None:
    page = day.operator
    page.locator("summary", has_text="nadia").click()
    page.get_by_role("button", name="Sign out").click()
    arrived(page, "Sign in")
    fill(page, Name="nadia", Password=PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    arrived(page, "Second step")
    fill(page, Code="AAAA-AAAA-AAAA-AAAA")
    page.get_by_role("button", name="Sign in").click()
    arrived(page, "Error: Second step")
    day.look(page, "a recovery code that is refused")
    fill(page, Code=recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")


def issue_a_token(day: Day) -> str:
    """Return the link of a token with a typing error."""
    page = day.operator
    page.get_by_role("link", name="Process Tokens").click()
    arrived(page, "Process Tokens")
    page.get_by_role("link", name="New Process Token").click()
    dialog = page.get_by_role("dialog", name="New Process Token")
    dialog.get_by_label("Process definition and version").select_option(demo.PROCESS)
    dialog.get_by_text("Additional parameters").click()
    dialog.get_by_label("External ID").fill(WRONG)
    dialog.get_by_label("Name of parameter 1").fill("_bad")
    dialog.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Name of parameter 1").fill("desk")
    page.get_by_label("Value of parameter 1").fill("7")
    page.get_by_role("button", name="Make the token").click()
    arrived(page, "Process token made")
    link = page.locator(".link code").inner_text()
    assert scanned(page.locator(".issued svg")) == [link]
    return link


def mend(day: Day) -> None:
    """Find the instance that stopped, and let it go on, each time with a reason."""
    page = day.operator
    page.keyboard.press("/")
    page.keyboard.type(WRONG)
    page.keyboard.press("Enter")
    arrived(page, f"Search: {WRONG}")
    page.clock.install()
    page.locator("main").get_by_role("link", name=WRONG).first.click()
    expect(page.locator("[data-container-id=get_user] .d-badge")).to_have_text("Incident")
    page.get_by_role("link", name="Set variables").click()
    dialog = page.get_by_role("dialog", name="Set variables?")
    dialog.get_by_label("Variables").fill(json.dumps({"externalId": demo.USER}))
    dialog.get_by_label("Reason").fill("typing error")
    dialog.get_by_role("button", name="Set them").click()
    expect(page.get_by_text("The variables are set.")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("link", name="Retry").click()
    dialog = page.get_by_role("dialog", name="Retry?")
    dialog.get_by_label("Reason").fill("the ID is right now")
    dialog.get_by_role("button", name="Retry").click()
    expect(page.locator(".title .state")).to_have_text("Active")
    expect(page.locator("[data-container-id=show_current_totp] .d-badge")).to_have_text("Waits for a form")
    page.get_by_role("navigation", name="About this instance").get_by_role("link", name="Audit").click()
    expect(page.get_by_role("row", name="instance_changed")).to_contain_text("typing error")


def see_it_complete(day: Day) -> None:
    """Without doing anything."""
    page = day.operator
    page.clock.run_for(5000)
    expect(page.locator(".title .state")).to_have_text("Completed")
    expect(page.locator(".d-badge")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="Status: Completed")).to_have_count(1)
    expect(page.get_by_role("row", name="instance_ended")).to_be_visible()
    expect(page.get_by_role("link", name="Retry")).to_have_count(0)


def take_the_report(day: Day) -> None:
    page = day.operator
    with page.expect_download() as taken:
        page.get_by_role("button", name="Report as PDF").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF-")


def be_refused(day: Day, page: Page, path: str) -> None:
    answer = page.goto(f"{day.base}{path}")
    assert answer is not None
    assert answer.status == 403


def audit(day: Day) -> None:
    """See all of it, and that nothing of it was changed."""
    page = day.auditor
    page.goto(f"{day.base}/")
    page.get_by_role("link", name="Audit").click()
    page.get_by_label("Account", exact=True).fill("nadia")
    page.get_by_role("button", name="Filter").click()
    for each in ("Second factor set up", "Token created", "Instance changed", "Instance retried", "Instance exported"):
        expect(page.get_by_role("row", name=each).first).to_be_visible()
    expect(page.get_by_role("row", name="Instance retried")).to_contain_text("the ID is right now")
    page.goto(f"{day.base}/audit")
    page.get_by_role("link", name="Verify the whole trail").click()
    expect(page.locator(".title .state")).to_have_text("Whole")


def look_only(day: Day) -> None:
    page = day.viewer
    page.goto(f"{day.base}/instances")
    main = page.get_by_role("navigation", name="Main")
    expect(main.get_by_role("link", name="Process Instances")).to_be_visible()
    for each in ("Users", "Audit", "Webhooks", "Accounts", "API keys"):
        expect(main.get_by_role("link", name=each, exact=True)).to_have_count(0)
    page.get_by_role("row").filter(has_text="Completed").get_by_role("link").click()
    expect(page.locator(".title .state")).to_have_text("Completed")
    page.wait_for_load_state()
    for each in ("Cancel", "Set variables", "Report as PDF"):
        expect(page.get_by_text(each, exact=True)).to_have_count(0)
    be_refused(day, page, page.url.removeprefix(day.base).partition("?")[0] + "/change")
