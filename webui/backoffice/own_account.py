"""One's own account: where it is signed in, and its authenticator app."""

from dataclasses import dataclass

from flask import request, url_for
from werkzeug.wrappers import Response

from engine.accounts import SignedIn, SignInRefused, TooManyAttempts
from engine.accounts.second_factors import CodeRefused
from engine.application import Application
from forms.qr import svg
from webui.backoffice.access import Access
from webui.backoffice.requests import address, page, to, wait

QR_SIZE = 220
"""Width and height of the QR code, in CSS pixels."""


@dataclass(frozen=True, slots=True)
class OwnAccountPages:
    """The pages of whoever looks after their own account."""

    application: Application
    access: Access

    def show(self) -> Response:
        """Show the account, and where it is signed in."""
        signed_in = self.access.known()
        return page(
            "account.html",
            account=signed_in.account,
            state=self.application.own_factor.state(signed_in),
            sessions=self.application.accounts.sessions(signed_in),
            identities=self.application.sign_on.links.of(signed_in.account),
            provider=self.application.sign_on.label,
        )

    def end_session(self, session_id: str) -> Response:
        """Sign out one browser."""
        self.application.accounts.end_session(self.access.known(), session_id)
        if self.access.refreshed() is None:
            return self.access.forget(to("sign_in", done="signed-out"))
        return to("account", done="session-ended")

    def end_others(self) -> Response:
        """Sign out every other browser."""
        self.application.accounts.end_other_sessions(self.access.known())
        return to("account", done="sessions-ended")

    def factor(self) -> Response:
        """Show how the authenticator app stands, or what it is to be given."""
        return self._factor()

    def start(self) -> Response:
        """Make a secret for an app."""
        who = self._proven("start")
        if isinstance(who, Response):
            return who
        self.application.own_factor.start(who)
        return to("second_factor")

    def confirm(self) -> Response:
        """Ask for codes from now on, once the app has made a right one."""
        try:
            codes = self.application.own_factor.confirm(self.access.known(), request.form.get("code", ""))
        except CodeRefused as refused:
            return self._factor("code", str(refused))
        return _codes(codes, done="The authenticator app is set up. From now on, signing in asks for its codes.")

    def new_codes(self) -> Response:
        """Make other recovery codes."""
        who = self._proven("codes")
        return who if isinstance(who, Response) else _codes(self.application.own_factor.new_codes(who))

    def turn_off(self) -> Response:
        """Ask for no codes any more."""
        who = self._proven("off")
        if isinstance(who, Response):
            return who
        self.application.own_factor.turn_off(who)
        return to("second_factor", done="factor-off")

    def _proven(self, field: str) -> SignedIn | Response:
        """Return who is signed in when the password is right, or what to say; `field` is where it was typed."""
        who = self.access.known()
        try:
            self.application.accounts.prove(who, request.form.get("password", ""), address=address())
        except TooManyAttempts as refused:
            return wait(refused, url_for("backoffice.second_factor"))
        except SignInRefused as refused:
            return self._factor(field, str(refused))
        return who

    def _factor(self, field: str = "", error: str = "") -> Response:
        who = self.access.known()
        state = self.application.own_factor.state(who)
        code = svg(state.setup.uri, "QR code for your authenticator app", QR_SIZE) if state.setup is not None else ""
        errors = {field: error} if error else {}
        sign_on = self.application.sign_on
        values = {"provider": sign_on.label, "provider_suffices": not sign_on.asks_factor}
        return page("second_factor.html", wrong=bool(error), who=who, state=state, qr=code, errors=errors, **values)


def _codes(codes: tuple[str, ...], done: str = "The earlier recovery codes are good no more.") -> Response:
    return page("recovery_codes.html", codes=codes, notice=done)
