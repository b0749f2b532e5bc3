"""What a page is looked at for: accessibility (axe), and whether it scrolls sideways."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import BrowserContext, Locator, Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")

PHONE, DESKTOP = (360, 740), (1280, 800)
NARROW = PHONE[0]

LOOKS: dict[str, tuple[tuple[int, int], Literal["light", "dark"]]] = {
    "desktop, light": (DESKTOP, "light"),
    "phone, dark": (PHONE, "dark"),
}

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe about what a theme changes."""

_FOUND = """([without, only]) =>
    axe.run({exclude: without}, {resultTypes: ["violations"], ...only && {runOnly: only}}).then(
    ({violations}) => violations.flatMap(({id, nodes}) => nodes.map(
    ({html, failureSummary}) => `${id}: ${html} ${failureSummary}`)))"""


def prepare(context: BrowserContext) -> None:
    """Have every page of a context bring axe along, which is cheaper where many are looked at."""
    context.add_init_script(AXE)


def violations(page: Page, *, without: str | None = None, only: Sequence[str] | None = None) -> list[str]:
    """Return what axe finds in a page, but for the parts of one selector; by all of its rules, or only some.

    Axe puts itself into the page, so the context has to bypass the page's policy.
    """
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # What is left out has to be there.
    there = without is not None and page.locator(without).count() > 0
    found: list[str] = page.evaluate(_FOUND, [[without] if there else [], only])
    return found


def is_on_top(part: Locator) -> bool:
    """Return whether nothing covers the middle of a part of a page."""
    found: bool = part.evaluate(
        "part => { const {x, y, width, height} = part.getBoundingClientRect();"
        " return part.contains(document.elementFromPoint(x + width / 2, y + height / 2)); }"
    )
    return found


def faults(page: Page, *, without: str | None = None, only: Sequence[str] | None = None) -> list[str]:
    """Return the violations of a page as it is on the screen, and by how much it is wider than that."""
    page.wait_for_load_state()
    wide: Any = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return violations(page, without=without, only=only) + ([f"{wide} px too wide"] if wide > 0 else [])


def faults_in_every_look(page: Page, *, without: str | None = None, alike: bool = False) -> list[str]:
    """Return the faults on a desktop in the light and on a phone in the dark; leave the page as it was.

    Of a page that is built like others, the wide look is only asked for its colours.
    """
    before, found = page.viewport_size, []
    for name, ((width, height), scheme) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": height})
        # Without motion: a colour that is on its way to another one has any contrast.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        only = COLOURS if alike and width > NARROW else None
        found += [f"{name}: {each}" for each in faults(page, without=without, only=only)]
    if before:
        page.set_viewport_size(before)
    return found
