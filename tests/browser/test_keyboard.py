"""The main task of each kind of person, by keys alone, with the focus in sight at every stop."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine import demo
from engine.accounts import Role
from tests.browser.arriving import arrived
from tests.browser.builder import Backoffice
from tests.browser.conftest import OpenBuilder, OpenPage
from tests.browser.keyboard import Keyboard
from tests.browser.site import Site

FORM = "Add your authenticator to another device"
PASSWORD = "wobbly kettle orbit"


@pytest.fixture
def colleague(site: Site, open_page: OpenPage) -> Any:
    """Open the backoffice as somebody who has a role."""
    backoffice = Backoffice(site.application, site.base_url)

    def opened(role: Role) -> Page:
        accounts, name = site.application.accounts, f"the-{role}"
        one_time = site.application.administration.create(name, role, by=backoffice.who).password
        begun = accounts.sign_in(name, one_time, address="127.0.0.1")
        changed = accounts.change_password(begun, one_time, PASSWORD, address="127.0.0.1")
        page = open_page(reduced_motion="reduce")
        cookie: Any = {**backoffice.cookie, "value": changed.session}
        page.context.add_cookies([cookie])
        page.goto(f"{site.base_url}/backoffice/")
        page.wait_for_load_state()
        return page

    return opened


def test_a_person_completes_a_journey(site: Site, open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    keys = Keyboard(page)
    page.goto(site.link)
    page.wait_for_load_state()
    keys.to(page.get_by_role("link", name="Skip to the content"))
    keys.press("Enter")
    keys.use(page.get_by_role("button", name="Begin"))
    arrived(page, FORM)
    keys.use(page.locator("summary", has_text="QR code"))
    expect(page.locator("svg.qrcode")).to_be_visible()
    keys.use(page.get_by_role("button", name="Copy key"), "Space")
    expect(page.get_by_role("status")).not_to_be_empty()
    keys.use(page.get_by_role("button", name="Done"))
    arrived(page, "Finished")
    assert not keys.wrong, keys.wrong


def test_a_designer_edits_a_form_and_deploys_it(open_builder: OpenBuilder) -> None:
    builder = open_builder(
        title="Hello",
        components=[
            {"type": "textfield", "id": "name", "key": "name", "label": "Name"},
            {"type": "button", "id": "done", "label": "Done", "action": "submit"},
        ],
    )
    page, keys = builder.page, Keyboard(builder.page)
    page.emulate_media(reduced_motion="reduce")
    keys.to(builder.element("textfield"))
    keys.press("Enter")
    expect(builder.entry("id")).to_be_focused()
    keys.write(builder.entry("label"), "First name")
    keys.press("Escape")
    expect(builder.element("textfield")).to_be_focused()
    keys.to(page.get_by_role("button", name="Save & Deploy"), "Shift+Tab")
    keys.press("Enter")
    expect(builder.status).to_contain_text("Version 1 deployed")
    draft = builder.backoffice.application.forms.open(builder.name).draft.content
    assert draft is not None
    assert "First name" in draft.decode()
    assert not keys.wrong, keys.wrong


def test_an_operator_finds_an_instance_and_retries_its_incident(site: Site, colleague: Any) -> None:
    application, late = site.application, "latecomer"
    issued = application.token_office.issue(name="Desk", definition_key=demo.PROCESS, parameters={"externalId": late})
    application.journeys.begin(issued.link, b"1" * 32)
    with application.write() as session:
        identity = application.identity
        store, policy = identity.store(session, demo.STORE), identity.policy(session, demo.POLICY)
        identity.register_totp(session, identity.create_user(session, store, external_id=late), policy)
    page = colleague(Role.OPERATOR)
    keys = Keyboard(page)
    keys.press("/")
    expect(page.get_by_role("searchbox", name="Search everything")).to_be_focused()
    page.keyboard.type(late)
    keys.press("Enter")
    arrived(page, f"Search: {late}")
    main = page.locator("main")
    keys.use(main.get_by_role("link", name=late).first)
    expect(page.locator(".title .state")).to_have_text("Incident")
    page.wait_for_load_state()
    keys.use(main.get_by_role("link", name="Retry"))
    dialog = page.get_by_role("dialog", name="Retry?")
    expect(dialog).to_be_visible()
    keys.write(dialog.get_by_label("Reason"), "The user is there now.")
    keys.use(dialog.get_by_role("button", name="Retry"))
    expect(page.locator(".title .state")).to_have_text("Active")
    assert not keys.wrong, keys.wrong


def test_an_administrator_makes_a_link(site: Site, colleague: Any) -> None:
    page = colleague(Role.ADMINISTRATOR)
    keys = Keyboard(page)
    keys.use(page.get_by_role("navigation", name="Main").get_by_role("link", name="Process Tokens"))
    arrived(page, "Process Tokens")
    keys.to(page.get_by_role("link", name="Skip to the content"))
    keys.press("Enter")
    keys.use(page.get_by_role("link", name="New Process Token"))
    dialog = page.get_by_role("dialog", name="New Process Token")
    expect(dialog).to_be_visible()
    keys.write(dialog.get_by_label("Name", exact=True), "Front desk")
    keys.to(dialog.get_by_label("Process definition and version"))
    page.keyboard.type("Get Current TOTP Registration")
    keys.use(dialog.locator("summary", has_text="Additional parameters"))
    keys.write(dialog.get_by_label("External ID"), demo.USER)
    keys.use(dialog.get_by_role("button", name="Make the token"))
    arrived(page, "Process token made")
    link = page.locator(".link code")
    expect(link).to_contain_text("/t/")
    assert not keys.wrong, keys.wrong
    assert site.application.token_office.search("Front desk").rows[0].token.applicant == demo.USER


def test_an_auditor_filters_the_trail_and_exports_it(site: Site, colleague: Any) -> None:
    site.issue()
    page = colleague(Role.AUDITOR)
    keys = Keyboard(page)
    keys.use(page.get_by_role("navigation", name="Main").get_by_role("link", name="Audit"))
    arrived(page, "Audit")
    keys.to(page.get_by_label("Action"))
    page.keyboard.type("Token created")
    keys.use(page.get_by_role("button", name="Filter"))
    page.wait_for_url("**event=token_created**")
    page.wait_for_load_state()
    rows = page.locator("tbody").get_by_role("row")
    expect(rows).to_have_count(2)
    with page.expect_download() as taken:
        keys.use(page.get_by_role("button", name="Export what is found"))
    assert taken.value.path().read_text(encoding="utf-8").count("token_created") == len(rows.all())
    assert not keys.wrong, keys.wrong
