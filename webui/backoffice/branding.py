"""How end users' pages look: the form, with the real pages beside it."""

from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from engine.adjustments import BRANDING, Branding, File, SettingsChanged, State
from engine.adjustments.branding import LocalTexts, Picture, accents
from engine.adjustments.colours import ENOUGH, Colour, nearest, palette
from engine.adjustments.group import Group, written
from engine.adjustments.pictures import MAXIMUM_LOGO, read_logo
from engine.application import Application
from engine.declare import ParameterInvalid
from engine.errors import Refused
from webui import language
from webui.backoffice.access import Access
from webui.backoffice.requests import page, to
from webui.backoffice.setting_form import CHOICES, SettingForm, seen_revision
from webui.headers import may_use_ours

LOGOS = ("logo", "dark_logo")

_TEXTS = Group("texts", LocalTexts)
_NAMES = tuple(each.attribute for each in LocalTexts.parameters if each.attribute != "language")


@dataclass(slots=True)
class BrandForm:
    """What was filled in, with logos and texts."""

    form: SettingForm[Branding]
    texts: dict[str, str]
    """By language and name: `de-contact`."""
    logos: dict[str, Picture]
    files: dict[str, File]
    """Those that were sent, by id."""

    @classmethod
    def of(cls, form: SettingForm[Branding]) -> "BrandForm":
        """Return the form before anything was filled in."""
        saved = form.state.values
        texts = {f"{each.language}-{name}": getattr(each, name) or "" for each in saved.texts for name in _NAMES}
        return cls(form, texts, {name: getattr(saved, name) for name in LOGOS}, {})

    @classmethod
    def sent(cls, form: SettingForm[Branding]) -> "BrandForm":
        """Return what the current request has sent."""
        filled = cls.of(form)
        filled.texts = {
            f"{each.tag}-{name}": request.form.get(f"{each.tag}-{name}", "")
            for each in language.offered()
            for name in _NAMES
        }
        for name in LOGOS:
            filled.take_logo(name)
        return filled

    def take_logo(self, name: str) -> None:
        """Take the logo that was sent, if one was."""
        content = _content(name)
        if content:
            try:
                made = read_logo(content)
            except Refused as refused:
                self.form.errors[name] = refused.message
            else:
                self.logos[name], self.files[made.file.id] = made.picture, made.file
        elif request.form.get(f"remove_{name}"):
            self.logos[name] = Picture()

    def values(self) -> Branding | None:
        """Return the values; None when something is wrong."""
        return self.form.values(**self._others())

    def usable(self) -> Branding:
        """Return the values, with those that are saved in the place of what is wrong: for the preview."""
        saved, usable = self.form.state.values, {}
        given: dict[str, Any] = {**self.form.given, **self._others()}
        for each in Branding.parameters:
            try:
                usable[each.attribute] = each.convert(given.get(each.attribute))
            except ParameterInvalid:
                usable[each.attribute] = getattr(saved, each.attribute)
        return Branding(**usable)

    def _others(self) -> dict[str, Any]:
        """Return what is no plain text."""
        logos = {name: written(picture) for name, picture in self.logos.items()}
        return {**logos, "texts": [each for each in self._texts() if len(each) > 1]}

    def _texts(self) -> list[dict[str, str]]:
        """Return what was given in each language; `errors` says what is wrong with it."""
        found: list[dict[str, str]] = []
        for each in language.offered():
            given = {"language": each.tag}
            given |= {name: text for name in _NAMES if (text := self.texts.get(f"{each.tag}-{name}", "").strip())}
            _, errors = _TEXTS.read(given)
            wrong = {f"{each.tag}-{name}": f"{each.name}: {message}" for name, message in errors.items()}
            self.form.errors.update(wrong)
            found.append({name: text for name, text in given.items() if name not in errors})
        return found


@dataclass(frozen=True, slots=True)
class BrandingPages:
    """The page of the brand."""

    application: Application
    access: Access

    def show(self) -> Response:
        """Show how the pages look."""
        return self._page(BrandForm.of(self._form()))

    def save(self) -> Response:
        """Save it, unless something is wrong or somebody else was faster."""
        filled = BrandForm.sent(SettingForm.sent(BRANDING, self.application.adjustments.state(BRANDING)))
        values = filled.values()
        if values is None:
            return self._page(filled, HTTPStatus.UNPROCESSABLE_ENTITY)
        before = filled.form.state.revision
        try:
            state = self._save(values, tuple(filled.files.values()))
        except SettingsChanged as refused:
            filled.form.clash(refused.state, values)
            return self._page(filled, HTTPStatus.CONFLICT)
        return to("branding", done="settings-same" if state.revision == before else "settings-saved")

    def ask_reset(self) -> Response:
        """Ask whether the pages are to look as at first."""
        return page("settings/reset.html", revision=self.application.adjustments.state(BRANDING).revision)

    def reset(self) -> Response:
        """Let the pages look as at first."""
        _ = self._save(Branding.read({}), ())
        return to("branding", done="settings-reset")

    def contrast(self) -> str:
        """Return how well colours can be read, for the script: a part of a page."""
        form = SettingForm.of(BRANDING, self.application.adjustments.state(BRANDING))
        for name in ("accent", "dark_accent"):
            form.given[name] = request.args.get(name, "")
        return render_template("backoffice/settings/contrast.html", **_contrasts(form))

    def _form(self) -> SettingForm[Branding]:
        return SettingForm.of(BRANDING, self.application.adjustments.state(BRANDING))

    def _save(self, values: Branding, files: tuple[File, ...]) -> State[Branding]:
        by = self.access.who
        return self.application.adjustments.save(BRANDING, values, seen=seen_revision(), by=by, files=files)

    @staticmethod
    def _page(filled: BrandForm, status: HTTPStatus = HTTPStatus.OK) -> Response:
        shown = render_template(
            "backoffice/settings/branding.html",
            filled=filled,
            form=filled.form,
            errors=filled.form.errors,
            settings={each.attribute: each for each in Branding.parameters},
            texts=[each for each in LocalTexts.parameters if each.attribute != "language"],
            sent_files=bool(filled.files),
            choices=CHOICES,
            **_contrasts(filled.form),
        )
        return may_use_ours(make_response(shown, status), "frame_src")


def _content(name: str) -> bytes:
    """Return the file that was sent by this name, or as much of it as says that it is too large."""
    given = request.files.get(name)
    if given is None:
        return b""
    with closing(given):
        content: bytes = given.read(MAXIMUM_LOGO + 1)
        return content


def _contrasts(form: SettingForm[Branding]) -> dict[str, Any]:
    """Return what the page says of both accents, as they were given."""
    found = []
    for name, theme, saved in accents(form.state.values):
        try:
            colour = Colour.convert(form.given[name])
        except ParameterInvalid:
            colour = saved
        made = palette(colour, theme)
        found.append((name, theme.value, made, None if made.is_readable else nearest(colour, theme)))
    return {"contrasts": found, "enough": ENOUGH}
