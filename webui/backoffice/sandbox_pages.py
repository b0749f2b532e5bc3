"""The end user's page of a sandbox, in a frame of the designer: what the real page shows, by the same code."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from flask import current_app, make_response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.errors import IdflowError
from engine.sandbox import Sandbox, Sandboxes, SandboxNotFound
from webui import language, problems
from webui.backoffice.access import Access
from webui.headers import may_be_framed_by_ours
from webui.journey.screen import Screen, sent_now

_ROUTE = "backoffice.sandbox_page"


@dataclass(frozen=True, slots=True)
class SandboxPages:
    """The pages of the sandboxes of who is signed in."""

    sandboxes: Sandboxes
    access: Access

    def show(self, sandbox_id: str) -> AnyResponse:
        """Show where the process stands; changes nothing."""

        def shown() -> AnyResponse:
            with self.sandboxes.look(self._who, sandbox_id) as sandbox:
                return _screen(sandbox).show()

        return _framed(shown)

    def submit(self, sandbox_id: str) -> AnyResponse:
        """Take the answers to the open form and go on."""
        # Read here, once: what is done in a sandbox may have to be done again.
        sent = sent_now()

        def submitted() -> AnyResponse:
            page = self.sandboxes.change(self._who, sandbox_id, lambda each: _screen(each).submit(sent))
            here = language.carried(url_for(_ROUTE, sandbox_id=sandbox_id))
            return page or redirect(here, HTTPStatus.SEE_OTHER)

        return _framed(submitted)

    @property
    def _who(self) -> str:
        return self.access.known().account.id


def _screen(sandbox: Sandbox) -> Screen:
    return Screen(sandbox, partial(url_for, _ROUTE, sandbox_id=sandbox.id))


def _framed(view: Callable[[], AnyResponse]) -> AnyResponse:
    """Return a page for the frame; an error is the page that the end user would see, otherwise ours."""
    try:
        response = make_response(view())
    except IdflowError as error:
        # Not raised: whatever it is, the frame must be able to show it.
        page = None if isinstance(error, SandboxNotFound) else problems.page_of(error)
        response = page or make_response(current_app.handle_user_exception(error))
    # The clock stands still: there is nothing to look for again by itself.
    response.headers.pop("Refresh", None)
    return may_be_framed_by_ours(response)
