"""The tutorial, done as it is written: each of its steps is a step here, and its pictures are taken here.

With IDFLOW_SCREENSHOTS=1 they are those of docs/screenshots.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from engine import demo
from engine.application import Application
from tests.browser.arriving import arrived
from tests.browser.builder import PASSWORD
from tests.browser.conftest import OpenPage, scanned
from tests.browser.designer import BPMN, ZEEBE, Designer
from tests.browser.site import Site
from tests.browser.test_screenshots import DOCS, MAXIMUM_BYTES, folder_of, picture_few_colours
from webui import create_app, server

TUTORIAL = DOCS.parent / "tutorial.md"
HERE = Path(__file__)
FORM, TITLE = "SecondDevice", "Add a second device"
PROCESS, KEY = "Second device", "second_device"
URI = "{{processvar._identityStore.currentTOTP.qrCodeString}}"
SECRET = "{{processvar._identityStore.currentTOTP.secret}}"
ELEMENTS = {
    "QR Code": ("qrcode", {"QR Content": URI}),
    "Link": ("link", {"UI Label": "Open in your authenticator app", "Default Value": URI}),
    "Copy": ("copy", {"UI Label": "Copy key", "Default Value": SECRET}),
    "Submit": ("submit", {"UI Label": "Done"}),
}
"""The elements of the form with their types, and what is entered."""

LAST = "What you have learnt"
"""The heading below which nothing is done."""

EMPHASIS = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")
CODE = re.compile(r"`([^`\n]+)`")


class Steps:
    """The steps that were done, and the pictures that were taken in each."""

    def __init__(self, folder: Path) -> None:
        self.done: dict[str, list[str]] = {}
        self._folder = folder

    @contextmanager
    def step(self, heading: str) -> Iterator[None]:
        self.done[heading] = []
        yield

    def picture(self, page: Page, name: str) -> None:
        page.mouse.move(0, 0)
        file = self._folder / f"tutorial-{name}.png"
        picture_few_colours(page, file)
        assert file.stat().st_size <= MAXIMUM_BYTES
        self.done[list(self.done)[-1]].append(file.name)


def written() -> dict[str, list[str]]:
    """Return the headings of the tutorial with the pictures below each."""
    _, *parts = re.split(r"^## ", TUTORIAL.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {part.splitlines()[0]: re.findall(r"\]\(screenshots/([^)]+)\)", part) for part in parts}


def test_the_tutorial_names_nothing_that_its_steps_do_not_use() -> None:
    text = TUTORIAL.read_text(encoding="utf-8").partition(f"## {LAST}")[0]
    steps = "".join(file.read_text(encoding="utf-8") for file in (HERE, HERE.with_name("designer.py")))
    named = {*EMPHASIS.findall(text), *CODE.findall(text)}
    assert {each for each in named if each not in steps and not each.startswith("make run")} == set()


def fill(page: Page, fields: dict[str, str]) -> None:
    for label, text in fields.items():
        page.get_by_label(label, exact=True).fill(text)


def sign_in(page: Page, site: Site, steps: Steps) -> None:
    with steps.step("Start Idflow and sign in"):
        first = site.application.accounts.make_first()
        assert first is not None
        page.goto(f"{site.base_url}/backoffice/")
        fill(page, {"Name": "admin", "Password": first.password})
        page.get_by_role("button", name="Sign in").click()
        fill(page, {"One-time password": first.password, "New password": PASSWORD, "New password again": PASSWORD})
        page.get_by_role("button", name="Change password").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Custom Forms")


def make_form(page: Page, steps: Steps) -> None:
    with steps.step("Make the form"):
        page.get_by_role("link", name="Custom Forms").click()
        page.get_by_role("link", name="New Custom Form").first.click()
        page.get_by_label("Name", exact=True).first.fill(FORM)
        page.get_by_label("Title").fill(TITLE)
        page.get_by_role("button", name="Make the form").click()
        expect(page.locator(".fjs-form-editor")).to_be_visible()
        pane = page.get_by_role("complementary", name="Form Editor")
        canvas = page.get_by_role("region", name="Form", exact=True)
        missing = canvas.get_by_text("Properties Missing").filter(visible=True)
        for name, (kind, properties) in ELEMENTS.items():
            page.get_by_role("button", name=name, exact=True).click()
            expect(canvas.locator(f".fjs-element[data-field-type={kind}]")).to_be_visible()
            if kind == "qrcode":
                expect(missing).to_have_count(1)
                steps.picture(page, "qr-code")
            for label, text in properties.items():
                pane.get_by_label(label, exact=False).first.fill(text)
        expect(missing).to_have_count(0)
        steps.picture(page, "form")
        page.get_by_role("button", name="Save & Deploy").click()
        expect(page.get_by_text("Version 1 deployed")).to_be_visible()


def draw(page: Page, steps: Steps) -> None:
    with steps.step("Begin a process"):
        page.get_by_role("link", name="Process Definitions").click()
        page.get_by_role("link", name="New Process Definition").click()
        page.locator("#name").fill(PROCESS)
        page.get_by_role("button", name="Make the process").click()
        arrived(page, PROCESS)
        designer = Designer(page, page.url)
        start = designer.create("Create Start Event", 620, 300)
        end = designer.create("Create End Event", 1020, 300)
        designer.group("General")
        designer.fill("Name", "Finished")
    with steps.step("Find the person: Get User"):
        get_user = designer.create("Create Get User", 620, 480)
        designer.fill("Store Name", demo.STORE)
        entry = designer.entry("User External ID")
        entry.locator(".bio-properties-panel-feel-icon").click()  # fx
        expect(entry.locator(".cm-content")).to_be_focused()
        page.keyboard.insert_text("processvar.externalId")
        expect(designer.control("User Key")).to_have_value("user1")
        designer.connect(start, get_user)
    with steps.step("Find the secret: Get TOTP"):
        get_totp = designer.create("Create Get TOTP", 780, 480)
        designer.fill("Store Name", demo.STORE)
        designer.fill("TOTP Policy", demo.POLICY)
        expect(designer.control("User Key")).to_have_value("user1")
        designer.connect(get_user, get_totp)
        designer.select(get_totp)
        steps.picture(page, "get-totp")
    with steps.step("Show the form: Custom Data Form"):
        form = designer.create("Create Custom Data Form", 940, 480)
        designer.fill("Data form name", FORM)
        designer.fill("Data form version", "1")
        designer.fill("Form data Key", FORM)
        designer.connect(get_totp, form)
        designer.connect(form, end)
        designer.select(form)
        expect(designer.errors).to_have_count(0)
        expect(page.locator(".b-problems-button")).not_to_have_class(re.compile("b-has-problems"))
        expect(page.locator(".b-status")).to_contain_text("Draft saved")
        steps.picture(page, "process")
    flows = {(each.get("sourceRef"), each.get("targetRef")) for each in designer.root.iter(f"{BPMN}sequenceFlow")}
    assert flows == {*pairwise((start, get_user, get_totp, form, end))}
    (definition,) = designer.element(form).iter(f"{ZEEBE}formDefinition")
    assert dict(definition.items()) == {"formId": FORM, "bindingType": "versionTag", "versionTag": "1"}


def deploy(page: Page, steps: Steps) -> None:
    with steps.step("Deploy it"):
        page.get_by_role("button", name="Save & Deploy").click()
        page.get_by_role("dialog").get_by_role("button", name="Deploy", exact=True).click()
        expect(page.get_by_role("dialog").filter(has_text="Version 1")).to_be_visible()


def make_token(page: Page, site: Site, steps: Steps) -> str:
    with steps.step("Make a process token"):
        page.goto(f"{site.base_url}/backoffice/")
        page.get_by_role("link", name="Process Tokens").click()
        arrived(page, "Process Tokens")
        page.get_by_role("link", name="New Process Token").click()
        dialog = page.get_by_role("dialog", name="New Process Token")
        dialog.get_by_label("Process definition and version").select_option(
            label="Second device, always the newest version"
        )
        dialog.get_by_text("Additional parameters").click()
        dialog.get_by_label("External ID").fill(demo.USER)
        dialog.get_by_role("button", name="Make the token").click()
        arrived(page, "Process token made")
        link = page.locator(".link code").inner_text()
        assert scanned(page.locator(".issued svg")) == [link]
        steps.picture(page, "token")
    return link


def go_through(phone: Page, link: str, site: Site, steps: Steps) -> None:
    with steps.step("Open the link on a phone, and scan"):
        phone.goto(link)
        phone.get_by_role("button", name="Begin").click()
        arrived(phone, TITLE)
        phone.get_by_text("Show QR code").click()
        assert scanned(phone.locator("svg.qrcode")) == [site.uri]
        expect(phone.get_by_role("link", name="Open in your authenticator app")).to_have_attribute("href", site.uri)
        expect(phone.get_by_role("button", name="Copy key")).to_have_attribute("data-copy", site.key)
        steps.picture(phone, "phone")
        phone.get_by_role("button", name="Done").click()
        arrived(phone, "Finished")


def look_back(page: Page, site: Site, steps: Steps) -> None:
    with steps.step("See what happened"):
        page.get_by_role("link", name="Process Instances").click()
        page.get_by_role("row").filter(has_text="Completed").get_by_role("link").first.click()
        expect(page.get_by_role("main")).to_contain_text("Completed")
        expect(page.locator(".djs-shape").first).to_be_visible()
        steps.picture(page, "instance")
        page.get_by_role("link", name="Audit").last.click()
        expect(page.get_by_role("main")).to_contain_text("totp_displayed")


@pytest.fixture
def testing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the designer be asked for what is drawn."""

    def create(application: Application) -> Flask:
        app = create_app(application)
        app.testing = True
        return app

    monkeypatch.setattr(server, "create_app", create)


@pytest.mark.usefixtures("testing")
@pytest.mark.skipif(bool(os.environ.get("IDFLOW_SKIP_FRONTEND")), reason="The designer was left out.")
def test_a_newcomer_does_the_tutorial(open_page: OpenPage, site: Site, tmp_path: Path) -> None:
    steps = Steps(folder_of(tmp_path))
    page = open_page(viewport={"width": 1440, "height": 900})
    sign_in(page, site, steps)
    make_form(page, steps)
    draw(page, steps)
    deploy(page, steps)
    link = make_token(page, site, steps)
    phone = open_page("phone", viewport={"width": 390, "height": 844}, device_scale_factor=1)
    go_through(phone, link, site, steps)
    look_back(page, site, steps)
    assert {**written(), LAST: []} == {**steps.done, LAST: []}
