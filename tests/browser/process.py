"""A process that somebody works on in the designer, and what the server keeps of it."""

from playwright.sync_api import Page, expect

import bpmn
from tests.browser.builder import Backoffice
from tests.browser.designer import Designer

JOURNEY = (bpmn.FOLDER / "get_current_totp" / "get_current_totp.bpmn").read_bytes()


class Process:
    """A process that somebody works on."""

    def __init__(self, backoffice: Backoffice, key: str, page: Page) -> None:
        self.backoffice = backoffice
        self.key = key
        self.page = page
        self.designer = Designer(page, f"{backoffice.base_url}/backoffice/processes/{key}")
        self.status = page.locator(".b-status")
        expect(self.status).not_to_be_empty()

    @property
    def draft(self) -> bytes:
        return self.backoffice.application.processes.open(self.key).content

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def change(self, name: str) -> int:
        """Give a task a name; return what the server answers to the draft."""
        with self.page.expect_response("**/draft") as answered:
            self.rename("get_user", name)
        return answered.value.status

    def rename(self, element: str, name: str) -> None:
        """Type a name into the panel, and stay there."""
        self.page.evaluate("id => designer.show(id, 'name')", element)
        field = self.designer.panel.get_by_label("Name", exact=True)
        expect(field).to_be_focused()
        field.fill(name)
