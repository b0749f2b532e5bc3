"""Writes docs/screenshots when IDFLOW_SCREENSHOTS=1."""

import os
from pathlib import Path

import pytest

from tests.browser.conftest import OpenPage, Site

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"

pytestmark = pytest.mark.skipif(
    os.environ.get("IDFLOW_SCREENSHOTS") != "1", reason="set IDFLOW_SCREENSHOTS=1 to write docs/screenshots"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_every_page_is_pictured(site: Site, open_page: OpenPage, screen: str, scheme: str) -> None:
    page = open_page(screen, scheme)
    FOLDER.mkdir(parents=True, exist_ok=True)

    def picture(name: str) -> None:
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        page.screenshot(path=FOLDER / f"{name}-{screen}-{scheme}.png", full_page=True, animations="disabled")

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
