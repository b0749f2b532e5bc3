"""How long what is over is kept: the form, and what a change would delete, before it is saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from engine.adjustments import RETENTION, RetentionSettings, SettingsChanged
from engine.application import Application
from webui.backoffice.access import Access
from webui.backoffice.requests import to
from webui.backoffice.setting_form import CHOICES, SettingForm, seen_revision

NOUNS: Mapping[str, tuple[str, str]] = {
    "instances": ("process instance", ""),
    "tokens": ("process token", ""),
    "audit": ("event of the audit trail", "events of the audit trail"),
    "mails": ("mail", ""),
    "deliveries": ("delivery to a webhook", "deliveries to webhooks"),
}
"""What is counted, one and many."""


@dataclass(frozen=True, slots=True)
class RetentionPages:
    """The page of retention."""

    application: Application
    access: Access

    def show(self) -> Response:
        """Show the settings."""
        return self._page(SettingForm.of(RETENTION, self.application.adjustments.state(RETENTION)))

    def save(self) -> Response:
        """Save them; ask before, when that deletes something."""
        adjustments = self.application.adjustments
        form = SettingForm.sent(RETENTION, adjustments.state(RETENTION))
        values = form.values()
        if values is None:
            return self._page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
        deleted = self._deleted(form.state.values, values)
        if deleted and request.form.get("do") != "delete":
            return self._review(form, values, deleted)
        before = form.state.revision
        try:
            state = adjustments.save(RETENTION, values, seen=seen_revision(), by=self.access.who)
        except SettingsChanged as refused:
            form.clash(refused.state, values)
            return self._page(form, HTTPStatus.CONFLICT)
        return to("retention", done="settings-same" if state.revision == before else "settings-saved")

    def _deleted(self, before: RetentionSettings, after: RetentionSettings) -> dict[str, int]:
        """Count what is deleted as soon as a change is saved, by setting; only what was shortened."""
        counts = self.application.housekeeping.would_delete(after.retention())
        shorter = (name for name in NOUNS if _is_shorter(getattr(before, name), getattr(after, name)))
        return {name: counts[name] for name in shorter if counts.get(name)}

    @staticmethod
    def _review(
        form: SettingForm[RetentionSettings], values: RetentionSettings, deleted: Mapping[str, int]
    ) -> Response:
        shown = render_template(
            "backoffice/settings/review_retention.html",
            form=form,
            deleted=deleted,
            nouns=NOUNS,
            before=form.state.values,
            after=values,
            settings={each.attribute: each for each in RetentionSettings.parameters},
        )
        return make_response(shown)

    @staticmethod
    def _page(form: SettingForm[RetentionSettings], status: HTTPStatus = HTTPStatus.OK) -> Response:
        shown = render_template(
            "backoffice/settings/retention.html",
            form=form,
            errors=form.errors,
            settings=RetentionSettings.parameters,
            choices=CHOICES,
        )
        return make_response(shown, status)


def _is_shorter(before: int | None, after: int | None) -> bool:
    return after is not None and (before is None or after < before)
