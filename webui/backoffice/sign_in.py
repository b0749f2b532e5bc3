"""Signing in and out, and the own password."""

from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from engine.accounts import PasswordRefused, SignInRefused, TooManyAttempts
from engine.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from engine.application import Application
from webui.backoffice.access import Access, safe_next
from webui.backoffice.problems import json_response
from webui.backoffice.shown import duration


@dataclass(frozen=True, slots=True)
class SignInPages:
    """The pages of whoever looks after their own account."""

    application: Application
    access: Access

    def home(self) -> Response:
        """Go to the first page there is."""
        return _to("forms")

    def show(self) -> Response:
        """Ask for name and password."""
        if self.access.current() is not None:
            return redirect(self._after(), HTTPStatus.SEE_OTHER)
        return self._form()

    def sign_in(self) -> Response:
        """Begin a session; one that this browser had before ends."""
        name, password = request.form.get("name", "").strip(), request.form.get("password", "")
        try:
            signed_in = self.application.accounts.sign_in(name, password, address=_address())
        except TooManyAttempts as refused:
            return _wait(refused)
        except SignInRefused as refused:
            return self._form(str(refused), name)
        before = self.access.current()
        if before is not None:
            self.application.accounts.sign_out(before)
        after = url_for("backoffice.password") if signed_in.account.must_change else self._after()
        return self.access.keep(redirect(after, HTTPStatus.SEE_OTHER), signed_in)

    def sign_out(self) -> Response:
        """End the session."""
        self.application.accounts.sign_out(self.access.known())
        return self.access.forget(_to("sign_in", done="signed-out"))

    def session(self) -> Response:
        """Tell a page that is older than the session what it needs to send something."""
        return json_response({"name": self.access.known().account.name, "csrf": generate_csrf()})

    def password(self) -> Response:
        """Ask for a new password."""
        return self._change()

    def change_password(self) -> Response:
        """Change the password; every other session of the account ends."""
        current, new = request.form.get("current", ""), request.form.get("new", "")
        if new != request.form.get("repeated", ""):
            return self._change("repeated", "This is not the same as the new password.")
        signed_in = self.access.known()
        try:
            changed = self.application.accounts.change_password(signed_in, current, new, address=_address())
        except TooManyAttempts as refused:
            return _wait(refused)
        except SignInRefused as refused:
            return self._change("current", str(refused))
        except PasswordRefused as refused:
            return self._change("new", str(refused))
        return self.access.keep(_to("forms" if signed_in.account.must_change else "password", done="password"), changed)

    def _form(self, error: str = "", name: str = "") -> Response:
        text = request.values.get("next", "")
        page = render_template(
            "backoffice/sign_in.html", error=error, name=name, next=text if safe_next(text) is not None else ""
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK)

    def _after(self) -> str:
        return safe_next(request.values.get("next", "")) or url_for("backoffice.home")

    def _change(self, field: str = "", error: str = "") -> Response:
        page = render_template(
            "backoffice/password.html",
            account=self.access.known().account,
            errors={field: error} if error else {},
            minimum=MINIMUM_LENGTH,
            maximum=MAXIMUM_LENGTH,
        )
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK)


def _wait(refused: TooManyAttempts) -> Response:
    page = render_template("backoffice/wait.html", wait=duration(refused.wait), again=request.full_path.rstrip("?"))
    response = make_response(page, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(ceil(refused.wait.total_seconds()))
    return response


def _address() -> str:
    return request.remote_addr or ""


def _to(endpoint: str, **values: str) -> Response:
    table: dict[str, Any] = dict(values)
    return redirect(url_for(f"backoffice.{endpoint}", **table), HTTPStatus.SEE_OTHER)
