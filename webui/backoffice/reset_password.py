"""A new password by a link that an administrator has made."""

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from engine.accounts import PasswordRefused
from engine.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from engine.application import Application
from webui.backoffice.requests import address, page, to


@dataclass(frozen=True, slots=True)
class ResetPages:
    """What is behind such a link. Looking at it uses nothing up: mail programs look at links, too."""

    application: Application

    def show(self, link: str) -> Response:
        """Ask for the new password."""
        return self._form(link)

    def change(self, link: str) -> Response:
        """Take the new password, and use the link up."""
        new = request.form.get("new", "")
        if new != request.form.get("repeated", ""):
            return self._form(link, "repeated", "This is not the same as the new password.")
        try:
            self.application.accounts.use_reset_link(link, new, address=address())
        except PasswordRefused as refused:
            return self._form(link, "new", str(refused))
        return to("sign_in", done="password")

    def _form(self, link: str, field: str = "", error: str = "") -> Response:
        return page(
            "reset.html",
            wrong=bool(error),
            name=self.application.accounts.reset_link_name(link),
            link=link,
            errors={field: error} if error else {},
            minimum=MINIMUM_LENGTH,
            maximum=MAXIMUM_LENGTH,
        )
