from playwright.sync_api import expect

from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage
from tests.browser.looking import faults_in_every_look as violations
from tests.browser.site import Site

FORM = "Add your authenticator to another device"
FIELD = '{"type": "textfield", "id": "codeField", "key": "code", "label": "Code", "validate": {"minLength": 6}},'


def test_no_page_of_a_journey_has_a_violation_or_scrolls_sideways(site: Site, open_page: OpenPage) -> None:
    site.deploy_form(lambda form: form.replace('"components": [', f'"components": [{FIELD}'))
    # axe puts itself into the page, which the policy does not let it do.
    page = open_page(bypass_csp=True)
    found = {}
    page.goto(site.link)
    found["landing"] = violations(page)
    page.get_by_role("button", name="Begin").click()
    arrived(page, FORM)
    found["form"] = violations(page)
    for summary in page.locator("summary").all():
        summary.click()
    found["form with secrets"] = violations(page)
    page.get_by_role("button", name="Copy key").click()
    expect(page.get_by_role("status")).not_to_be_empty()
    found["form copied"] = violations(page)
    page.get_by_role("textbox", name="Code").fill("12")
    page.get_by_role("button", name="Done").click()
    arrived(page, f"Error: {FORM}")
    found["form with errors"] = violations(page)
    page.get_by_role("textbox", name="Code").fill("123456")
    page.get_by_role("button", name="Done").click()
    arrived(page, "Finished")
    found["end"] = violations(page)
    page.goto(site.link)
    found["landing again"] = violations(page)
    page.goto(f"{site.base_url}/t/unknown")
    found["problem"] = violations(page)
    link = site.issue()
    page.goto(link)
    page.get_by_role("button", name="Begin").click()
    arrived(page, FORM)
    journey = page.url
    page.goto(link)
    arrived(page, "Continue")
    found["used up, but begun here"] = violations(page)
    site.application.operations.suspend(journey.rpartition("/")[2], reason="A call.")
    page.goto(journey)
    arrived(page, "Paused")
    found["paused"] = violations(page)
    assert not any(found.values()), found
