"""Which language a person is answered in."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from engine.config import Settings
from engine.deployment import File
from tests.instances.drawing import FORM_FILE, drawn
from tests.webui.conftest import Person, Site, hidden
from webui import catalogs, create_app
from webui.bodies import MAXIMUM_BODY

BEGIN = {"en": "Begin", "de": "Beginnen", "es": "Empezar", "fr": "Commencer", "ar": "ابدأ"}


def preferring(person: Person, accepted: str, path: str | None = None) -> TestResponse:
    return person.client.get(path or person.path, headers={"Accept-Language": accepted})


def spoken(page: TestResponse) -> str:
    """Return the language of a page, which it says in three ways."""
    tag = page.headers["Content-Language"]
    direction = "rtl" if tag == "ar" else "ltr"
    assert f'<html lang="{tag}" dir="{direction}">' in page.text
    assert f'lang="{tag}" hreflang="{tag}" dir="{direction}" aria-current="true">' in page.text
    assert page.text.count("aria-current") == 1
    return tag


@pytest.mark.parametrize("tag", BEGIN)
def test_a_link_says_which_language_its_page_speaks(person: Person, tag: str) -> None:
    page = preferring(person, "en, de, fr", f"{person.path}?lang={tag}")
    assert page.status_code == 200
    assert spoken(page) == tag
    assert f">{BEGIN[tag]}</button>" in page.text


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("de", "de"),
        ("DE", "de"),
        ("de-AT", "de"),
        ("de-Latn-AT-1996", "de"),
        ("ar-EG;q=0.3, ja", "ar"),
        ("fr;q=0.5, es;q=0.8", "es"),
        ("fr;q=0.5, es;q=0.8, en;q=0.9", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("es, fr", "es"),
        ("pt-BR, pt;q=0.9, fr;q=0.8, en;q=0.7", "fr"),
        ("fr-x-private", "fr"),
        ("*", "en"),
        ("*, de;q=0.1", "de"),
        ("ja, zh-Hant-TW", "en"),
        ("d", "en"),
        ("deutsch", "en"),
        ("", "en"),
        (";;;,,,q=,=", "en"),
        ("de" + "-x" * 5000, "en"),
        ("ja," * 5000 + "fr", "fr"),
    ],
)
def test_otherwise_the_browser_says_what_the_person_reads(person: Person, accepted: str, tag: str) -> None:
    assert spoken(preferring(person, accepted)) == tag


def test_who_says_nothing_reads_english(person: Person) -> None:
    assert spoken(person.open()) == "en"


HOSTILE = [
    '"><b>x',
    "../../../etc/passwd",
    "de\r\nX-Bad: 1",
    "de\0",
    "*",
    "xx",
    "de_DE",
    "e" * 3000,
    "ä",
    "{{7*7}}",
    "%(n)s",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_language_that_nobody_offers_is_as_if_it_were_not_there(site: Site, person: Person, value: str) -> None:
    page = preferring(person, "fr", f"{person.path}?lang={quote(value)}")
    assert page.status_code == 200
    assert spoken(page) == "fr"
    assert value not in page.text or value.isalpha() or value == "*"
    assert "page-language" not in page.text
    begun = person.client.post(person.path, data={**hidden(page), "page-language": value})
    assert begun.status_code == 303
    assert "idflow-language" not in str(begun.headers)
    person.client.set_cookie("idflow-language", quote(value), path=begun.location)
    assert spoken(person.open(begun.location)) == "en"


def test_a_variant_of_an_offered_language_is_that_language(person: Person) -> None:
    assert spoken(person.open(f"{person.path}?lang=DE-ch")) == "de"


def test_the_first_of_several_languages_counts(person: Person) -> None:
    assert spoken(person.open(f"{person.path}?lang=fr&lang=de")) == "fr"


def test_caches_are_told_what_a_page_depends_on(person: Person) -> None:
    for page in (person.open("/"), person.open(), person.open("/t/unknown"), person.begin()):
        assert {"accept-language", "cookie"} <= {each.lower() for each in page.vary}
        assert page.headers["Content-Language"] == "en"
        assert page.cache_control.no_store


def test_what_is_in_no_language_does_not_depend_on_it(person: Person) -> None:
    for path in ("/healthz", "/static/idflow.css"):
        response = preferring(person, "de", path)
        assert "Content-Language" not in response.headers
        assert "Accept-Language" not in response.headers.get("Vary", "")
        response.close()


def test_the_language_of_the_link_stays_for_the_whole_journey(asking: Site, person: Person) -> None:
    begun = person.send(preferring(person, "de", f"{person.path}?lang=ar"))
    assert "lang" not in begun.location
    form = preferring(person, "de", begun.location)
    assert spoken(form) == "ar"
    wrong = person.client.post(begun.location, data={**hidden(form), "code": "1"})
    assert (wrong.status_code, spoken(wrong)) == (422, "ar")
    assert "تبقّت لك محاولتان." in wrong.text
    sent = person.client.post(begun.location, data={**hidden(wrong), "code": "123456"})
    end = preferring(person, "de", sent.location)
    assert (end.status_code, spoken(end)) == (200, "ar")


def test_journeys_in_one_browser_have_languages_of_their_own(site: Site, person: Person) -> None:
    first = person.send(person.open(f"{person.path}?lang=fr")).location
    person.path = f"/t/{site.issue()}"
    second = person.send(person.open(f"{person.path}?lang=es")).location
    assert [spoken(person.open(path)) for path in (first, second)] == ["fr", "es"]
    assert spoken(person.open("/")) == "en"


def test_a_language_chosen_on_the_way_stays(asking: Site, person: Person) -> None:
    path = person.send(person.open(f"{person.path}?lang=fr")).location
    form = person.open(f"{path}?lang=de")
    assert spoken(form) == "de"
    person.send(form, code="123456")
    assert spoken(person.open(path)) == "de"


def test_looking_at_a_page_in_another_language_changes_nothing(site: Site, person: Person) -> None:
    path = person.send(person.open(f"{person.path}?lang=fr")).location
    before = site.rows()
    page = person.open(f"{path}?lang=de")
    assert (spoken(page), page.headers.getlist("Set-Cookie")) == ("de", [])
    assert spoken(person.open(path)) == "fr"
    assert site.rows() == before


def test_who_chose_no_language_is_remembered_for_none(person: Person) -> None:
    begun = person.send(preferring(person, "de"))
    assert "language" not in str(begun.headers)
    assert spoken(preferring(person, "es", begun.location)) == "es"


def test_the_choice_is_kept_where_only_this_journey_sees_it(person: Person) -> None:
    begun = person.send(person.open(f"{person.path}?lang=fr"))
    cookie = next(each for each in begun.headers.getlist("Set-Cookie") if each.startswith("idflow-language="))
    parts = cookie.split("; ")
    assert parts[0] == "idflow-language=fr"
    assert {"HttpOnly", "SameSite=Lax", f"Path={begun.location}"} <= set(parts)
    assert not {"Secure", "Expires", "Max-Age"} & {each.partition("=")[0] for each in parts}


def test_a_page_leads_on_in_the_language_that_it_was_asked_for(site: Site, person: Person) -> None:
    person.path = f"/t/{site.issue()}"
    form = person.begin()
    resume = person.open(f"{person.path}?lang=es")
    assert f'<a class="button primary" href="{form.request.path}?lang=es">Continuar</a>' in resume.text
    assert spoken(person.open(f"{form.request.path}?lang=es")) == "es"


def test_a_page_that_looks_again_does_so_in_its_language(site: Site) -> None:
    waits = ("start s", "wait m message M", "user v", "end e", "s -> m", "m -> v", "v -> e")
    site.application.deploy([File("p.bpmn", drawn({"p": waits})), FORM_FILE])
    link = site.application.token_office.issue(name="once", definition_key="p", parameters={"key": "k"}).link
    person = Person(site.app, link)
    page = person.begin()
    assert "lang" not in page.headers["Refresh"]
    page = person.open(f"{page.request.path}?lang=de")
    address = page.headers["Refresh"].partition("url=")[2]
    assert "Einen Moment" in page.text
    assert spoken(person.open(address)) == "de"


def test_problems_are_told_in_the_language_of_the_person(site: Site, person: Person) -> None:
    form = person.begin()
    assert "Dieser Link funktioniert nicht" in preferring(person, "de", "/t/unknown").text
    assert "Cette page appartient" in preferring(site.person(), "fr", form.request.path).text
    assert "Aquí no hay nada" in preferring(person, "es", "/nowhere").text
    conflict = person.client.post(f"{form.request.path}?lang=de", data={**hidden(form), "task-id": "another"})
    assert conflict.status_code == 409
    assert f'<a class="button primary" href="{form.request.path}?lang=de">Weiter</a>' in conflict.text


def test_a_body_that_cannot_be_read_is_a_problem_in_the_same_language(person: Person) -> None:
    path = person.send(person.open(f"{person.path}?lang=es")).location
    page = person.client.post(path, data={"page-language": "de", "code": "x" * MAXIMUM_BODY})
    assert (page.status_code, spoken(page)) == (413, "es")


def test_every_page_offers_every_language_by_its_own_name(person: Person) -> None:
    for page in (person.open("/"), person.open(), person.open("/t/unknown"), person.begin()):
        for tag, name in [
            ("en", "English"),
            ("de", "Deutsch"),
            ("es", "Español"),
            ("fr", "Français"),
            ("ar", "العربية"),
        ]:
            assert f'<a href="?lang={tag}" lang="{tag}" hreflang="{tag}" dir="' in page.text
            assert f">{name}</a>" in page.text


def test_an_address_like_another_hosts_leads_nowhere_else(person: Person) -> None:
    page = person.client.get("//evil.example/x?lang=de")
    assert page.status_code == 404
    assert "evil" not in page.text


def named(name: str, site: Site) -> None:
    site.deploy_process(lambda process: process.replace('name="Get Current TOTP Registration"', f'name="{name}"', 1))


def test_a_name_in_another_script_disturbs_nothing(site: Site, person: Person) -> None:
    assert "<h1>Get Current TOTP Registration</h1>" in person.open().text
    page = person.open(f"{person.path}?lang=ar")
    assert "<h1><bdi>Get Current TOTP Registration</bdi></h1>" in page.text
    named("&lt;b&gt;تسجيل", site)
    person.path = f"/t/{site.issue()}"
    assert "<h1><bdi>&lt;b&gt;تسجيل</bdi></h1>" in person.open().text


def test_without_compiled_catalogs_all_is_in_english(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "TRANSLATIONS", tmp_path)
    person = Person(create_app(site.application), site.link)
    page = preferring(person, "de", f"{person.path}?lang=fr")
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en" dir="ltr">' in page.text
    assert ">Begin</button>" in page.text
    assert "hreflang" not in page.text
    assert catalogs.say("de")("Begin") == "Begin"


class TestBehindHttps:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, public_url="https://id.example")

    def test_the_choice_is_kept_for_https_only(self, person: Person) -> None:
        base = "https://id.example"
        landing = person.client.get(f"{person.path}?lang=de", base_url=base)
        begun = person.client.post(person.path, data=hidden(landing), base_url=base)
        cookie = next(each for each in begun.headers.getlist("Set-Cookie") if "language" in each)
        assert cookie.startswith("__Secure-idflow-language=de; Secure;")
        assert person.client.get(begun.location, base_url=base).headers["Content-Language"] == "de"
