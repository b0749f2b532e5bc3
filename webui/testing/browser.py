"""The person, on the pages: a link, the real routes, cookies, CSRF tokens and redirects, in the same process."""

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

from werkzeug.test import TestResponse

from engine.form import Upload
from engine.instances import NotStartable
from engine.throwaway import Trial
from webui.app import create_app
from webui.testing import qr
from webui.testing.failures import JourneyFailed
from webui.testing.page import Button, FormPage
from webui.testing.person import Person

_SHOWN = frozenset({HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY})


class Browser(Person):
    """Goes through one journey on its pages."""

    path = ""
    """The page of the journey."""

    def begin(self, key: str, variables: Mapping[str, Any]) -> Trial:
        """Open the link of a process token, and press *Begin*."""
        __tracebackhide__ = True
        throwaway = self.kit.throwaway
        app = create_app(throwaway.application)
        app.jinja_env.bytecode_cache = self.kit.workshop.templates
        self._client = app.test_client()
        try:
            link = throwaway.application.token_office.issue(
                name=None, definition_key=key, parameters=dict(variables)
            ).link
        except NotStartable:
            # Only an event starts it: there is no link, and nobody whose browser could go on with it.
            self.trial = Trial(throwaway, "", b"")
            return self.trial
        landing = FormPage(self._opened(f"/t/{link}").text)
        begun = self._client.post(f"/t/{link}", data=_encoded(landing.posted()))
        if begun.status_code != HTTPStatus.SEE_OTHER:
            raise JourneyFailed(f"The journey did not begin: {_told(begun)}")
        self.path = begun.location
        self.trial = Trial(throwaway, self.path.rpartition("/")[2].partition("?")[0], b"")
        self.trial.settle()
        return self.trial

    def show(self) -> FormPage | None:
        """Open the page; None when it has no form, because the journey waits or has ended."""
        page = FormPage(self.html)
        return page if page.form is not page.root else None

    @property
    def html(self) -> str:
        """The page as it is now."""
        __tracebackhide__ = True
        if not self.path:
            raise JourneyFailed("There is no page: nobody has a link to this journey, which an event begins.")
        return self._opened(self.path).text

    def send(self, page: FormPage, button: Button | None) -> FormPage | None:
        """Send the form as a browser does."""
        __tracebackhide__ = True
        posted = page.posted(button)
        files = any(isinstance(each, Upload) for values in posted.values() for each in values)
        data = _encoded(posted)
        kind = "multipart/form-data" if files or page.form.get("enctype") else "application/x-www-form-urlencoded"
        sent = self._client.post(self.path, data=data, content_type=kind)
        if sent.status_code in _SHOWN:
            return FormPage(sent.text)
        if sent.status_code != HTTPStatus.SEE_OTHER:
            raise JourneyFailed(f"The form was not taken: {_told(sent)}")
        self.path = sent.location
        self.trial.settle()
        return None

    def qr(self, element_id: str | None) -> str:
        """Scan a QR code on the page."""
        __tracebackhide__ = True
        return qr.scan(self.page.root, element_id)

    def _opened(self, path: str) -> TestResponse:
        __tracebackhide__ = True
        return self._client.get(path)


def _encoded(posted: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [
            (BytesIO(each.content), each.name, each.content_type) if isinstance(each, Upload) else each
            for each in values
        ]
        for name, values in posted.items()
    }


def _told(response: TestResponse) -> str:
    page = FormPage(response.text)
    return f"{response.status_code} {page.heading}".strip()
