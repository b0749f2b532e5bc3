"""What a page is looked at for: accessibility (axe), and whether it scrolls sideways."""

from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

PHONE, DESKTOP = (360, 740), (1280, 800)

LOOKS: dict[str, tuple[tuple[int, int], Literal["light", "dark"]]] = {
    "desktop, light": (DESKTOP, "light"),
    "phone, dark": (PHONE, "dark"),
}

_FOUND = """axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => violations.flatMap(
    ({id, nodes}) => nodes.map(({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""


def violations(page: Page) -> list[str]:
    """Return what axe finds; axe puts itself into the page, so the context has to bypass the page's policy."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(_FOUND)
    return found


def faults(page: Page) -> list[str]:
    """Return the violations of a page as it is on the screen, and by how much it is wider than that."""
    wide: Any = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return violations(page) + ([f"{wide} px too wide"] if wide > 0 else [])


def faults_in_every_look(page: Page) -> list[str]:
    """Return the faults on a phone in the dark and on a desktop in the light; leave the page as it was."""
    before, found = page.viewport_size, []
    for name, ((width, height), scheme) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": height})
        # Without motion: a colour that is on its way to another one has any contrast.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{name}: {each}" for each in faults(page)]
    if before:
        page.set_viewport_size(before)
    return found
