"""Pictures every page; with IDFLOW_SCREENSHOTS=1 they are those of docs/screenshots."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

import bpmn
from engine.application import Application
from tests.browser.arriving import arrived
from tests.browser.conftest import OpenBuilder, OpenDesigner, OpenPage
from tests.browser.heat import PROCESS, fill
from tests.browser.site import Site
from tests.browser.test_operate import Visit
from tests.browser.test_operate import application as application  # noqa: PLC0414 - a fixture
from tests.browser.test_operate import visit as visit  # noqa: PLC0414 - a fixture

DOCS = Path(__file__).parents[2] / "docs" / "screenshots"

SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1},
    # Wide enough for what a desktop shows, and little around it.
    "desktop": {"viewport": {"width": 800, "height": 640}},
}

MAXIMUM_BYTES = 120_000
"""How large a picture may be: every clone of the repository has them all."""

COLOURS = 64
"""How many colours a picture has that would be too large otherwise."""


FORM: list[dict[str, Any]] = [
    {"type": "text", "id": "title", "text": "# Add your authenticator to another device"},
    {"type": "qrcode", "id": "qrCode", "content": "{{processvar._identityStore.currentTOTP.qrCodeString}}"},
    {"type": "link", "id": "open", "label": "Open in your authenticator app", "defaultValue": "otpauth://totp/x"},
    {"type": "copy", "id": "copyKey"},
    {"type": "submit", "id": "done", "label": "Done"},
]


def folder_of(tmp_path: Path) -> Path:
    return DOCS if os.environ.get("IDFLOW_SCREENSHOTS") == "1" else tmp_path


def picture_few_colours(page: Page, file: Path, colours: int = COLOURS) -> None:
    """Picture what is on the screen; lists and grids make a picture large that has few colours."""
    with Image.open(BytesIO(page.screenshot(animations="disabled"))) as picture:
        picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=colours).save(file, optimize=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_builder_is_pictured(open_builder: OpenBuilder, tmp_path: Path, scheme: str) -> None:
    builder = open_builder(scheme=scheme, components=FORM)
    builder.page.set_viewport_size({"width": 1280, "height": 800})
    builder.select("copy")
    file = folder_of(tmp_path) / f"builder-{scheme}.png"
    picture_few_colours(builder.page, file)
    assert file.stat().st_size <= MAXIMUM_BYTES


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_designer_is_pictured(open_designer: OpenDesigner, tmp_path: Path, scheme: str) -> None:
    journey = bpmn.FOLDER / "get_current_totp" / "get_current_totp.bpmn"
    designer = open_designer(journey.read_text(), scheme=scheme)

    def picture(name: str) -> None:
        file = folder_of(tmp_path) / f"{name}-{scheme}.png"
        picture_few_colours(designer.page, file)
        assert file.stat().st_size <= MAXIMUM_BYTES

    designer.select("get_totp")
    designer.group("Input Parameters")
    picture("designer")
    designer.page.get_by_role("button", name="Try it").click()
    expect(designer.page.get_by_role("img", name="Waits for a form")).to_be_visible()
    expect(designer.page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    picture("try-it")


def test_the_heat_map_is_pictured(visit: Visit, application: Application, tmp_path: Path) -> None:
    fill(application)
    page = visit(f"processes/{PROCESS}/heat-map", "desktop", "light", viewport={"width": 1280, "height": 1100})
    expect(page.locator(".d-badge").first).to_be_visible()
    file = folder_of(tmp_path) / "heat-map-light.png"
    picture_few_colours(page, file)
    assert file.stat().st_size <= MAXIMUM_BYTES


@pytest.mark.parametrize(("screen", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_every_page_is_pictured(site: Site, open_page: OpenPage, tmp_path: Path, screen: str, scheme: str) -> None:
    page = open_page(screen, scheme, **SCREENS[screen])
    folder = folder_of(tmp_path)

    def picture(name: str) -> None:
        file = folder / f"{name}-{screen}-{scheme}.png"
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=file, full_page=True, animations="disabled")
        assert file.stat().st_size <= MAXIMUM_BYTES

    page.goto(site.issue())
    picture("landing")
    page.get_by_role("button", name="Begin").click()
    arrived(page, "Add your authenticator to another device")
    page.get_by_text("Show QR code").click()
    picture("form-open")
    page.get_by_role("button", name="Done").click()
    arrived(page, "Finished")
    picture("end")
    page.goto(f"{site.base_url}/t/unknown")
    picture("problem")
