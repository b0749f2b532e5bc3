"""Pages that no address leads to: forms that are filled in and sent to see them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from playwright.sync_api import Page, expect

from engine import demo
from tests.browser.inhabited import AUDITOR, Inhabited


@dataclass(frozen=True, slots=True)
class Deed:
    """A form on a page of the backoffice."""

    path: str
    """Below `/backoffice/`."""
    fields: Mapping[str, str]
    """What is filled in, by the names of the fields."""

    def do(self, page: Page) -> None:
        """Fill the form in, and send it."""
        form = page.locator("main form[method=post]").last
        for name, value in self.fields.items():
            field = form.locator(f"[name='{name}']:not([type=hidden])")
            kind = field.first.evaluate("each => each.tagName == 'SELECT' ? 'select' : each.type")
            if kind == "select":
                field.select_option(value)
            elif kind in {"checkbox", "radio"}:
                form.locator(f"[name='{name}'][value='{value}']").check()
            else:
                field.fill(value)
        title = page.title()
        form.locator("[type=submit]").first.click()
        expect(page).not_to_have_title(title)


def deeds(there: Inhabited, receiver: str) -> Iterator[Deed]:
    """Yield them; what they do leaves the other pages as they were."""
    yield Deed("new-account", {"name": "sofia", "role": "viewer"})
    yield Deed(f"accounts/{AUDITOR}/do/reset-link", {})
    yield Deed("new-api-key", {"name": "Shop", "permission": "tokens.view"})
    yield Deed("new-token", {"process": demo.PROCESS})
    yield Deed("new-webhook", {"url": receiver, "event": "instance.completed"})
    yield Deed("policies/{policy_id}".format(**asdict(there)), {"digits": "8"})
    yield Deed("settings/retention", {"mails": "1"})
    yield Deed("many-instances/retry?id={stopped}".format(**asdict(there)), {"reason": "The directory is back."})
