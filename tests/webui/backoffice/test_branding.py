"""The page of the brand: saved with its checks, shown before it is saved, and never over what somebody else saved."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.adjustments import BRANDING, Branding
from engine.application import Application
from tests.adjustments.pictures import picture, svg
from tests.webui.backoffice.conftest import Operator, audited

PAGE = "/backoffice/settings/branding"
PREVIEW = f"{PAGE}/preview"


def revision(page: TestResponse) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found
    return found[1]


def given(**changed: Any) -> dict[str, Any]:
    """Return what the form sends that nobody has touched."""
    return {
        "revision": "0",
        "name": "Idflow",
        "accent": "#3f4fd6",
        "dark_accent": "#a3adff",
        "corners": "slight",
        **changed,
    }


def file(content: bytes, name: str = "logo.png") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def current(application: Application) -> Branding:
    return application.adjustments.state(BRANDING).values


def test_what_is_saved_is_shown_and_in_the_audit_trail(operator: Operator, application: Application) -> None:
    page = operator.get(PAGE)
    fields = {"en-contact": "Call us", "de-privacy": "https://bank.example/datenschutz"}
    saved = operator.post(PAGE, **given(revision=revision(page), name="Bank <b>", corners="round", **fields))
    assert saved.status_code == 303, saved.text
    assert saved.location.endswith("done=settings-saved")
    shown = operator.get(PAGE)
    assert 'value="Bank &lt;b&gt;"' in shown.text
    assert 'value="https://bank.example/datenschutz"' in shown.text
    assert "Changed by admin" in shown.text
    assert [each.language for each in current(application).texts] == ["de", "en"]
    detail = {"group": "branding", "settings": "Organisation, Corners, Texts", "revision": 1, "by": "admin"}
    assert audited(application, "settings_changed") == [("settings_changed", detail)]
    again = operator.post(PAGE, **given(revision="1", name="Bank <b>", corners="round", **fields))
    assert again.location.endswith("done=settings-same")
    assert len(audited(application, "settings_changed")) == 1


def test_a_logo_is_taken_kept_and_removed(operator: Operator, application: Application) -> None:
    operator.get(PAGE)
    operator.post(PAGE, **given(logo=file(picture()), dark_logo=file(svg(), "logo.png")))
    logo, dark = current(application).logo, current(application).dark_logo
    kept = application.adjustments.file(dark.file)
    assert kept is not None
    assert kept.media_type == "image/svg+xml"
    assert f"/brand/logo?v={logo.file}" in operator.get(PAGE).text
    # A form that is sent without a file keeps it.
    operator.post(PAGE, **given(revision="1", name="Bank"))
    assert current(application).logo == logo
    operator.post(PAGE, **given(revision="2", name="Bank", remove_logo="1"))
    assert not current(application).logo
    assert application.adjustments.file(logo.file) is None
    assert application.adjustments.file(dark.file) is not None


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"accent": "red;}body{display:none"}, "accent"),
        ({"accent": "#ffcc00"}, "accent"),
        ({"dark_accent": "#222222"}, "dark_accent"),
        ({"corners": "8px;}"}, "corners"),
        ({"name": "x" * 61}, "name"),
        ({"name": "Bank\x07"}, "name"),
        ({"name": "Bank\r\nBcc: b@example.com"}, "name"),
        ({"en-contact": "Call \u202eus"}, "en-contact"),
        ({"en-privacy": "javascript:alert(1)"}, "en-privacy"),
        ({"ar-imprint": "http://bank.example"}, "ar-imprint"),
        ({"fr-introduction": "x" * 601}, "fr-introduction"),
        ({"logo": file(b"<html><script>alert(1)</script></html>", "logo.png")}, "logo"),
        ({"dark_logo": file(svg("<script>alert(1)</script>"), "logo.svg")}, "dark_logo"),
        ({"logo": file(bytes(300 * 1024))}, "logo"),
    ],
)
def test_what_cannot_be_used_is_refused_where_it_is(
    operator: Operator, application: Application, changed: dict[str, Any], where: str
) -> None:
    operator.get(PAGE)
    refused = operator.post(PAGE, **given(**changed))
    assert refused.status_code == 422
    assert f'<a href="#{where}">' in refused.text
    assert f'id="{where}-error"' in refused.text
    assert "<script>alert" not in refused.text
    assert application.adjustments.state(BRANDING).revision == 0


def test_a_colour_that_is_hard_to_read_is_refused_with_the_nearest_that_is_not(operator: Operator) -> None:
    operator.get(PAGE)
    refused = operator.post(PAGE, **given(accent="#ffcc00"))
    (better,) = set(re.findall(r'data-use="(#[0-9a-f]{6})"', refused.text))
    assert f"The nearest that works is {better}" in refused.text
    assert operator.post(PAGE, **given(accent=better)).status_code == 303
    live = operator.get(f"{PAGE}/contrast?accent=%23ffcc00&dark_accent=nonsense")
    assert f'data-use="{better}" data-for="accent"' in live.text
    assert live.text.count("Easy to read") == 1


def test_whoever_saves_over_somebody_else_is_told(
    operator: Operator, colleague: Callable[..., Operator], application: Application
) -> None:
    other = colleague("administrator", "bob")
    page = other.get(PAGE)
    operator.get(PAGE)
    operator.post(PAGE, **given(name="Hers"))
    clash = other.post(PAGE, **given(revision=revision(page), name="His"))
    assert clash.status_code == 409
    assert "<strong>admin has saved these settings" in clash.text
    assert "Different there: Organisation." in clash.text
    assert 'value="His"' in clash.text
    assert current(application).name == "Hers"
    # It is known now what is replaced.
    assert other.post(PAGE, **given(revision=revision(clash), name="His")).status_code == 303
    assert current(application).name == "His"


def test_the_brand_is_reset_after_a_question(operator: Operator, application: Application) -> None:
    operator.get(PAGE)
    operator.post(PAGE, **given(name="Bank", logo=file(picture())))
    question = operator.get(f"{PAGE}/reset")
    assert current(application).name == "Bank"
    assert operator.post(f"{PAGE}/reset", revision=revision(question)).status_code == 303
    assert current(application) == Branding.read({})
    # A second click does nothing; a question about something else is not answered.
    assert operator.post(f"{PAGE}/reset", revision="1").location.endswith("done=settings-reset")
    operator.post(PAGE, **given(revision="2", name="Bank"))
    assert operator.post(f"{PAGE}/reset", revision="2").status_code == 409


@pytest.mark.parametrize(
    ("which", "said"),
    [("landing", "Add another device"), ("form", "Your name"), ("qr", "<svg"), ("end", "All done")],
)
def test_what_is_not_saved_is_shown_in_the_real_pages(
    operator: Operator, application: Application, which: str, said: str
) -> None:
    operator.get(PAGE)
    sent = given(name="Not saved", accent="#123456", preview_page=which, scheme="dark", preview_language="en")
    page = operator.post(PREVIEW, **sent, logo=file(picture()))
    assert page.status_code == 200
    assert said in page.text
    assert 'src="data:image/png;base64,' in page.text
    assert " Not saved</title>" in page.text
    assert "<body inert>" in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    address = re.findall(r'href="([^"]*preview\.css[^"]*)"', page.text)[0].replace("&amp;", "&")
    sheet = operator.get(address)
    assert sheet.mimetype == "text/css"
    assert "color-scheme:dark" in sheet.text
    assert "--surface: #161920" in sheet.text
    assert application.adjustments.state(BRANDING).revision == 0
    assert audited(application, "settings_changed") == []


def test_a_preview_of_what_cannot_be_used_shows_what_is_saved(operator: Operator) -> None:
    operator.get(PAGE)
    sent = given(accent="red;}body{x", preview_language="ar", **{"en-privacy": "javascript:alert(1)"}, logo=file(b"x"))
    page = operator.post(PREVIEW, **sent)
    assert page.status_code == 200
    assert 'dir="rtl"' in page.text
    assert "red;}" not in page.text
    assert "javascript:alert" not in page.text
    assert "red" not in operator.get(f"{PREVIEW}.css?accent=red;}}body{{x").text.split("--danger")[0]


def test_an_auditor_sees_and_changes_nothing(colleague: Callable[..., Operator], application: Application) -> None:
    auditor = colleague("auditor")
    page = auditor.get(PAGE)
    assert page.status_code == 200
    assert "fieldset" in page.text
    assert ">Save<" not in page.text
    assert auditor.get(f"{PREVIEW}?preview_page=end").status_code == 200
    assert auditor.post(PAGE, **given(name="Mine")).status_code == 403
    assert current(application).name == "Idflow"
    assert colleague("viewer").get(PAGE).status_code == 403
