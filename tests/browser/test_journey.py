import pyotp
import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.arriving import arrived
from tests.browser.conftest import OpenPage, scanned
from tests.browser.site import Site

FORM, END = "Add your authenticator to another device", "Finished"
BEGIN = "Begin"
DONE = "Done"
COUNTER = 58_948_980
"""Of any moment (RFC 6238, section 4.2)."""
FIELD = '{"type": "textfield", "id": "codeField", "key": "code", "label": "Code", "validate": {"minLength": 6}},'


def box(part: Locator) -> FloatRect:
    found = part.bounding_box()
    assert found, "it cannot be seen"
    return found


def begin(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name=BEGIN).click()
    arrived(page, FORM)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_person_adds_a_second_device(site: Site, open_page: OpenPage, screen: str, scheme: str) -> None:
    page = open_page(screen, scheme)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.base_url)
    begin(page, site.link)
    expect(page.locator("svg.qrcode")).to_be_hidden()
    assert scanned(page.locator("body")) == []
    page.get_by_text("Show QR code").click()
    code = page.locator("svg.qrcode")
    assert box(code)["width"] >= 240
    assert scanned(code) == [site.uri]
    assert pyotp.parse_uri(scanned(code)[0]).generate_otp(COUNTER) == pyotp.TOTP(site.key).generate_otp(COUNTER)
    assert scanned(page.locator(".card")) == [site.uri]
    expect(page.get_by_role("link", name="Open in your authenticator app")).to_have_attribute("href", site.uri)
    page.get_by_role("button", name="Copy key").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == site.key
    page.get_by_role("button", name=DONE).click()
    arrived(page, END)
    assert site.key not in page.content()


def test_a_page_on_a_screen_is_an_opening_and_one_that_nobody_sees_is_none(site: Site, open_page: OpenPage) -> None:
    token = site.application.journeys.token_id(site.link.rpartition("/")[2])

    def noted() -> list[tuple[str, bool]]:
        return [(each.device, each.begun) for each in site.application.token_office.openings(token).entries]

    page = open_page("phone", user_agent="Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0")
    page.context.request.get(site.link)
    # A tab in the background, until somebody turns to it.
    page.add_init_script("Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})")
    page.goto(site.link)
    page.wait_for_load_state()
    assert noted() == []
    with page.expect_response("**/opened") as told:
        page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    assert told.value.status == 204
    assert noted() == [("Firefox on Android", False)]
    page.get_by_role("button", name=BEGIN).click()
    arrived(page, FORM)
    assert noted() == [("Firefox on Android", True)]


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_everything_works_without_javascript(site: Site, open_page: OpenPage, screen: str) -> None:
    page = open_page(screen, java_script_enabled=False)
    begin(page, site.link)
    expect(page.get_by_role("button", name="Copy key")).to_be_hidden()
    expect(page.locator("svg.qrcode")).to_be_hidden()
    page.locator("summary", has_text="QR code").click()
    assert scanned(page.locator("svg.qrcode")) == [site.uri]
    page.locator(".element-copy summary").click()
    expect(page.locator(".element-copy code")).to_have_text(site.key)
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Finished")


def test_the_key_can_be_copied_where_scripts_have_no_clipboard(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read"], origin=site.base_url)
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    begin(page, site.link)
    page.get_by_role("button", name="Copy key").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    reader = page.context.new_page()
    reader.goto(site.base_url)
    reader.bring_to_front()
    assert reader.evaluate("navigator.clipboard.readText()") == site.key


def top(page: Page, selector: str) -> float:
    return box(page.locator(selector))["y"]


def test_on_a_phone_the_link_comes_first_on_a_desktop_the_code(site: Site, open_page: OpenPage) -> None:
    phone, desktop = open_page("phone"), open_page("desktop")
    for page in (phone, desktop):
        begin(page, site.link)
    assert top(phone, ".element-link") < top(phone, ".element-copy") < top(phone, ".element-qrcode")
    assert top(desktop, ".element-qrcode") < top(desktop, ".element-copy") < top(desktop, ".element-link")


@pytest.mark.parametrize("width", [320, 360, 599, 600, 1280])
def test_no_width_makes_a_page_scroll_sideways_or_a_target_small(site: Site, open_page: OpenPage, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 700})

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    page.goto(site.link)
    assert fits()
    page.get_by_role("button", name=BEGIN).click()
    arrived(page, FORM)
    summaries = page.locator("summary").all()
    assert summaries
    for summary in summaries:
        assert box(summary)["height"] >= 44
        summary.click()
    assert fits()
    buttons = page.locator(".button").all()
    assert buttons
    for button in buttons:
        assert box(button)["height"] >= 44


def test_a_secret_is_hidden_again_after_a_minute(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.clock.install()
    begin(page, site.link)
    # The browser says that something was opened a moment later; the minute begins then.
    page.locator("details", has=page.locator("svg.qrcode")).evaluate(
        "secret => new Promise(said => {"
        " secret.addEventListener('toggle', () => said(), {once: true});"
        " secret.querySelector('summary').click(); })"
    )
    page.clock.run_for(50_000)
    expect(page.locator("svg.qrcode")).to_be_visible()
    page.clock.run_for(11_000)
    expect(page.locator("svg.qrcode")).to_be_hidden()


def test_after_the_end_back_shows_no_secret(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    begin(page, site.link)
    page.get_by_text("Show QR code").click()
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Finished")
    for _ in range(2):
        page.go_back()
        page.wait_for_load_state()
        assert site.key not in page.content()
        assert page.locator("svg.qrcode").count() == 0


def test_a_double_click_on_begin_begins_once(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(site.issue())
    page.get_by_role("button", name=BEGIN).dblclick()
    expect(page.get_by_role("button", name=DONE)).to_be_visible()
    assert len(site.application.views.newest()) == 1


def test_a_double_click_on_begin_begins_once_without_javascript(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(site.issue())
    page.get_by_role("button", name=BEGIN).dblclick()
    expect(page.get_by_role("button", name=DONE)).to_be_visible()
    assert len(site.application.views.newest()) == 1


def test_a_double_click_on_submit_ends_well(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    begin(page, site.link)
    page.get_by_role("button", name=DONE).dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Finished")


def test_wrong_answers_are_summed_up_and_the_summary_leads_to_the_field(site: Site, open_page: OpenPage) -> None:
    site.deploy_form(lambda form: form.replace('"components": [', f'"components": [{FIELD}'))
    page = open_page()
    begin(page, site.link)
    page.get_by_role("textbox", name="Code").fill("12")
    page.get_by_role("button", name=DONE).click()
    arrived(page, "Error: ")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_role("textbox", name="Code")).to_be_focused()
    expect(page.get_by_role("textbox", name="Code")).to_have_value("12")
    page.reload()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("textbox", name="Code").fill("123456")
    page.get_by_role("button", name=DONE).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Finished")


def test_the_whole_journey_works_by_keyboard(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(site.link)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=DONE)).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("svg.qrcode")).to_be_visible()
    page.get_by_role("button", name=DONE).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Finished")


def test_nothing_is_kept_in_the_browser_but_two_cookies(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    begin(page, site.link)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert {each["name"] for each in page.context.cookies(page.url)} == {"idflow", "idflow-journey"}


def test_another_browser_is_told_so(site: Site, open_page: OpenPage) -> None:
    page, stranger = open_page(), open_page()
    begin(page, site.link)
    stranger.goto(page.url)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This page belongs to another browser")
