"""The real pages of end users with a brand that need not be saved, in a frame: nothing in them does anything."""

from base64 import b64encode
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import orjson
from flask import make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.adjustments import BRANDING, Branding
from engine.adjustments.branding import Picture
from engine.adjustments.colours import Theme
from engine.adjustments.group import having
from engine.application import Application
from engine.declare import ParameterInvalid
from engine.journeys import Landing
from forms import TIME_ZONE
from forms.blank import SCHEMA_VERSION
from webui import brand, language
from webui.backoffice.branding import BrandForm
from webui.backoffice.rendering import shown
from webui.backoffice.setting_form import SettingForm
from webui.backoffice.theme import tokens
from webui.headers import may_be_framed_by_ours
from webui.journey.screen import TASK_FIELD

_PROCESS = "Add another device"
_TEXT = "You see the key of your authenticator app once more, so that you can add a second device."
_LINK = "otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&issuer=Example"
_FORMS = {
    "form": [
        {"type": "text", "id": "title", "text": "# Who are you?\n\nFor example, with [a link](https://example.com)."},
        {"type": "textfield", "id": "name", "key": "name", "label": "Your name", "validate": {"required": True}},
        {"type": "checkbox", "id": "sure", "key": "sure", "label": "I have read the notes"},
        {"type": "submit", "id": "done", "label": "Continue"},
    ],
    "qr": [
        {"type": "text", "id": "title", "text": "# Add your authenticator to another device"},
        {"type": "qrcode", "id": "code", "content": _LINK},
        {"type": "link", "id": "open", "label": "Open in your authenticator app", "defaultValue": _LINK},
        {"type": "submit", "id": "done", "label": "Done"},
    ],
}


@dataclass(frozen=True, slots=True)
class BrandPreview:
    """Shows pages with a brand."""

    application: Application

    def show(self) -> Response:
        """Show a page as it looks now."""
        return self._page(self.application.adjustments.state(BRANDING).values, {}, request.args)

    def show_sent(self) -> Response:
        """Show a page as it would look with what was sent."""
        filled = BrandForm.sent(SettingForm.sent(BRANDING, self.application.adjustments.state(BRANDING)))
        sources = {
            each.id: f"data:{each.media_type};base64,{b64encode(each.content).decode()}"
            for each in filled.files.values()
        }
        return self._page(filled.usable(), sources, request.form)

    def css(self) -> Response:
        """Return the stylesheet of one theme with the colours in the address."""
        keys = {"accent": "accent", "darkAccent": "dark_accent", "corners": "corners"}
        try:
            branding = Branding.read({key: request.args.get(name) for key, name in keys.items()})
        except ParameterInvalid:
            branding = Branding.read({})
        theme = _theme(request.args)
        text = f"{tokens(theme)}\n{brand.stylesheet(branding, theme)}"
        return make_response(text, {"Content-Type": "text/css; charset=utf-8"})

    def _page(self, branding: Branding, sources: dict[str, str], asked: MultiDict[str, str]) -> Response:
        theme = _theme(asked)
        style: dict[str, Any] = {name: getattr(branding, name) for name in ("accent", "dark_accent", "corners")}
        sheet = url_for("backoffice.brand_preview_css", scheme=theme.value, **style)
        if theme is Theme.DARK and branding.dark_logo:
            branding = having(branding, {"logo": branding.dark_logo})
        # The browser would choose by its own theme, and not by the one that is looked at.
        branding = having(branding, {"dark_logo": Picture()})
        brand.use(brand.Brand(branding, [sheet], sources))
        language.use(asked.get("preview_language", language.ENGLISH.tag))
        return may_be_framed_by_ours(make_response(self._shown(asked.get("preview_page", ""))))

    def _shown(self, name: str) -> str:
        if name in _FORMS:
            document = {"type": "default", "id": "Preview", "schemaVersion": SCHEMA_VERSION, "components": _FORMS[name]}
            tag = language.current().tag
            form = shown(orjson.dumps(document), {}, None, tag, self.application.clock.now()).form
            return render_template(
                "journey/form.html",
                form=form,
                title=_PROCESS,
                task_field=TASK_FIELD,
                task_id="",
                tries_left=1,
                unasked=False,
                time_zone_field=TIME_ZONE,
            )
        if name == "end":
            return render_template("journey/end.html", step=SimpleNamespace(end=None), status="COMPLETED")
        landing = Landing("", _PROCESS, _TEXT)
        return render_template("journey/landing.html", landing=landing, nonce="", begun=None)


def _theme(asked: MultiDict[str, str]) -> Theme:
    return Theme.DARK if asked.get("scheme") == Theme.DARK else Theme.LIGHT
