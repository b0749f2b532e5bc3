"""The pages of a journey look as the organisation wants it, and nothing that it gives can do anything else."""

import re
from typing import Any

import pytest
from sqlalchemy import update

from engine.adjustments import BRANDING, Branding
from engine.adjustments.group import having
from engine.adjustments.pictures import read_logo
from engine.store.models import SettingRow
from tests.adjustments.pictures import picture, svg
from tests.webui.conftest import Person, Site

HOSTILE = '"><script>alert(1)</script>'
SHEET = re.compile(r'href="(/brand\.css\?v=[0-9a-f]+)"')
LOGO = re.compile(r'(?:src|srcset|href)="(/brand/logo\?v=[0-9a-f]+)"')
TEXTS = {
    "introduction": f"Welcome.\n\n{HOSTILE}",
    "contact": "Call 0800 123",
    "privacy": "https://bank.example/privacy?a=1&b=2",
    "support": "mailto:help@bank.example",
}


def brand(site: Site, content: bytes = b"", dark: bytes = b"", **changed: Any) -> None:
    logos = {name: read_logo(given) for name, given in {"logo": content, "dark_logo": dark}.items() if given}
    changed |= {name: logo.picture for name, logo in logos.items()}
    texts = changed.pop("texts", None)
    values = having(Branding.read({"texts": texts or []}), changed)
    adjustments = site.application.adjustments
    seen = adjustments.state(BRANDING).revision
    files = [logo.file for logo in logos.values()]
    adjustments.save(BRANDING, values, seen=seen, by="ada", files=files)


def pages(person: Person) -> dict[str, Any]:
    """Go through a journey, and a problem."""
    landing, form = person.open(), person.begin()
    done = person.send(form)
    return {"landing": landing, "form": form, "end": person.open(done.location), "problem": person.open("/t/unknown")}


def test_without_a_brand_pages_ask_for_nothing_more(person: Person) -> None:
    found = pages(person)
    assert "<title>Finished " in found["end"].text
    for page in found.values():
        assert "/brand" not in page.text
        assert " Idflow</title>" in page.text


def test_every_page_of_a_journey_has_the_brand(site: Site, person: Person) -> None:
    brand(site, picture(), picture("WEBP"), name="Bank & Sons", texts=[{"language": "en", **TEXTS}])
    found = pages(person)
    for page in found.values():
        assert " Bank &amp; Sons</title>" in page.text
        assert 'alt="Bank &amp; Sons"' in page.text
        assert len(set(LOGO.findall(page.text))) == 2
        assert "Call 0800 123" in page.text
        assert 'href="https://bank.example/privacy?a=1&amp;b=2"' in page.text
        assert 'href="mailto:help@bank.example"' in page.text
        assert "Imprint" not in page.text
        assert "<script>alert" not in page.text
    assert "<p>Welcome.</p>" in found["landing"].text
    assert "&lt;script&gt;" in found["landing"].text
    assert "Welcome." not in found["form"].text


def test_the_stylesheet_sets_custom_properties_and_is_kept_for_ever(site: Site, person: Person) -> None:
    brand(site, accent="#a85c00", corners="square")
    address = SHEET.findall(person.open().text)
    sheet = person.open(address[0])
    assert sheet.mimetype == "text/css"
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    rule = r":root\{(--[a-z-]+:(#[0-9a-f]{6}|\d+px);?)+\}"
    assert re.fullmatch(rf"{rule}\n{rule}\n@media \(prefers-color-scheme:dark\)\{{{rule}\}}", sheet.text)
    brand(site, accent="#123456")
    other = SHEET.findall(person.open().text)
    assert other != address
    # Whoever asks by an old name gets what there is now, and does not keep it.
    old = person.open(address[0])
    assert (old.text, old.headers["Cache-Control"]) == (person.open(other[0]).text, "no-store")


def test_another_process_that_knows_more_is_believed(site: Site, person: Person) -> None:
    person.open("/brand.css")
    brands = site.application.adjustments
    known = brands._known
    brand(site, accent="#123456")
    address = SHEET.findall(person.open().text)[0]
    brands._known = known
    assert "#123456" in person.open(address).text


def test_a_logo_is_what_it_is_and_runs_nothing(site: Site, person: Person) -> None:
    brand(site, svg(), picture())
    found = {each: person.open(each) for each in set(LOGO.findall(person.open().text))}
    assert {each.content_type for each in found.values()} == {"image/svg+xml", "image/png"}
    for each in found.values():
        policy = each.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "sandbox"} <= set(policy)
        assert not any("script" in directive for directive in policy)
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Cache-Control"].endswith("immutable")
    for address in ("/brand/logo", "/brand/logo?v=", "/brand/logo?v=0", "/brand/logo?v=%00"):
        missing = person.open(address)
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")


def test_texts_are_in_the_language_of_the_page_or_say_which_one(site: Site, person: Person) -> None:
    texts = [
        {"language": "en", "contact": "Call us"},
        {"language": "ar", "contact": "اتصل بنا", "introduction": "مرحبا"},
    ]
    brand(site, texts=texts)
    page = person.open(f"{person.path}?lang=ar")
    assert '<p class="contact">اتصل بنا</p>' in page.text
    page = person.open(f"{person.path}?lang=de")
    assert '<p class="contact" lang="en" dir="ltr">Call us</p>' in page.text
    assert '<div class="introduction" lang="ar" dir="rtl">' in page.text
    assert "Call us" in person.open(f"{person.path}?lang=en").text


def test_links_and_names_of_pages_are_translated(site: Site, person: Person) -> None:
    brand(site, texts=[{"language": "en", "privacy": "https://bank.example"}])
    assert ">Datenschutz</a>" in person.open(f"{person.path}?lang=de").text
    assert "الخصوصية" in person.open(f"{person.path}?lang=ar").text


@pytest.mark.parametrize("column", ["accent", "corners", "logo"])
def test_what_somebody_wrote_into_the_database_is_not_believed(site: Site, person: Person, column: str) -> None:
    brand(site, name="Bank", accent="#123456")
    with site.application.database.write() as session:
        session.execute(update(SettingRow).values(content={column: "red;}body{display:none"}))
    site.application.adjustments._known = None
    site.application.adjustments._states.clear()
    page = person.open()
    assert page.status_code == 200
    assert "display:none" not in page.text
    assert "display:none" not in person.open("/brand.css").text


def test_no_record_is_changed_when_a_page_is_shown(site: Site, person: Person) -> None:
    brand(site, picture(), name="Bank")
    person.open()
    before = site.rows()
    person.open()
    person.open(LOGO.findall(person.open().text)[0])
    assert site.rows() == before
