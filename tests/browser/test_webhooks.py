"""Webhooks in a real browser: made, tried, given a new secret."""

from playwright.sync_api import expect

from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage
from tests.browser.site import Site
from tests.browser.test_people import sign_in
from tests.receiver import Receiver, Reply


def test_an_administrator_keeps_a_webhook(site: Site, open_page: OpenPage, receiver: Receiver) -> None:
    receiver.replies = [Reply(503, {}, b"Come back later")]
    page = open_page("phone")
    sign_in(site, page)
    page.goto(f"{site.base_url}/backoffice/webhooks")
    page.get_by_role("link", name="Make the first one").click()
    page.get_by_label("URL").fill("http://hooks.example.com/")
    page.get_by_role("button", name="Make the webhook").click()
    expect(page.get_by_role("alert")).to_contain_text("Only https is taken")
    page.get_by_label("URL").fill(receiver.url)
    page.get_by_label("Description").fill("CRM")
    page.get_by_label("instance.completed").check()
    page.get_by_role("button", name="Make the webhook").click()
    expect(page.get_by_text("whsec_")).to_be_visible()
    page.get_by_role("link", name="CRM").click()
    arrived(page, "CRM")
    page.get_by_role("button", name="Send a test event").click()
    expect(page.get_by_role("status").first).to_contain_text("A test event is on its way.")
    site.application.work_due()
    page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_text("Come back later")).to_be_visible()
    page.get_by_role("link", name="CRM").click()
    arrived(page, "CRM")
    expect(page.get_by_role("row", name="webhook.test")).to_contain_text("answered 503")
    page.get_by_role("link", name="New secret").click()
    dialog = page.get_by_role("dialog", name="Give CRM a new secret?")
    dialog.get_by_label("Reason").fill("Somebody has left.")
    dialog.get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_text("the secret before it signs, too")).to_be_visible()
