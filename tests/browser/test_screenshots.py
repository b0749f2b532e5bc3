"""Writes docs/screenshots when IDFLOW_SCREENSHOTS=1."""

import os
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, Site

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"

SCREENS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}

MAXIMUM_BYTES = 120_000
"""How large a picture may be: every clone of the repository has them all."""

pytestmark = pytest.mark.skipif(
    os.environ.get("IDFLOW_SCREENSHOTS") != "1", reason="set IDFLOW_SCREENSHOTS=1 to write docs/screenshots"
)


def pictured(page: Page) -> bytes:
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    shot = page.screenshot(full_page=True, animations="disabled")
    if len(shot) <= MAXIMUM_BYTES:
        return shot
    small = BytesIO()
    fewer_colours = Image.open(BytesIO(shot)).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
    fewer_colours.save(small, "PNG", optimize=True)
    return small.getvalue()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_every_page_is_pictured(site: Site, open_page: OpenPage, screen: str, scheme: str) -> None:
    page = open_page(screen, scheme, **SCREENS[screen])
    FOLDER.mkdir(parents=True, exist_ok=True)

    def picture(name: str) -> None:
        file = FOLDER / f"{name}-{screen}-{scheme}.png"
        file.write_bytes(pictured(page))
        assert file.stat().st_size <= MAXIMUM_BYTES

    page.goto(site.issue())
    picture("landing")
    page.get_by_role("button", name="Begin").click()
    picture("form")
    page.get_by_text("Show QR code").click()
    picture("form-open")
    page.get_by_role("button", name="Done").click()
    picture("end")
    page.goto(f"{site.base_url}/t/unknown")
    picture("problem")
