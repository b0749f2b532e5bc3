"""Signing in and out, and the own password."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import redirect, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from engine.accounts import PasswordRefused, SignInRefused, TooManyAttempts
from engine.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from engine.accounts.second_factors import CodeRefused
from engine.application import Application
from webui.backoffice.access import Access, safe_next
from webui.backoffice.problems import json_response
from webui.backoffice.provider import going
from webui.backoffice.requests import address, device, page, to, wait


@dataclass(frozen=True, slots=True)
class SignInPages:
    """The pages of whoever signs in."""

    application: Application
    access: Access

    def show(self) -> Response:
        """Ask for name and password."""
        if self.access.current() is not None:
            return redirect(_after(), HTTPStatus.SEE_OTHER)
        return self._form()

    def sign_in(self) -> Response:
        """Begin a session; one that this browser had before ends."""
        name, password = request.form.get("name", "").strip(), request.form.get("password", "")
        try:
            signed_in = self.application.accounts.sign_in(name, password, address=address(), device=device())
        except TooManyAttempts as refused:
            return wait(refused, _again("sign_in"))
        except SignInRefused as refused:
            return self._form(str(refused), name)
        before = self.access.current()
        if before is not None:
            self.application.accounts.sign_out(before)
        if signed_in.halfway:
            return self.access.keep(redirect(_again("sign_in_code"), HTTPStatus.SEE_OTHER), signed_in)
        after = url_for("backoffice.password") if signed_in.account.must_change else _after()
        return self.access.keep(redirect(after, HTTPStatus.SEE_OTHER), signed_in)

    def code(self) -> Response:
        """Ask for a code of the authenticator app."""
        if self.access.halfway() is None:
            return redirect(_again("sign_in"), HTTPStatus.SEE_OTHER)
        return self._code_form()

    def give_code(self) -> Response:
        """Sign in who has the app, too."""
        halfway = self.access.halfway()
        if halfway is None:
            return redirect(_again("sign_in"), HTTPStatus.SEE_OTHER)
        code = request.form.get("code", "")
        try:
            signed_in = self.application.own_factor.give(halfway, code, address=address(), device=device())
        except TooManyAttempts as refused:
            return wait(refused, _again("sign_in_code"))
        except CodeRefused as refused:
            return self._code_form(str(refused))
        after = url_for("backoffice.password") if signed_in.account.must_change else _after()
        return self.access.keep(redirect(after, HTTPStatus.SEE_OTHER), signed_in)

    def sign_out(self) -> Response:
        """End the session; at the provider, too, where it began there."""
        who, sign_on = self.access.known(), self.application.sign_on
        farewell = sign_on.farewell(who, self.access.public("sign_in"))
        self.application.accounts.sign_out(who)
        if farewell is None:
            return self.access.forget(to("sign_in", done="signed-out"))
        return self.access.forget(going(farewell, sign_on.label or "", signed_out=True))

    def session(self) -> Response:
        """Tell a page that is older than the session what it needs to send something."""
        return json_response({"name": self.access.who, "csrf": generate_csrf()})

    def password(self) -> Response:
        """Ask for a new password."""
        return self._change()

    def change_password(self) -> Response:
        """Change the password; every other session of the account ends."""
        current, new = request.form.get("current", ""), request.form.get("new", "")
        if new != request.form.get("repeated", ""):
            return self._change("repeated", "This is not the same as the new password.")
        signed_in = self.access.known()
        accounts = self.application.accounts
        try:
            changed = accounts.change_password(signed_in, current, new, address=address(), device=device())
        except TooManyAttempts as refused:
            return wait(refused, url_for("backoffice.password"))
        except SignInRefused as refused:
            return self._change("current", str(refused))
        except PasswordRefused as refused:
            return self._change("new", str(refused))
        return self.access.keep(to("forms" if signed_in.account.must_change else "password", done="password"), changed)

    def _change(self, field: str = "", error: str = "") -> Response:
        return page(
            "password.html",
            wrong=bool(error),
            account=self.access.known().account,
            errors={field: error} if error else {},
            minimum=MINIMUM_LENGTH,
            maximum=MAXIMUM_LENGTH,
        )

    def _form(self, error: str = "", name: str = "") -> Response:
        sign_on = self.application.sign_on
        values = {"provider": sign_on.label, "passwords": sign_on.takes_passwords}
        return page("sign_in.html", wrong=bool(error), error=error, name=name, next=_next(), **values)

    def _code_form(self, error: str = "") -> Response:
        halfway, label = self.access.halfway(), self.application.sign_on.label
        provider = label if halfway is not None and halfway.by_provider else None
        errors = {"code": error} if error else {}
        return page("sign_in_code.html", wrong=bool(error), errors=errors, next=_next(), provider=provider)


def _next() -> str:
    """Return the address to go to afterwards, as it was given; empty when it may not be used."""
    text: str = request.values.get("next", "")
    return text if safe_next(text) is not None else ""


def _again(endpoint: str) -> str:
    return url_for(f"backoffice.{endpoint}", next=_next() or None)


def _after() -> str:
    return safe_next(request.values.get("next", "")) or url_for("backoffice.home")
