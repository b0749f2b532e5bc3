"""Where people give up, in a real browser: chosen in the diagram and in the table, by mouse and by keyboard."""

import re

from playwright.sync_api import expect

from engine.application import Application
from tests.browser.heat import PROCESS, fill
from tests.browser.test_operate import Visit
from tests.browser.test_operate import application as application  # noqa: PLC0414 - a fixture
from tests.browser.test_operate import visit as visit  # noqa: PLC0414 - a fixture


def test_diagram_and_table_say_the_same_and_choose_together(visit: Visit, application: Application) -> None:
    fill(application)
    page = visit(f"processes/{PROCESS}/heat-map", "phone", "dark")
    badge, row = (page.locator(each) for each in ("[data-container-id=register] .d-badge", "[data-row=register]"))
    expect(badge).to_have_text("25 % gave up")
    expect(row).to_contain_text("11 (25 %)")
    drawn = page.locator("[data-element-id=register] .djs-visual > rect").first
    expect(drawn).to_have_attribute("style", re.compile("fill: var.--heat-much."))
    page.locator("[data-element-id=register]").first.click()
    expect(row).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("status").filter(has_text="44 came, 11 gave up")).to_have_count(1)
    page.get_by_role("link", name="Get User", exact=True).press("Enter")
    expect(page.locator("[data-element-id=get_user]").first).to_have_class(re.compile("selected"))
    expect(page.locator("[data-row][aria-current]")).to_have_count(1)
    expect(page.locator("[data-row=get_user]")).to_have_attribute("aria-current", "true")
    page.get_by_label("Reached", exact=True).check()
    expect(badge).to_have_text("44")
    expect(drawn).to_have_attribute("style", re.compile("fill: var.--heat-most."))
    never = page.locator("[data-element-id=get_user_no_user_to_get_user_ends_UserNotFound]")
    expect(never).to_have_class(re.compile("d-never"))
    expect(page.get_by_role("list", name="What the signs mean")).to_contain_text("never taken")
    page.get_by_text("How often each way was taken").click()
    page.get_by_role("link", name="Start → Get User").click()
    expect(page.locator("[data-row=start_to_get_user]")).to_have_attribute("aria-current", "true")
    page.get_by_label("Time", exact=True).check()
    expect(badge).to_have_text(re.compile("minute|second"))
    expect(never).not_to_have_class(re.compile("d-never"))
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search everything")).to_be_focused()
    page.keyboard.type("register totp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Register TOTP", exact=True)).to_be_visible()
