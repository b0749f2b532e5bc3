"""The mail server: the form, a test mail, and the mails that were given up."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from engine import audit
from engine.adjustments import MAIL, InForce, MailSettings, SettingsChanged
from engine.application import Application
from engine.audit import AuditAction
from engine.mail import Body, EmailAddressInvalid, Letter, Smtp, read_address
from engine.mail.trial import Outcome, try_out
from engine.store.types import new_id
from webui.backoffice.access import Access
from webui.backoffice.requests import to
from webui.backoffice.setting_form import CHOICES, SettingForm, seen_revision

SHOWN = 50
"""How many mails that were given up are listed."""

_SUBJECT = "A test mail from Idflow"
_BODY = "This installation of Idflow can send mail.\n"
_SAME_SERVER = ("host", "port", "security")


@dataclass(slots=True)
class _Trial:
    """A test mail, before or after it was sent."""

    address: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class MailPages:
    """The page of the mail server."""

    application: Application
    access: Access

    def show(self) -> Response:
        """Show the settings."""
        return self._page(self._form())

    def save(self) -> Response:
        """Save them, unless something is wrong or somebody else was faster."""
        adjustments = self.application.adjustments
        form = SettingForm.sent(MAIL, adjustments.state(MAIL))
        values = form.values(password=self._password(form))
        if values is None:
            return self._page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        before = form.state.revision
        try:
            state = adjustments.save(MAIL, values, seen=seen_revision(), by=self.access.who)
        except SettingsChanged as refused:
            form.clash(refused.state, values)
            return self._page(form, HTTPStatus.CONFLICT)
        return to("mail", done="settings-same" if state.revision == before else "settings-saved")

    def test(self) -> Response:
        """Send a test mail with the settings in force, and show what the server said."""
        trial = _Trial(request.form.get("address", "").strip())
        try:
            recipient = read_address(trial.address)
        except EmailAddressInvalid as invalid:
            trial.errors["address"] = invalid.message
            return self._page(self._form(), HTTPStatus.UNPROCESSABLE_ENTITY, trial)
        transport = InForce(self.application.adjustments).transport()
        if not isinstance(transport, Smtp):
            trial.errors["address"] = "There is no mail server yet. Save one first."
            return self._page(self._form(), HTTPStatus.UNPROCESSABLE_ENTITY, trial)
        text, html = Body.compile(_BODY).fill({}, title=_SUBJECT)
        message_id = f"<{new_id()}@{transport.settings.sender_address.rpartition('@')[2]}>"
        letter = Letter((recipient,), _SUBJECT, text, html)
        message = letter.message(transport.sender, message_id, self.application.clock.now())
        trial.outcome = try_out(transport, message, recipient)
        with self.application.database.write() as session:
            # Not to whom: an address is a person's.
            audit.record(
                session, self.application.clock, AuditAction.MAIL_TESTED, by=self.access.who, taken=trial.outcome.taken
            )
        return self._page(self._form(), trial=trial)

    def retry(self, mail_id: str) -> Response:
        """Have a mail sent once more that was given up."""
        self.application.background.retry_mail(mail_id)
        return to("mail", done="mail-retried")

    def _form(self) -> SettingForm[MailSettings]:
        return SettingForm.of(MAIL, self.application.adjustments.state(MAIL))

    @staticmethod
    def _password(form: SettingForm[MailSettings]) -> str | None:
        """Return the password that was given, or the one that is kept: for the same server and user only."""
        saved, given = form.state.saved, request.form.get("password", "")
        if given or not form.given["user"] or saved.password is None:
            return given or None
        port = str(saved.port or "")
        if (saved.host, port, saved.security) != tuple(form.given[name] for name in _SAME_SERVER):
            form.errors["password"] = "Type the password again: it was given for another server, port or security."  # noqa: S105 - a message
        return saved.password

    def _page(
        self, form: SettingForm[MailSettings], status: HTTPStatus = HTTPStatus.OK, trial: _Trial | None = None
    ) -> Response:
        trial = trial or _Trial()
        shown = render_template(
            "backoffice/settings/mail.html",
            form=form,
            errors={**form.errors, **trial.errors},
            settings=MailSettings.parameters,
            choices=CHOICES,
            has_password=form.state.values.password is not None,
            trial=trial,
            mails=self.application.background.failed_mails(SHOWN),
            sends=self._sends(),
        )
        return make_response(shown, status)

    def _sends(self) -> Any:
        return InForce(self.application.adjustments).transport()
