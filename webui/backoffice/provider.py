"""Signing in at the OpenID provider; linking one's own account to it."""

import re
from dataclasses import dataclass
from http import HTTPStatus

import structlog
from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.accounts import SignedIn, SignInRefused, TooManyAttempts
from engine.application import Application
from engine.sign_on import LASTS, Answer, Begun, ProviderUnavailable, Purpose, SignOnRefused, Why
from webui.backoffice.access import Access, safe_next
from webui.backoffice.requests import address, device, page, to, wait
from webui.error_handlers import REFERENCE_BYTES, Random

MAXIMUM_BEGUN = 4
"""How many sign-ins one browser may have begun at a time: each is a cookie."""

_STATE = re.compile(r"[A-Za-z0-9_-]{43}")
_PART = 8
"""How many characters of `state` tell the cookies apart."""


@dataclass(frozen=True, slots=True)
class ProviderPages:
    """The way to the provider, and back."""

    application: Application
    access: Access
    random: Random
    secure: bool
    """Whether cookies are sent over HTTPS only."""

    def begin(self) -> Response:
        """Send the browser to the provider; nothing is kept but a cookie there."""
        after = _safe(request.args.get("next", ""))
        if self.access.current() is not None:
            return _go_on(after)
        again = request.args.get("again") == "1"
        try:
            begun = self.application.sign_on.begin(self._callback, after=after, again=again)
        except ProviderUnavailable as failed:
            return self._unavailable(failed, self._reference(), after)
        return self._keep(redirect(begun.url, HTTPStatus.SEE_OTHER), begun)

    def finish(self) -> Response:
        """Sign in whom the provider tells of, or link who is signed in."""
        answer = Answer(_given("state"), _given("code"), _given("iss"), _given("error"))
        name, reference, before = self._cookie(answer.state), self._reference(), self.access.current()
        sealed = request.cookies.get(name, "")
        where, browser = address(), device()
        try:
            done = self.application.sign_on.finish(
                answer, sealed, before, address=where, device=browser, reference=reference
            )
        except SignOnRefused as refused:
            if refused.why is Why.STATE and before is not None:
                # Somebody went back to where they came from.
                return self._drop(_go_on(""), name)
            return self._drop(self._refused(refused, reference), name)
        except ProviderUnavailable as failed:
            return self._drop(self._unavailable(failed, reference, ""), name)
        if done.purpose is Purpose.LINK:
            return self._drop(to("own_identity", done="linked"), name)
        if before is not None:
            self.application.accounts.sign_out(before)
        if done.signed_in.halfway:
            code = url_for("backoffice.sign_in_code", next=done.after or None)
            response = redirect(code, HTTPStatus.SEE_OTHER)
        else:
            response = _go_on(done.after)
        return self._drop(self.access.keep(response, done.signed_in), name)

    def own(self) -> Response:
        """Show whether one's own account is linked."""
        return self._own()

    def link(self) -> Response:
        """Send the browser to the provider, to link the account."""
        who = self._proven()
        if isinstance(who, Response):
            return who
        try:
            begun = self.application.sign_on.begin_link(who, self._callback)
        except ProviderUnavailable as failed:
            return self._unavailable(failed, self._reference(), "")
        return self._keep(going(begun.url, self.application.sign_on.label or "", signed_out=False), begun)

    def unlink(self) -> Response:
        """Take the link away; whoever signed in by it is signed out."""
        who = self._proven()
        if isinstance(who, Response):
            return who
        self.application.sign_on.links.unlink(who)
        if self.access.refreshed() is None:
            return self.access.forget(to("sign_in", done="unlinked"))
        return to("own_identity", done="unlinked")

    def _own(self, error: str = "") -> Response:
        who, sign_on = self.access.known(), self.application.sign_on
        return page(
            "identity.html",
            wrong=bool(error),
            who=who,
            provider=sign_on.label,
            passwords=sign_on.takes_passwords,
            identities=sign_on.links.of(who.account),
            errors={"password": error} if error else {},
        )

    def _proven(self) -> SignedIn | Response:
        """Return who is signed in when the password is right, or what to say."""
        who = self.access.known()
        try:
            self.application.accounts.prove(who, request.form.get("password", ""), address=address())
        except TooManyAttempts as refused:
            return wait(refused, url_for("backoffice.own_identity"))
        except SignInRefused as refused:
            return self._own(str(refused))
        return who

    def _refused(self, refused: SignOnRefused, reference: str) -> Response:
        log = structlog.get_logger()
        log.warning("provider_sign_in_refused", why=refused.why.value, detail=refused.detail, reference=reference)
        status = HTTPStatus.BAD_REQUEST if refused.why is Why.STATE else HTTPStatus.FORBIDDEN
        title = "You are not signed in"
        if refused.why in {Why.OTHER_ACCOUNT, Why.SIGNED_OUT}:
            title = "Your account was not linked"
        return self._problem(status, title, refused.message, reference, again=refused.why is not Why.STATE)

    def _unavailable(self, failed: ProviderUnavailable, reference: str, after: str) -> Response:
        structlog.get_logger().warning("provider_unavailable", detail=failed.detail, reference=reference)
        label = self.application.sign_on.label
        text = f"{label} does not answer at the moment, or not as it should. Try again in a while."
        if self.application.sign_on.takes_passwords:
            text += " If your account has a password, you can sign in with it meanwhile."
        title = f"{label} cannot be reached"
        return self._problem(HTTPStatus.SERVICE_UNAVAILABLE, title, text, reference, after=after)

    def _problem(  # noqa: PLR0913 - what the page says
        self, status: HTTPStatus, title: str, text: str, reference: str, *, again: bool = False, after: str = ""
    ) -> Response:
        values = {"title": title, "text": text, "reference": reference, "again": again, "next": after}
        label = self.application.sign_on.label
        return make_response(render_template("backoffice/provider_problem.html", provider=label, **values), status)

    @property
    def _callback(self) -> str:
        return self.access.public("provider_callback")

    def _reference(self) -> str:
        return self.random(REFERENCE_BYTES).hex()

    @property
    def _prefix(self) -> str:
        # A cookie of this name is only taken over HTTPS and for this very host (RFC 6265bis, 4.1.3.2).
        return "__Host-idflow-provider-" if self.secure else "idflow-provider-"

    def _cookie(self, state: str) -> str:
        return self._prefix + (state[:_PART] if _STATE.fullmatch(state) else "none")

    def _keep(self, response: Response, begun: Begun) -> Response:
        """Let the browser keep what was begun until it comes back."""
        kept = [name for name in request.cookies if name.startswith(self._prefix)]
        if len(kept) >= MAXIMUM_BEGUN:
            for name in kept:
                self._drop(response, name)
        response.set_cookie(
            self._cookie(begun.state),
            begun.sealed,
            max_age=LASTS,
            path="/",
            httponly=True,
            secure=self.secure,
            samesite="Lax",
        )
        return response

    def _drop(self, response: Response, name: str) -> Response:
        response.delete_cookie(name, path="/", httponly=True, secure=self.secure, samesite="Lax")
        return response


def going(url: str, label: str, *, signed_out: bool) -> Response:
    """Show a page that leads to the provider by itself.

    A form's answer may not redirect to another site (Content Security Policy Level 3, 6.4.2), and the provider may
    send on to others whom no policy could name.
    """
    return page("going.html", url=url, provider=label, signed_out=signed_out)


def _given(name: str) -> str:
    """Return a parameter; empty when it is missing, or there several times (RFC 6749, 3.1)."""
    values = request.args.getlist(name)
    return values[0] if len(values) == 1 else ""


def _safe(text: str) -> str:
    return text if safe_next(text) is not None else ""


def _go_on(after: str) -> Response:
    return redirect(safe_next(after) or url_for("backoffice.home"), HTTPStatus.SEE_OTHER)
