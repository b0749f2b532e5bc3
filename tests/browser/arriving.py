"""Coming to what is next: what is asked at once is asked of what is there, and of as much of it as is there."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect


def arrived(page: Page, title: str) -> None:
    """Wait until the whole of the page is there whose title begins like this."""
    expect(page).to_have_title(re.compile(f"^{re.escape(title)}"))
    page.wait_for_load_state()


@contextmanager
def saved(status: Locator) -> Iterator[None]:
    """Wait until the draft is saved that is changed within: it says so of the one before, too."""
    with status.page.expect_response(lambda each: each.url.endswith("/draft") and each.ok):
        yield
    expect(status).to_contain_text("Draft saved")


class Told:
    """Everything that a part of a page says from now on, even if it does so for a moment."""

    def __init__(self, part: Locator) -> None:
        self._part = part
        part.evaluate(
            "part => { part.told = []; new MutationObserver(() => part.told.push(part.textContent))"
            ".observe(part, {childList: true, characterData: true, subtree: true}); }"
        )

    @property
    def texts(self) -> list[str]:
        found: list[str] = self._part.evaluate("part => part.told")
        return found
