"""The person who goes through a journey: what is done with the form that is open, whichever way it comes to them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.throwaway import Trial
from webui.testing.failures import JourneyFailed
from webui.testing.page import Button, FormPage

if TYPE_CHECKING:
    from webui.testing.kit import Kit

_ACTION = "form-action"
_REFRESH = Button("", "", _ACTION, "refresh")
"""What a script sends when a field was changed on which others depend."""


class Person:
    """Goes through one journey."""

    def __init__(self, kit: "Kit") -> None:
        self.kit = kit
        self.trial: Trial
        self._page: FormPage | None = None
        self._typed: dict[str, object] = {}
        """What was filled in since the page was opened, by label or name."""

    def begin(self, key: str, variables: Mapping[str, Any]) -> Trial:
        """Begin the process `key`."""
        raise NotImplementedError

    def show(self) -> FormPage | None:
        """Open the page of the form that waits; None when none does."""
        raise NotImplementedError

    def send(self, page: FormPage, button: Button | None) -> FormPage | None:
        """Send the form; return the page that shows it again, or None when the answers were taken."""
        raise NotImplementedError

    def qr(self, element_id: str | None) -> str:
        """Return what a device reads from a QR code on the page."""
        raise NotImplementedError

    @property
    def html(self) -> str:
        """The page as it is now; raises `JourneyFailed` where there are no pages."""
        __tracebackhide__ = True
        raise JourneyFailed("There are no pages: the fixture `journey_app` has them.")

    @property
    def page(self) -> FormPage:
        """The page with the form that is open; raises `JourneyFailed` when none is."""
        __tracebackhide__ = True
        if self._page is None:
            self._typed = {}
            self._page = self.show()
        if self._page is None:
            raise JourneyFailed("No form is open.")
        return self._page

    def went_on(self) -> None:
        """Forget the page: something has happened."""
        self._page = None

    def errors(self) -> dict[str, str]:
        """Return what is wrong with what was sent last, by label."""
        return {} if self._page is None else self._page.errors

    def fill(self, answers: Mapping[str, object]) -> None:
        """Fill fields in, by their labels or names; those that appear by that can be among them."""
        __tracebackhide__ = True
        left = dict(answers)
        while left:
            page = self.page
            there = {label: value for label, value in left.items() if page.fill(label, value)}
            self._typed |= there
            left = {label: value for label, value in left.items() if label not in there}
            changes = any((found := page.find(each)) is not None and found.name in page.live for each in there)
            if left and not (there and changes):
                raise page.missing(next(iter(left)))
            if changes:
                self._refresh(page)

    def press(self, text: str | None = None) -> None:
        """Press a button; without its text, the one that sends the form."""
        __tracebackhide__ = True
        page = self.page
        button = page.button(text)
        shown = self.send(page, button)
        self._page = shown
        if shown is not None and button is not None and button.name:
            # The page is another one, and the same form.
            return
        self._typed = {}

    def _refresh(self, page: FormPage) -> None:
        """Do what the script of the page does: ask for it anew, and keep what was typed."""
        self._page = self.send(page, _REFRESH) or page
        for label, value in self._typed.items():
            self._page.fill(label, value)
